"""How well a model tells each class from all others, at every threshold: precision over recall, and ROC."""

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from chainrule.errors import ArgumentError
from chainrule.studio.fields import Array, Name, Number, PartName, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request
from chainrule.studio.tensors import number
from chainrule.tasks.threshold_curves import threshold_curves

MOST_POINTS = 200  # of a curve


class ClassCurve(Struct, frozen=True):
    """How well a class is told from all others, at every threshold of its probability.

    Args:
        examples: of it.
        average_precision: the mean precision over the steps of recall; None where there is no example of it.
        area: under the true over the false positive rate; None where all examples, or none, are of it.
        precision: of shape (points, 2), recall and precision, from the highest threshold down; no points where the curve is not known.
        rates: of shape (points, 2), the false and the true positive rate, likewise.
    """

    examples: int
    average_precision: Number
    area: Number
    precision: Array
    rates: Array


class ClassCurves(Struct, frozen=True):
    """How well a model tells each class from all others.

    Args:
        run: its name.
        part: of its data.
        step: before which step; None for the end.
        examples: in the part.
        classes: in the order of their numbers.
        curves: of each class.
    """

    run: str
    part: PartName
    step: int | None
    examples: int
    classes: list[str]
    curves: list[ClassCurve]


class ReadClassCurves(Request, frozen=True):
    """Ask how well the model tells each class from all others, at every threshold.

    Args:
        run: its name.
        part: of its data.
        step: before which step; None for the end.
    """

    run: Name
    part: PartName = "test"
    step: Step | None = None

    def respond(self, jobs: Jobs) -> ClassCurves:
        opened = jobs.library.open(self.run)
        task = opened.task.task
        if not task.chooses_class:
            raise ArgumentError(f"The run {self.run} does not tell classes apart, so there are no curves of precision and recall.")
        chances = task.probabilities(opened.outputs(self.part, self.step))
        true = task.target_numbers(opened.rows(self.part).y)
        curves = [_curves(chances[:, of], true == of) for of in range(len(task.class_names))]
        return ClassCurves(self.run, self.part, self.step, len(true), list(task.class_names), curves)


def _curves(
    scores: NDArray[Any],
    positive: NDArray[np.bool_],
) -> ClassCurve:
    found = threshold_curves(scores, positive)
    return ClassCurve(
        examples=int(positive.sum()),
        average_precision=number(found.average_precision),
        area=number(found.area),
        precision=thinned(found.recall, found.precision),
        rates=thinned(found.false_positive_rate, found.recall),
    )


def thinned(across: NDArray[np.float64], up: NDArray[np.float64], most: int = MOST_POINTS) -> NDArray[np.float64]:  # (points, 2)
    """Return at most so many points of a curve, at equal distances along it, its ends among them; none of one that is not known."""
    points = np.stack([across, up], axis=1)
    if not np.isfinite(points).all():
        return np.zeros((0, 2))
    way = np.append(0, np.abs(np.diff(points, axis=0)).sum(axis=1).cumsum())
    if len(points) <= most:
        return points
    chosen = np.searchsorted(way, np.linspace(0, way[-1], most))
    chosen[-1] = len(points) - 1
    return points[np.unique(chosen)]
