"""Runs that share their programs are the runs that a new model for each would make."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.tasks.repetition import FirstStep, Repetition, ShareDone, sweep
from chainrule.training.plan import Plan, Settings, as_examples

X = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")
Y = X.sum(axis=1, keepdims=True)


def made(seed: int) -> cr.Model:
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(4, "tanh"), cr.layers.Dropout(0.2), cr.layers.Dense(1)], seed=seed)
    model.compile(cr.optimizers.SGD(0.05, momentum=0.9), "mse")
    return model


def linear() -> cr.Model:
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(1)], seed=0)
    model.compile(cr.optimizers.SGD(0.05, momentum=0.5), "mse")
    return model


def trained(model: cr.Model) -> list[Any]:
    model.fit(X, Y, batch_size=5, epochs=3, verbose=0)
    return model.get_weights()


def test_a_run_begun_again_is_that_of_a_new_model_to_the_bit() -> None:
    repetition = Repetition(made)
    for seed in (3, 4, 3):
        for ours, alone in zip(trained(repetition.begin(seed)), trained(made(seed)), strict=True):
            np.testing.assert_array_equal(ours, alone)


def test_all_runs_share_one_model_and_its_programs() -> None:
    repetition = Repetition(made)
    first = repetition.begin(0)
    trained(first)
    program = first.training_program(Plan(as_examples(X, Y), settings=Settings(batch_size=5)))
    again = repetition.begin(1)
    trained(again)
    assert again is first
    assert program.compilations == 1


def test_the_first_good_step_is_the_number_of_updates_that_were_needed() -> None:
    watch, never = FirstStep("loss", lambda losses: losses < 0.5), FirstStep("loss", lambda losses: losses < 0)
    sweep(linear(), X, Y, 500, watch)
    losses = linear().fit(X, Y, batch_size=12, epochs=50, verbose=0).history["loss"]
    assert watch.step == next(step for step, loss in enumerate(losses) if loss < 0.5)
    assert watch.step > 0
    sweep(linear(), X, Y, 500, never)
    assert never.step is None


def test_sweeps_are_whole_batches_of_all_patterns() -> None:
    swept, plain = linear(), linear()
    sweep(swept, X, Y, 1000, FirstStep("loss", lambda losses: losses < 0))
    plain.fit(X, Y, batch_size=12, epochs=1000, shuffle=False, verbose=0)
    for ours, alone in zip(swept.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(ours, alone, rtol=1e-6, atol=1e-7)


def test_progress_ends_at_one() -> None:
    heard: list[float] = []
    model = made(0)
    model.fit(X, Y, batch_size=5, epochs=2, verbose=0, callbacks=[ShareDone(lambda share, doing: heard.append(share), "", 2)])
    assert heard[-1] == pytest.approx(1)
    assert heard == sorted(heard)
