"""Deep embedded clustering: against the paper's own formulas, on digits, and as recipes."""

from typing import Any

import gradients
import numpy as np
import pytest

import chainrule as cr
from chainrule import recipes
from chainrule.configuration import from_config, to_config
from chainrule.errors import ArgumentError, DataError, ShapeError
from chainrule.tasks.clustering import Settings, SoftAssignment, clustering_accuracy, deep_embedded, k_means, sharpened

Array = np.ndarray[Any, Any]


def points(alpha: float = 1.0) -> tuple[SoftAssignment, Array, Array]:
    """Return a layer with centres, these centres, and points."""
    rng = np.random.default_rng(0)
    layer, centres, z = SoftAssignment(3, alpha), rng.normal(size=(3, 4)), rng.normal(size=(5, 4))
    layer(cr.Variable(z.astype("float32")))
    layer.weights["centres"] = cr.Variable(centres)
    return layer, centres, z


def shares(z: Array, centres: Array, alpha: float) -> Array:
    kernel = (1 + ((z[:, None] - centres) ** 2).sum(-1) / alpha) ** (-(alpha + 1) / 2)
    return kernel / kernel.sum(1, keepdims=True)


@pytest.mark.parametrize("alpha", [1.0, 0.3, 7.0])
def test_shares_and_gradients_are_those_of_the_paper(alpha: float) -> None:
    layer, centres, z = points(alpha)
    place = cr.Variable(z)
    q = layer(place)
    np.testing.assert_allclose(q.value, shares(z, centres, alpha), rtol=1e-10)
    p = sharpened(np.asarray(q.value))
    loss = cr.losses.kl_divergence(p, q).sum()
    dz, dcentres = cr.gradient(loss, [place, layer.weights["centres"]])
    assert isinstance(dz, cr.Tensor) and isinstance(dcentres, cr.Tensor)
    difference = z[:, None] - centres
    pull = (alpha + 1) / alpha / (1 + (difference**2).sum(-1) / alpha) * (p - shares(z, centres, alpha))
    np.testing.assert_allclose(dz.value, (pull[..., None] * difference).sum(1), rtol=1e-5, atol=1e-7)  # equation 4
    np.testing.assert_allclose(dcentres.value, -(pull[..., None] * difference).sum(0), rtol=1e-5, atol=1e-7)  # equation 5


def test_the_gradient_to_second_order_against_finite_differences() -> None:
    layer, centres, z = points()

    def first_share(place: cr.Tensor, around: cr.Tensor) -> cr.Tensor:
        layer.weights["centres"] = around  # pyright: ignore[reportArgumentType]
        return layer(place)[:, 0]

    gradients.check_against_differences(first_share, z, centres)


def test_sharpened_shares_are_surer_and_small_clusters_count_as_much() -> None:
    q = np.array([[0.6, 0.4], [0.7, 0.3], [0.9, 0.1]], "float32")
    p = sharpened(q)
    for row in range(3):
        weight = [q[row, j] ** 2 / q[:, j].sum() for j in range(2)]
        np.testing.assert_allclose(p[row], np.array(weight) / sum(weight), rtol=1e-6)
    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-6)
    even = sharpened(np.full((4, 3), 1 / 3, "float32"))
    np.testing.assert_allclose(even, 1 / 3, rtol=1e-6)


def test_the_layer_is_kept_in_a_configuration_and_refuses_what_cannot_be() -> None:
    layer = from_config(to_config(SoftAssignment(4, 2.0)))
    assert (layer.clusters, layer.alpha) == (4, 2.0)
    with pytest.raises(ArgumentError, match="SoftAssignment: alpha must be a number above 0. Got 0 instead"):
        SoftAssignment(3, 0)
    with pytest.raises(ShapeError, match="each example must be a vector"):
        SoftAssignment(3)(cr.Variable(np.zeros((2, 3, 4), "float32")))


def test_digits_are_clustered_the_same_way_for_the_same_seed() -> None:
    digits = cr.data.load("digits").train
    x = digits.x / np.sqrt(np.mean(digits.x**2))
    settings = Settings(widths=(128, 64, 8), epochs=120, rounds=15, seed=1)
    heard: list[float] = []
    found = deep_embedded(x, 10, settings, lambda share, doing: heard.append(share))
    assert clustering_accuracy(digits.y, found.clusters) > 0.65
    assert len(found.changes) == 15 or found.changes[-1] < 0.001
    flat = x.reshape(len(x), -1)
    np.testing.assert_array_equal(np.asarray(found.model.predict(flat)).argmax(1), found.clusters)
    assert not np.allclose(found.encoder.predict(flat), found.codes)  # the encoder went on learning
    assert heard == sorted(heard)
    again = deep_embedded(x, 10, settings)
    np.testing.assert_array_equal(again.clusters, found.clusters)
    np.testing.assert_array_equal(again.codes, found.codes)


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda: deep_embedded(np.zeros((4, 2)), 1), ArgumentError, "clusters must be a whole number from 2. Got 1"),
        (lambda: deep_embedded(np.zeros((4, 2), "uint8"), 2), DataError, "x must be fractions, near 1 in size. Got uint8"),
        (lambda: Settings(widths=()), ArgumentError, "widths and epochs from 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(ask: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        ask()


@pytest.mark.usefixtures("data_folder")
def test_varieties_of_wheat_are_found_whatever_the_seed() -> None:
    report = recipes.run("wheat-clusters")
    assert report.met, report.to_text()
    wheat = cr.data.load("wheat-seeds").train
    x = (wheat.x - wheat.x.mean(axis=0)) / wheat.x.std(axis=0)
    for seed in range(1, 4):
        assert clustering_accuracy(wheat.y, k_means(x, 3, seed).clusters) == pytest.approx(report.figures["k-means"], abs=0.005)


@pytest.mark.heavy
@pytest.mark.usefixtures("data_folder")
def test_digits_of_mnist_in_ten_clusters() -> None:
    report = recipes.run("deep-embedded-clustering")
    print(report.to_text())
    assert report.met, report.to_text()
    assert report.figures["deep embedded"] > 75
