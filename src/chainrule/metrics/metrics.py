"""Metrics of classification by threshold or by largest output, and of regression."""

from typing import Annotated, Any

import numpy as np

from chainrule import ops
from chainrule.arguments import PositiveCount, Whole
from chainrule.errors import ArgumentError, ShapeError
from chainrule.graph import Tensor
from chainrule.metrics.metric import Accuracy, MeanMetric, Metric, Takes, Totals


def _labels(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Return class indices of shape y_pred.shape[:-1], from indices or one-hot rows."""
    places = y_pred.shape[:-1]
    if y_true.shape == y_pred.shape and y_pred.shape[-1] > 1:
        return ops.argmax(y_true, axis=-1)
    if y_true.shape not in (places, (*places, 1)):
        raise ShapeError(f"Outputs of shape {y_pred.shape} need one class index for each of {places}. Got targets of shape {y_true.shape}.")
    return y_true.reshape(*places).astype("int32")


class BinaryAccuracy(Accuracy):
    """The part of outputs on the right side of `threshold`.

    Args:
        threshold: outputs above it count as 1; 0.5 for probabilities, 0 for logits.
        name: the figure's name.
    """

    takes = Takes.PROBABILITIES
    threshold: float = 0.5
    name: str = "binary_accuracy"

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return ops.equal(ops.match_target(y_true, y_pred) > 0.5, y_pred > self.threshold)


class CategoricalAccuracy(Accuracy):
    """The part of examples whose largest output is the class of the one-hot target."""

    name: str = "categorical_accuracy"

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return ops.equal(ops.argmax(ops.match_target(y_true, y_pred), axis=-1), ops.argmax(y_pred, axis=-1))


class SparseCategoricalAccuracy(Accuracy):
    """The part of examples whose largest output is the class that the target names by its index."""

    name: str = "sparse_categorical_accuracy"

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return ops.equal(_labels(y_true, y_pred), ops.argmax(y_pred, axis=-1))


class TopKCategoricalAccuracy(Accuracy):
    """The part of examples whose class is among the `k` largest outputs; targets are indices or one-hot.

    Args:
        k: how many outputs count.
        name: the figure's name.
    """

    k: PositiveCount = 5
    name: str = "top_k_categorical_accuracy"

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        labels = _labels(y_true, y_pred)
        _, positions = ops.top_k(y_pred, min(self.k, y_pred.shape[-1]))
        return ops.reduce_max(ops.equal(positions, labels.reshape(*labels.shape, 1)).astype("float32"), axis=-1)


class SparseTopKCategoricalAccuracy(TopKCategoricalAccuracy):
    """The part of examples whose class is among the `k` largest outputs; Keras's name for targets that are indices."""

    name: str = "sparse_top_k_categorical_accuracy"


class _Confused(Metric, abstract=True):
    """The base of metrics made of true and false positives and negatives."""

    higher_is_better = True

    def cut(self) -> tuple[float, int | None]:
        """Return the threshold above which an output counts as positive, and the class that does where there are several."""
        raise NotImplementedError

    def statistics(self, y_true: Tensor, y_pred: Tensor, weight: Tensor) -> Tensor:
        """Return the weighted counts of true positives, false positives, false negatives and true negatives."""
        positive, says = (truth.astype("float32") for truth in self._truths(y_true, y_pred))
        each = weight.reshape(-1, *[1] * (says.ndim - 1))
        counts = [positive * says, (1 - positive) * says, positive * (1 - says), (1 - positive) * (1 - says)]
        return ops.stack([(count * each).sum() for count in counts])

    def _truths(self, y_true: Tensor, y_pred: Tensor) -> tuple[Tensor, Tensor]:
        threshold, class_id = self.cut()
        if class_id is not None:
            return ops.equal(_labels(y_true, y_pred), class_id), ops.equal(ops.argmax(y_pred, axis=-1), class_id)
        if y_true.shape != y_pred.shape and y_pred.shape[-1] > 1:
            raise ArgumentError(f"{type(self).__name__}: outputs of {y_pred.shape[-1]} classes with index targets need class_id=...")
        return ops.match_target(y_true, y_pred) > 0.5, y_pred > threshold


class Precision(_Confused):
    """True positives / (true positives + false positives); 0 where nothing is called positive.

    Args:
        thresholds: outputs above it count as positive; one number.
        class_id: for outputs of several classes, the class that counts as positive: its output must be the largest (in Keras it
            must be above the threshold). None takes every output for itself.
        name: the figure's name.
    """

    thresholds: float = 0.5
    class_id: int | None = None
    name: str = "precision"

    def cut(self) -> tuple[float, int | None]:
        return self.thresholds, self.class_id

    def result(self, totals: Totals) -> float:
        return _ratio(totals[0], totals[0] + totals[1])


class Recall(_Confused):
    """True positives / (true positives + false negatives); 0 where nothing is positive.

    Args:
        thresholds: outputs above it count as positive; one number.
        class_id: for outputs of several classes, the class that counts as positive: its output must be the largest (in Keras it
            must be above the threshold). None takes every output for itself.
        name: the figure's name.
    """

    thresholds: float = 0.5
    class_id: int | None = None
    name: str = "recall"

    def cut(self) -> tuple[float, int | None]:
        return self.thresholds, self.class_id

    def result(self, totals: Totals) -> float:
        return _ratio(totals[0], totals[0] + totals[2])


class F1Score(_Confused):
    """2 · precision · recall / (precision + recall).

    Args:
        threshold: outputs above it count as positive.
        class_id: for outputs of several classes, the class that counts as positive: its output must be the largest. None takes
            every output for itself, and counts all together (Keras's `average="micro"`).
        name: the figure's name.
    """

    threshold: float = 0.5
    class_id: int | None = None
    name: str = "f1_score"

    def cut(self) -> tuple[float, int | None]:
        return self.threshold, self.class_id

    def result(self, totals: Totals) -> float:
        return _ratio(2 * totals[0], 2 * totals[0] + totals[1] + totals[2])


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


class AUC(Metric):
    """The area under the curve of true over false positive rates, by trapezoids over evenly spaced thresholds.

    Args:
        num_thresholds: how many thresholds; more are finer.
        from_logits: the outputs are z with p = sigmoid(z).
        name: the figure's name.
    """

    higher_is_better = True
    num_thresholds: Annotated[int, Whole(2)] = 200
    from_logits: bool = False
    name: str = "auc"

    def statistics(self, y_true: Tensor, y_pred: Tensor, weight: Tensor) -> Tensor:
        """Return, for each threshold, the weighted counts of true and of false positives, then of positives and negatives."""
        output = ops.sigmoid(y_pred) if self.from_logits else y_pred
        target = ops.match_target(y_true, y_pred).reshape(y_pred.shape[0], -1, 1)
        inner = np.arange(1, self.num_thresholds - 1) / (self.num_thresholds - 1)
        thresholds = np.array([-1e-7, *inner, 1 + 1e-7], np.float32)
        above = (output.reshape(output.shape[0], -1, 1) > thresholds).astype("float32")  # (batch, outputs, thresholds)
        each = weight.reshape(-1, 1, 1)
        hits, alarms = (above * target * each).sum((0, 1)), (above * (1 - target) * each).sum((0, 1))
        totals = ops.stack([(target * each).sum(), ((1 - target) * each).sum()])
        return ops.concatenate(hits, alarms, totals, axis=0)

    def result(self, totals: Totals) -> float:
        n = self.num_thresholds
        if not totals[-2] or not totals[-1]:
            return 0.0
        hit_rate, alarm_rate = totals[:n] / totals[-2], totals[n : 2 * n] / totals[-1]
        return float(-np.trapezoid(hit_rate, alarm_rate))


class ConfusionMatrix(Metric):
    """How many examples of each true class (row) were given each class (column).

    Args:
        num_classes: the number of classes.
        name: the figure's name.
    """

    takes = Takes.CLASSES
    is_number = False
    num_classes: PositiveCount
    name: str = "confusion_matrix"

    def statistics(self, y_true: Tensor, y_pred: Tensor, weight: Tensor) -> Tensor:
        """Return the weighted counts, row by row."""
        binary = y_pred.shape[-1] == 1
        given = (y_pred > 0.5).astype("int32").reshape(-1) if binary else ops.argmax(y_pred, axis=-1).reshape(-1)
        labels = y_true.astype("int32").reshape(-1) if binary else _labels(y_true, y_pred).reshape(-1)
        rows = ops.one_hot(labels, self.num_classes) * weight.reshape(-1, 1)
        return ops.matmul(rows.T, ops.one_hot(given, self.num_classes)).reshape(-1)

    def result(self, totals: Totals) -> np.ndarray[Any, Any]:
        return np.rint(totals).astype(np.int64).reshape(self.num_classes, self.num_classes)


class MeanSquaredError(MeanMetric):
    """Mean of (y_pred − y_true)²."""

    aliases = ("mse",)
    higher_is_better = False
    takes = Takes.QUANTITIES
    name: str = "mean_squared_error"

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return ops.square(y_pred - ops.match_target(y_true, y_pred))


class RootMeanSquaredError(MeanSquaredError):
    """√ of the mean of (y_pred − y_true)²."""

    name: str = "root_mean_squared_error"

    def result(self, totals: Totals) -> float:
        return float(np.sqrt(super().result(totals)))


class MeanAbsoluteError(MeanMetric):
    """Mean of |y_pred − y_true|."""

    aliases = ("mae",)
    higher_is_better = False
    takes = Takes.QUANTITIES
    name: str = "mean_absolute_error"

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return ops.absolute(y_pred - ops.match_target(y_true, y_pred))


class R2Score(Metric):
    """1 − Σ (y_true − y_pred)² / Σ (y_true − mean of y_true)², the mean over outputs; 0 for an output whose targets are all equal."""

    higher_is_better = True
    takes = Takes.QUANTITIES
    name: str = "r2_score"

    def statistics(self, y_true: Tensor, y_pred: Tensor, weight: Tensor) -> Tensor:
        """Return, for each output, Σ w e², Σ w y, Σ w y², and the sum of weights."""
        target = ops.match_target(y_true, y_pred).reshape(y_pred.shape[0], -1)
        error = target - y_pred.reshape(*target.shape)
        each = weight.reshape(-1, 1)
        sums = [(ops.square(error) * each).sum(0), (target * each).sum(0), (ops.square(target) * each).sum(0)]
        return ops.concatenate(*sums, weight.sum().reshape(1), axis=0)

    def result(self, totals: Totals) -> float:
        if not totals[-1]:
            return float("nan")
        error, linear, squared = np.split(totals[:-1], 3)
        spread = squared - linear**2 / totals[-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.mean(np.where(spread > 0, 1 - error / spread, 0.0)))
