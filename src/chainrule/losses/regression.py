"""Losses of quantities: by how much an output misses its target."""

from typing import Any

import numpy as np

from chainrule import ops
from chainrule.arguments import Positive
from chainrule.graph import Tensor, TensorLike
from chainrule.losses.loss import Loss


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


class MeanSquaredError(Loss):
    """Mean of (y_pred − y_true)².

    Example:
        >>> import numpy as np, chainrule as cr
        >>> loss = cr.losses.MeanSquaredError()
        >>> float(loss(np.array([[0.0], [2.0]], "float32"), cr.Variable(np.array([[1.0], [2.0]], "float32"))).value)
        0.5
    """

    aliases = ("mse",)

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        return mean_squared_error(y_true, y_pred)

    def constant_loss(self, targets: np.ndarray[Any, Any]) -> float:
        """Return the variance of the targets."""
        return float(_rows(targets).var(0).mean())


class MeanAbsoluteError(Loss):
    """Mean of |y_pred − y_true|."""

    aliases = ("mae",)
    median_is_best = True

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        return mean_absolute_error(y_true, y_pred)

    def constant_loss(self, targets: np.ndarray[Any, Any]) -> float:
        """Return the mean distance of the targets from their median."""
        rows = _rows(targets)
        return float(np.abs(rows - np.median(rows, 0)).mean())


class Huber(Loss):
    """Mean of e² / 2 where |e| ≤ delta, else delta · |e| − delta² / 2.

    Args:
        delta: where the square becomes a line.
    """

    delta: Positive = 1.0

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        return huber(y_true, y_pred, self.delta)


def _rows(targets: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.asarray(targets, np.float64).reshape(len(targets), -1)
