"""What training aims at: which metric "accuracy" is, how figures are named, several outputs against Keras."""

from typing import Any

import keras
import numpy as np
import pytest
from twins import keras_weights, rows

import chainrule as cr
from chainrule import losses, metrics
from chainrule.errors import ArgumentError
from chainrule.training.objective import make_objective


@pytest.mark.parametrize(
    ("loss", "output_shape", "wanted"),
    [
        ("sparse_categorical_crossentropy", (10,), metrics.SparseCategoricalAccuracy()),
        ("sparse_categorical_crossentropy", (5, 10), metrics.SparseCategoricalAccuracy()),
        ("categorical_crossentropy", (10,), metrics.CategoricalAccuracy()),
        ("binary_crossentropy", (1,), metrics.BinaryAccuracy(0.5)),
        (losses.BinaryCrossentropy(from_logits=True), (1,), metrics.BinaryAccuracy(0.0)),
        (losses.BinaryCrossentropy(from_logits=True), (4,), metrics.BinaryAccuracy(0.0)),
        ("mse", (1,), metrics.BinaryAccuracy(0.5)),
        ("mse", (10,), metrics.CategoricalAccuracy()),
    ],
    ids=str,
)
@pytest.mark.parametrize("name", ["accuracy", "acc"])
def test_accuracy_is_the_one_that_fits_the_loss(name: str, loss: Any, output_shape: tuple[int, ...], wanted: Any) -> None:
    (aim,) = make_objective(loss, None, [name], [output_shape]).aims
    assert aim.metrics == {name: wanted}


def test_two_metrics_of_one_name_are_both_kept() -> None:
    chosen = [metrics.Recall(class_id=0), metrics.Recall(class_id=1), "recall", metrics.MeanSquaredError(name="loss")]
    objective = make_objective("mse", None, chosen, [(3,)])
    assert objective.names == ("loss", "recall", "recall_1", "recall_2", "loss_1")
    assert list(objective.aims[0].metrics.values())[:2] == chosen[:2]


def test_a_matrix_is_no_figure_of_a_step() -> None:
    objective = make_objective("sparse_categorical_crossentropy", None, ["accuracy", metrics.ConfusionMatrix(3)], [(3,)])
    assert objective.names == ("loss", "accuracy", "confusion_matrix")
    assert objective.step_names == ("loss", "accuracy")
    model = cr.Sequential([cr.Input((4,)), cr.layers.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", [metrics.ConfusionMatrix(3)])
    x, y = rows(20, 4), np.arange(20) % 3
    assert set(model.fit(x, y, verbose=0).history) == {"loss"}
    matrix = model.evaluate(x, y, 8, return_dict=True)["confusion_matrix"]
    np.testing.assert_array_equal(matrix, [[((y == a) & (model.predict(x).argmax(1) == b)).sum() for b in range(3)] for a in range(3)])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"loss": ["mse"]}, r"The network has 2 output\(s\): give one loss"),
        ({"loss": "mse", "loss_weights": [1.0]}, r"The network has 2 output\(s\)"),
        ({"loss": "mse", "metrics": [["mae"], ["mae"], ["mae"]]}, r"The network has 2 output\(s\)"),
        ({"loss": None}, "a loss is needed"),
        ({"loss": "mse", "metrics": ["acuracy"]}, "A metric must be one of accuracy, auc, .*Did you mean 'accuracy'"),
        ({"loss": "mse", "optimizer": "sdg"}, "Did you mean 'sgd'"),
        ({"loss": 3}, "A loss must be one of"),
    ],
)
def test_arguments_of_compile_that_mean_nothing_are_refused(arguments: dict[str, Any], message: str) -> None:
    x = cr.Input((3,))
    model = cr.Model(x, [cr.layers.Dense(1)(x), cr.layers.Dense(2)(x)])
    with pytest.raises(ArgumentError, match=message):
        model.compile(**({"optimizer": "sgd"} | arguments))


def _two_and_two(room: Any, layers: Any) -> Any:
    a, b, shared = room.Input((4,)), room.Input((3,)), layers.Dense(5, "tanh")
    left, right = shared(layers.Dense(6, "relu")(a)), shared(layers.Dense(6, "relu")(b))
    joined = layers.Concatenate()([left, right])
    return room.Model([a, b], [layers.Dense(1)(joined), layers.Dense(3)(layers.Add()([left, right]))])


WEIGHTED = {"sample_weight": np.linspace(0.2, 2, 42)}


@pytest.mark.parametrize(("loss_weights", "options"), [(None, {}), ([0.3, 2.0], WEIGHTED)], ids=["plain", "weighted"])
def test_two_inputs_and_two_outputs_are_trained_as_in_keras(loss_weights: Any, options: dict[str, Any]) -> None:
    mine, theirs = _two_and_two(cr, cr.layers), _two_and_two(keras, keras.layers)
    names = {variable.path: variable for variable in theirs.weights}
    for variable, wanted in zip(names.values(), _in_the_order_of(theirs, mine), strict=True):
        variable.assign(wanted)
    mine.compile("adam", ["mse", losses.SparseCategoricalCrossentropy(True)], [["mae"], ["accuracy"]], loss_weights)
    sparse = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    theirs.compile("adam", ["mse", sparse], metrics=[["mae"], ["accuracy"]], loss_weights=loss_weights)
    x = [rows(42, 4), rows(42, 3, seed=75)]
    y = [x[0][:, :1] * x[1][:, :1], (x[1] @ rows(3, 3, seed=76)).argmax(1).astype("int32")]
    weight = [options["sample_weight"]] * 2 if options else None  # Keras wants one for each output
    there = theirs.fit(x, y, 8, 5, 0, shuffle=False, sample_weight=weight).history
    here = mine.fit(x, y, 8, 5, 0, shuffle=False, **options).history

    first, second = (layer.name for layer in theirs.layers if isinstance(layer, keras.layers.Dense) and layer.units in (1, 3))
    renamed = {"loss": "loss", "output_0_loss": f"{first}_loss", "output_1_loss": f"{second}_loss"}
    renamed |= {"output_0_mae": f"{first}_mae", "output_1_accuracy": f"{second}_accuracy"}
    assert set(here) == set(renamed)
    for name, name_there in renamed.items():
        np.testing.assert_allclose(here[name], there[name_there], rtol=2e-4, err_msg=name)
    for array, wanted in zip(_in_the_order_of(theirs, mine), keras_weights(theirs), strict=True):
        np.testing.assert_allclose(array, wanted, rtol=2e-4, atol=2e-5)
    for array, wanted in zip(mine.predict(x), theirs.predict(x, verbose=0), strict=True):
        np.testing.assert_allclose(array, wanted, rtol=2e-4, atol=2e-5)


def _in_the_order_of(theirs: Any, mine: cr.Model) -> list[Any]:
    """Return our weights in the order of Keras's layers, which goes by depth; layers that learn are told apart by their shapes."""
    by_shape = {variable.shape: np.asarray(variable.value) for variable in mine.named_weights().values() if variable.value.ndim == 2}
    found: list[Any] = []
    for variable in theirs.weights:
        if len(variable.shape) == 2:
            kernel = by_shape[tuple(variable.shape)]
            address = next(n for n, v in mine.named_weights().items() if v.shape == kernel.shape)
            found += [kernel, np.asarray(mine.named_weights()[address.replace("kernel", "bias")].value)]
    return found


def test_each_output_has_its_own_loss_among_the_figures() -> None:
    model = _two_and_two(cr, cr.layers)
    model.compile("sgd", ["mse", losses.SparseCategoricalCrossentropy(True)], loss_weights=[0.5, 2.0])
    x, y = [rows(9, 4), rows(9, 3)], [rows(9, 1), np.arange(9) % 3]
    figures = model.evaluate(x, y, return_dict=True)
    assert list(figures) == ["loss", "output_0_loss", "output_1_loss"]
    assert figures["loss"] == pytest.approx(0.5 * figures["output_0_loss"] + 2 * figures["output_1_loss"])
    assert figures["output_0_loss"] == pytest.approx(float(((model.predict(x)[0] - y[0]) ** 2).mean()), rel=1e-5)
    assert model.evaluate(x, y) == list(figures.values())
