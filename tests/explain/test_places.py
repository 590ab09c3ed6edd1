"""Explanations of images by place, and of examples by their neighbours: against plain NumPy and scikit-learn."""

import numpy as np
import pytest
from explained import Explained
from scipy.ndimage import zoom
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

import chainrule as cr
from chainrule.errors import ArgumentError

E = cr.explain


def test_occlusion_is_what_covering_does(digits: Explained) -> None:
    model, x, _ = digits
    row, target = x[:1], int(model.predict(x[:1]).argmax())
    falls, counts = np.zeros((8, 8, 1)), np.zeros((8, 8, 1))
    for top in range(0, 8, 2):
        for left in range(0, 8, 2):
            if top - 2 < 8 - 3 and left - 2 < 8 - 3:  # the last window is the first that reaches the edge
                covered = row.copy()
                covered[0, top : top + 3, left : left + 3] = 0.5
                falls[top : top + 3, left : left + 3] += model.predict(row)[0, target] - model.predict(covered)[0, target]
                counts[top : top + 3, left : left + 3] += 1
    assert counts.min() == 1
    np.testing.assert_allclose(E.occlusion(model, row, window=3, stride=2, fill=0.5)[0], falls / counts, atol=1e-6)
    np.testing.assert_allclose(E.occlusion(model, x[:3], window=3)[1], E.occlusion(model, x[1:2], window=(3, 3), stride=1)[0], atol=1e-6)


def test_grad_cam_is_its_formula(digits: Explained) -> None:
    """The network after the convolution is called on its output; gradients by finite differences of channel shifts."""
    model, x, _ = digits
    layers = model.layers
    maps = E.layer_outputs(model, x[:1], "conv2d")
    after = cr.Sequential([cr.Input(maps.shape[1:]), *layers[1:]])
    target = int(model.predict(x[:1]).argmax())
    assert after.predict(maps)[0, target] == pytest.approx(model.predict(x[:1])[0, target], abs=1e-5)
    shares = E.saliency(after, maps, target, "logit")[0].mean(axis=(0, 1))
    wanted = np.maximum((maps[0] * shares).sum(axis=-1), 0)
    found = E.grad_cam(model, x[:1], quantity="logit", resize=False)[0]
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)
    signed = E.grad_cam(model, x[:1], quantity="logit", resize=False, positive=False)[0]
    assert signed.min() < 0
    np.testing.assert_allclose(np.maximum(signed, 0), found, atol=1e-6)


def test_maps_are_resized_as_scipy_does(digits: Explained) -> None:
    model, x, _ = digits
    small = E.grad_cam(model, x[:2], resize=False)
    assert small.shape == (2, 6, 6)
    wanted = zoom(small, (1, 8 / 6, 8 / 6), order=1, mode="nearest", grid_mode=True)
    np.testing.assert_allclose(E.grad_cam(model, x[:2]), wanted, atol=1e-6)
    series = cr.Sequential([cr.Input((10, 2)), cr.layers.Conv1D(4, 3), cr.layers.Flatten(), cr.layers.Dense(2)])
    assert E.grad_cam(series, np.ones((3, 10, 2))).shape == (3, 10)


def test_layer_outputs_and_neighbours(digits: Explained) -> None:
    model, x, _ = digits
    hidden = E.layer_outputs(model, x[:100], "dense")
    w = model.named_weights()
    flat = E.layer_outputs(model, x[:100], "flatten/output")
    np.testing.assert_allclose(hidden, np.maximum(flat @ w["dense/kernel"].value + w["dense/bias"].value, 0), rtol=1e-3, atol=1e-5)
    found = E.nearest_examples(model, x[100:110], x[:100], "dense", k=7)
    neighbours = NearestNeighbors(n_neighbors=7).fit(hidden)
    distances, rows = neighbours.kneighbors(E.layer_outputs(model, x[100:110], "dense"))
    np.testing.assert_array_equal(found.rows, rows)
    np.testing.assert_allclose(found.distances, distances, rtol=1e-5)
    np.testing.assert_array_equal(E.nearest_examples(model, x[100:110], x[:100], k=7).rows, rows)
    assert E.nearest_examples(model, x[5:6], x[:100], k=1).rows.tolist() == [[5]]


def test_the_embedding_is_principal_components(digits: Explained) -> None:
    model, x, _ = digits
    hidden = E.layer_outputs(model, x, "dense")
    found, pca = E.embedding(model, x, "dense"), PCA(2).fit(hidden)
    np.testing.assert_allclose(np.abs(found.places), np.abs(pca.transform(hidden)), rtol=1e-2, atol=1e-3)
    np.testing.assert_allclose(found.shares, pca.explained_variance_ratio_, rtol=1e-4)
    np.testing.assert_array_equal(found.places, E.embedding(model, x, "dense").places)
    np.testing.assert_array_equal(E.embedding(model, x, "dense", PCA(2)).places, pca.fit_transform(hidden.astype(float)))


@pytest.mark.slow
def test_another_method_keeps_neighbours_together(digits: Explained) -> None:
    model, x, y = digits
    laid = E.embedding(model, x[:150], "dense", "tsne", seed=3).places
    _, nearest = NearestNeighbors(n_neighbors=2).fit(laid).kneighbors(laid)
    assert (y[:150][nearest[:, 1]] == y[:150]).mean() > 0.8  # neighbours are of one class


def test_a_unit_is_maximised(digits: Explained) -> None:
    model, x, _ = digits
    found = E.maximise_unit(model, "dense_1", [3, 8], steps=60)
    assert found.x.shape == (2, 8, 8, 1) and 0 <= found.x.min() < found.x.max() <= 1
    assert model.predict(found.x).argmax(axis=1).tolist() == [3, 8]
    np.testing.assert_allclose(found.after, model.predict(found.x)[[0, 1], [3, 8]], atol=1e-5)
    channels = E.maximise_unit(model, "conv2d", [0, 1], steps=40)
    best = E.layer_outputs(model, x, "conv2d").mean(axis=(1, 2)).max(axis=0)[:2]
    assert (channels.after >= channels.before).all() and (channels.after > best).any()
    again = E.maximise_unit(model, "conv2d", [0, 1], steps=40)
    np.testing.assert_array_equal(channels.x, again.x)
    rough = E.maximise_unit(model, "dense_1", 3, steps=60, blur=0.0, jitter=0, decay=0.0).x[0]
    flicker = [np.abs(np.diff(image[..., 0], axis=0)).mean() for image in (rough, found.x[0])]
    assert flicker[0] > 1.2 * flicker[1]
    begun = E.maximise_unit(model, "dense_1", 3, steps=1, start=x[0], jitter=0, blur=0.0)
    np.testing.assert_allclose(begun.before, model.predict(x[:1])[0, 3], atol=1e-6)


def test_bad_input_is_named(digits: Explained) -> None:
    model, x, _ = digits
    dense = cr.Sequential([cr.Input((5,)), cr.layers.Dense(3)])
    for call, message in (
        (lambda: E.grad_cam(dense, np.ones((1, 5))), "no convolution"),
        (lambda: E.grad_cam(model, x[:1], layer="dense"), "places and channels"),
        (lambda: E.grad_cam(model, x[:1], layer="conv2"), "Did you mean 'conv2d'"),
        (lambda: E.occlusion(model, x[:1], window=(2, 2, 2)), "window must be"),
        (lambda: E.occlusion(model, x[:1], stride=0), "stride must be"),
        (lambda: E.nearest_examples(model, x[:1], x[:3], k=4), "between 1 and 3"),
        (lambda: E.embedding(model, x, method="tsn"), "Did you mean 'tsne'"),
        (lambda: E.embedding(model, x[:1]), "at least 2 rows and 2 units are needed. Got 1 rows"),
        (lambda: E.maximise_unit(model, "conv2d", 8), "0 to 7"),
        (lambda: E.maximise_unit(model, "conv2d", 0, bounds=(1.0, 0.0)), "in order"),
    ):
        with pytest.raises(ArgumentError, match=message):
            call()
