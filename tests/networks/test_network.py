"""Networks as graphs of layers: joining, sharing, nesting, names, summary, and what is refused."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ArgumentError, DataError, GraphError, ShapeError
from chainrule.layers import Add, Concatenate, Dense, Dropout, Symbol
from chainrule.networks import Network, chain, network_from_data, network_to_data, parameter_count, summary_text

X = np.random.default_rng(90).normal(size=(5, 3)).astype("float32")


def values(model: cr.Model) -> dict[str, Any]:
    return {name: np.asarray(variable.value) for name, variable in model.named_weights().items()}


def test_a_network_applies_its_layers_in_order() -> None:
    model = cr.Sequential([cr.Input((3,)), Dense(4, "tanh"), Dense(2)], seed=1)
    w = values(model)
    wanted = np.tanh(X @ w["dense/kernel"] + w["dense/bias"]) @ w["dense_1/kernel"] + w["dense_1/bias"]
    np.testing.assert_allclose(model.predict(X), wanted, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model(cr.Variable(X)).value, wanted, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model(X).value, wanted, rtol=1e-5, atol=1e-6)


def test_branches_join_and_fork() -> None:
    x, y = cr.Input((3,), name="x"), cr.Input((2,), name="y")
    left, right = Dense(4, name="left")(x), Dense(4, name="right")(y)
    joined = Concatenate()([left, right, x])
    model = cr.Model([x, y], [Dense(1, name="out")(joined), Add()([left, right])])
    w = values(model)
    a, b = X @ w["left/kernel"], X[:, :2] @ w["right/kernel"]
    out, total = model.predict([X, X[:, :2]])
    np.testing.assert_allclose(total, a + b, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(out, np.concatenate([a, b, X], 1) @ w["out/kernel"], rtol=1e-4, atol=1e-5)


def test_a_shared_layer_has_one_set_of_weights_and_the_sum_of_gradients() -> None:
    x, y, shared = cr.Input((3,)), cr.Input((3,)), Dense(2, name="shared")
    model = cr.Model([x, y], Add()([shared(x), shared(y)]))
    assert list(model.named_weights()) == ["shared/kernel", "shared/bias"]
    assert model.count_params() == 8
    model.compile(cr.optimizers.SGD(1.0), "mse")
    before, targets = values(model)["shared/kernel"], np.zeros((5, 2), "float32")
    error = (2 * X) @ before  # both inputs are the same here
    model.fit([X, X], targets, 5, verbose=0)
    np.testing.assert_allclose(before - values(model)["shared/kernel"], 2 * X.T @ (2 * error / error.size), rtol=1e-4, atol=1e-6)


def test_a_network_is_a_layer_of_another_and_keeps_its_weights() -> None:
    inner = cr.Sequential([cr.Input((3,)), Dense(4, "relu"), Dense(2)], seed=3, name="inner")
    before = values(inner)
    x = cr.Input((3,))
    outer = cr.Model(x, Dense(1, name="head")(inner(x)), seed=4)
    names = ["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"]
    assert list(outer.named_weights()) == [*(f"inner/{name}" for name in names), "head/kernel", "head/bias"]
    for name in names:
        np.testing.assert_array_equal(values(outer)[f"inner/{name}"], before[name])
    outer.compile("sgd", "mse")
    outer.fit(X, X[:, :1], verbose=0)
    assert all((values(inner)[name] != before[name]).any() for name in names)
    np.testing.assert_array_equal(inner.layers[0].weights["kernel"].value, values(outer)["inner/dense/kernel"])


def test_two_networks_inside_one_have_names_of_their_own_and_may_share_a_layer() -> None:
    shared = Dense(3, name="shared")
    x, y = cr.Input((3,)), cr.Input((3,))
    first, second = cr.Sequential([cr.Input((3,)), shared, Dense(2)]), cr.Sequential([cr.Input((3,)), shared, Dense(2)])
    model = cr.Model([x, y], Add()([first(x), second(y)]))
    assert list(model.named_weights()) == [
        *("network/shared/kernel", "network/shared/bias", "network/dense/kernel", "network/dense/bias"),
        *("network_1/dense/kernel", "network_1/dense/bias"),
    ]
    assert model.count_params() == parameter_count(model.network) == 12 + 8 + 8
    model.compile("adam", "mse")
    model.fit([X, X], X[:, :2], epochs=2, verbose=0)


def test_an_inner_network_drops_and_keeps_moving_averages_like_any_layer() -> None:
    inner = cr.Sequential([cr.Input((3,)), cr.layers.BatchNormalization(momentum=0.0), Dropout(0.5)])
    model = cr.Sequential([cr.Input((3,)), inner, Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, X[:, :1], 5, verbose=0)
    moving = values(model)["network/batch_normalization/moving_mean"]
    np.testing.assert_allclose(moving, X.mean(0), rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(model.predict(X), model.predict(X))


def test_layers_without_a_name_are_numbered_around_those_with_one() -> None:
    model = cr.Sequential([cr.Input((3,)), Dense(2), Dense(2, name="dense_1"), Dense(2), Dropout(0.1)])
    assert [layer.name for layer in model.layers] == ["dense", "dense_1", "dense_2", "dropout"]
    assert model.get_layer("dense_2") is model.layers[2]
    with pytest.raises(
        ArgumentError, match=r"has no layer 'danse'. Did you mean 'dense'\? Its layers are dense, dense_1, dense_2, dropout"
    ):
        model.get_layer("danse")


def test_a_part_of_a_network_is_a_model_of_its_own_with_the_same_weights() -> None:
    model = cr.Sequential([cr.Input((3,)), Dense(4, "tanh"), Dense(2)], seed=2)
    x = cr.Input((3,))
    features = cr.Model(x, model.layers[0](x), seed=5)
    w = values(model)
    np.testing.assert_allclose(features.predict(X), np.tanh(X @ w["dense/kernel"] + w["dense/bias"]), rtol=1e-5)


def test_a_deep_network_is_built_and_run() -> None:
    model = cr.Sequential([cr.Input((3,)), *(cr.layers.Activation("linear") for _ in range(300)), Dense(1)])
    assert model.predict(X).shape == (5, 1)
    assert len(network_to_data(model.network)["layers"]) == 301


def test_a_sequential_may_be_put_together_layer_by_layer() -> None:
    whole = cr.Sequential([cr.Input((3,)), Dense(4), Dense(2)], seed=6)
    model = cr.Sequential(seed=6)
    model.add(cr.Input((3,)))
    model.add(Dense(4))
    assert model.predict(X).shape == (5, 4)
    model.add(Dense(2))
    np.testing.assert_array_equal(model.predict(X), whole.predict(X))
    model.compile("sgd", "mse")
    with pytest.raises(ArgumentError, match="compiled already"):
        model.add(Dense(1))


def test_a_sequential_without_an_input_takes_it_from_the_data() -> None:
    model = cr.Sequential([Dense(4), Dense(1)], seed=6)
    for use in (model.named_weights, model.summary, lambda: model.predict(X)):
        with pytest.raises(ArgumentError, match="does not know its input yet"):
            use()
    model.compile("sgd", "mse")
    model.fit(X, X[:, :1], verbose=0)
    assert model.network.inputs[0].shape == (None, 3)
    words = cr.Sequential([cr.layers.Embedding(9, 2), cr.layers.Flatten(), Dense(1)])
    words.compile("sgd", "mse")
    words.fit(np.arange(8).reshape(4, 2), np.zeros(4), verbose=0)
    assert words.network.inputs[0].dtype == np.int32


def test_weights_are_taken_and_given_in_the_order_of_the_layers() -> None:
    model, other = (cr.Sequential([cr.Input((3,)), Dense(4), Dense(2)], seed=seed) for seed in (1, 2))
    other.set_weights(model.get_weights())
    np.testing.assert_array_equal(model.predict(X), other.predict(X))
    model.get_weights()[0][:] = 0
    assert model.get_weights()[0].any()
    with pytest.raises(ArgumentError, match="has 4 weights. Got 3 arrays"):
        model.set_weights(other.get_weights()[:3])
    with pytest.raises(ShapeError, match=r"Weight dense/kernel has shape \(3, 4\). Got an array of shape \(4, 3\)"):
        model.set_weights([w.T for w in other.get_weights()])


def test_a_frozen_layer_does_not_learn_and_a_freed_one_does() -> None:
    model = cr.Sequential([cr.Input((3,)), Dense(4, name="a"), Dense(1, name="b")], seed=1)
    model.layers[0].trainable = False
    model.compile("sgd", "mse")
    before = values(model)
    model.fit(X, X[:, :1], verbose=0)
    assert (values(model)["a/kernel"] == before["a/kernel"]).all()
    assert (values(model)["b/kernel"] != before["b/kernel"]).any()
    model.layers[0].trainable = True
    with pytest.raises(cr.errors.TrainingError, match="a/kernel was made trainable after compile"):
        model.fit(X, X[:, :1], verbose=0)
    model.compile("sgd", "mse")
    model.fit(X, X[:, :1], verbose=0)
    assert (values(model)["a/kernel"] != before["a/kernel"]).any()
    before = values(model)
    model.layers[1].trainable = False  # between two fits
    model.fit(X, X[:, :1], verbose=0)
    assert (values(model)["b/kernel"] == before["b/kernel"]).all()


def test_who_freezes_a_network_freezes_its_layers() -> None:
    base = cr.Sequential([cr.Input((3,)), Dense(4), cr.layers.BatchNormalization()])
    base.trainable = False
    model = cr.Sequential([cr.Input((3,)), base, Dense(1)])
    model.compile("sgd", "mse")
    before = values(model)
    model.fit(X, X[:, :1], verbose=0)
    changed = {name for name, array in values(model).items() if (array != before[name]).any()}
    assert changed == {"dense/kernel", "dense/bias"}
    assert (parameter_count(model.network, True), parameter_count(model.network, False)) == (5, 16 + 16)
    model.get_layer("network").trainable = True
    assert all(layer.trainable for layer in base.layers)
    assert base.trainable


def test_the_summary_shows_layers_shapes_counts_and_joints(capsys: pytest.CaptureFixture[str]) -> None:
    x = cr.Input((3,), name="x")
    a = Dense(1000, name="a")(x)
    model = cr.Model(
        x, Add(name="sum")([Dense(2, name="b")(a), cr.layers.BatchNormalization(name="norm")(Dense(2, name="c")(a))]), name="fork"
    )
    model.layers[0].trainable = False
    model.summary()
    text = capsys.readouterr().out
    assert text.rstrip("\n") == summary_text(model.network, "Model: fork")
    rows = [line.split("  ") for line in text.splitlines()]
    table = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert table[0] == ["Model: fork"]
    assert table[2] == ["Layer", "Output shape", "Parameters", "Comes from"]
    assert table[4:10] == [
        ["x (Input)", "(batch, 3)", "0"],
        ["a (Dense)", "(batch, 1000)", "4,000", "x"],
        ["b (Dense)", "(batch, 2)", "2,002", "a"],
        ["c (Dense)", "(batch, 2)", "2,002", "a"],
        ["norm (BatchNormalization)", "(batch, 2)", "8", "c"],
        ["sum (Add)", "(batch, 2)", "0", "b, norm"],
    ]
    assert table[-1] == ["Parameters: 8,012 (4,008 trainable, 4,004 not), 0.03 MiB as float32"]
    assert model.count_params() == 8012


def test_a_network_is_data_and_is_made_again_from_it() -> None:
    x, y, shared = cr.Input((3,), name="x"), cr.Input((3,), "int32", name="y"), Dense(2, "relu", name="shared")
    inner = Network([i := cr.Input((2,))], [Dense(3)(i)], name="inner")
    words = cr.layers.GlobalAveragePooling1D()(cr.layers.Embedding(9, 2)(y))
    network = Network([x, y], [inner(shared(x)), Add()([shared(x), words])], name="whole")
    data = network_to_data(network)
    again = network_from_data(data)
    assert network_to_data(again) == data
    assert [type(layer) for layer in again.layers] == [type(layer) for layer in network.layers]
    assert [symbol.shape for symbol in again.outputs] == [(None, 3), (None, 2)]
    assert [(symbol.name, symbol.dtype) for symbol in again.inputs] == [("x", np.dtype("float32")), ("y", np.dtype("int32"))]


@pytest.mark.parametrize("data", [{}, {"layers": []}, {"layers": [], "symbols": [{"layer": 0, "inputs": []}]}, {"layers": 3}], ids=str)
def test_data_that_describe_no_network_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="does not describe a network"):
        network_from_data(data)


def _cut() -> Any:
    x, elsewhere = cr.Input((3,)), cr.Input((3,))
    return cr.Model(x, Add()([Dense(2)(x), Dense(2)(elsewhere)]))


def _unused() -> Any:
    x = cr.Input((3,))
    return cr.Model([x, cr.Input((2,))], Dense(1)(x))


def _nested_with_two_outputs() -> Any:
    x = cr.Input((3,))
    return cr.Model(x, [Dense(1)(x), Dense(2)(x)])(cr.Input((3,)))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (_cut, GraphError, "an Input that is not among the inputs of the network: add it to them"),
        (_unused, GraphError, r"Input 1 \(.*\) leads to no output of the network"),
        (_nested_with_two_outputs, ArgumentError, "A network with 2 outputs cannot be a layer of another"),
        (lambda: cr.Model([], []), ArgumentError, "at least one input and one output"),
        (
            lambda: cr.Sequential([cr.Input((3,)), Dense(1, name="a"), Dense(1, name="a")]),
            ArgumentError,
            "Two layers of the network are named 'a'",
        ),
        (lambda: cr.Sequential([Dense(1), cr.Input((3,))]), ArgumentError, "an Input can only stand first"),
        (lambda: cr.Sequential([cr.Input((3,)), cr.Input((3,))]), ArgumentError, "an Input can only stand first"),
        (lambda: cr.Sequential([cr.Input((3,)), "dense"]), ArgumentError, "Sequential takes layers. Got 'dense' instead"),
        (lambda: cr.Sequential([cr.Input((3,)), Dense]), ArgumentError, "Sequential takes layers"),
        (lambda: chain([], Symbol((3,), "float32")), ArgumentError, "at least one layer"),
        (
            lambda: cr.Sequential([cr.Input((3,)), Dense(1)])(X[:, :2]),
            ShapeError,
            r"takes examples of shape \(3,\). Got an input of shape \(5, 2\)",
        ),
        (lambda: cr.Sequential([cr.Input((3,)), Dense(1)])([X, X]), ArgumentError, r"The network has 1 input\(s\). Got 2"),
        (lambda: cr.Model(x := cr.Input((3,)), Dense(1)(x)).build((3,)), ArgumentError, "model is built from its inputs already"),
    ],
)
def test_what_is_no_network_is_refused(make: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (4, r"Input: shape must be the sizes of one example.* Got 4 instead. Did you mean \(4,\)\?"),
        ((4, -1), r"each a whole number from 1.* Got \(4, -1\) instead"),
        ((4, True), "Got .4, True. instead"),
        ("ab", "Got 'ab' instead"),
    ],
)
def test_an_input_says_what_a_shape_is(shape: Any, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        cr.Input(shape)


def test_an_error_names_the_layer_and_the_lines_where_it_was_made_and_called() -> None:
    layer = cr.layers.Conv2D(3, 3, name="eyes")
    here = r"test_network\.py:\d+"
    with pytest.raises(ShapeError, match=rf"Conv2D 'eyes': inputs must have.*\(layer eyes, made at .*{here}, called at .*{here}\)$"):
        layer(cr.Input((4,)))
