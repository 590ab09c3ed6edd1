"""The loss landscape against evaluation from outside, JAX's dense Hessians, and linear algebra."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import chainrule as cr
from chainrule.cli.inside_views import landscape_view
from chainrule.errors import ArgumentError
from chainrule.insight import landscape
from chainrule.insight.landscape.directions import principal_directions, random_direction
from chainrule.training import Examples

L = cr.layers
RANDOM = np.random.default_rng(31)
X, Y = RANDOM.standard_normal((40, 5)).astype("float32"), RANDOM.integers(0, 3, 40)
NAMES = ["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"]


def network(seed: int = 1, regularizer: str | None = "l2") -> cr.Model:
    layers = [L.Dense(8, "tanh", kernel_regularizer=regularizer), L.Dense(3)]
    model = cr.Sequential([cr.Input((5,)), *layers], seed=seed)
    model.compile(cr.optimizers.SGD(0.2), cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def loss(weights: list[jax.Array]) -> jax.Array:
    """The loss of `network`, written again."""
    w, b, v, c = weights
    logits = jnp.tanh(X @ w + b) @ v + c
    return -jax.nn.log_softmax(logits)[jnp.arange(len(Y)), Y].mean() + 0.01 * (w**2).sum()


def dense_hessian(model: cr.Model) -> np.ndarray:
    arrays = [np.asarray(model.named_weights()[name].value) for name in NAMES]
    ends = np.cumsum([array.size for array in arrays])[:-1]

    def flat(vector):
        return loss([part.reshape(array.shape) for part, array in zip(jnp.split(vector, ends), arrays, strict=True)])

    with jax.enable_x64(True):
        return np.asarray(jax.hessian(flat)(np.concatenate([array.ravel() for array in arrays]).astype("float64")))


@pytest.mark.parametrize("count", [1, 4, 75])
def test_eigenvalues_are_those_of_the_dense_hessian(count: int) -> None:
    model = network()
    assert model.count_params() == 75  # above the size up to which the whole matrix is made
    values, vectors = np.linalg.eigh(dense_hessian(model))
    found = landscape.sharpness(model, X, Y, count=count)
    np.testing.assert_allclose(found.eigenvalues, values[::-1][:count], rtol=2e-3, atol=1e-4)
    direction = np.concatenate([found.eigenvectors[0][name].ravel() for name in NAMES])
    assert abs(direction @ vectors[:, -1]) > 0.99
    assert np.linalg.norm(direction) == pytest.approx(1, abs=1e-4)


def test_a_small_net_and_the_trace() -> None:
    model = network()
    hessian = dense_hessian(model)
    found = landscape.sharpness(model, X, Y, trace_samples=200)
    assert found.trace is not None and found.trace_error is not None
    assert abs(found.trace - np.trace(hessian)) < 4 * found.trace_error < 0.2 * abs(found.trace)
    assert landscape.sharpness(model, X, Y).trace is None


def test_curvature_and_gradient_of_a_surface_against_jax() -> None:
    model = network()
    surface = landscape.Surface(model, Examples((X,), (Y,)))
    weights = surface.weights()
    vector = RANDOM.standard_normal(surface.size)
    np.testing.assert_allclose(surface.curvature(weights, vector), dense_hessian(model) @ vector, rtol=1e-3, atol=1e-4)
    slopes = jax.grad(loss)([weights[name] for name in NAMES])
    for name, slope in zip(NAMES, slopes, strict=True):
        np.testing.assert_allclose(surface.gradient(weights)[name], slope, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(surface.flatten(surface.unflatten(surface.flatten(weights))), surface.flatten(weights))


def test_a_line_between_two_models_is_evaluation_in_between() -> None:
    first, second = network(1), network(2)
    found = landscape.line(first, X, Y, to=second, span=(0, 1), points=5)
    for position, value in zip(found.positions, found.losses, strict=True):
        between = network(1)
        between.set_weights([(1 - position) * a + position * b for a, b in zip(first.get_weights(), second.get_weights(), strict=True)])
        assert value == pytest.approx(between.evaluate(X, Y, return_dict=True)["loss"], rel=1e-5)
    again = landscape.line(
        first, X, Y, to={name: variable.value for name, variable in second.named_weights().items()}, span=(0, 1), points=5
    )
    np.testing.assert_array_equal(found.losses, again.losses)


def test_random_directions_are_as_long_as_the_weights_of_each_unit() -> None:
    weights = {
        "conv2d/kernel": RANDOM.standard_normal((3, 3, 2, 4)).astype("float32"),
        "dense/bias": np.ones(4, "float32"),
        "embedding/embeddings": RANDOM.standard_normal((7, 3)).astype("float32"),
    }
    direction = random_direction(weights, seed=3)
    assert "dense/bias" not in direction
    kernel = weights["conv2d/kernel"].reshape(-1, 4)
    np.testing.assert_allclose(np.linalg.norm(direction["conv2d/kernel"].reshape(-1, 4), axis=0), np.linalg.norm(kernel, axis=0), rtol=1e-5)
    rows = (np.linalg.norm(array["embedding/embeddings"], axis=1) for array in (direction, weights))
    np.testing.assert_allclose(*rows, rtol=1e-5)
    assert any((direction[name] != random_direction(weights, seed=4)[name]).any() for name in direction)


def test_a_plane_is_evaluation_at_its_points() -> None:
    model = network()
    found = landscape.plane(model, X, Y, span=0.5, points=3, seed=2)
    weights = {name: np.asarray(variable.value) for name, variable in model.named_weights().items()}
    across, up = random_direction(weights, 4), random_direction(weights, 5)
    moved = network()
    moved.set_weights([w + 0.5 * across.get(name, 0) - 0.5 * up.get(name, 0) for name, w in weights.items()])
    assert found.losses[0, 2] == pytest.approx(moved.evaluate(X, Y, return_dict=True)["loss"], rel=1e-5)
    assert found.losses[1, 1] == pytest.approx(model.evaluate(X, Y, return_dict=True)["loss"], rel=1e-5)
    assert found.losses.shape == (3, 3)


def test_principal_directions_against_a_decomposition_of_the_points() -> None:
    points = [RANDOM.standard_normal(30) * np.linspace(3, 0.1, 30) for _ in range(6)]
    directions, places, shares = principal_directions(points)
    centred = np.stack(points) - np.mean(points, axis=0)
    _, lengths, wanted = np.linalg.svd(centred)
    np.testing.assert_allclose(np.abs(directions @ wanted[:2].T), np.eye(2), atol=1e-9)
    np.testing.assert_allclose(shares, lengths[:2] ** 2 / (lengths**2).sum(), rtol=1e-9)
    np.testing.assert_allclose(places, (np.stack(points) - points[-1]) @ directions.T, atol=1e-12)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> cr.Run:
    path = tmp_path_factory.mktemp("runs") / "run"
    network().fit(X, Y, 10, 5, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
    return cr.open_run(path)


def test_the_plane_of_a_run_passes_through_its_end(run: cr.Run) -> None:
    found = landscape.path(run, points=7, stops=6)
    assert found.path is not None and found.explained is not None
    assert found.steps[0] == 0 and found.steps[-1] == 20 and len(found.path) == 6
    np.testing.assert_allclose(found.path[-1], 0, atol=1e-6)
    assert 0.5 < sum(found.explained) <= 1 + 1e-9
    end = run.model().evaluate(X, Y, return_dict=True)["loss"]
    assert found.across[0] < found.path[:, 0].min() and found.across[-1] > found.path[:, 0].max()
    centre = landscape.line(run.model(), X, Y, to=run.at(0).state, span=(0, 1), points=2).losses
    assert centre[0] == pytest.approx(end, rel=1e-5) and centre[1] == pytest.approx(
        run.at(0).model().evaluate(X, Y, return_dict=True)["loss"], rel=1e-5
    )
    assert found.losses.min() < centre[1]


def test_the_course_of_sharpness(run: cr.Run) -> None:
    found = cr.landscape.course(run, steps=[0, 7], count=2)
    for row, step in enumerate((0, 7)):
        values = np.linalg.eigvalsh(dense_hessian(run.at(step).model()))[::-1]
        np.testing.assert_allclose(found.eigenvalues[row], values[:2], rtol=2e-3)
        assert found.losses[row] == pytest.approx(run.at(step).model().evaluate(X, Y, return_dict=True)["loss"], rel=1e-5)
    np.testing.assert_allclose(found.thresholds, 2 / 0.2)
    assert cr.landscape.course(run).eigenvalues.shape == (12, 1)


def test_examples_are_bounded_and_weighted() -> None:
    model = network(regularizer=None)
    some = landscape.Surface(model, Examples((X,), (Y,)), most=10, seed=4)
    rows = np.sort(np.random.default_rng(4).choice(40, 10, replace=False))
    assert some.loss(some.weights()) == pytest.approx(model.evaluate(X[rows], Y[rows], return_dict=True)["loss"], rel=1e-5)
    weights = np.linspace(0, 2, 40).astype("float32")
    weighted = landscape.Surface(model, Examples((X,), (Y,), weights))
    assert weighted.loss(weighted.weights()) == pytest.approx(
        model.evaluate(X, Y, sample_weight=weights, return_dict=True)["loss"], rel=1e-5
    )
    along = landscape.line(model, X, Y, points=3, sample_weight=weights)
    assert along.losses[1] == pytest.approx(weighted.loss(weighted.weights()), rel=1e-6)


def test_the_line_of_a_run_counts_examples_as_the_run_did(tmp_path: Path) -> None:
    weights = np.linspace(0, 3, 40).astype("float32")
    network(regularizer=None).fit(X, Y, 40, epochs=2, verbose=0, sample_weight=weights, callbacks=[cr.callbacks.Recorder(tmp_path / "run")])
    run = cr.open_run(tmp_path / "run")
    found = landscape_view(run, "line", 40)
    assert isinstance(found, landscape.Line)
    end = np.interp(0.0, found.positions, found.losses)
    loss = run.model().evaluate(X, Y, sample_weight=weights, return_dict=True)["loss"]
    assert end == pytest.approx(loss, rel=0.02)  # between two points of the line
    assert abs(run.model().evaluate(X, Y, return_dict=True)["loss"] - loss) > 0.1 * loss  # weights make a difference


class Unbegun(cr.callbacks.Callback):
    """Stops a fit before its first step."""

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        raise KeyboardInterrupt


def test_errors(tmp_path: Path) -> None:
    model = network()
    with pytest.raises(ArgumentError, match="as many eigenvalues as weights that learn, 75. Got count=76"):
        landscape.sharpness(model, X, Y, count=76)
    with pytest.raises(ArgumentError, match=r"must give weight dense/kernel of shape \(5, 8\). Got none"):
        landscape.line(model, X, Y, to={"dens/kernel": np.zeros((5, 8))})
    with pytest.raises(ArgumentError, match="needs a smaller and a larger end"):
        landscape.line(model, X, Y, span=(1, -1))
    with pytest.raises(ArgumentError, match="is not compiled"):
        landscape.sharpness(cr.Sequential([cr.Input((5,)), L.Dense(3)]), X, Y)
    model.fit(X, Y, 40, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "short")])
    with pytest.raises(ArgumentError, match="has made 1 steps"):
        landscape.path(cr.open_run(tmp_path / "short"))
    model = network()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, 40, verbose=0, callbacks=[Unbegun(), cr.callbacks.Recorder(tmp_path / "empty")])
    empty = cr.open_run(tmp_path / "empty")
    for ask in (lambda: landscape.course(empty), lambda: landscape.path(empty), lambda: landscape_view(empty, "line", 10)):
        with pytest.raises(ArgumentError, match="has made no step yet"):
            ask()
