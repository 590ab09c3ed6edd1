"""The base of metrics: additive statistics made in the training program, and what they amount to.

Each metric says what its figure means: whether higher is better, what outputs it takes, whether it is the part of answers that are right.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias

import numpy as np

from chainrule import ops
from chainrule.configuration import Configurable, find, names_in, snake_case
from chainrule.errors import unknown_name
from chainrule.graph import Tensor

Totals: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]


class Takes(StrEnum):
    """What the outputs are that a metric takes."""

    QUANTITIES = "quantities"
    PROBABILITIES = "probabilities"
    CLASSES = "classes"


class Metric(Configurable, abstract=True):
    """A figure over many examples: `statistics` of each batch add up, and `result` reads the figure from the totals.

    Attributes:
        name: the figure's name; that of the class in small letters where none is given.
        higher_is_better: whether a higher figure is a better one; None where that is not said, or is neither.
        takes: what the outputs are: QUANTITIES, PROBABILITIES (which a threshold cuts), or CLASSES (of which the largest counts).
        is_accuracy: whether it is the part of all answers that are right, from 0 to 1. It is shown in per cent, and hides it where a rare
            class is never found.
        is_number: whether the figure is a single number, which can be saved for every step.
    """

    name = ""
    higher_is_better: ClassVar[bool | None] = None
    takes: ClassVar[Takes] = Takes.PROBABILITIES
    is_accuracy: ClassVar[bool] = False
    is_number: ClassVar[bool] = True

    _is_named_after_class: ClassVar[bool] = True

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" in vars(cls) or "name" in vars(cls).get("__annotations__", {}):
            cls._is_named_after_class = False
        elif cls._is_named_after_class:
            cls.name = snake_case(cls.__name__)

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


class MeanMetric(Metric, abstract=True):
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


class Accuracy(MeanMetric, abstract=True):
    """The base of metrics that are the part of all answers that are right."""

    higher_is_better = True
    takes = Takes.CLASSES
    is_accuracy = True


def metric_names() -> dict[str, type[Metric]]:
    """Return the metrics by all their names, ours and the user's."""
    return names_in(Metric)


MetricLike: TypeAlias = str | Metric | Callable[[Tensor, Tensor], Tensor]


def get(metric: MetricLike) -> Metric:
    """Return the metric of a name, of a function, or the one given.

    Args:
        metric: a name; a metric; or a function of your own, of targets and outputs, which returns the figure of each example.

    Raises:
        ArgumentError: no metric of this name.

    Example:
        >>> get("mae").name
        'mae'
    """
    if isinstance(metric, Metric):
        return metric
    if isinstance(metric, str):
        made = find(Metric, metric)
        return made(name=metric) if metric in vars(made).get("aliases", ()) else made()
    if not callable(metric):
        raise unknown_name("A metric", metric, (name for name in metric_names() if name.islower()))
    name = metric.__name__
    own = {"__module__": metric.__module__, "__qualname__": f"metric {name}", "__doc__": metric.__doc__, "name": name}
    return type(MeanMetric)(name, (MeanMetric,), {"values": staticmethod(metric), **own})()
