"""How well a model tells each class from all others, whatever the threshold."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.errors import ArgumentError
from chainrule.studio.desk import Desk
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.messages.answers.question import ClassCurves, ToldApart
from chainrule.studio.tensors import number
from chainrule.tasks.threshold_curves import threshold_curves

MOST_POINTS = 200  # of a curve


def read_told_apart(desk: Desk, ask: requests.ReadToldApart, blocks: Blocks) -> ToldApart:
    """Draw precision over recall, and true over false positives, for each class of a part."""
    room = desk.library.room(ask.run)
    subject = room.subject
    if not subject.classes or subject.notes.get("task", "classification") != "classification":
        raise ArgumentError(f"The run {ask.run} does not tell classes apart, so there are no curves of precision and recall.")
    chances = subject.probabilities(room.outputs(ask.part, ask.step))
    true = subject.class_numbers(room.rows(ask.part).y)
    curves = [_curves(chances[:, of], true == of, blocks) for of in range(len(subject.classes))]
    return ToldApart(ask.id, ask.run, ask.part, ask.step, len(true), subject.classes, curves)


def _curves(scores: NDArray[Any], positive: NDArray[np.bool_], blocks: Blocks) -> ClassCurves:
    found = threshold_curves(scores, positive)
    return ClassCurves(
        examples=int(positive.sum()),
        average_precision=number(found.average_precision),
        area=number(found.area),
        precision=blocks.add(thinned(found.recall, found.precision)),
        rates=blocks.add(thinned(found.false_positive_rate, found.recall)),
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
