"""Every argument of every layer changes something, and a wrong one is met by an error that says what would be right."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from layer_table import call, compute, in_training

from chainrule import layers
from chainrule.configuration import describe
from chainrule.errors import ArgumentError, DtypeError, ShapeError
from chainrule.graph import Constant
from chainrule.layers import Input, Layer, Trace

_WEIGHTED: dict[str, Any] = {"activation": "tanh", "use_bias": False, "kernel_initializer": "he_normal", "bias_initializer": "zeros",
                             "kernel_regularizer": "l1", "bias_regularizer": "l1"}  # fmt: skip
_CONVOLUTION: dict[str, Any] = {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same", "dilation_rate": 2, "groups": 2}
_POOLING: dict[str, Any] = {"pool_size": 3, "strides": 1, "padding": "same"}
_NORMALIZATION: dict[str, Any] = {"axis": 1, "epsilon": 0.5, "center": False, "scale": False, "beta_initializer": "zeros",
                                  "gamma_initializer": "zeros", "beta_regularizer": "l1", "gamma_regularizer": "l1"}  # fmt: skip

# For each layer: arguments to begin with, the input's shape, and for every argument another value.
OTHERS: dict[str, tuple[dict[str, Any], Any, dict[str, Any]]] = {
    "Dense": ({"units": 2, "bias_initializer": "ones"}, (2, 3), {"units": 3} | _WEIGHTED),
    "Activation": ({"activation": "tanh"}, (2, 3), {"activation": "relu"}),
    "Flatten": ({}, (2, 3, 4), {}),
    "Reshape": ({"target_shape": (2, 6)}, (2, 3, 4), {"target_shape": (6, 2)}),
    "Dropout": ({"rate": 0.5}, (2, 20), {"rate": 0.2, "noise_shape": (None, 1), "seed": 3}),
    "BatchNormalization": (
        {"beta_initializer": "ones"},
        (2, 3, 4),
        _NORMALIZATION | {"momentum": 0.5, "moving_mean_initializer": "ones", "moving_variance_initializer": "zeros", "trainable": False},
    ),
    "LayerNormalization": ({"beta_initializer": "ones"}, (2, 3, 4), _NORMALIZATION),
    "Conv1D": ({"filters": 2, "kernel_size": 2, "bias_initializer": "ones"}, (2, 6, 2), _CONVOLUTION | _WEIGHTED),
    "Conv2D": ({"filters": 2, "kernel_size": 2, "bias_initializer": "ones"}, (2, 5, 6, 2), _CONVOLUTION | _WEIGHTED),
    "MaxPooling1D": ({}, (2, 7, 2), _POOLING),
    "MaxPooling2D": ({}, (2, 7, 6, 2), _POOLING),
    "AveragePooling1D": ({}, (2, 7, 2), _POOLING),
    "AveragePooling2D": ({}, (2, 7, 6, 2), _POOLING),
    "GlobalAveragePooling1D": ({}, (2, 7, 2), {"keepdims": True}),
    "GlobalAveragePooling2D": ({}, (2, 7, 6, 2), {"keepdims": True}),
    "GlobalMaxPooling1D": ({}, (2, 7, 2), {"keepdims": True}),
    "GlobalMaxPooling2D": ({}, (2, 7, 6, 2), {"keepdims": True}),
    "Embedding": (
        {"input_dim": 5, "output_dim": 2},
        (2, 3),
        {"input_dim": 6, "output_dim": 3, "embeddings_initializer": "ones", "embeddings_regularizer": "l2", "mask_zero": True},
    ),
    "PositionEmbedding": ({"sequence_length": 5}, (2, 3, 4), {"sequence_length": 6, "initializer": "ones"}),
    "MultiHeadAttention": (
        {"num_heads": 2, "key_dim": 3, "bias_initializer": "ones", "dropout": 0.5},
        (2, 7, 4),
        {name: other for name, other in _WEIGHTED.items() if name != "activation"}
        | {"num_heads": 1, "key_dim": 4, "value_dim": 2, "output_shape": 3, "dropout": 0.2, "use_causal_mask": True, "seed": 3},
    ),
    "LSTM": (
        {"units": 2},
        (2, 4, 3),
        _WEIGHTED
        | {"units": 3, "activation": "relu", "recurrent_activation": "tanh", "bias_initializer": "ones", "recurrent_initializer": "ones"}
        | {"unit_forget_bias": False, "recurrent_regularizer": "l2", "return_sequences": True, "go_backwards": True},
    ),
    "GRU": (
        {"units": 2, "bias_initializer": "ones"},
        (2, 4, 3),
        _WEIGHTED
        | {"units": 3, "activation": "relu", "recurrent_activation": "tanh", "recurrent_initializer": "ones", "reset_after": False}
        | {"recurrent_regularizer": "l2", "return_sequences": True, "go_backwards": True},
    ),
    "SimpleRNN": (
        {"units": 2, "bias_initializer": "ones"},
        (2, 4, 3),
        _WEIGHTED
        | {"units": 3, "activation": "relu", "recurrent_initializer": "ones"}
        | {"recurrent_regularizer": "l2", "return_sequences": True, "go_backwards": True},
    ),
    "Add": ({}, [(2, 3), (2, 3)], {}),
    "Subtract": ({}, [(2, 3), (2, 3)], {}),
    "Multiply": ({}, [(2, 3), (2, 3)], {}),
    "Average": ({}, [(2, 3), (2, 3)], {}),
    "Concatenate": ({}, [(2, 3, 3), (2, 3, 3)], {"axis": 1}),
}  # fmt: skip


def _behaviour(name: str, shape: Any, arguments: dict[str, Any]) -> tuple[Any, list[Any]]:
    """Return all that a layer does: names and shapes, and the numbers of weights, outputs, updates and penalties."""
    random = np.random.default_rng(34)
    shapes = shape if isinstance(shape, list) else [shape]
    arrays = [
        random.integers(0, 5, s).astype("int32") if name == "Embedding" else random.standard_normal(s).astype("float32") for s in shapes
    ]
    layer: Layer = getattr(layers, name)(**arguments)
    traces = [Trace(), in_training()]
    outputs = [call(layer, [Constant(x) for x in arrays], trace) for trace in traces]
    nodes = [*outputs, *layer.weights.values(), *traces[1].updates.values(), *traces[1].losses, *traces[1].masks.values()]
    return ([*traces[1].outputs], [node.type for node in nodes], [weight.name for weight in layer.weights.values()]), compute(nodes)


@pytest.mark.parametrize("name", OTHERS)
def test_every_argument_changes_something(name: str) -> None:
    arguments, shape, others = OTHERS[name]
    given = set(describe(getattr(layers, name)))
    assert set(others) | {"name", "trainable"} == given  # what `trainable` does belongs to training, but for one layer
    form, values = _behaviour(name, shape, arguments)
    for argument, other in ({"name": "another"} | others).items():
        other_form, other_values = _behaviour(name, shape, arguments | {argument: other})
        same = form == other_form and all(np.array_equal(a, b) for a, b in zip(values, other_values, strict=True))
        assert not same, f"{name}: {argument}={other!r} changes nothing"


def _x(*shape: int, dtype: str = "float32") -> Constant:
    return Constant(np.zeros(shape, dtype))


WRONG: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: layers.Dense(0), ArgumentError, "Dense: units must be a whole number from 1. Got 0"),
    (lambda: layers.Dense(2, activation="rleu"), ArgumentError, "Did you mean 'relu'"),
    (lambda: layers.Dense(2, kernel_initializer="glorot_unifrom")(_x(1, 2)), ArgumentError, "Did you mean 'glorot_uniform'"),
    (lambda: layers.Dense(2, kernel_regularizer="l22")(_x(1, 2)), ArgumentError, "Did you mean 'l2'"),
    (lambda: layers.Dense(2)(_x(3)), ShapeError, "Dense 'dense'"),
    (lambda: layers.Reshape((5, 2))(_x(1, 4)), ShapeError, "Reshape 'reshape'"),
    (lambda: layers.Dropout(1.5), ArgumentError, "Dropout: rate must be a number from 0 to 1. Got 1.5"),
    (lambda: layers.Dropout(0.5, seed=-1), ArgumentError, "Dropout: seed"),
    (lambda: layers.Dropout(0.5)(_x(2, 3), training=True), ArgumentError, "dropout: a random layer in training needs a random key"),
    (
        lambda: call(layers.Dropout(0.5, noise_shape=(2, 2)), [_x(2, 3)], in_training()),
        ShapeError,
        "Dropout 'dropout': each size of noise_shape",
    ),
    (lambda: layers.BatchNormalization(momentum=2.0), ArgumentError, "BatchNormalization: momentum"),
    (lambda: layers.BatchNormalization(axis=0)(_x(2, 3)), ShapeError, "BatchNormalization 'batch_normalization': axis"),
    (lambda: layers.LayerNormalization(epsilon=-1.0), ArgumentError, "LayerNormalization: epsilon"),
    (lambda: layers.LayerNormalization(axis=[1, -1])(_x(2, 3)), ArgumentError, "LayerNormalization: axis"),
    (lambda: layers.LayerNormalization(axis=3, name="ln")(_x(2, 3)), ShapeError, "LayerNormalization 'ln': axis"),
    (lambda: layers.Conv2D(0, 3), ArgumentError, "Conv2D: filters"),
    (lambda: layers.Conv2D(4, (3, 0)), ArgumentError, r"Conv2D: kernel_size must be a whole number from 1, or 2 of them. Got \(3, 0\)"),
    (lambda: layers.Conv2D(4, 3, strides=(1, 1, 1)), ArgumentError, "Conv2D: strides"),
    (lambda: layers.Conv1D(4, 3, dilation_rate=1.5), ArgumentError, "Conv1D: dilation_rate"),  # pyright: ignore[reportArgumentType]
    (lambda: layers.Conv2D(4, 3, padding="smae"), ArgumentError, "Conv2D: padding.*Did you mean 'same'"),
    (lambda: layers.Conv2D(4, 3, padding="causal"), ArgumentError, "Conv2D: padding must be one of same, valid"),
    (lambda: layers.Conv2D(4, 3, groups=3), ArgumentError, "Conv2D: filters must be a multiple of groups"),
    (lambda: layers.Conv2D(4, 3, groups=2)(_x(1, 5, 5, 3)), ShapeError, "Conv2D 'conv2d': 3 channels cannot be cut into 2"),
    (lambda: layers.Conv2D(4, 3)(_x(1, 28, 28)), ShapeError, r"Conv2D 'conv2d'.*\(batch, height, width, channels\). Got \(batch, 28, 28\)"),
    (lambda: layers.Conv2D(4, 5, name="deep")(Input((3, 9, 1))), ShapeError, "kernel of .5, 5. does not fit.*layer deep"),
    (lambda: layers.MaxPooling2D(0), ArgumentError, "MaxPooling2D: pool_size"),
    (lambda: layers.MaxPooling2D(padding="full"), ArgumentError, "MaxPooling2D: padding"),
    (lambda: layers.MaxPooling2D(4)(_x(1, 3, 8, 1)), ShapeError, "does not fit.*layer max_pooling2d"),
    (lambda: layers.AveragePooling1D()(_x(1, 4)), ShapeError, r"AveragePooling1D 'average_pooling1d'.*\(batch, steps, channels\)"),
    (lambda: layers.GlobalMaxPooling2D()(_x(1, 4)), ShapeError, "GlobalMaxPooling2D 'global_max_pooling2d'"),
    (lambda: layers.Embedding(0, 2), ArgumentError, "Embedding: input_dim"),
    (lambda: layers.Embedding(5, 2)(_x(1, 4)), DtypeError, "Embedding 'embedding': indices must be whole numbers. Got float32"),
    (lambda: layers.PositionEmbedding(4)(_x(1, 5, 2)), ShapeError, "PositionEmbedding 'position_embedding': sequence_length.* 5. Got 4"),
    (lambda: layers.MultiHeadAttention(0, 2), ArgumentError, "MultiHeadAttention: num_heads must be a whole number from 1. Got 0"),
    (lambda: layers.MultiHeadAttention(2, 2, value_dim=0), ArgumentError, "MultiHeadAttention: value_dim"),
    (lambda: layers.MultiHeadAttention(2, 2, dropout=2.0), ArgumentError, "MultiHeadAttention: dropout must be a number from 0 to 1"),
    (lambda: layers.MultiHeadAttention(2, 2)(_x(1, 4)), ShapeError, r"'multi_head_attention'.*\(batch, steps, size\). Got \(batch, 4\)"),
    (lambda: layers.MultiHeadAttention(2, 2)([_x(1, 3, 4)] * 5), ArgumentError, "a query, a value, a key and a mask. Got 5 inputs"),
    (
        lambda: layers.MultiHeadAttention(2, 2)(_x(1, 3, 4), _x(1, 5, 4), _x(1, 6, 4)),
        ShapeError,
        "value and key must have the same number of steps. Got 5 and 6",
    ),
    (lambda: layers.LSTM(0), ArgumentError, "LSTM: units"),
    (lambda: layers.LSTM(2, recurrent_activation="sigmiod"), ArgumentError, "Did you mean 'sigmoid'"),
    (lambda: layers.GRU(-1), ArgumentError, "GRU: units"),
    (lambda: layers.SimpleRNN(2, activation="tahn"), ArgumentError, "Did you mean 'tanh'"),
    (lambda: layers.GRU(2)(_x(1, 4)), ShapeError, r"GRU 'gru'.*\(batch, steps, size\). Got \(batch, 4\)"),
    (lambda: layers.LSTM(2)(_x(1, 4)), ShapeError, r"LSTM 'lstm'.*\(batch, steps, size\). Got \(batch, 4\)"),
    (lambda: layers.Add()(_x(2, 3)), ArgumentError, "Add 'add' takes a list of at least two inputs"),
    (lambda: layers.Add()([_x(2, 3), _x(2, 1, 3)]), ShapeError, "Add 'add'"),
    (lambda: layers.Add()([_x(2, 3), _x(2, 4)]), ShapeError, "layer add"),
    (lambda: layers.Subtract()([_x(2, 3)] * 3), ArgumentError, "Subtract 'subtract' takes a list of two"),
    (lambda: layers.Concatenate(axis=0)([_x(2, 3)] * 2), ShapeError, "Concatenate 'concatenate': axis"),
    (lambda: layers.Concatenate()([_x(2, 3, 1), _x(2, 4, 1)]), ShapeError, "layer concatenate"),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_an_error_says_what_would_be_right(number: int) -> None:
    make, error, message = WRONG[number]
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    ("layer", "first", "second"),
    [
        (layers.Dense(2), (1, 3), (1, 4)),
        (layers.Conv1D(2, 1), (1, 3, 3), (1, 3, 4)),
        (layers.Conv2D(2, 1), (1, 3, 3, 3), (1, 3, 3, 4)),
        (layers.BatchNormalization(), (1, 3), (1, 4)),
        (layers.LayerNormalization(), (1, 3), (1, 4)),
        (layers.LSTM(2), (1, 3, 3), (1, 3, 4)),
        (layers.MultiHeadAttention(1, 2), (1, 3, 3), (1, 3, 4)),
        (layers.PositionEmbedding(5), (1, 3, 3), (1, 3, 4)),
    ],
)
def test_a_layer_says_for_which_size_it_was_built(layer: Layer, first: tuple[int, ...], second: tuple[int, ...]) -> None:
    layer(_x(*first))
    with pytest.raises(ShapeError, match=f"{type(layer).__name__} '{layer.default_name}' was built for .*3.* Got 4"):
        layer(_x(*second))
