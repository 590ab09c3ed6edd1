"""The linear forecast against Keras's dense layer, and against what it must not be moved by."""

import keras
import numpy as np
import pytest

from chainrule import Variable, layers
from chainrule.errors import ArgumentError, ShapeError

PAST = np.random.default_rng(0).normal(size=(3, 8, 4)).astype("float32")


def forecast(layer, past):
    return np.asarray(layer(Variable(past)).value)


def test_it_is_a_linear_layer_on_what_differs_from_the_last_value():
    layer = layers.LinearForecast(5)
    ours = forecast(layer, PAST)
    kernel, bias = (np.array(layer.weights[name].value) for name in ("kernel", "bias"))
    theirs = keras.layers.Dense(5)
    theirs.build((None, 8))
    theirs.set_weights([kernel, bias])
    past = np.moveaxis(PAST, 1, 2)  # (batch, series, time)
    expected = np.moveaxis(np.asarray(theirs(past - past[..., -1:])) + past[..., -1:], 2, 1)
    assert ours == pytest.approx(expected, abs=1e-5)


def test_a_level_that_shifts_shifts_the_forecast_alone():
    layer = layers.LinearForecast(5)
    shift = np.array([3.0, -2.0, 0.0, 10.0], "float32")
    assert forecast(layer, PAST + shift) == pytest.approx(forecast(layer, PAST) + shift, abs=1e-4)


def test_series_are_chosen_in_their_order():
    layer = layers.LinearForecast(2, series=(3, 1), kernel_initializer="zeros")
    assert forecast(layer, PAST) == pytest.approx(np.repeat(PAST[:, -1:, [3, 1]], 2, axis=1))


def test_the_first_values_foretell_what_was_a_season_before():
    layer = layers.LinearForecast(5, kernel_initializer=layers.SeasonalNaive(3))
    expected = PAST[:, [5, 6, 7, 5, 6]]
    assert forecast(layer, PAST) == pytest.approx(expected, abs=1e-6)
    too_long = layers.LinearForecast(2, kernel_initializer=layers.SeasonalNaive(9))
    assert forecast(too_long, PAST) == pytest.approx(np.repeat(PAST[:, -1:], 2, axis=1))


@pytest.mark.parametrize(
    ("make", "past", "error", "message"),
    [
        (lambda: layers.LinearForecast(0), PAST, ArgumentError, "horizon must be a whole number from 1"),
        (lambda: layers.LinearForecast(2, series=(4,)), PAST, ArgumentError, "there are 4 series, numbered from 0. Got 4"),
        (lambda: layers.LinearForecast(2), PAST[0], ShapeError, r"\(batch, steps, series\)"),
    ],
)
def test_what_cannot_be_is_refused(make, past, error, message):
    with pytest.raises(error, match=message):
        make()(Variable(past))
