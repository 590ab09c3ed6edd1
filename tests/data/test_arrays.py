"""Scaling arrays."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from sklearn.preprocessing import StandardScaler

from chainrule.data import ArrayPreparation, preparation_from_config
from chainrule.errors import ArgumentError, DataError

X = st.sampled_from(["float32", "float64", "uint8", "int32"]).flatmap(
    lambda dtype: arrays(
        dtype,
        array_shapes(min_dims=1, max_dims=4, max_side=5),
        elements=st.floats(-1e6, 1e6, width=32) if dtype.startswith("f") else st.integers(0, 255),
    )
)


@given(X, st.sampled_from([None, "standard", "none"]))
def test_a_configuration_gives_the_same_bits_after_json(x, scaling):
    preparation = ArrayPreparation.fit(x, scaling)
    again = preparation_from_config(json.loads(json.dumps(preparation.to_config(), allow_nan=False)))
    one, other = preparation.transform(x), again.transform(x)
    assert (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    assert one.shape == x.shape
    assert np.isfinite(one).all()


def test_bytes_come_to_lie_between_zero_and_one():
    images = np.arange(256, dtype=np.uint8).reshape(4, 8, 8, 1)
    preparation = ArrayPreparation.fit(images)
    scaled = preparation.transform(images)
    assert preparation.scaling == "unit"
    assert scaled.dtype == np.float32
    assert (scaled.min(), scaled.max()) == (0, 1)
    assert np.array_equal(scaled, images.astype(np.float32) / 255)


@given(arrays("float64", (20, 3), elements=st.floats(-100, 100).map(lambda value: round(value, 2))))
def test_features_are_standardised_as_by_scikit_learn(x):
    x[0], x[1] = -50, 50
    expected = StandardScaler().fit_transform(x)
    assert ArrayPreparation.fit(x).transform(x) == pytest.approx(expected, abs=1e-4)


def test_images_are_standardised_for_each_channel_and_constant_features_are_zero():
    x = np.random.default_rng(0).normal(5, 3, (10, 4, 4, 3)).astype(np.float32)
    x[..., 2] = 0.1
    scaled = ArrayPreparation.fit(x).transform(x)
    assert scaled.mean((0, 1, 2), dtype=np.float64) == pytest.approx([0, 0, 0], abs=1e-5)
    assert scaled.std((0, 1, 2), dtype=np.float64) == pytest.approx([1, 1, 0], abs=1e-5)


def test_the_training_part_alone_is_learned_from():
    training, rest = np.array([[1.0], [3.0]]), np.array([[1001.0]])
    assert ArrayPreparation.fit(training).transform(rest).tolist() == [[999.0]]


def test_nothing_changes_when_nothing_is_asked_for():
    x = np.array([[1, 2]], np.uint8)
    assert ArrayPreparation.fit(x, "none").transform(x) is x


def test_what_cannot_be_scaled():
    with pytest.raises(ArgumentError, match="'unit' is for bytes"):
        ArrayPreparation.fit([[1.0]], "unit")
    with pytest.raises(ArgumentError, match="scaling must be one of"):
        ArrayPreparation.fit([[1.0]], "half")
    with pytest.raises(DataError, match="x must be finite"):
        ArrayPreparation.fit([[np.nan]])
    with pytest.raises(DataError, match="2 features on its last axis"):
        ArrayPreparation.fit([[1.0, 2.0]]).transform([[1.0]])
    for config in ({}, {"class": "ArrayPreparation"}, {"class": "Layer"}):
        with pytest.raises(DataError, match="configuration"):
            preparation_from_config(config)
