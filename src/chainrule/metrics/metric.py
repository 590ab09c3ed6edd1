"""The base of metrics: additive statistics made in the training program, and what they amount to."""

from typing import Any, TypeAlias

import numpy as np

from chainrule import ops
from chainrule.graph import Tensor

Totals: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]


class Metric:
    """A figure over many examples: `statistics` of each batch add up, and `result` reads the figure from the totals."""

    name: str

    def statistics(self, y_true: Tensor, y_pred: Tensor, weight: Tensor) -> Tensor:
        """Return a vector of sums over the batch; `weight` is each example's, 0 for padding, of shape (batch,)."""
        raise NotImplementedError

    def result(self, totals: Totals) -> Any:
        """Return the figure for the sum of all statistics."""
        raise NotImplementedError

    def __call__(self, y_true: Any, y_pred: Any) -> Any:
        """Return the figure for arrays."""
        target, output = (ops.as_tensor(_narrow(np.asarray(array))) for array in (y_true, y_pred))
        weight = ops.as_tensor(np.ones(len(target), np.float32))
        return self.result(np.asarray(self.statistics(target, output, weight).value, np.float64))


def _narrow(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return array.astype({"f": np.float32, "i": np.int32}.get(array.dtype.kind, array.dtype))


class MeanMetric(Metric):
    """The base of metrics that are a mean over examples and places."""

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the figure of each example and place, of shape (batch, ...)."""
        raise NotImplementedError

    def statistics(self, y_true: Tensor, y_pred: Tensor, weight: Tensor) -> Tensor:
        """Return the weighted sum of values and the sum of weights."""
        values = self.values(y_true, y_pred).astype("float32")
        each = values.reshape(values.shape[0], -1).mean(1) if values.ndim > 1 else values
        return ops.stack([(each * weight).sum(), weight.sum()])

    def result(self, totals: Totals) -> float:
        """Return the mean."""
        return float(totals[0] / totals[1]) if totals[1] else float("nan")
