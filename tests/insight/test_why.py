"""Why a weight has its gradient: sums by example and by path against the gradient, JAX, finite differences, and all paths written out."""

from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ArgumentError
from chainrule.insight import paths

L = cr.layers
RANDOM = np.random.default_rng(17)
IMAGES = RANDOM.random((20, 6, 6, 1)).astype("float32")
SERIES = RANDOM.standard_normal((20, 5, 3)).astype("float32")
WORDS = RANDOM.integers(0, 6, (20, 4)).astype("int32")
LABELS = RANDOM.integers(0, 3, 20)

NETWORKS = {
    "mlp": (IMAGES, [L.Flatten(), L.Dense(7, "tanh", kernel_regularizer="l2"), L.Dense(6, "relu"), L.Dense(3)]),
    "cnn": (
        IMAGES,
        [L.Conv2D(4, 3, activation="relu"), L.BatchNormalization(), L.MaxPooling2D(2), L.Dropout(0.3), L.Flatten(), L.Dense(3)],
    ),
    "lstm": (SERIES, [L.LSTM(5), L.Dense(3)]),
    "embedding": (WORDS, [L.Embedding(6, 4), L.Flatten(), L.Dense(3)]),
}
WEIGHTS = [
    ("mlp", "dense/kernel"),
    ("mlp", "dense_1/bias"),
    pytest.param("cnn", "conv2d/kernel", marks=pytest.mark.slow),
    pytest.param("cnn", "batch_normalization/gamma", marks=pytest.mark.slow),
    ("lstm", "lstm/recurrent_kernel"),
    ("embedding", "embedding/embeddings"),
]


def record(folder: Path, layers: list[Any], x: np.ndarray, y: np.ndarray, loss: Any = None, **fitting: Any) -> cr.Run:
    model = cr.Sequential([cr.Input(x.shape[1:], dtype=str(x.dtype)), *layers], seed=5)
    model.compile(cr.optimizers.SGD(0.1), loss or cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, y, 8, 2, verbose=0, callbacks=[cr.callbacks.Recorder(folder / "run")], **fitting)
    return cr.open_run(folder / "run")


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], cr.Moment]:
    """A step of a network's second epoch, the last of it, whose batch is short; recorded when it is asked for."""

    def moment(name: str) -> cr.Moment:
        x, layers = NETWORKS[name]
        return record(tmp_path_factory.mktemp(name), layers, x, LABELS).at(5)

    return cache(moment)


def steepest(moment: cr.Moment, name: str) -> tuple[int, ...]:
    """Return where the gradient of a weight is largest."""
    slopes = np.abs(moment.gradient(name))
    return tuple(map(int, np.unravel_index(slopes.argmax(), slopes.shape)))


@pytest.mark.parametrize(("network", "name"), WEIGHTS)
def test_examples_and_paths_add_up_to_the_gradient(moments: Callable[[str], cr.Moment], network: str, name: str) -> None:
    moment = moments(network)
    index = steepest(moment, name)
    answer = moment.why(name, index, paths=4)
    gradient = float(moment.gradient(name)[index])
    scale = np.abs(answer.contributions).sum()
    assert scale > 0 and len(answer.contributions) == len(moment.rows) == 4
    assert answer.total == pytest.approx(gradient, abs=2e-6 * scale)
    assert answer.gradient == gradient and answer.weight == moment[name][index]
    found = sum(path.value for path in answer.paths) + answer.others
    assert found == pytest.approx(answer.contributions[answer.example], abs=2e-6 * max(abs(path.value) for path in answer.paths))
    for path in answer.paths:
        assert path.value == pytest.approx(np.prod([factor.value for factor in path.factors]), rel=1e-9)
        assert path.factors[0].of == "loss of the batch" and path.factors[-1].by == f"{name}{list(answer.index)}"


def logits(weights: dict[str, Any], x: Any) -> Any:
    hidden = jnp.tanh(x.reshape(len(x), -1) @ weights["dense/kernel"] + weights["dense/bias"])
    hidden = jnp.maximum(hidden @ weights["dense_1/kernel"] + weights["dense_1/bias"], 0)
    return hidden @ weights["dense_2/kernel"] + weights["dense_2/bias"]


def test_each_contribution_is_the_gradient_of_that_examples_loss(moments: Callable[[str], cr.Moment]) -> None:
    moment = moments("mlp")
    weights = {name: jnp.asarray(moment[name]) for name in moment.names()["update"]}
    answer = moment.why("dense/kernel", (20, 3))
    for place, contribution in enumerate(answer.contributions):
        own = slice(place, place + 1)
        slopes = jax.grad(lambda w, own=own: -jax.nn.log_softmax(logits(w, moment.x[own]))[0, moment.y[own][0]] / 4)(weights)
        assert contribution == pytest.approx(float(slopes["dense/kernel"][20, 3]), rel=1e-4, abs=1e-8)
    assert answer.penalty == pytest.approx(2 * 0.01 * float(moment["dense/kernel"][20, 3]), rel=1e-5)


@pytest.mark.slow
def test_examples_that_meet_in_batch_normalisation_against_finite_differences(moments: Callable[[str], cr.Moment]) -> None:
    moment = moments("cnn")
    index, step = steepest(moment, "conv2d/kernel"), 1e-2
    answer = moment.why("conv2d/kernel", index)
    up, down = (moment.nudge("conv2d/kernel", index, change).example_losses for change in (step, -step))
    slopes = (up.astype("float64") - down) / (2 * step)
    assert np.abs(slopes).max() > 0.05
    np.testing.assert_allclose(answer.contributions * len(moment.rows), slopes, rtol=0.02, atol=2e-3)


def test_paths_are_all_paths_written_out(moments: Callable[[str], cr.Moment]) -> None:
    moment, example = moments("mlp"), 1
    answer = moment.why("dense/kernel", (20, 3), example=example, paths=1000)
    w1, w2 = moment["dense_1/kernel"], moment["dense_2/kernel"]
    hidden, last = moment["dense_1/output"][example], moment["dense_2/output"][example]
    first = moment["dense/output"][example, 3]
    errors = np.array(jax.nn.softmax(last)) - np.eye(3)[moment.y[example]]
    below = moment.x[example].reshape(-1)[20] * (1 - first**2)
    wanted = {(j, k): errors[k] * w2[j, k] * (hidden[j] > 0) * w1[3, j] * below / 4 for j, k in product(range(6), range(3))}
    wanted = {units: value for units, value in wanted.items() if value}
    assert len(answer.paths) == answer.number == len(wanted) > 3
    assert answer.others == 0
    for path in answer.paths:
        j, k = path.units[2][0], path.units[4][0]
        assert path.value == pytest.approx(wanted.pop((j, k)), rel=1e-4)
    values = [abs(path.value) for path in answer.paths]
    assert values == sorted(values, reverse=True)
    few = moment.why("dense/kernel", (20, 3), example=example, paths=3)
    assert [path.units for path in few.paths] == [path.units for path in answer.paths[:3]]  # the strongest for certain
    assert few.others == pytest.approx(sum(path.value for path in answer.paths[3:]), rel=1e-5)


def test_of_too_many_units_paths_follow_the_largest_sums(moments: Callable[[str], cr.Moment], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "MOST_ROWS", 3)
    answer = moments("mlp").why("dense/kernel", (20, 3), paths=3)
    assert answer.number is None and len(answer.paths) == 3
    assert sum(path.value for path in answer.paths) + answer.others == pytest.approx(answer.contributions[answer.example], rel=1e-5)


def test_weights_of_examples_count(tmp_path: Path) -> None:
    weights = np.linspace(0, 2, 20).astype("float32")
    moment = record(tmp_path, [L.Flatten(), L.Dense(3)], IMAGES, LABELS, sample_weight=weights).at(1)
    answer = moment.why("dense/kernel", (7, 1))
    np.testing.assert_allclose(answer.shares, weights[moment.rows] / 8, rtol=1e-6)
    errors = np.array(jax.nn.softmax(moment["dense/output"])) - np.eye(3)[moment.y]
    wanted = moment.x.reshape(8, -1)[:, 7] * errors[:, 1] * answer.shares
    np.testing.assert_allclose(answer.contributions, wanted, rtol=1e-4, atol=1e-8)
    assert answer.total == pytest.approx(float(moment.gradient("dense/kernel")[7, 1]), rel=1e-5)


def test_a_layer_that_stands_in_two_places(tmp_path: Path) -> None:
    model_input, shared = cr.Input((3,)), L.Dense(3, "tanh")
    hidden = shared(shared(model_input))
    model = cr.Model(model_input, L.Dense(1)(L.Add()([hidden, model_input])), seed=2)
    model.compile(cr.optimizers.SGD(0.1), "mse")
    model.fit(SERIES[:, 0], SERIES[:, 1, 0], 5, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "run")])
    moment = cr.open_run(tmp_path / "run").at(2)
    answer = moment.why("dense/kernel", (0, 1))
    assert answer.total == pytest.approx(float(moment.gradient("dense/kernel")[0, 1]), rel=1e-4)
    assert sum(path.value for path in answer.paths) + answer.others == pytest.approx(answer.contributions[answer.example], rel=1e-5)


def test_the_answer_reads_as_an_explanation(moments: Callable[[str], cr.Moment]) -> None:
    answer = moments("mlp").why("dense/kernel", (20, 3), paths=2)
    text = str(answer)
    assert f"dense/kernel[20, 3] is {answer.gradient:+.6g}" in text
    assert f"training row {answer.rows[answer.example]}" in text and "penalties on weights" in text
    assert "d dense/output[3] / d dense/weighted sum[3]" in text and "tanh: tanh x" in text and "all others" in text
    lines = {Path(factor.line.rpartition(":")[0]).name for factor in answer.paths[0].factors if factor.line}
    assert lines == {Path(__file__).name} and "test_why.py:" in text  # where this test made the layers
    data = answer.to_dict()
    assert sum(data["contributions"]) + data["penalty"] == pytest.approx(answer.gradient, rel=1e-4)
    assert len(data["paths"]) == 2 and data["paths"][0]["factors"][0]["of"] == "loss of the batch"


def test_a_weight_that_changes_nothing_is_told_where_its_way_ends(tmp_path: Path) -> None:
    dead = [L.Flatten(), L.Dense(4, "relu", bias_initializer=cr.initializers.Constant(-100.0)), L.Dense(3)]
    answer = record(tmp_path, dead, IMAGES, LABELS).at(0).why("dense/kernel", (0, 0))
    assert answer.gradient == answer.total == 0 and not answer.paths
    assert answer.blocked.startswith("d dense/output / d dense/weighted sum is 0: relu")
    assert "does not change the loss" in str(answer) and "relu: max(x, 0)" in str(answer)


def test_a_gradient_that_is_not_finite_is_told_as_such(tmp_path: Path) -> None:
    model = cr.Sequential([cr.Input((3,)), L.Dense(4), L.Dense(1)], seed=1)
    model.compile(cr.optimizers.SGD(1e25), "mse")
    with pytest.raises(cr.errors.TrainingError):
        model.fit(SERIES[:, 0], SERIES[:, 1, 0], 10, 5, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "run")])
    run = cr.open_run(tmp_path / "run")
    answer = run.at(int(run.figures()["step"][-1])).why("dense/kernel", (0, 0))
    assert not np.isfinite(answer.gradient) and not np.isfinite(answer.total)
    assert "is not finite; Run.first_nan() says where that began" in str(answer)


def test_errors(moments: Callable[[str], cr.Moment]) -> None:
    moment = moments("mlp")
    with pytest.raises(ArgumentError, match=r"Did you mean 'dense_1/kernel'\?"):
        moment.why("dense_1/kernl", (0, 0))
    for index in ((0,), (0, 0, 0), (36, 0), (0, -8), (0.5, 0)):
        with pytest.raises(ArgumentError, match=r"of shape \(36, 7\), is 2 whole numbers, one for each axis"):
            moment.why("dense/kernel", index)
    with pytest.raises(ArgumentError, match="has examples 0 to 3. Got example 4 instead"):
        moment.why("dense/kernel", (0, 0), example=4)
