"""Losses: how far an output is from its target, example by example.

Each loss has a function, which returns one number for each example (and each place, where targets have more axes), and a
class that holds its settings. Training takes the mean over examples and places.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule import ops
from chainrule.configuration import configurable
from chainrule.errors import ArgumentError, DataError, ShapeError, unknown_name
from chainrule.graph import Tensor, TensorLike, as_tensor

_EPSILON = 1e-7  # probabilities are kept this far from 0 and 1, as in Keras


def mean_squared_error(y_true: TensorLike, y_pred: Tensor) -> Tensor:
    """Return the mean over the last axis of (y_pred − y_true)²."""
    return ops.square(y_pred - ops.match_target(y_true, y_pred)).mean(-1)


def mean_absolute_error(y_true: TensorLike, y_pred: Tensor) -> Tensor:
    """Return the mean over the last axis of |y_pred − y_true|."""
    return ops.absolute(y_pred - ops.match_target(y_true, y_pred)).mean(-1)


def huber(y_true: TensorLike, y_pred: Tensor, delta: float = 1.0) -> Tensor:
    """Return the mean over the last axis of e² / 2 where |e| ≤ delta, else delta · |e| − delta² / 2.

    Source: Huber, "Robust estimation of a location parameter", 1964.
    """
    error = ops.absolute(y_pred - ops.match_target(y_true, y_pred))
    return ops.where(error <= delta, ops.square(error) * 0.5, error * delta - 0.5 * delta * delta).mean(-1)


def binary_crossentropy(y_true: TensorLike, y_pred: Tensor, from_logits: bool = False, label_smoothing: float = 0.0) -> Tensor:
    """Return the mean over the last axis of −y ln p − (1 − y) ln(1 − p).

    With `from_logits` the outputs are z with p = sigmoid(z), and the loss is softplus(z) − y z, which no z overflows.
    """
    target = ops.match_target(y_true, y_pred)
    if label_smoothing:
        target = target * (1 - label_smoothing) + 0.5 * label_smoothing
    if from_logits:
        return (ops.softplus(y_pred) - target * y_pred).mean(-1)
    p = ops.minimum(ops.maximum(y_pred, _EPSILON), 1 - _EPSILON)
    return -(target * ops.log(p) + (1 - target) * ops.log(1 - p)).mean(-1)


def categorical_crossentropy(y_true: TensorLike, y_pred: Tensor, from_logits: bool = False, label_smoothing: float = 0.0) -> Tensor:
    """Return −Σ y ln p over the last axis; y is one-hot, or any distribution over the classes."""
    target = ops.match_target(y_true, y_pred)
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / y_pred.shape[-1]
    return -(target * _log_probabilities(y_pred, from_logits)).sum(-1)


def kl_divergence(y_true: TensorLike, y_pred: Tensor) -> Tensor:
    """Return Σ y ln(y / p) over the last axis, how far the distribution p is from y; both are kept within 1e-7 and 1."""
    target, p = (ops.minimum(ops.maximum(share, _EPSILON), 1) for share in (ops.match_target(y_true, y_pred), y_pred))
    return (target * ops.log(target / p)).sum(-1)


def sparse_categorical_crossentropy(y_true: TensorLike, y_pred: Tensor, from_logits: bool = False) -> Tensor:
    """Return −ln p of the class that `y_true` names by its index."""
    labels = as_tensor(y_true)
    if labels.shape != y_pred.shape[:-1]:
        if labels.shape != (*y_pred.shape[:-1], 1):
            raise ShapeError(
                f"sparse_categorical_crossentropy: outputs of shape {y_pred.shape} need one class index for each of {y_pred.shape[:-1]}. "
                f"Got targets of shape {labels.shape}."
            )
        labels = labels.reshape(*y_pred.shape[:-1])
    chosen = ops.one_hot(labels.astype("int32"), y_pred.shape[-1], y_pred.dtype)
    return -(chosen * _log_probabilities(y_pred, from_logits)).sum(-1)


def _log_probabilities(y_pred: Tensor, from_logits: bool) -> Tensor:
    if from_logits:
        return ops.log_softmax(y_pred, axis=-1)
    p = y_pred / y_pred.sum(-1, keepdims=True)
    return ops.log(ops.minimum(ops.maximum(p, _EPSILON), 1 - _EPSILON))


@dataclass
class Loss:
    """The base of losses."""

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        """Return the loss of each example and place."""
        raise NotImplementedError

    def __call__(self, y_true: TensorLike, y_pred: Tensor, sample_weight: TensorLike | None = None) -> Tensor:
        """Return the mean loss, each example weighted by `sample_weight`."""
        losses = self.call(y_true, y_pred)
        if sample_weight is None:
            return losses.mean()
        weight = as_tensor(sample_weight).astype(losses.dtype)
        return (losses * weight.reshape(*weight.shape, *[1] * (losses.ndim - weight.ndim))).mean()

    def check(self, targets: np.ndarray[Any, Any], output_shape: tuple[int, ...]) -> None:
        """Raise DataError where targets cannot be meant for outputs of `output_shape` (of one example)."""


@configurable
@dataclass
class MeanSquaredError(Loss):
    """Mean of (y_pred − y_true)².

    Example:
        >>> import numpy as np, chainrule as cr
        >>> loss = cr.losses.MeanSquaredError()
        >>> float(loss(np.array([[0.0], [2.0]], "float32"), cr.Variable(np.array([[1.0], [2.0]], "float32"))).value)
        0.5
    """

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        return mean_squared_error(y_true, y_pred)


@configurable
@dataclass
class MeanAbsoluteError(Loss):
    """Mean of |y_pred − y_true|."""

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        return mean_absolute_error(y_true, y_pred)


@configurable
@dataclass
class Huber(Loss):
    """Mean of e² / 2 where |e| ≤ delta, else delta · |e| − delta² / 2.

    Args:
        delta: where the square becomes a line.
    """

    delta: float = 1.0

    def __post_init__(self) -> None:
        if not self.delta > 0:
            raise ArgumentError(f"Huber: delta must be above 0. Got {self.delta} instead.")

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        return huber(y_true, y_pred, self.delta)


@dataclass
class _Crossentropy(Loss):
    from_logits: bool = False
    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.label_smoothing <= 1:
            raise ArgumentError(f"{type(self).__name__}: label_smoothing must lie between 0 and 1. Got {self.label_smoothing} instead.")

    def check(self, targets: np.ndarray[Any, Any], output_shape: tuple[int, ...]) -> None:
        low, high = float(targets.min()), float(targets.max())
        if low < 0 or high > 1:
            raise DataError(
                f"{type(self).__name__} needs targets between 0 and 1. Got values from {low:g} to {high:g}"
                + (
                    ": for class indices use SparseCategoricalCrossentropy."
                    if output_shape[-1:] != (1,)
                    else ": recode the classes as 0 and 1."
                )
            )


@configurable
@dataclass
class BinaryCrossentropy(_Crossentropy):
    """Mean of −y ln p − (1 − y) ln(1 − p).

    Args:
        from_logits: the outputs are z with p = sigmoid(z).
        label_smoothing: how far targets are drawn towards one half.
    """

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        return binary_crossentropy(y_true, y_pred, self.from_logits, self.label_smoothing)


@configurable
@dataclass
class CategoricalCrossentropy(_Crossentropy):
    """Mean of −Σ y ln p; y is one-hot, or any distribution over the classes.

    Args:
        from_logits: the outputs are z with p = softmax(z).
        label_smoothing: how far targets are drawn towards even shares.
    """

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        return categorical_crossentropy(y_true, y_pred, self.from_logits, self.label_smoothing)


@configurable
@dataclass
class KLDivergence(Loss):
    """Mean of Σ y ln(y / p), of Kullback and Leibler: how far the outputs p are from the distribution y.

    Its gradient is that of the categorical cross-entropy; it is 0 where both are the same.

    Source: Kullback and Leibler, "On information and sufficiency", 1951.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> y = np.array([[0.5, 0.5]], "float32")
        >>> round(float(cr.losses.KLDivergence()(y, cr.Variable(np.array([[0.25, 0.75]], "float32"))).value), 4)
        0.1438
    """

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        return kl_divergence(y_true, y_pred)

    def check(self, targets: np.ndarray[Any, Any], output_shape: tuple[int, ...]) -> None:
        low, high = float(targets.min()), float(targets.max())
        if low < 0 or high > 1:
            raise DataError(f"KLDivergence needs targets between 0 and 1. Got values from {low:g} to {high:g}.")


@configurable
@dataclass
class SparseCategoricalCrossentropy(Loss):
    """Mean of −ln p of the class that the target names by its index.

    Args:
        from_logits: the outputs are z with p = softmax(z).

    Example:
        >>> import numpy as np, chainrule as cr
        >>> loss = cr.losses.SparseCategoricalCrossentropy(from_logits=True)
        >>> round(float(loss(np.array([2]), cr.Variable(np.zeros((1, 4), "float32"))).value), 4)  # ln 4
        1.3863
    """

    from_logits: bool = False

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        return sparse_categorical_crossentropy(y_true, y_pred, self.from_logits)

    def check(self, targets: np.ndarray[Any, Any], output_shape: tuple[int, ...]) -> None:
        classes = output_shape[-1]
        if targets.dtype.kind == "f" and (targets != np.floor(targets)).any():
            raise DataError("SparseCategoricalCrossentropy needs class indices, whole numbers. Got fractions: is this a regression?")
        outside = np.flatnonzero((targets < 0) | (targets >= classes))
        if len(outside):
            first = int(outside[0])
            raise DataError(
                f"The network has {classes} outputs, so class indices must lie in 0 to {classes - 1}. Got {targets.reshape(-1)[first]} "
                f"in row {first // max(math.prod(targets.shape[1:]), 1)} ({len(outside)} such targets)."
            )


LOSSES: dict[str, type[Loss]] = {
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "mean_absolute_error": MeanAbsoluteError,
    "mae": MeanAbsoluteError,
    "huber": Huber,
    "binary_crossentropy": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "kl_divergence": KLDivergence,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
}


def get(loss: str | Loss) -> Loss:
    """Return the loss of a name, or the one given."""
    if isinstance(loss, Loss):
        return loss
    if loss not in LOSSES:
        raise unknown_name("A loss", loss, LOSSES)
    return LOSSES[loss]()
