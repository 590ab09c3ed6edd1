"""Each optimiser and each of its options against Keras 3 on JAX, and what holds for every optimiser."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import chainrule as cr
from chainrule import ops, optimizers
from chainrule.backprop import gradient
from chainrule.configuration import from_config, to_config
from chainrule.errors import ArgumentError
from chainrule.graph import Placeholder, Tensor, Variable
from chainrule.optimizers import Optimizer, schedules, stages
from chainrule.xla import Program

Array = np.ndarray
Loss = Callable[..., Any]


@dataclass(frozen=True)
class Case:
    """An optimiser with settings; names and values are Keras's too."""

    optimizer: str
    settings: dict[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        return "-".join([self.optimizer, *(f"{key}={value}" for key, value in self.settings.items())])

    def ours(self) -> Optimizer:
        return getattr(optimizers, self.optimizer)(**self.settings)

    def theirs(self) -> Any:
        return getattr(keras.optimizers, self.optimizer)(**self.settings)


CASES = [
    Case("SGD"),
    Case("SGD", {"learning_rate": 0.05, "momentum": 0.9}),
    Case("SGD", {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}),
    Case("SGD", {"momentum": 0.5, "weight_decay": 0.1, "clipnorm": 0.4}),
    Case("RMSprop", {"learning_rate": 0.02}),
    Case("RMSprop", {"learning_rate": 0.02, "rho": 0.7, "epsilon": 1e-2}),
    Case("RMSprop", {"learning_rate": 0.02, "centered": True}),
    Case("RMSprop", {"learning_rate": 0.02, "momentum": 0.8}),
    Case("RMSprop", {"learning_rate": 0.02, "momentum": 0.8, "centered": True, "weight_decay": 0.2}),
    Case("Adam"),
    Case("Adam", {"learning_rate": 0.1, "beta_1": 0.7, "beta_2": 0.9, "epsilon": 1e-2}),
    Case("Adam", {"learning_rate": 0.1, "amsgrad": True, "beta_2": 0.8}),
    Case("Adam", {"learning_rate": 0.1, "weight_decay": 0.1}),
    Case("AdamW", {"learning_rate": 0.1}),
    Case("AdamW", {"learning_rate": 0.1, "weight_decay": 0.3, "amsgrad": True}),
    *(Case(name, {"learning_rate": 0.05, clip: 0.3}) for name in ("SGD", "Adam") for clip in ("clipnorm", "clipvalue", "global_clipnorm")),
    Case("RMSprop", {"learning_rate": 0.05, "global_clipnorm": 100.0}),
]
every_case = pytest.mark.parametrize("case", CASES, ids=str)

_RANDOM = np.random.default_rng(60)
_X, _Y = _RANDOM.normal(size=(7, 3)).astype("float32"), _RANDOM.normal(size=(7, 2)).astype("float32") * 3
START = [_RANDOM.normal(size=(3, 2)).astype("float32"), np.zeros(2, "float32"), np.ones((2, 2), "float32")]


def regression(kernel: Any, bias: Any, idle: Any) -> Any:
    """Return a squared error; `idle` has a gradient of 0, which no clipping may turn into NaN."""
    error = _X @ kernel + bias - _Y
    return (error * error).mean() + (idle * 0.0).sum()


def trajectory(optimizer: Optimizer, loss: Loss, start: Sequence[Array], steps: int) -> list[list[Array]]:
    """Return the parameters after each step, from one compiled program."""
    parameters = [Variable(array, f"p{i}") for i, array in enumerate(start)]
    slots = [optimizer.slots(parameter.name, parameter) for parameter in parameters]
    iteration, rate = Placeholder((), "int32"), Placeholder(())
    slopes = [slope for slope in gradient(loss(*parameters), parameters) if isinstance(slope, Tensor)]
    updates, after = optimizer.updates(parameters, slopes, slots, iteration, optimizer.rate(rate, iteration))
    state = [*parameters, *(slot for kept in slots for slot in kept.values())]
    moved = [parameter + update for parameter, update in zip(parameters, updates, strict=True)]
    following = [*moved, *(new[slot] for new, kept in zip(after, slots, strict=True) for slot in kept)]
    program, arrays, path = Program(following, [*state, iteration, rate]), [v.value for v in state], []
    plain = 0.0 if isinstance(optimizer.learning_rate, schedules.LearningRateSchedule) else optimizer.learning_rate
    for step in range(steps):
        arrays = program(*arrays, np.int32(step), np.float32(plain))
        path.append([np.asarray(array) for array in arrays[: len(parameters)]])
    return path


def trajectory_in_keras(optimizer: Any, steps: int) -> list[list[Array]]:
    variables = [keras.Variable(array) for array in START]
    optimizer.build(variables)
    step = jax.jit(lambda kept, weights: optimizer.stateless_apply(kept, jax.grad(lambda w: regression(*w))(weights), weights))
    weights, kept, path = [v.value for v in variables], [v.value for v in optimizer.variables], []
    for _ in range(steps):
        weights, kept = step(kept, weights)
        path.append([np.asarray(array) for array in weights])
    return path


@every_case
def test_thirty_steps_are_those_of_keras(case: Case) -> None:
    mine, theirs = trajectory(case.ours(), regression, START, 30), trajectory_in_keras(case.theirs(), 30)
    for found, wanted in zip(mine, theirs, strict=True):
        for array, other in zip(found, wanted, strict=True):
            np.testing.assert_allclose(array, other, rtol=2e-5, atol=2e-6)
    assert not np.allclose(mine[-1][0], START[0], atol=1e-3)


@pytest.mark.parametrize("case", [Case("SGD", {"momentum": 0.9}), Case("Adam")], ids=str)
def test_a_schedule_gives_each_step_its_rate(case: Case) -> None:
    settings: dict[str, Any] = {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.5}
    mine = getattr(optimizers, case.optimizer)(schedules.ExponentialDecay(**settings))
    theirs = getattr(keras.optimizers, case.optimizer)(keras.optimizers.schedules.ExponentialDecay(**settings))
    for found, wanted in zip(trajectory(mine, regression, START, 12), trajectory_in_keras(theirs, 12), strict=True):
        np.testing.assert_allclose(found[0], wanted[0], rtol=2e-5, atol=2e-6)


def bowl(x: Any, y: Any) -> Any:
    return (x * x).sum() + (y * y * 10.0).sum()


def bent_valley(x: Any, y: Any) -> Any:
    """Return Rosenbrock's function with a milder slope: its lowest point is (1, 1), at the end of a bent valley."""
    return (1.0 - x) * (1.0 - x) + (y - x * x) * (y - x * x) * 4.0


@pytest.mark.parametrize("landscape", [bowl, bent_valley])
@pytest.mark.parametrize(
    "case",
    [
        Case("SGD", {"learning_rate": 0.02}),
        Case("SGD", {"learning_rate": 0.01, "momentum": 0.9}),
        Case("SGD", {"learning_rate": 0.01, "momentum": 0.9, "nesterov": True}),
        Case("RMSprop", {"learning_rate": 0.01}),
        Case("RMSprop", {"learning_rate": 0.01, "centered": True, "momentum": 0.5}),
        Case("Adam", {"learning_rate": 0.05}),
        Case("Adam", {"learning_rate": 0.05, "amsgrad": True}),
        Case("AdamW", {"learning_rate": 0.05, "weight_decay": 1e-4}),
    ],
    ids=str,
)
def test_every_optimizer_finds_the_lowest_point(case: Case, landscape: Loss) -> None:
    start = [np.float32(-0.5), np.float32(1.5)]
    path = trajectory(case.ours(), landscape, start, 800)
    assert landscape(*path[-1]) < 1e-3
    assert landscape(*path[-1]) < landscape(*start) / 1000


OTHER: dict[str, Any] = {
    "learning_rate": 0.3,
    "momentum": 0.7,
    "nesterov": True,
    "rho": 0.6,
    "epsilon": 0.5,
    "centered": True,
    "beta_1": 0.5,
    "beta_2": 0.6,
    "amsgrad": True,
    "weight_decay": 0.5,
    "clipnorm": 0.1,
    "clipvalue": 0.1,
    "global_clipnorm": 0.1,
}
NEEDED = {"nesterov": {"momentum": 0.5}, "amsgrad": {"beta_2": 0.3}}  # what an argument must have beside it to matter


@pytest.mark.parametrize(
    ("name", "argument"), [(n, f.name) for n in ("SGD", "RMSprop", "Adam", "AdamW") for f in fields(getattr(optimizers, n)) if f.init]
)
def test_every_argument_changes_the_trajectory(name: str, argument: str) -> None:
    beside = {"learning_rate": 0.1} | NEEDED.get(argument, {})
    plain, changed = Case(name, beside).ours(), Case(name, beside | {argument: OTHER[argument]}).ours()
    assert not np.allclose(trajectory(plain, regression, START, 8)[-1][0], trajectory(changed, regression, START, 8)[-1][0], atol=1e-4)


@every_case
def test_an_optimizer_is_made_again_from_its_configuration(case: Case) -> None:
    assert from_config(to_config(case.ours())) == case.ours()
    scheduled = getattr(optimizers, case.optimizer)(schedules.WarmUp(schedules.CosineDecay(0.1, 7), 3))
    assert from_config(to_config(scheduled)) == scheduled


@pytest.mark.parametrize("name", ["sgd", "rmsprop", "adam", "adamw", "Adam", "RMSProp"])
def test_names_stand_for_what_they_mean_in_keras(name: str) -> None:
    optimizer = optimizers.get(name)
    theirs = keras.optimizers.get(name.lower())
    assert type(optimizer).__name__ == type(theirs).__name__
    assert optimizers.get(optimizer) is optimizer
    for option in (f for f in fields(optimizer) if f.init):
        found, wanted = getattr(optimizer, option.name), getattr(theirs, option.name)
        assert found is None if wanted is None else float(found) == pytest.approx(float(wanted))


def test_a_rate_may_be_any_number() -> None:
    rates = [optimizers.SGD(rate).learning_rate for rate in (1, np.float32(1), np.float64(1), jnp.float32(1))]
    assert rates == [1.0] * 4
    assert all(type(rate) is float for rate in rates)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: optimizers.get("adamm"), r"Got 'adamm' instead\. Did you mean 'adam"),
        (lambda: optimizers.SGD("0.1"), "SGD: learning_rate must be a number from 0, or a LearningRateSchedule. Got '0.1' instead"),
        (lambda: optimizers.get("adm"), "An optimizer must be one of .* Got 'adm' instead. Did you mean 'adam'"),
        (lambda: optimizers.Adam(beta1=0.5), "Adam has no argument 'beta1'. Did you mean 'beta_1'"),
        (lambda: optimizers.SGD(-0.1), r"SGD: learning_rate must be a number from 0, or a LearningRateSchedule\. Got -0\.1 instead"),
        (lambda: optimizers.Adam(float("nan")), "Adam: learning_rate must be a number from 0"),
        (lambda: optimizers.Adam(clipnorm=1.0, clipvalue=1.0), "one of clipnorm, clipvalue and global_clipnorm"),
        (lambda: optimizers.Adam(global_clipnorm=0.0), r"global_clipnorm must be a number above 0, or None\. Got 0\.0 instead"),
        (lambda: optimizers.Adam(weight_decay=-0.1), "Adam: weight_decay must be a number from 0"),
        (lambda: optimizers.SGD(momentum=1.5), "SGD: momentum must be a number from 0 to 1"),
        (lambda: optimizers.RMSprop(rho=1.5), "RMSprop: rho must be a number from 0 to 1"),
        (lambda: optimizers.RMSprop(momentum=-1.0), "RMSprop: momentum must be a number from 0 to 1"),
        (lambda: optimizers.Adam(beta_1=1.0), "Adam: beta_1 must be a number from 0"),
        (lambda: optimizers.AdamW(beta_2=-0.1), "AdamW: beta_2 must be a number from 0"),
    ],
)
def test_settings_that_mean_nothing_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        make()


def test_slots_are_named_after_their_parameter() -> None:
    slots = optimizers.Adam(amsgrad=True).slots("dense/kernel", Variable(START[0]))
    assert {slot: variable.name for slot, variable in slots.items()} == {
        "momentum": "optimizer/dense/kernel/momentum",
        "velocity": "optimizer/dense/kernel/velocity",
        "velocity_hat": "optimizer/dense/kernel/velocity_hat",
    }
    assert all(not variable.trainable and not variable.value.any() and variable.shape == (3, 2) for variable in slots.values())


def test_updates_are_graph_that_the_caller_can_read() -> None:
    w, dw = Variable(START[0]), Placeholder((3, 2))
    (update,), _ = optimizers.SGD(0.1).updates([w], [dw], [{}], ops.as_tensor(0), ops.as_tensor(np.float32(0.1)))
    np.testing.assert_allclose(Program([update], [dw])(START[0])[0], -0.1 * START[0], rtol=1e-6)


LIKE_ADAMW = (stages.ClipByGlobalNorm(0.5), stages.ScaleByAdam(0.8, 0.9), stages.DecayWeights(0.1))


@pytest.mark.parametrize(
    ("chain", "named"),
    [
        ([stages.ScaleByLearningRate()], optimizers.SGD(0.1)),
        ([stages.Momentum(0.9, nesterov=True)], optimizers.SGD(0.1, 0.9, nesterov=True)),
        ([stages.ClipByValue(0.2), stages.ScaleByRms(0.8), stages.Momentum(0.5)], optimizers.RMSprop(0.1, 0.8, 0.5, clipvalue=0.2)),
        (LIKE_ADAMW, optimizers.AdamW(0.1, 0.8, 0.9, weight_decay=0.1, global_clipnorm=0.5)),
    ],
    ids=["SGD", "Nesterov", "RMSprop", "AdamW"],
)
def test_a_chain_put_together_by_hand_is_the_named_optimizer_to_the_bit(chain: Any, named: optimizers.Optimizer) -> None:
    made = from_config(to_config(optimizers.Optimizer(0.1, chain=chain)))
    assert made.stages == named.stages
    trained = []
    for optimizer in (made, named):
        model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(2)], seed=1)
        model.compile(optimizer, "mse")
        model.fit(np.eye(3, dtype="float32"), np.ones((3, 2)), 2, epochs=3, verbose=0)
        trained.append([weight.tobytes() for weight in model.get_weights()])
    assert trained[0] == trained[1]


def test_a_stage_met_twice_has_slots_of_its_own_each_time() -> None:
    chain = [stages.ScaleByRms(0.9), stages.ScaleByRms(0.5), stages.ScaleByLearningRate()]
    assert list(optimizers.Optimizer(0.1, chain=chain).slots("w", Variable(START[0]))) == ["velocity", "velocity_1"]


@pytest.mark.parametrize(
    ("chain", "message"),
    [
        ([], "must have one stage that makes the step: .* Got none instead. Put optimizers.stages.ScaleByLearningRate"),
        ([stages.ScaleByAdam(), stages.Momentum()], "Got ScaleByAdam, Momentum instead"),
        ([stages.DecayWeights(), stages.Momentum()], "DecayWeights changes steps. It must stand behind Momentum"),
        ([0.9], "Optimizer: chain"),
    ],
)
def test_chains_that_make_no_step_are_refused(chain: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        optimizers.Optimizer(chain=chain)


def test_what_an_optimizer_says_of_its_steps_follows_from_its_chain() -> None:
    found = [
        (made.scales_gradients, round(made.amplification, 3), made.stability_limit)
        for made in (optimizers.SGD(0.1), optimizers.SGD(0.1, 0.9), optimizers.SGD(0.1, 0.5, True), optimizers.Adam(), optimizers.RMSprop())
    ]
    assert found == [(False, 1.0, 2.0), (False, 10.0, 3.8), (False, 2.0, None), (True, 1.0, None), (True, 1.0, None)]


@pytest.mark.parametrize("clip", [{"clipnorm": 1.0}, {"weight_decay": 0.1}])
def test_a_chain_with_more_in_it_has_no_known_limit(clip: dict[str, float]) -> None:
    assert optimizers.SGD(0.1, **clip).stability_limit is None
