"""Attention and padding: against Keras 3 on JAX, from the same weights; what padding, causality and dropout do."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_table import CASES, Case, call, compute, in_training, value

from chainrule import layers
from chainrule.backprop import gradient
from chainrule.errors import ShapeError
from chainrule.graph import Constant, Placeholder, Tensor
from chainrule.layers import Layer, Trace, tracing

keras: Any = pytest.importorskip("keras")

_SCORES = "multi_head_attention/attention_scores"
_TOKENS = np.array([[5, 3, 2, 0, 0, 0], [1, 4, 0, 0, 0, 0], [2, 2, 6, 1, 3, 4], [0, 0, 0, 0, 0, 0], [0, 3, 0, 5, 0, 0]], "int32")


def _in_keras(case: Case, layer: Layer) -> Any:
    """Return a function of weights, query, value and key that gives Keras's output and its scores."""
    arguments = dict(case.arguments)
    causal = arguments.pop("use_causal_mask", False)
    shapes = case.shape if isinstance(case.shape, list) else [case.shape]
    theirs = keras.layers.MultiHeadAttention(**arguments)
    theirs.build(shapes[0], shapes[min(1, len(shapes) - 1)], shapes[-1])
    assert [tuple(weight.shape) for weight in theirs.weights] == [weight.shape for weight in layer.weights.values()]
    paths = ["/".join(weight.path.split("/")[-2:]) for weight in theirs.weights]
    assert paths == [f"{path}" for path in layer.weights]

    def function(weights: Any, inputs: Sequence[Any]) -> Any:
        query, value, key = inputs[0], inputs[min(1, len(inputs) - 1)], inputs[-1]
        given = {"use_causal_mask": causal, "return_attention_scores": True}
        return theirs.stateless_call(weights, [], query, value, key, **given)[0]

    return function


@pytest.mark.parametrize("case", [case for case in CASES if case.layer == "MultiHeadAttention"], ids=str)
def test_outputs_scores_and_gradients_are_those_of_keras(case: Case) -> None:
    layer, arrays, trace = case.built(), case.inputs(), Trace()
    leaves = [Placeholder(array.shape) for array in arrays]
    y = call(layer, leaves, trace)
    dy = np.random.default_rng(41).standard_normal(y.shape).astype("float32")
    dxs = [dx for dx in gradient(y, [*layer.weights.values(), *leaves], dy) if isinstance(dx, Tensor)]
    found = compute([y, trace.insides[_SCORES], *dxs], leaves, arrays)

    function = _in_keras(case, layer)
    weights = [np.asarray(weight.value) for weight in layer.weights.values()]
    (wanted, scores), pull_back = jax.vjp(function, weights, arrays)
    dweights, dinputs = pull_back((jnp.asarray(dy), jnp.zeros_like(scores)))
    expected = [wanted, scores, *dweights, *dinputs]
    assert len(found) == len(expected)
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-5)


def _same_weights(mine: Sequence[Layer], theirs: Any) -> None:
    """Give both networks the same random weights; the layers stand in the same order."""
    random = np.random.default_rng(42)
    for layer, other in zip(mine, theirs, strict=True):
        arrays = [random.standard_normal(weight.shape).astype("float32") * 0.5 for weight in layer.weights.values()]
        for weight, array in zip(layer.weights.values(), arrays, strict=True):
            weight.assign(array)
        other.set_weights(arrays)


def _chains(*names_and_arguments: tuple[str, dict[str, Any]]) -> tuple[list[Layer], list[Any]]:
    return [getattr(layers, name)(**given) for name, given in names_and_arguments], [
        getattr(keras.layers, name)(**given) for name, given in names_and_arguments
    ]


@pytest.mark.parametrize("causal", [False, True])
def test_padding_is_not_looked_at_as_in_keras(causal: bool) -> None:
    mine, theirs = _chains(
        ("Embedding", {"input_dim": 7, "output_dim": 4, "mask_zero": True}),
        ("MultiHeadAttention", {"num_heads": 2, "key_dim": 3}),
    )
    mine[1] = layers.MultiHeadAttention(2, 3, use_causal_mask=causal)
    trace = Trace()
    embedded = call(mine[0], [Constant(_TOKENS)], trace)
    y = call(mine[1], [embedded, embedded], trace)
    rows = theirs[0](_TOKENS)
    theirs[1](rows, rows)
    _same_weights(mine, theirs)
    rows = theirs[0](_TOKENS)
    wanted, scores = theirs[1](rows, rows, return_attention_scores=True, use_causal_mask=causal)
    found = compute([y, trace.insides[_SCORES], trace.masks[y]])
    np.testing.assert_allclose(found[0], wanted, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found[1], scores, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(found[2], _TOKENS > 0)
    assert not found[1][:, :, :, :][np.broadcast_to((_TOKENS == 0)[:, None, None, :], found[1].shape)].any()


@pytest.mark.parametrize("steps", [5, 3])
def test_a_mask_says_what_may_be_looked_at_as_in_keras(steps: int) -> None:
    random = np.random.default_rng(46)
    query, seen = (random.standard_normal((2, n, 4)).astype("float32") for n in (5, steps))
    mask = random.random((2, 5, steps)) < 0.6
    mask[:, :, 0] = True  # in Keras a step that may look at nothing looks at everything
    trace, leaves = Trace(), [Placeholder(query.shape), Placeholder(seen.shape), Placeholder(mask.shape, "bool")]
    (layer,), (theirs,) = _chains(("MultiHeadAttention", {"num_heads": 2, "key_dim": 3}))
    with tracing(trace):
        y = layer(*leaves[:2], attention_mask=leaves[2])  # pyright: ignore[reportCallIssue]
    theirs(query, seen)
    _same_weights([layer], [theirs])
    wanted, scores = theirs(query, seen, attention_mask=mask, return_attention_scores=True)
    found = compute([y, trace.insides[_SCORES]], leaves, [query, seen, mask])
    np.testing.assert_allclose(found[0], wanted, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found[1], scores, rtol=1e-5, atol=1e-6)
    with pytest.raises(ShapeError, match="attention_mask must have the shape"):
        layer(*leaves[:2], attention_mask=Placeholder((2, steps + 1, 5), "bool"))  # pyright: ignore[reportCallIssue]


READERS = [
    ("LSTM", {"units": 3}),
    ("LSTM", {"units": 3, "return_sequences": True}),
    ("GRU", {"units": 3}),
    ("GRU", {"units": 3, "return_sequences": True, "reset_after": False}),
    ("SimpleRNN", {"units": 3, "go_backwards": True}),
    ("GlobalAveragePooling1D", {}),
]


@pytest.mark.parametrize(("name", "arguments"), READERS)
def test_padding_is_passed_over_as_in_keras(name: str, arguments: dict[str, Any]) -> None:
    tokens = _TOKENS if name != "GlobalAveragePooling1D" else _TOKENS[[0, 1, 2, 4]]  # Keras divides by the 0 steps of row 3
    mine, theirs = _chains(
        ("Embedding", {"input_dim": 7, "output_dim": 4, "mask_zero": True}), ("LayerNormalization", {}), ("Dense", {"units": 5}),
        (name, arguments),
    )  # fmt: skip
    trace = Trace()
    y: Tensor = Constant(tokens)
    for layer in mine:
        y = call(layer, [y], trace)
    wanted = tokens
    for layer in theirs:
        wanted = layer(wanted)
    _same_weights(mine, theirs)
    dy = np.random.default_rng(43).standard_normal(y.shape).astype("float32")
    table = mine[0].weights["embeddings"]
    (dx,) = gradient(y, [table], dy)
    assert isinstance(dx, Tensor)
    found = compute([y, dx])

    def function(table: Any) -> Any:
        entry: Any = table
        with keras.StatelessScope(state_mapping=[(theirs[0].trainable_variables[0], entry)]):
            entry = tokens
            for layer in theirs:
                entry = layer(entry)
            return entry

    expected, pull_back = jax.vjp(function, np.asarray(table.value))
    np.testing.assert_allclose(found[0], expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found[1], pull_back(jnp.asarray(dy))[0], rtol=1e-5, atol=1e-5)
    assert (y in trace.masks) == bool(arguments.get("return_sequences"))


@pytest.mark.parametrize(("name", "arguments"), READERS)
def test_steps_of_one_value_are_passed_over_as_in_keras(name: str, arguments: dict[str, Any]) -> None:
    series = np.random.default_rng(44).standard_normal((3, 6, 4)).astype("float32")
    series[0, 4:], series[1, 2], series[2, 1, :2] = -1, -1, -1  # the third has no step that is padding whole
    mine, theirs = _chains(("Masking", {"mask_value": -1.0}), ("Dense", {"units": 5}), (name, arguments))
    leaf = Placeholder(series.shape)
    y: Tensor = leaf
    wanted: Any = series
    trace = Trace()
    for layer in mine:
        y = call(layer, [y], trace)
    for layer in theirs:
        wanted = layer(wanted)
    _same_weights(mine, theirs)
    dy = np.random.default_rng(45).standard_normal(y.shape).astype("float32")
    (dx,) = gradient(y, [leaf], dy)
    assert isinstance(dx, Tensor)
    expected, pull_back = jax.vjp(lambda x: theirs[2](theirs[1](theirs[0](x))), jnp.asarray(series))
    for found, other in zip(compute([y, dx], [leaf], [series]), (expected, *pull_back(jnp.asarray(dy))), strict=True):
        np.testing.assert_allclose(found, other, rtol=1e-5, atol=1e-5)


def test_sentences_laid_end_to_end_keep_their_padding() -> None:
    trace, tokens = Trace(), np.array([[[3, 0], [4, 5], [0, 0]]], "int32")
    embedded = call(layers.Embedding(7, 4, mask_zero=True), [Constant(tokens)], trace)
    end_to_end = call(layers.Reshape((6, 4)), [embedded], trace)
    assert compute([trace.masks[end_to_end]])[0].tolist() == [[True, False, True, True, False, False]]
    assert call(layers.Reshape((3, 8)), [embedded], trace) not in trace.masks  # of two words made one, none is padding alone


def test_the_mean_over_nothing_but_padding_is_0() -> None:
    trace = Trace()
    embedded = call(layers.Embedding(7, 4, mask_zero=True), [Constant(_TOKENS)], trace)
    assert not compute([call(layers.GlobalAveragePooling1D(), [embedded], trace)])[0][3].any()


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5), st.integers(0, 4))
def test_padding_changes_no_answer(words: list[int], more: int) -> None:
    tokens = layers.Input((len(words),), dtype="int32")
    embedded = layers.Embedding(7, 4, mask_zero=True, embeddings_initializer="ones")
    attention, pooled = layers.MultiHeadAttention(2, 3, use_causal_mask=True), layers.GlobalAveragePooling1D()
    placed = layers.PositionEmbedding(12)
    assert tokens.shape == (None, len(words))

    def answer(row: list[int]) -> Any:
        trace = Trace()
        x = call(embedded, [Constant(np.array([row], "int32"))], trace)
        x = call(layers.Add(), [x, call(placed, [x], trace)], trace)
        x = call(attention, [x, x], trace)
        return compute([call(pooled, [x], trace)])[0]

    np.testing.assert_allclose(answer(words + [0] * more), answer(words), rtol=1e-5, atol=1e-6)


def test_a_step_does_not_see_what_comes_later() -> None:
    layer, x = layers.MultiHeadAttention(2, 3, use_causal_mask=True), np.random.default_rng(44).standard_normal((1, 6, 4)).astype("float32")
    later = np.concatenate([x[:, :4], x[:, 4:] * 5 + 1], axis=1)
    before, after = value(layer, x), value(layer, later)
    np.testing.assert_array_equal(before[:, :4], after[:, :4])
    assert (before[:, 4:] != after[:, 4:]).all()


def test_dropout_drops_shares_in_training_and_the_scores_are_those_before_it() -> None:
    layer, x = layers.MultiHeadAttention(4, 8, dropout=0.5), np.random.default_rng(45).standard_normal((2, 20, 16)).astype("float32")
    trace = in_training()
    first = compute([call(layer, [Constant(x)], trace), trace.insides[_SCORES]])
    np.testing.assert_allclose(first[1].sum(-1), 1, rtol=1e-5)
    np.testing.assert_array_equal(first[0], value(layer, x, trace=in_training()))
    assert (first[0] != value(layer, x, trace=in_training(1))).any()
    assert (first[0] != value(layer, x)).any()


def test_query_value_and_key_by_place_and_by_name() -> None:
    layer, random = layers.MultiHeadAttention(2, 3), np.random.default_rng(46)
    query, seen, key = (Constant(random.standard_normal((2, 5, 4)).astype("float32")) for _ in range(3))
    wanted = compute([layer([query, seen, key])])[0]
    np.testing.assert_array_equal(compute([layer(query, seen, key)])[0], wanted)
    np.testing.assert_array_equal(compute([layer(value=seen, key=key, query=query)])[0], wanted)
    np.testing.assert_array_equal(compute([layer(query)])[0], compute([layer(query, query, query)])[0])


def test_a_place_has_its_row() -> None:
    layer = layers.PositionEmbedding(9)
    found = value(layer, np.zeros((2, 5, 4), "float32"))
    np.testing.assert_array_equal(found, np.broadcast_to(np.asarray(layer.weights["embeddings"].value)[:5], (2, 5, 4)))
