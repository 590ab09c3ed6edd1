"""A layer's outputs laid out on a plane and in space, beside scikit-learn's."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

import chainrule as cr
from chainrule.errors import ArgumentError

X = np.random.default_rng(3).standard_normal((60, 6)).astype("float32")


@pytest.fixture(scope="module")
def model() -> cr.Sequential:
    return cr.Sequential([cr.Input((6,)), cr.layers.Dense(5, "tanh"), cr.layers.Dense(1)], seed=4)


def outputs_of(model: cr.Sequential) -> np.ndarray:
    kernel, bias = (weight.astype(np.float64) for weight in model.get_weights()[:2])
    return np.tanh(X @ kernel + bias)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_principal_directions_are_those_of_scikit_learn(model: cr.Sequential, dimensions: int) -> None:
    found = cr.explain.embedding(model, X, "dense", dimensions=dimensions)
    bought = PCA(dimensions).fit(outputs_of(model))
    assert found.places.shape == (60, dimensions) and found.shares is not None
    np.testing.assert_allclose(np.abs(found.places), np.abs(bought.transform(outputs_of(model))), atol=1e-5)
    np.testing.assert_allclose(found.shares, bought.explained_variance_ratio_, rtol=1e-5)


def test_neighbours_stay_neighbours_in_space(model: cr.Sequential) -> None:
    found = cr.explain.embedding(model, X, "dense", "tsne", seed=7, dimensions=3)
    assert found.shares is None and found.places.shape == (60, 3)
    assert trustworthiness(outputs_of(model), found.places) > 0.8  # of random places it is 0.5
    again = cr.explain.embedding(model, X, "dense", "tsne", seed=7, dimensions=3)
    np.testing.assert_array_equal(found.places, again.places)


def test_fewer_units_than_dimensions_are_refused(model: cr.Sequential) -> None:
    with pytest.raises(ArgumentError, match="at least 3 rows and 3 units are needed. Got 60 rows and 1 units"):
        cr.explain.embedding(model, X, "dense_1", dimensions=3)
    with pytest.raises(ArgumentError, match="dimensions must be 2 or 3. Got 4"):
        cr.explain.embedding(model, X, "dense", dimensions=4)
