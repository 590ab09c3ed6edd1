"""A schedule of the user's own, one class, is treated as ours are."""

from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule.arguments import PositiveCount
from chainrule.configuration import describe, from_config, is_own, subclasses, to_config
from chainrule.errors import ArgumentError
from chainrule.optimizers import SGD, LearningRateSchedule, schedules

X = np.random.default_rng(9).normal(size=(40, 3)).astype("float32")
Y = X[:, :1] * 2


class Sawtooth(LearningRateSchedule):
    """From `top` down in a line, and up again after every `period` steps."""

    top: float = 0.1
    period: PositiveCount = 4

    def __call__(self, step: cr.Tensor) -> cr.Tensor:
        turns = step.astype("float32") / self.period
        return self.top * (1 - (turns - cr.ops.floor(turns)))


def test_its_course_is_that_of_training_and_it_is_saved_and_rewound(tmp_path: Path) -> None:
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(1)], seed=0)
    model.compile(SGD(Sawtooth()), "mse")
    model.fit(X, Y, 8, 2, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "run")])
    run = cr.open_run(tmp_path / "run")
    wanted = 0.1 * (1 - np.arange(10) % 4 / 4)
    np.testing.assert_allclose(SGD(Sawtooth()).rates(range(10)), wanted, rtol=1e-6)
    np.testing.assert_allclose(run.probes("learning rate")["learning rate"].values, wanted, rtol=1e-6)
    model.save(tmp_path / "model")
    again = cr.models.load_model(tmp_path / "model")
    assert again.compile_arguments["optimizer"] == SGD(Sawtooth())
    before, after = run.at(6).state["dense/kernel"], run.at(7).state["dense/kernel"]
    np.testing.assert_allclose(after - before, run.at(6).update("dense/kernel"), rtol=1e-6)


def test_it_is_checked_and_made_from_configuration() -> None:
    assert from_config(to_config(Sawtooth(0.5, 3))) == Sawtooth(0.5, 3)
    with pytest.raises(ArgumentError, match=r"Sawtooth: period must be a whole number from 1\. Got 0 instead"):
        Sawtooth(period=0)


GIVEN = {"boundaries": [3, 6], "values": [0.1, 0.05, 0.01], "schedule": 0.1, "decay_rate": 0.5, "learning_rate": 0.1}
GIVEN |= {"initial_learning_rate": 0.1, "decay_steps": 5, "steps": 4}


@pytest.mark.parametrize("cls", [cls for cls in subclasses(LearningRateSchedule) if is_own(cls)], ids=lambda cls: cls.__name__)
def test_the_course_of_each_schedule_is_what_it_gives_step_by_step(cls: type[LearningRateSchedule]) -> None:
    made = cls(**{name: GIVEN[name] for name in describe(cls) if name in GIVEN})
    alone = [float(made(cr.ops.as_tensor(np.int32(step))).value) for step in range(9)]
    np.testing.assert_allclose(made.course(range(9)), alone, rtol=1e-6)
    assert from_config(to_config(made)) == made


def test_a_subclass_is_treated_like_its_base() -> None:
    class Mine(schedules.CosineDecay):
        pass

    assert SGD(Mine(0.1, 5)).rates(range(9)).tolist() == SGD(schedules.CosineDecay(0.1, 5)).rates(range(9)).tolist()
