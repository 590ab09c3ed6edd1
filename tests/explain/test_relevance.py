"""Layer-wise relevance: by hand, by what must be conserved, and by what each operation does."""

from typing import Any

import numpy as np
import pytest
from explained import Explained

import chainrule as cr
from chainrule.errors import ArgumentError

E, L = cr.explain, cr.layers


def without_biases(model: cr.Model) -> cr.Model:
    for name, variable in model.named_weights().items():
        if name.rpartition("/")[2] in {"bias", "beta", "moving_mean"}:
            variable.assign(np.zeros(variable.shape, "float32"))
    return model


def gap(model: cr.Model, x: Any, rule: Any = "epsilon", **more: Any) -> float:
    """Return the largest gap as a share of the largest answer."""
    found = E.relevance(model, x, rule=rule, **more)
    answers = found.gap + found.values.reshape(len(x), -1).sum(axis=1)
    assert np.abs(answers).max() > 1e-2
    return float(np.abs(found.gap).max() / np.abs(answers).max())


def by_hand(a: Any, w: Any, relevance: Any, changed: Any = lambda w: w, bias: Any = 0.0) -> Any:
    z = a[:, None] * changed(w)
    return (z / (z.sum(axis=0) + bias) * relevance).sum(axis=1)


def test_two_layers_by_hand() -> None:
    model = cr.Sequential([cr.Input((3,)), L.Dense(4, "relu"), L.Dense(2)], seed=8)
    random = np.random.default_rng(1)
    w = [random.normal(size=array.shape).astype("float32") for array in model.get_weights()]
    model.set_weights(w)
    x = np.array([0.5, 2.0, 1.0], "float32")
    hidden = np.maximum(x @ w[0] + w[1], 0)
    assert (hidden > 0).sum() >= 2 and (w[2][hidden > 0, 1] > 0).any()
    live = hidden > 0
    answer = (hidden @ w[2] + w[3])[1]
    upper = by_hand(hidden, w[2][:, 1:], answer, bias=w[3][1])
    wanted = by_hand(x, w[0][:, live], upper[live], bias=w[1][live])
    np.testing.assert_allclose(E.relevance(model, x[None], 1, epsilon=0.0).values[0], wanted, rtol=1e-4)
    upper = by_hand(hidden, w[2][:, 1:], answer, lambda w: np.maximum(w, 0))
    wanted = by_hand(x, w[0][:, live], upper[live], lambda w: np.maximum(w, 0))
    np.testing.assert_allclose(E.relevance(model, x[None], 1, rule="z_plus", epsilon=0.0).values[0], wanted, rtol=1e-4)


IMAGES = {
    "convolution": [L.Conv2D(5, 3, activation="relu"), L.Flatten(), L.Dense(3)],
    "strides and padding": [L.Conv2D(5, 3, strides=2, padding="same", activation="relu"), L.Flatten(), L.Dense(3)],
    "largest": [L.Conv2D(5, 3, activation="relu"), L.MaxPooling2D(2), L.Flatten(), L.Dense(3)],
    "mean": [L.Conv2D(5, 3, activation="relu"), L.AveragePooling2D(2), L.Conv2D(4, 2, activation="relu"), L.Flatten(), L.Dense(3)],
    "global mean": [L.Conv2D(5, 3, activation="relu"), L.GlobalAveragePooling2D(), L.Dense(3)],
    "global largest": [L.Conv2D(5, 3, activation="relu"), L.GlobalMaxPooling2D(), L.Dense(3)],
    "normalisation after": [L.Conv2D(5, 3), L.BatchNormalization(), L.Activation("relu"), L.Flatten(), L.Dense(3)],
    "normalisation before": [L.Conv2D(5, 3, activation="relu"), L.BatchNormalization(), L.Conv2D(3, 2), L.Flatten(), L.Dense(3)],
    "other activations": [L.Conv2D(5, 3, activation="gelu"), L.Flatten(), L.Dense(9, "tanh"), L.Dense(9, "elu"), L.Dense(3)],
    "leaking": [L.Flatten(), L.Dense(9, "leaky_relu"), L.Dense(9, "selu"), L.Dense(9, "sigmoid"), L.Dense(3)],
    "dropout and clipping": [L.SmoothClip(), L.Dropout(0.5), L.Flatten(), L.Dense(9, "softplus"), L.Dense(3, "softmax")],
}


@pytest.mark.parametrize("name", IMAGES)
def test_relevance_is_conserved_without_biases(name: str) -> None:
    model = without_biases(cr.Sequential([cr.Input((9, 9, 2)), *IMAGES[name]], seed=2))
    for variable, scale in ((v, s) for k, v in model.named_weights().items() for s in [-1.5] if k.endswith("gamma")):
        variable.assign((scale * np.linspace(-1, 1, variable.size)).astype("float32"))  # a normalisation that turns signs round
    x = np.random.default_rng(3).random((4, 9, 9, 2)).astype("float32")
    assert gap(model, x, epsilon=1e-9) < 1e-3
    if name in {"strides and padding", "mean", "other activations"}:
        assert gap(model, x, "gamma", epsilon=1e-9) < 1e-3
        assert gap(model, x, "z_plus", epsilon=1e-9) < 1e-3


def test_z_plus_gives_nothing_negative_and_loses_little_to_biases(digits: Explained) -> None:
    model, x, _ = digits
    found = E.relevance(model, x[:20], rule="z_plus", epsilon=1e-9)
    answers = found.values.reshape(20, -1).sum(axis=1) + found.gap
    assert (answers > 0).all() and (found.gap > -1e-4 * answers).all()
    assert np.median(found.gap / answers) < 0.05
    assert found.values.min() >= -1e-6 < found.values.max()
    biased = E.relevance(model, x[:20], rule="epsilon")
    assert np.abs(biased.gap).max() > 0.01  # what biases took


def test_relevance_of_sums_and_joins() -> None:
    x = cr.Input((5,))
    one, two = L.Dense(6, "relu")(x), L.Dense(6, "relu")(x)
    joined = L.Concatenate()([L.Add()([one, two]), L.Average()([one, x_(x)]), L.Subtract()([two, one])])
    model = without_biases(cr.Model(x, L.Dense(2)(joined), seed=3))
    assert gap(model, np.random.default_rng(3).random((4, 5)).astype("float32"), epsilon=1e-9) < 1e-3


def x_(x: Any) -> Any:
    return L.Dense(6, "relu")(x)


def test_linear_networks_get_gradient_times_input() -> None:
    model = without_biases(cr.Sequential([cr.Input((5, 2)), L.Conv1D(4, 2), L.Flatten(), L.Dense(3)], seed=3))
    x = np.random.default_rng(3).normal(size=(4, 5, 2)).astype("float32")
    np.testing.assert_allclose(E.relevance(model, x, epsilon=1e-9).values, E.gradient_times_input(model, x), rtol=1e-3, atol=1e-5)


def test_what_cannot_be_explained_is_named() -> None:
    recurrent = cr.Sequential([cr.Input((5, 2)), L.LSTM(4, name="memory"), L.Dense(3)])
    with pytest.raises(ArgumentError, match=r"layer memory.*integrated_gradients"):
        E.relevance(recurrent, np.ones((1, 5, 2)))
    x = cr.Input((5,))
    gated = cr.Model(x, L.Multiply(name="gate")([L.Dense(3, "relu")(x), L.Dense(3, "sigmoid")(x)]))
    with pytest.raises(ArgumentError, match="layer gate"):
        E.relevance(gated, np.ones((1, 5)))
    dense = cr.Sequential([cr.Input((5,)), L.Dense(3)])
    with pytest.raises(ArgumentError, match="Did you mean 'epsilon'"):
        E.relevance(dense, np.ones((1, 5)), rule="epsilom")  # pyright: ignore
    with pytest.raises(ArgumentError, match="must be from 0"):
        E.relevance(dense, np.ones((1, 5)), epsilon=-1.0)
