"""Points in a plane whose answer is a quantity: worked out again from where the points are, but for their noise."""

import numpy as np
import pytest

import chainrule as cr


def near(x: np.ndarray) -> np.ndarray:
    """Return the heights of three hills and three hollows at points."""
    found = np.zeros(len(x))
    for row, second in enumerate((0.4, -0.4)):
        for column, first in enumerate((-0.65, 0.0, 0.65)):
            sign = 1 if (row + column) % 2 == 0 else -1
            found += sign * np.exp(-((x[:, 0] - first) ** 2 + (x[:, 1] - second) ** 2) / 0.08)
    return found


def test_a_slope_rises_evenly() -> None:
    data = cr.data.load("slope")
    for part in (data.train, data.test):
        assert part.y.dtype == np.float32
        np.testing.assert_allclose(part.y, part.x.sum(axis=1), atol=0.3)
        assert np.std(part.y - part.x.sum(axis=1)) == pytest.approx(0.04 * 2**0.5, rel=0.2)


def test_hills_and_hollows_stand_in_turn() -> None:
    train = cr.data.load("hills").train
    assert np.corrcoef(train.y, near(train.x))[0, 1] > 0.98
    assert train.y.max() > 0.8 and train.y.min() < -0.8


def test_the_slope_is_learned_by_one_weighted_sum_and_the_hills_are_not() -> None:
    errors = {}
    for name in ("slope", "hills"):
        splits = cr.data.Preparation(checks=False).fit(cr.data.collect(name))
        model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)], seed=0)
        model.compile(cr.optimizers.SGD(0.1), "mse")
        model.fit(splits.train, epochs=10, verbose=0)
        errors[name] = model.evaluate(*splits.test, return_dict=True)["loss"]  # of a quantity of variance 1
    assert errors["slope"] < 0.05 < 0.8 < errors["hills"]
