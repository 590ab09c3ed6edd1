"""An optimiser of the user's own, one class, is treated as ours are, and so is a stage."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule import ops, optimizers
from chainrule.arguments import Fraction
from chainrule.configuration import from_config, to_config
from chainrule.errors import ArgumentError
from chainrule.optimizers import stages

X = np.random.default_rng(8).normal(size=(40, 3)).astype("float32")
Y = X @ np.array([[1.0], [-2.0], [0.5]], "float32")


class TakeSign(stages.Stage):
    """The sign of a running mean of the gradient."""

    beta: Fraction = 0.9
    slots = ("mean",)
    scales_gradients = True

    def each(self, update: cr.Tensor, slots: stages.Slots, at: stages.At) -> tuple[cr.Tensor, stages.Slots]:
        mean = slots["mean"] * self.beta + update * (1 - self.beta)
        return ops.where(mean > 0, 1.0, -1.0), {"mean": mean}


class SignDescent(optimizers.Optimizer):
    """Steps of one size, in the direction of the sign. Source: Bernstein et al., signSGD, 2018."""

    beta: Fraction = 0.9

    def rule(self) -> Sequence[stages.Stage]:
        return [TakeSign(self.beta), stages.ScaleByLearningRate()]


class Heavy(optimizers.SGD):
    """A subclass of one of ours, with nothing of its own."""


def network(optimizer: object) -> cr.Sequential:
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(1)], seed=0)
    model.compile(optimizer, "mse")
    return model


def state(model: cr.Model) -> dict[str, bytes]:
    return {name: np.asarray(variable.value).tobytes() for name, variable in model.state_variables().items()}


def test_it_is_found_by_name_checked_and_made_from_configuration() -> None:
    assert optimizers.get("sign_descent") == optimizers.get("SignDescent") == SignDescent()
    assert from_config(to_config(SignDescent(0.1, beta=0.5))) == SignDescent(0.1, beta=0.5)
    assert optimizers.optimizer_names()["sign_descent"] is SignDescent
    with pytest.raises(ArgumentError, match=r"SignDescent: beta must be a number from 0 to 1\. Got 2 instead"):
        SignDescent(beta=2)


def test_it_learns_and_is_saved_rewound_and_forked_to_the_bit(tmp_path: Path) -> None:
    model = network(SignDescent(0.02))
    history = model.fit(X, Y, 8, 40, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "run")]).history
    assert history["loss"][-1] < 0.05 * history["loss"][0]
    model.save(tmp_path / "model")
    again = cr.models.load_model(tmp_path / "model")
    for one in (model, again):
        one.fit(X, Y, 8, 42, initial_epoch=40, verbose=0)
    assert state(again) == state(model)
    run = cr.open_run(tmp_path / "run")
    half = network(SignDescent(0.02))
    half.fit(X, Y, 8, 2, verbose=0)
    assert {name: np.asarray(array).tobytes() for name, array in run.at(10).state.items()} == state(half)
    child = run.at(10).fork()
    assert child.figures()["loss"][-1] == run.figures()["loss"][-1]


def test_what_is_asked_of_optimizers_follows_from_its_chain() -> None:
    assert SignDescent().scales_gradients and SignDescent().stability_limit is None
    assert optimizers.Optimizer(0.1, chain=[TakeSign(), stages.ScaleByLearningRate()]).stages == SignDescent(0.1).stages


def test_a_subclass_is_treated_like_its_base() -> None:
    trained = []
    for optimizer in (optimizers.SGD(0.1, 0.5), Heavy(0.1, 0.5)):
        model = network(optimizer)
        model.fit(X, Y, 8, 2, verbose=0)
        trained.append((state(model), optimizer.stability_limit, optimizer.amplification))
    assert trained[0] == trained[1]
