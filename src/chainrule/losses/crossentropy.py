"""Losses of probabilities: how surprising the right answer is to what the outputs say."""

from typing import Any

import numpy as np

from chainrule import ops
from chainrule.arguments import Fraction
from chainrule.errors import ShapeError
from chainrule.graph import Tensor, TensorLike, as_tensor
from chainrule.losses.loss import Loss
from chainrule.losses.target import Target

_EPSILON = 1e-7  # probabilities are kept this far from 0 and 1, as in Keras


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


def kl_divergence(y_true: TensorLike, y_pred: Tensor) -> Tensor:
    """Return Σ y ln(y / p) over the last axis, how far the distribution p is from y; both are kept within 1e-7 and 1."""
    target, p = (ops.minimum(ops.maximum(part, _EPSILON), 1) for part in (ops.match_target(y_true, y_pred), y_pred))
    return (target * ops.log(target / p)).sum(-1)


def _log_probabilities(y_pred: Tensor, from_logits: bool) -> Tensor:
    if from_logits:
        return ops.log_softmax(y_pred, axis=-1)
    p = y_pred / y_pred.sum(-1, keepdims=True)
    return ops.log(ops.minimum(ops.maximum(p, _EPSILON), 1 - _EPSILON))


def _entropy(probabilities: np.ndarray[Any, Any]) -> float:
    return float(-(probabilities * np.log(np.maximum(probabilities, _EPSILON))).sum())


def _lie_in_unit_range(targets: np.ndarray[Any, Any]) -> bool:
    return bool((targets >= 0).all() and (targets <= 1).all())


class _SmoothedCrossentropy(Loss, abstract=True):
    from_logits: bool = False
    label_smoothing: Fraction = 0.0


class BinaryCrossentropy(_SmoothedCrossentropy):
    """Mean of −y ln p − (1 − y) ln(1 − p).

    Args:
        from_logits: the outputs are z with p = sigmoid(z).
        label_smoothing: how far targets are drawn towards one half, from 0 to 1.
    """

    target = Target.PROBABILITY

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        return binary_crossentropy(y_true, y_pred, self.from_logits, self.label_smoothing)

    def constant_loss(self, targets: np.ndarray[Any, Any]) -> float | None:
        """Return the entropy of the mean target, the mean over outputs."""
        if not _lie_in_unit_range(targets):
            return None
        p = np.clip(np.asarray(targets, np.float64).reshape(len(targets), -1).mean(0), _EPSILON, 1 - _EPSILON)
        return float((-p * np.log(p) - (1 - p) * np.log(1 - p)).mean())


class CategoricalCrossentropy(_SmoothedCrossentropy):
    """Mean of −Σ y ln p; y is one-hot, or any distribution over the classes.

    Args:
        from_logits: the outputs are z with p = softmax(z).
        label_smoothing: how far targets are drawn towards the even distribution, from 0 to 1.
    """

    target = Target.DISTRIBUTION

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        return categorical_crossentropy(y_true, y_pred, self.from_logits, self.label_smoothing)

    def constant_loss(self, targets: np.ndarray[Any, Any]) -> float | None:
        """Return the entropy of the mean target."""
        if targets.ndim < 2 or (targets < 0).any():
            return None
        return _entropy(np.asarray(targets, np.float64).reshape(-1, targets.shape[-1]).mean(0))


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

    target = Target.CLASS
    from_logits: bool = False

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        return sparse_categorical_crossentropy(y_true, y_pred, self.from_logits)

    def constant_loss(self, targets: np.ndarray[Any, Any]) -> float | None:
        """Return the entropy of how often each class occurs."""
        if (targets < 0).any() or (targets != np.floor(targets)).any():
            return None
        return _entropy(np.bincount(targets.reshape(-1).astype(np.int64)) / targets.size)


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

    target = Target.DISTRIBUTION

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        return kl_divergence(y_true, y_pred)
