"""First values: their statistics against the formulas and against Keras, and that they hang on seed and path alone."""

from typing import Any

import numpy as np
import pytest

from chainrule import initializers, layers
from chainrule.errors import ArgumentError
from chainrule.graph import Constant
from chainrule.initializers import INITIALIZERS, Orthogonal, VarianceScaling

_SHAPES = [(40, 60), (3, 3, 20, 50), (500,)]


def _draw(name: str | initializers.Initializer, shape: tuple[int, ...], seed: int = 0) -> Any:
    return initializers.get(name)(shape, np.random.Generator(np.random.Philox(seed)))


def _fans(shape: tuple[int, ...]) -> tuple[int, int]:
    return {(40, 60): (40, 60), (3, 3, 20, 50): (180, 450), (500,): (500, 500)}[shape]


@pytest.mark.parametrize("shape", _SHAPES, ids=str)
@pytest.mark.parametrize("name", ["glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal"])
def test_variance_scaling_has_the_variance_of_its_formula(name: str, shape: tuple[int, ...]) -> None:
    fan_in, fan_out = _fans(shape)
    family, distribution = name.split("_")
    variance = {"glorot": 2 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}[family]
    values = _draw(name, shape)
    limit = np.sqrt(3 * variance) if distribution == "uniform" else 2 * np.sqrt(variance) / 0.87962566
    assert values.dtype == np.float32 and np.abs(values).max() <= limit * 1.000001
    assert np.abs(values).max() > 0.95 * limit
    assert abs(values.mean()) < 4 * np.sqrt(variance / values.size)
    np.testing.assert_allclose(values.var(), variance, rtol=6 / np.sqrt(values.size))


@pytest.mark.parametrize("mode", ["fan_in", "fan_out", "fan_avg"])
def test_a_mode_chooses_its_fan(mode: str) -> None:
    fan = {"fan_in": 180, "fan_out": 450, "fan_avg": 315}[mode]
    assert np.abs(_draw(VarianceScaling(2.0, mode, "uniform"), (3, 3, 20, 50))).max() == pytest.approx(np.sqrt(6 / fan), rel=1e-3)


@pytest.mark.parametrize("name", sorted(INITIALIZERS))
def test_the_spread_is_that_of_keras(name: str) -> None:
    keras: Any = pytest.importorskip("keras")
    shape = (60, 90)
    theirs, mine = np.asarray(keras.initializers.get(name)(shape)), _draw(name, shape)
    sampling = 6 * max(float(theirs.std()), 1e-9) / np.sqrt(theirs.size)
    assert mine.shape == theirs.shape and mine.dtype == theirs.dtype
    assert abs(mine.mean() - theirs.mean()) <= sampling
    assert abs(mine.std() - theirs.std()) <= sampling
    if name not in ("orthogonal", "normal", "random_normal"):  # these have no limit
        np.testing.assert_allclose([mine.min(), mine.max()], [theirs.min(), theirs.max()], rtol=0.03)


@pytest.mark.parametrize("shape", [(5, 5), (8, 3), (3, 8), (2, 2, 3, 4)], ids=str)
def test_orthogonal_rows_or_columns_are_orthonormal(shape: tuple[int, ...]) -> None:
    matrix = _draw(Orthogonal(gain=2.0), shape).reshape(-1, shape[-1]) / 2
    square = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
    np.testing.assert_allclose(square, np.eye(len(square)), atol=1e-6)


def test_orthogonal_prefers_no_direction() -> None:
    """Without a fix of signs, the first row of Q from a QR decomposition would lean to one side."""
    corners = [_draw(Orthogonal(), (2, 2), seed)[0, 0] for seed in range(200)]
    assert abs(np.mean(corners)) < 0.2


def _kernel(seed: int, path: str) -> Any:
    layer = layers.Dense(4)
    layer.build((3,))
    layer.initialize(seed, path)
    return np.asarray(layer.weights["kernel"].value)


def test_first_values_hang_on_seed_and_path_alone() -> None:
    np.testing.assert_array_equal(_kernel(1, "a"), _kernel(1, "a"))
    assert not np.array_equal(_kernel(1, "a"), _kernel(2, "a"))
    assert not np.array_equal(_kernel(1, "a"), _kernel(1, "b"))


def test_weights_of_one_layer_have_different_first_values() -> None:
    layer = layers.LSTM(3, recurrent_initializer="glorot_uniform")
    layer(Constant(np.zeros((1, 2, 3), "float32")))
    assert not np.array_equal(layer.weights["kernel"].value, layer.weights["recurrent_kernel"].value)


def test_first_values_are_drawn_once() -> None:
    layer = layers.Dense(4)
    layer.build((3,))
    layer.initialize(1, "a")
    before = layer.weights["kernel"].value
    layer.initialize(2, "b")
    assert layer.weights["kernel"].value is before


def test_an_unknown_name_is_met_by_the_nearest() -> None:
    with pytest.raises(ArgumentError, match="Did you mean 'he_normal'"):
        initializers.get("he_norml")
