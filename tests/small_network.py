"""A small network with everything that makes bits hard to keep: dropout, moving averages, a short last batch."""

from typing import Any

import numpy as np

import chainrule as cr

X = np.random.default_rng(73).normal(size=(70, 5)).astype("float32")
Y = (np.sin(X.sum(1)) > 0).astype("int32") + (X[:, 0] > 1)


def network(seed: int = 3, rate: float = 0.3) -> cr.Sequential:
    layers = [
        cr.layers.Dense(9, activation="relu"),
        cr.layers.BatchNormalization(),
        cr.layers.Dropout(rate),
        cr.layers.Dense(3),
    ]
    model = cr.Sequential([cr.Input((5,)), *layers], seed=seed)
    model.compile(cr.optimizers.Adam(0.02), cr.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    return model


def everything(model: cr.Model) -> dict[str, Any]:
    return {name: np.asarray(variable.value) for name, variable in model.state_variables().items()}


def assert_same_bits(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert list(found) == list(wanted)
    for name, array in wanted.items():
        np.testing.assert_array_equal(found[name], array, err_msg=name)


def differ(first: cr.Model, second: cr.Model) -> bool:
    return any((a != b).any() for a, b in zip(first.get_weights(), second.get_weights(), strict=True))
