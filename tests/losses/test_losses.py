"""Each loss against Keras 3 on JAX, and what holds for every loss."""

from dataclasses import dataclass, field
from typing import Any

import gradients
import jax
import keras
import numpy as np
import pytest

import chainrule as cr
from chainrule import losses
from chainrule.backprop import gradient
from chainrule.configuration import from_config, to_config
from chainrule.errors import ArgumentError, DataError, ShapeError
from chainrule.xla import Program


@dataclass(frozen=True)
class Case:
    """A loss with settings, and the kind of outputs and targets that it takes."""

    loss: str
    outputs: str = "real"  # or "sigmoid", "softmax"
    targets: str = "real"  # or "bits", "one_hot", "shares", "index"
    settings: dict[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        return "-".join([self.loss, self.targets, *(f"{key}={value}" for key, value in self.settings.items())])

    def ours(self) -> losses.Loss:
        return getattr(losses, self.loss)(**self.settings)

    def theirs(self) -> Any:
        return getattr(keras.losses, self.loss)(**self.settings)

    def data(self, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Return targets and outputs; `shape` is the outputs'."""
        random = np.random.default_rng(40)
        z = random.normal(size=shape) * 2
        share = np.exp(random.normal(size=shape))
        classes = random.integers(0, shape[-1], shape[:-1])
        y_pred = {"real": z, "sigmoid": 1 / (1 + np.exp(-z)), "softmax": np.exp(z) / np.exp(z).sum(-1, keepdims=True)}[self.outputs]
        y_true = {
            "real": random.normal(size=shape) * 2,
            "bits": random.integers(0, 2, shape),
            "one_hot": np.eye(shape[-1])[classes],
            "shares": share / share.sum(-1, keepdims=True),
            "index": classes,
        }[self.targets]
        return y_true.astype("int32" if self.targets == "index" else "float32"), y_pred.astype("float32")


LOGITS: dict[str, Any] = {"from_logits": True}
CASES = [
    Case("MeanSquaredError"),
    Case("MeanAbsoluteError"),
    Case("Huber"),
    Case("Huber", settings={"delta": 0.3}),
    Case("BinaryCrossentropy", "sigmoid", "bits"),
    Case("BinaryCrossentropy", "sigmoid", "bits", {"label_smoothing": 0.2}),
    Case("BinaryCrossentropy", "real", "bits", LOGITS),
    Case("BinaryCrossentropy", "real", "bits", LOGITS | {"label_smoothing": 0.2}),
    Case("BinaryCrossentropy", "real", "shares", LOGITS),
    Case("CategoricalCrossentropy", "softmax", "one_hot"),
    Case("CategoricalCrossentropy", "sigmoid", "shares", {"label_smoothing": 0.3}),
    Case("CategoricalCrossentropy", "real", "one_hot", LOGITS),
    Case("CategoricalCrossentropy", "real", "shares", LOGITS | {"label_smoothing": 0.3}),
    Case("KLDivergence", "softmax", "shares"),
    Case("KLDivergence", "sigmoid", "one_hot"),
    Case("SparseCategoricalCrossentropy", "softmax", "index"),
    Case("SparseCategoricalCrossentropy", "sigmoid", "index"),
    Case("SparseCategoricalCrossentropy", "real", "index", LOGITS),
]
ON_LOGITS = [case for case in CASES if case.settings.get("from_logits")]
SOFTMAX = [case for case in ON_LOGITS if "Categorical" in case.loss]
DENSE = [case for case in CASES if case.targets != "index"]
SHAPES = [(6, 3), (4, 5, 3)]
every_case = pytest.mark.parametrize("case", CASES, ids=str)


def _values_and_gradients(loss: losses.Loss, *variants: Any) -> list[Any]:
    """Return value and gradient for each (targets, outputs, weight), all computed in one program."""
    leaves = [cr.Placeholder(y_pred.shape, y_pred.dtype) for _, y_pred, _ in variants]
    values = [loss(y_true, leaf, weight) for leaf, (y_true, _, weight) in zip(leaves, variants, strict=True)]
    slopes = [gradient(value, [leaf])[0] for leaf, value in zip(leaves, values, strict=True)]
    found = Program([*values, *slopes], leaves)(*(y_pred for _, y_pred, _ in variants))
    return [np.asarray(array) for array in found]


def _in_keras(loss: Any, *variants: Any) -> list[Any]:
    def each(outputs: Any) -> Any:
        return [
            jax.value_and_grad(lambda y, y_true=y_true, weight=weight: loss(y_true, y, weight))(y_pred)
            for y_pred, (y_true, _, weight) in zip(outputs, variants, strict=True)
        ]

    values, slopes = zip(*jax.jit(each)([y_pred for _, y_pred, _ in variants]), strict=True)
    return [*values, *slopes]


@every_case
def test_value_and_gradient_are_those_of_keras(case: Case) -> None:
    flat, deep, weight = case.data((6, 3)), case.data((4, 5, 3)), np.array([0.0, 2.0, 0.5, 3.0], "float32")
    places = np.repeat(weight[:, None], 5, axis=1)  # Keras stretches a weight over places only where it is told so
    mine = _values_and_gradients(case.ours(), (*flat, None), (*deep, None), (*deep, weight), (*deep, places))
    theirs = _in_keras(case.theirs(), (*flat, None), (*deep, None), (*deep, places), (*deep, places))
    for found, wanted in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=1e-7)


@every_case
def test_the_function_gives_each_example_its_own_loss(case: Case) -> None:
    y_true, y_pred = case.data((4, 5, 3))
    name = {"Huber": "huber", "KLDivergence": "kl_divergence"}.get(case.loss) or "".join(
        f"_{c.lower()}" if c.isupper() else c for c in case.loss
    )[1:]
    mine = getattr(losses, name)(y_true, cr.Variable(y_pred), **case.settings)
    assert mine.shape == (4, 5)
    np.testing.assert_allclose(mine.value, getattr(keras.losses, name)(y_true, y_pred, **case.settings), rtol=1e-5, atol=1e-6)


@every_case
def test_the_gradient_to_second_order_against_finite_differences(case: Case) -> None:
    y_true, y_pred = case.data((3, 4))
    away = y_pred if case.outputs == "real" else 0.2 + 0.6 * y_pred  # near 0 a logarithm bends too much to be measured
    gradients.check_against_differences(lambda outputs: case.ours().call(y_true, outputs), away.astype("float64"))


@pytest.mark.parametrize("case", [case for case in CASES if case.targets in ("real", "bits", "index")], ids=str)
def test_a_column_of_targets_is_the_same_as_a_row_of_them(case: Case) -> None:
    y_true, y_pred = case.data((6, 3) if case.targets == "index" else (6, 1))
    flat, column = (y_true.reshape(6), y_pred, None), (y_true.reshape(6, 1), y_pred, None)
    value, other_value, slope, other_slope = _values_and_gradients(case.ours(), flat, column)
    theirs = _in_keras(case.theirs(), column)
    for found, other, wanted in [(value, other_value, theirs[0]), (slope, other_slope, theirs[1])]:
        np.testing.assert_array_equal(found, other)
        np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=1e-7)


@pytest.mark.parametrize("case", ON_LOGITS, ids=str)
def test_no_logits_are_too_large(case: Case) -> None:
    y_true, y_pred = case.data((6, 3))
    value, slope = _values_and_gradients(case.ours(), (y_true, np.sign(y_pred) * np.float32(1e4), None))
    assert np.isfinite(value)
    assert np.isfinite(slope).all()
    assert slope.any()


@pytest.mark.parametrize("case", [case for case in CASES if case.outputs in ("sigmoid", "softmax")], ids=str)
def test_probabilities_of_0_and_1_give_a_finite_loss(case: Case) -> None:
    y_true, y_pred = case.data((6, 3))
    sure = (y_pred == y_pred.max(-1, keepdims=True)).astype("float32")
    value, slope = _values_and_gradients(case.ours(), (y_true, sure, None))
    np.testing.assert_allclose(value, case.theirs()(y_true, sure), rtol=1e-5)
    assert np.isfinite(slope).all()


@pytest.mark.parametrize("case", SOFTMAX, ids=str)
def test_losses_of_softmax_ignore_an_offset_that_all_logits_share(case: Case) -> None:
    y_true, y_pred = case.data((6, 3))
    found = _values_and_gradients(case.ours(), (y_true, y_pred, None), (y_true, y_pred + np.float32(50), None))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-4)
    np.testing.assert_allclose(found[2], found[3], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("case", [case for case in CASES if case.outputs == "real" and case.targets == "real"], ids=str)
def test_a_loss_of_equal_targets_and_outputs_is_0(case: Case) -> None:
    _, y_pred = case.data((6, 3))
    assert case.ours()(y_pred, cr.Variable(y_pred)).value == 0


@pytest.mark.parametrize(
    ("targets", "outputs"),
    [((6,), (6, 6)), ((6, 1), (6, 6)), ((1, 3), (6, 3)), ((3,), (6, 3)), ((6, 1, 3), (6, 3)), ((6, 3), (6, 1))],
    ids=str,
)
@pytest.mark.parametrize("case", DENSE, ids=str)
def test_targets_that_would_have_to_be_stretched_are_refused(case: Case, targets: tuple[int, ...], outputs: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"Targets of shape .* do not fit outputs of shape"):
        case.ours()(np.zeros(targets, "float32"), cr.Variable(np.full(outputs, 0.5, "float32")))


@pytest.mark.parametrize("targets", [(1,), (6, 3), (3,), (6, 1, 1)], ids=str)
def test_class_indices_of_another_shape_are_refused(targets: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="need one class index for each of"):
        losses.SparseCategoricalCrossentropy()(np.zeros(targets, "int32"), cr.Variable(np.full((6, 3), 0.5, "float32")))


@every_case
def test_a_loss_is_made_again_from_its_configuration(case: Case) -> None:
    assert from_config(to_config(case.ours())) == case.ours()


@pytest.mark.parametrize("case", [case for case in CASES if case.settings], ids=str)
def test_every_setting_changes_the_loss(case: Case) -> None:
    y_true, y_pred = case.data((6, 3))
    outputs = cr.Variable(np.abs(y_pred))
    without = [{key: setting for key, setting in case.settings.items() if key != name} for name in case.settings]
    value, *others = (getattr(losses, case.loss)(**settings)(y_true, outputs) for settings in (case.settings, *without))
    assert not any(np.allclose(value.value, other.value) for other in others)


@pytest.mark.parametrize(
    "name", [name for name, cls in losses.loss_names().items() if name.islower() and cls.__module__.startswith("chainrule.losses")]
)
def test_names_stand_for_what_they_mean_in_keras(name: str) -> None:
    loss = losses.get(name)
    assert type(loss).__name__.lower() == {"mse": "meansquarederror", "mae": "meanabsoluteerror"}.get(name, name.replace("_", ""))
    assert losses.get(loss) is loss
    keras.losses.get(name)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: losses.get("mean_square_error"), r"Got 'mean_square_error' instead\. Did you mean 'mean_squared_error'\?"),
        (lambda: losses.BinaryCrossentropy(label_smoothing=-0.1), "BinaryCrossentropy: label_smoothing must be a number from 0 to 1"),
        (lambda: losses.CategoricalCrossentropy(label_smoothing=1.5), r"Got 1\.5 instead"),
        (lambda: losses.Huber(delta=0.0), r"Huber: delta must be a number above 0\. Got 0\.0 instead"),
    ],
    ids=["unknown name", "negative smoothing", "smoothing above 1", "delta of 0"],
)
def test_settings_that_mean_nothing_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        make()


@pytest.mark.parametrize(
    ("loss", "targets", "output_shape", "message"),
    [
        ("SparseCategoricalCrossentropy", [0, 2, 3, 1, 3], (3,), r"must lie in 0 to 2\. Got 3 in row 2 \(2 such targets\)"),
        ("SparseCategoricalCrossentropy", [0, -1], (3,), "Got -1 in row 1"),
        ("SparseCategoricalCrossentropy", [[0, 1], [2, 9]], (2, 3), "Got 9 in row 1"),
        ("SparseCategoricalCrossentropy", [[0], [1], [5]], (3,), "Got 5 in row 2"),
        ("SparseCategoricalCrossentropy", [0.0, 1.5], (3,), "Got fractions: is this a regression?"),
        ("BinaryCrossentropy", [0, 1, 2], (1,), "values from 0 to 2: recode the classes as 0 and 1"),
        ("BinaryCrossentropy", [-1, 1], (1,), "BinaryCrossentropy needs targets between 0 and 1"),
        ("KLDivergence", [[0, 3]], (2,), "between 0 and 1. Got values from 0 to 3"),
        ("CategoricalCrossentropy", [[0, 3]], (2,), "for class indices use SparseCategoricalCrossentropy"),
    ],
)
def test_targets_that_cannot_be_meant_are_refused(loss: str, targets: Any, output_shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(DataError, match=message):
        getattr(losses, loss)().check(np.array(targets), output_shape)


@every_case
def test_targets_that_can_be_meant_pass_the_check(case: Case) -> None:
    y_true, y_pred = case.data((6, 3))
    case.ours().check(y_true, y_pred.shape[1:])
