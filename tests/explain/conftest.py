"""Small trained networks to be explained, on real digits and on words."""

import numpy as np
import pytest
from explained import Explained

import chainrule as cr


@pytest.fixture(scope="package")
def digits() -> Explained:
    """A convolutional network that reads the digits of scikit-learn, 8 x 8 pixels."""
    train, test = cr.data.load("digits").train, cr.data.load("digits").test
    layers = [
        cr.layers.Conv2D(8, 3, activation="relu"),
        cr.layers.BatchNormalization(),
        cr.layers.MaxPooling2D(2),
        cr.layers.Flatten(),
        cr.layers.Dense(16, "relu"),
        cr.layers.Dense(10, "softmax"),
    ]
    model = cr.Sequential([cr.Input((8, 8, 1)), *layers], seed=1)
    model.compile(cr.optimizers.Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"])
    model.fit(train.x, train.y, epochs=6, verbose=0)
    assert model.evaluate(test.x, test.y, return_dict=True)["accuracy"] > 0.9
    return Explained(model, test.x, test.y)


@pytest.fixture(scope="package")
def words() -> Explained:
    """A network that says whether word 7 is among six; no other word matters."""
    random = np.random.default_rng(4)
    x = random.integers(1, 12, (400, 6)).astype("int32")
    y = (x == 7).any(axis=1).astype("int32")
    layers = [cr.layers.Embedding(12, 5), cr.layers.Dense(8, "relu"), cr.layers.GlobalAveragePooling1D(), cr.layers.Dense(1, "sigmoid")]
    model = cr.Sequential([cr.Input((6,), "int32"), *layers], seed=1)
    model.compile(cr.optimizers.Adam(0.02), "binary_crossentropy", ["accuracy"])
    model.fit(x[:300], y[:300], epochs=30, verbose=0)
    assert model.evaluate(x[300:], y[300:], return_dict=True)["accuracy"] > 0.95
    return Explained(model, x[300:], y[300:])
