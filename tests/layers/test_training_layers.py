"""Layers that behave otherwise in training: Dropout and BatchNormalization. And what LSTM and Embedding hold beside the table."""

from typing import Any

import numpy as np
import pytest
from layer_table import call, compute, in_training, value

from chainrule import layers, regularizers
from chainrule.backprop import gradient
from chainrule.graph import Constant, Placeholder, Tensor, Variable, topological
from chainrule.layers import Layer

_ONES = np.ones((100, 100), "float32")


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_drops_its_share_and_scales_the_rest(rate: float) -> None:
    y = value(layers.Dropout(rate), _ONES, trace=in_training())
    assert abs((y == 0).mean() - rate) < 4 * np.sqrt(rate * (1 - rate) / y.size)
    np.testing.assert_allclose(y[y != 0], 1 / (1 - rate), rtol=1e-6)


def test_dropout_passes_all_at_rate_0_and_nothing_at_rate_1() -> None:
    assert np.array_equal(value(layers.Dropout(0.0), _ONES, trace=in_training()), _ONES)
    assert not value(layers.Dropout(1.0), _ONES, trace=in_training()).any()


def test_dropout_is_off_out_of_training() -> None:
    assert np.array_equal(value(layers.Dropout(0.5), _ONES), _ONES)


def test_dropout_hangs_on_key_path_and_seed_alone() -> None:
    def mask(layer: Layer, seed: int = 0) -> Any:
        return value(layer, _ONES, trace=in_training(seed)) == 0

    first = mask(layers.Dropout(0.5))
    assert np.array_equal(first, mask(layers.Dropout(0.5)))
    for other in (mask(layers.Dropout(0.5), seed=1), mask(layers.Dropout(0.5, name="other")), mask(layers.Dropout(0.5, seed=1))):
        assert 0.45 < (first == other).mean() < 0.55


def test_dropout_drops_together_along_axes_of_size_1() -> None:
    y = value(layers.Dropout(0.5, noise_shape=(None, 1)), _ONES, trace=in_training())
    assert np.array_equal(y, y[:, :1] * _ONES) and 0 < (y[:, 0] == 0).sum() < 100


def test_dropout_passes_the_gradient_where_it_passed_the_input() -> None:
    x = Placeholder((4, 5))
    y = call(layers.Dropout(0.5), [x], in_training())
    (dx,) = gradient(y.sum(), [x])
    assert isinstance(dx, Tensor)
    found = compute([y, dx], [x], [np.full((4, 5), 3, "float32")])
    np.testing.assert_array_equal(found[0], 3 * found[1])


def _normalized(x: Any, dy: Any, valid: list[int] | None) -> list[Any]:
    layer, leaf, trace = layers.BatchNormalization(momentum=0.9), Placeholder(x.shape), in_training(valid=valid)
    y = call(layer, [leaf], trace)
    gamma, beta = layer.weights["gamma"], layer.weights["beta"]
    sources = gradient(y, [leaf, gamma, beta], dy)
    nodes = [y, *(dx for dx in sources if isinstance(dx, Tensor)), *trace.updates.values()]
    return compute(nodes, [leaf], [x])


@pytest.mark.parametrize("shape", [(6, 3), (6, 4, 5, 3)])
def test_batch_normalization_does_not_count_padding(shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(35)
    x, dy = random.standard_normal(shape).astype("float32"), random.standard_normal(shape).astype("float32")
    x[4:], dy[4:] = 50, 0  # what stands in the padding, and that no loss looks at it
    padded, alone = _normalized(x, dy, [1, 1, 1, 1, 0, 0]), _normalized(x[:4], dy[:4], None)
    assert not padded[1][4:].any()
    for mine, wanted in zip([padded[0][:4], padded[1][:4], *padded[2:]], alone, strict=True):
        np.testing.assert_allclose(mine, wanted, rtol=1e-5, atol=1e-5)


def test_batch_normalization_of_a_full_batch_is_the_same_with_and_without_a_mask() -> None:
    x = np.random.default_rng(36).standard_normal((6, 3)).astype("float32")
    for masked, plain in zip(_normalized(x, x, [1] * 6), _normalized(x, x, None), strict=True):
        np.testing.assert_allclose(masked, plain, rtol=1e-5, atol=1e-5)


def test_batch_normalization_called_twice_moves_twice() -> None:
    layer, trace = layers.BatchNormalization(momentum=0.5), in_training()
    for level in (1.0, 3.0):
        call(layer, [Constant(np.full((2, 1), level, "float32"))], trace)
    mean = layer.weights["moving_mean"]
    assert compute([trace.updates[mean]])[0] == [1.75]


def test_batch_normalization_changes_nothing_out_of_training() -> None:
    for layer, trace in [(layers.BatchNormalization(), layers.Trace()), (layers.BatchNormalization(trainable=False), in_training())]:
        call(layer, [Constant(_ONES)], trace)
        assert not trace.updates


def test_the_forget_gate_of_lstm_begins_open() -> None:
    layer = layers.LSTM(3, bias_initializer="random_normal")
    layer(Constant(np.zeros((1, 2, 4), "float32")))
    bias = np.asarray(layer.weights["bias"].value)
    assert (bias[3:6] == 1).all() and (np.delete(bias, [3, 4, 5]) != 1).all()


def test_lstm_learns_through_its_whole_series() -> None:
    x, layer = Placeholder((1, 30, 2)), layers.LSTM(3)
    (dx,) = gradient(call(layer, [x]).sum(), [x])
    assert isinstance(dx, Tensor)
    found = compute([dx], [x], [np.ones((1, 30, 2), "float32")])[0]
    assert np.abs(found).max(axis=(0, 2)).all()


def test_lstm_keeps_no_copy_of_its_kernel_for_each_step() -> None:
    x, layer = Placeholder((1, 30, 2)), layers.LSTM(3)
    gradients = gradient(call(layer, [x]).sum(), list(layer.weights.values()))
    kept = {kind.shape for node in topological([dx for dx in gradients if isinstance(dx, Tensor)]) for kind in node.types}
    assert (30, 1, 3) in kept and not kept & {(30, 3, 12), (30, 12, 3)}


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "int64", "uint32"])
def test_embedding_takes_every_whole_number_dtype(dtype: str) -> None:
    layer = layers.Embedding(1000, 2)
    indices = np.array([[0, 3], [100, 127]])
    wanted = value(layer, indices.astype("int32"))
    np.testing.assert_array_equal(value(layer, indices.astype(dtype)), wanted)
    np.testing.assert_array_equal(wanted, np.asarray(layer.weights["embeddings"].value)[indices])


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int64"])
def test_the_gradient_of_an_embedding_adds_up_where_an_index_comes_twice(dtype: str) -> None:
    layer, indices = layers.Embedding(1000, 2), np.array([[5, 5, 100]], dtype)
    y = call(layer, [Constant(indices)])
    table = layer.weights["embeddings"]
    (dx,) = gradient(y.sum(), [table])
    assert isinstance(dx, Tensor)
    found = compute([dx])[0]
    assert found[5].tolist() == [2, 2] and found[100].tolist() == [1, 1] and found.sum() == 6


def test_an_embedding_of_an_index_outside_is_nan() -> None:
    assert np.isnan(value(layers.Embedding(3, 2), np.array([[3]], "int32"))).all()


def test_penalties_are_counted_once_a_call() -> None:
    trace, layer = in_training(), layers.Dense(1, kernel_initializer="ones", kernel_regularizer=regularizers.L2(0.5))
    call(layer, [Variable(np.ones((2, 3), "float32"))], trace)
    assert [float(penalty.value) for penalty in trace.losses] == [1.5]
