"""Learning rates step by step, against Keras 3 and against numbers worked out by hand."""

from dataclasses import dataclass, fields
from typing import Any

import keras
import numpy as np
import pytest

from chainrule.configuration import from_config, to_config
from chainrule.errors import ArgumentError
from chainrule.graph import Placeholder
from chainrule.optimizers import schedules
from chainrule.xla import Program

STEPS = [0, 1, 2, 3, 4, 5, 7, 10, 11, 15, 19, 20, 21, 25, 29, 30, 31, 99, 1000, 99999]


@dataclass(frozen=True)
class Case:
    """A schedule with settings; names and values are Keras's too."""

    schedule: str
    settings: dict[str, Any]

    def __str__(self) -> str:
        return "-".join([self.schedule, *(f"{key}={value}" for key, value in self.settings.items())])

    def make(self) -> schedules.LearningRateSchedule:
        return getattr(schedules, self.schedule)(**self.settings)


CASES = [
    Case("PiecewiseConstantDecay", {"boundaries": [3, 20], "values": [1.0, 0.5, 0.1]}),
    Case("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9}),
    Case("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9, "staircase": True}),
    Case("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20}),
    Case("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "alpha": 0.2}),
    Case("CosineDecay", {"initial_learning_rate": 0.01, "decay_steps": 20, "warmup_target": 0.5, "warmup_steps": 10}),
    Case("CosineDecay", {"initial_learning_rate": 0.0, "decay_steps": 20, "warmup_target": 0.5, "warmup_steps": 5, "alpha": 0.1}),
    Case("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "warmup_target": 0.5}),
]


def rates(schedule: schedules.LearningRateSchedule) -> list[float]:
    step = Placeholder((), "int32")
    program = Program([schedule(step)], [step])
    return [float(program(np.int32(n))[0]) for n in STEPS]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rates_are_those_of_keras(case: Case) -> None:
    theirs = getattr(keras.optimizers.schedules, case.schedule)(**case.settings)
    np.testing.assert_allclose(rates(case.make()), [float(theirs(n)) for n in STEPS], rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize(
    ("top", "after"), [(0.4, {}), (schedules.PiecewiseConstantDecay([4], [0.4, 0.2]), {15: 0.2, 19: 0.2, 99999: 0.2})], ids=str
)
def test_warm_up_climbs_in_a_line_and_then_hands_over(top: Any, after: dict[int, float]) -> None:
    wanted = {n: 0.4 * n / 10 if n < 10 else 0.4 if n <= 14 else after.get(n, after.get(99999, 0.4)) for n in STEPS}
    np.testing.assert_allclose(rates(schedules.WarmUp(top, 10)), list(wanted.values()), rtol=1e-6)


def test_a_warm_up_of_no_steps_is_what_comes_after() -> None:
    assert rates(schedules.WarmUp(0.25, 0)) == rates(schedules.ConstantSchedule(0.25)) == [0.25] * len(STEPS)


SCHEDULES = [*(case.make() for case in CASES), schedules.ConstantSchedule(0.5), schedules.WarmUp(schedules.CosineDecay(0.1, 9), 4)]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=str)
def test_a_schedule_is_made_again_from_its_configuration(schedule: schedules.LearningRateSchedule) -> None:
    again = from_config(to_config(schedule))
    assert again == schedule
    assert type(again) is type(schedule)


OTHER: dict[str, Any] = {
    "boundaries": [4, 30],
    "values": [1.0, 0.4, 0.1],
    "initial_learning_rate": 0.2,
    "decay_steps": 15,
    "decay_rate": 0.5,
    "staircase": True,
    "alpha": 0.3,
    "warmup_target": 0.7,
    "warmup_steps": 7,
}


@pytest.mark.parametrize(
    ("case", "argument"),
    [(case, f.name) for case in (CASES[0], CASES[1], CASES[5]) for f in fields(getattr(schedules, case.schedule))],
    ids=str,
)
def test_every_argument_changes_the_rates(case: Case, argument: str) -> None:
    other = Case(case.schedule, case.settings | {argument: OTHER[argument]})
    assert rates(other.make()) != rates(case.make())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.2]), "one value more than boundaries"),
        (lambda: schedules.PiecewiseConstantDecay([5, 2], [0.1, 0.2, 0.3]), "ascending boundaries"),
        (lambda: schedules.ExponentialDecay(0.1, 0, 0.9), r"ExponentialDecay: decay_steps must be a whole number from 1\. Got 0 instead"),
        (lambda: schedules.CosineDecay(0.1, -5), "CosineDecay: decay_steps must be a whole number from 1"),
        (
            lambda: schedules.CosineDecay(0.1, 5, warmup_target=0.2, warmup_steps=-1),
            "warmup_steps must be a whole number from 0",
        ),
        (lambda: schedules.WarmUp(0.1, -1), "WarmUp: steps must be a whole number from 0"),
    ],
)
def test_settings_that_mean_nothing_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        make()
