"""Bytes of images are brought to another scale inside the network, as Keras does it."""

import numpy as np
import pytest

import chainrule as cr


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32"])
def test_whole_numbers_are_rescaled_as_keras_does(dtype: str) -> None:
    keras = pytest.importorskip("keras")
    images = np.random.default_rng(0).integers(0, 256, (2, 3, 4, 1)).astype(dtype)
    model = cr.Sequential([cr.Input((3, 4, 1), dtype=dtype), cr.layers.Rescaling(1 / 127.5, -1.0)])
    found, theirs = model.predict(images), np.asarray(keras.layers.Rescaling(1 / 127.5, -1.0)(images))
    assert found.dtype == theirs.dtype == np.float32
    assert found == pytest.approx(theirs, abs=1e-6)
