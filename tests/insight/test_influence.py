"""TracIn against a brute-force computation with JAX: every training row, every weight, every step asked about."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ArgumentError, DataError

ROWS = 23


def examples() -> tuple[Any, Any]:
    random = np.random.default_rng(6)
    x = random.normal(size=(ROWS, 4)).astype("float32")
    return x, (x[:, 0] + 0.5 * x[:, 1] > 0).astype("int32")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> cr.Run:
    """A run with a learning rate that falls, dropout, and a penalty, which the losses of inference leave out."""
    x, y = examples()
    layers = [
        cr.layers.Dense(5, "tanh", kernel_regularizer="l2"),
        cr.layers.Dropout(0.3),
        cr.layers.Dense(2, name="answer"),
    ]
    model = cr.Sequential([cr.Input((4,)), *layers], seed=3)
    rate = cr.optimizers.schedules.ExponentialDecay(0.5, 4, 0.5)
    model.compile(cr.optimizers.SGD(rate), cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    path = tmp_path_factory.mktemp("runs") / "falling"
    model.fit(x, y, 5, epochs=3, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
    return cr.open_run(path)


def gradient(weights: list[Any], x: Any, y: Any) -> list[Any]:
    def loss(w):
        return -jax.nn.log_softmax(jnp.tanh(x @ w[0] + w[1]) @ w[2] + w[3])[y]

    return jax.grad(loss)(weights)


NAMES = ["dense/kernel", "dense/bias", "answer/kernel", "answer/bias"]


def brute_force(run: cr.Run, steps: list[int], x: Any, y: Any, kept: list[int]) -> Any:
    train_x, train_y = examples()
    scores = np.zeros((len(x), ROWS))
    for step in steps:
        weights = [run.at(step).state[name] for name in NAMES]
        rate = 0.5 * 0.5 ** (step / 4)
        asked = [gradient(weights, *pair) for pair in zip(x, y, strict=True)]
        known = [gradient(weights, *pair) for pair in zip(train_x, train_y, strict=True)]
        scores += rate * np.array([[sum(float((a[i] * b[i]).sum()) for i in kept) for b in known] for a in asked])
    return scores


@pytest.mark.parametrize(("weights", "kept"), [(None, [0, 1, 2, 3]), ("answer/*", [2, 3]), (["dense/bias"], [1])])
def test_scores_are_those_of_brute_force(run: cr.Run, weights: Any, kept: list[int]) -> None:
    random = np.random.default_rng(9)
    x, y = random.normal(size=(3, 4)).astype("float32"), np.array([0, 1, 1])
    found = cr.insight.tracin(run, x, y, k=4, weights=weights, steps=[0, 6, 13])
    wanted = brute_force(run, [0, 6, 13], x, y, kept)
    assert np.abs(wanted).max() > 0.01
    np.testing.assert_allclose(found.scores, wanted, rtol=1e-3, atol=1e-5 * np.abs(wanted).max())
    np.testing.assert_array_equal(found.proponents, np.argsort(-wanted, axis=1)[:, :4])
    np.testing.assert_array_equal(found.opponents, np.argsort(wanted, axis=1)[:, :4])


def test_steps_are_spread_over_the_run(run: cr.Run) -> None:
    x, y = examples()
    found = cr.insight.tracin(run, x[:1], y[:1], steps=4)
    assert found.steps == [0, 5, 9, 14]
    alone = [cr.insight.tracin(run, x[:1], y[:1], steps=[step]).scores for step in found.steps]
    np.testing.assert_allclose(found.scores, sum(alone), rtol=1e-5)
    assert cr.insight.tracin(run, x[:1], y[:1], steps=100).steps == list(range(15))


def test_a_mislabelled_example_is_an_opponent(tmp_path: Path) -> None:
    """Pruthi et al.: wrong labels speak against the right answer for their likes."""
    random = np.random.default_rng(2)
    x = random.normal(size=(60, 4)).astype("float32")
    y = (x[:, 0] > 0).astype("int32")
    x[7], y[7] = [2.5, 0.0, 0.0, 0.0], 0
    model = cr.Sequential([cr.Input((4,)), cr.layers.Dense(2)], seed=3)
    model.compile(cr.optimizers.SGD(0.1), cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, y, 10, epochs=3, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "run")])
    found = cr.insight.tracin(cr.open_run(tmp_path / "run"), [[2.0, 0.0, 0.0, 0.0]], [1], k=1)
    assert found.opponents.tolist() == [[7]]


def test_bad_input_is_named(run: cr.Run) -> None:
    x, y = examples()
    for more, message in (
        ({"k": 24}, "between 1 and 23"),
        ({"weights": "anser/*"}, "answer/kernel"),
        ({"steps": 0}, "whole number from 1"),
        ({"steps": [99]}, "has made steps 0 to 14"),
    ):
        with pytest.raises(ArgumentError, match=message):
            cr.insight.tracin(run, x[:1], y[:1], **more)  # pyright: ignore
    with pytest.raises(DataError, match="equally many rows"):
        cr.insight.tracin(run, x[:2], y[:1])
    with pytest.raises(DataError):
        cr.insight.tracin(run, x[:1], [7])
