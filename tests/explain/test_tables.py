"""What columns matter: against scikit-learn on the same function, and on a table with categories."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.metrics import r2_score

import chainrule as cr
from chainrule.errors import ArgumentError, ShapeError

E = cr.explain


class Wrapped(RegressorMixin, BaseEstimator):
    """A model as an estimator of scikit-learn."""

    def __init__(self, model: cr.Model) -> None:
        self.model = model
        self.fitted_ = True

    def fit(self, x: np.ndarray, y: np.ndarray) -> "Wrapped":
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        return self.model.predict(np.asarray(x, "float32"), 256)[:, 0]


@pytest.fixture(scope="module")
def fitted() -> tuple[cr.Model, np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    x = random.random((150, 4)).astype("float32")
    y = (4 * x[:, 0] * x[:, 1] - x[:, 2]).astype("float32")
    model = cr.Sequential([cr.Input((4,)), cr.layers.Dense(16, "tanh"), cr.layers.Dense(1)], seed=4)
    model.compile(cr.optimizers.Adam(0.02), "mse", ["mae"])
    model.fit(x, y, epochs=30, verbose=0)
    return model, x, y


def test_permutation_importance_is_that_of_scikit_learn(fitted: tuple[cr.Model, np.ndarray, np.ndarray]) -> None:
    model, x, y = fitted
    mine = E.permutation_importance(model, x, y, lambda y, p: r2_score(y, p[:, 0]), repeats=60, seed=2)
    theirs = permutation_importance(Wrapped(model), x, y, n_repeats=60, random_state=2, scoring="r2")
    error = np.hypot(mine.std, theirs.importances_std) / np.sqrt(60)
    assert (error < 0.1 * mine.mean.max()).all() and mine.repeats.shape == (4, 60)
    np.testing.assert_array_less(np.abs(mine.mean - theirs.importances_mean), 5 * error + 1e-6)
    np.testing.assert_allclose(mine.std, theirs.importances_std, rtol=0.6, atol=2e-3)
    assert mine.score == pytest.approx(r2_score(y, model.predict(x)[:, 0]), abs=1e-5)
    assert mine.mean[3] < 0.02 < mine.mean[:3].min()


def test_figures_that_fall_and_rise(fitted: tuple[cr.Model, np.ndarray, np.ndarray]) -> None:
    model, x, y = fitted
    loss = E.permutation_importance(model, x, y, columns=["a", "b", "c", "d"])
    mae = E.permutation_importance(model, x, y, "mae")
    assert loss.names == ["a", "b", "c", "d"] and mae.names[0] == "column 0"
    assert (loss.mean[:3] > 0).all() and (mae.mean[:3] > 0).all()
    np.testing.assert_array_equal(loss.repeats, E.permutation_importance(model, x, y).repeats)
    together = E.permutation_importance(model, x, y, columns={"a and b": [0, 1], "none": []})
    assert together.mean[1] == 0 < together.mean[0]
    with pytest.raises(ArgumentError, match="loss, mae"):
        E.permutation_importance(model, x, y, "accuracy")
    with pytest.raises(ArgumentError, match="must name the 4 columns"):
        E.permutation_importance(model, x, y, columns=["a"])
    with pytest.raises(ArgumentError, match="repeats"):
        E.permutation_importance(model, x, y, repeats=0)


def test_partial_dependence_is_that_of_scikit_learn(fitted: tuple[cr.Model, np.ndarray, np.ndarray]) -> None:
    model, x, _ = fitted
    for column in (0, 3):
        theirs = partial_dependence(Wrapped(model), x.astype(float), [column], kind="both", grid_resolution=15)
        mine = E.partial_dependence(model, x, column, theirs["grid_values"][0])
        np.testing.assert_allclose(mine.average, theirs["average"][0], rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(mine.individual, theirs["individual"][0], rtol=1e-4, atol=1e-5)
        own = E.partial_dependence(model, x, column, 15).grid
        np.testing.assert_allclose(own, np.linspace(*np.quantile(x[:, column], [0.05, 0.95]), 15), rtol=1e-5)
    for column, grid, error, message in ((4, 20, ArgumentError, "column must be"), ([0, 1], [[1.0]], ShapeError, r"\(points, 2\)")):
        with pytest.raises(error, match=message):
            E.partial_dependence(model, x, column, grid)  # pyright: ignore
    two = cr.Sequential([cr.Input((4,)), cr.layers.Dense(2)])
    with pytest.raises(ArgumentError, match="which of the 2 outputs"):
        E.partial_dependence(two, x, 0)


def test_a_table_is_explained_by_its_own_columns() -> None:
    random = np.random.default_rng(3)
    colour, size = random.choice(["red", "green", "blue"], 300), random.normal(size=300)
    table = {"size": size, "colour": colour, "name": [f"n{i}" for i in range(300)], "price": 3.0 * (colour == "red") + size}
    preparation = cr.data.Preparation(target="price", split=cr.data.Holdout(validation=0, test=0))
    x, y = preparation.fit(table).train
    model = cr.Sequential([cr.Input(x.shape[1:]), cr.layers.Dense(16, "relu"), cr.layers.Dense(1)], seed=4)
    model.compile(cr.optimizers.Adam(0.02), "mse")
    model.fit(x, y, epochs=20, verbose=0)
    groups = E.feature_groups(preparation)
    assert list(groups) == ["size", "colour"] and [number for numbers in groups.values() for number in numbers] == list(range(x.shape[1]))
    assert [preparation.feature_names[i].partition("=")[0].partition(" ")[0] for i in groups["colour"]] == ["colour"] * 4
    found = E.integrated_gradients(model, x)
    columns = E.by_column(found.values, preparation)
    np.testing.assert_allclose(sum(columns.values()), found.values.sum(axis=1), rtol=1e-5)
    red = colour == "red"
    assert columns["colour"][red].mean() > 0.5 + columns["colour"][~red].mean()
    importance = E.permutation_importance(model, x, y, columns=groups)
    assert importance.names == ["size", "colour"] and (importance.mean > 0.3).all()
    curve = E.partial_dependence(model, x, groups["colour"])
    names = [preparation.feature_names[i] for i in groups["colour"]]
    assert names[int(curve.average.argmax())] == "colour=red" and curve.grid.shape == (4, 4)
    with pytest.raises(ShapeError, match="a number for each feature"):
        E.by_column(found.values[:, :2], preparation)
