"""Labels: classes with few rows, and labels that are likely to be wrong."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.counting import counted
from chainrule.data.checks.check import Check, CheckedData
from chainrule.data.checks.issue import NAMES, Issue, Parts, as_parts, name_rows
from chainrule.errors import DataError

UNEQUAL = 10.0  # rows of the largest class / rows of the smallest, from which on it is a warning
FEWEST_ROWS = 5  # that a class needs to be learned and evaluated at all


def class_imbalance(target: pl.Series, parts: Parts | None = None) -> list[Issue]:
    """Return issues for classes of very unequal size, with few rows, or without rows in a part.

    Args:
        target: the class of every row; missing ones are passed over.
        parts: the part of every row; None where there is no split yet.

    Returns:
        Issues whose rows are those of the small classes. A class that has rows, but none to learn from, is an error.

    Example:
        >>> class_imbalance(pl.Series("kind", ["common"] * 95 + ["rare"] * 5))[0].message
        "Column 'kind': class 'rare' has 5 rows, class 'common' 95, 19 times as many."
    """
    counts = target.drop_nulls().value_counts(sort=True)
    if counts.height < 2:
        return []
    classes, sizes = counts[target.name].to_list(), counts["count"].to_list()
    issues: list[Issue] = []
    if sizes[0] >= UNEQUAL * sizes[-1]:
        message = (
            f"Column {target.name!r}: class {classes[-1]!r} has {counted(sizes[-1], 'row')}, class {classes[0]!r} {sizes[0]:,}, "
            f"{sizes[0] / sizes[-1]:.0f} times as many."
        )
        advice = "Weight the classes (balance='weights'), and judge by more than accuracy."
        issues.append(_issue("class imbalance", "warning", message, target, classes[-1], advice))
    for name, size in zip(classes, sizes, strict=True):
        if size < FEWEST_ROWS:
            message = f"Column {target.name!r}: class {name!r} has only {counted(size, 'row')}."
            issues.append(
                _issue("class with few rows", "warning", message, target, name, "Find more, merge it with another, or leave it out.")
            )
    return issues + ([] if parts is None else _lacking(target, parts, classes))


class ClassImbalance(Check):
    """Classes with few rows, or with none in a part."""

    needs = ("target",)
    tasks = ("classification",)
    rank = 150

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.target is not None
        return class_imbalance(data.target, data.parts)


def _lacking(target: pl.Series, parts: Parts, classes: list[object]) -> list[Issue]:
    codes = pl.Series("part", as_parts(parts, len(target)))
    issues: list[Issue] = []
    for part in sorted(set(codes.to_list())):
        here = set(target.filter(codes == part).to_list())
        for name in classes:
            if name not in here:
                message = f"Column {target.name!r}: class {name!r} has no row in the {NAMES[part]} part."
                severity = "error" if part == 0 else "warning"
                issues.append(
                    _issue("class missing in a part", severity, message, target, name, "Split in proportion to the classes (stratify).")
                )
    return issues


def _issue(check: str, severity: str, message: str, target: pl.Series, name: object, advice: str) -> Issue:
    rows = tuple((target == name).arg_true().to_list())
    return Issue(check, "error" if severity == "error" else "warning", message, rows, (target.name,), len(rows), advice)


@dataclass(frozen=True)
class LabelSuspect:
    """A label that its example contradicts.

    Args:
        row: of the example.
        given: its label.
        suggested: the most probable class.
        confidence: 1 - p(given): how probable it is that another class is right, by the probabilities that were given.
    """

    row: int
    given: int
    suggested: int
    confidence: float


def confident_joint(labels: ArrayLike, probabilities: ArrayLike) -> NDArray[np.float64]:
    """Return how many examples of each given label (rows) belong to each class (columns), as far as probabilities tell.

    The threshold t_j of class j is the mean p_j of the examples labelled j. An example counts for the class whose p_j reaches its
    threshold; of several such, for the most probable. Each row is then scaled to the number of examples with its label.

    Args:
        labels: class numbers, of shape (rows,).
        probabilities: of each class for each example, of shape (rows, classes), by a model that was not trained on that example.

    Raises:
        DataError: shapes that do not fit, labels out of range, rows that are no probabilities, a class without examples.

    Source:
        Northcutt, Jiang and Chuang (2021), Confident learning: estimating uncertainty in dataset labels.

    Example:
        >>> labels = [0, 0, 0, 1, 1, 1]
        >>> confident_joint(labels, [[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.1, 0.9], [0.2, 0.8], [0.1, 0.9]]).tolist()
        [[2.0, 1.0], [0.0, 3.0]]
    """
    given, p = _checked(labels, probabilities)
    classes, counts = p.shape[1], np.bincount(given, minlength=p.shape[1])
    counted = _confident_class(given, p)
    sure = counted >= 0
    joint = np.bincount(given[sure] * classes + counted[sure], minlength=classes * classes).reshape(classes, classes).astype(np.float64)
    joint[np.arange(classes), np.arange(classes)] += joint.sum(axis=1) == 0  # a label that nothing speaks for keeps its examples
    return joint * (counts / joint.sum(axis=1))[:, None]


def label_suspects(labels: ArrayLike, probabilities: ArrayLike, count: int | None = None) -> list[LabelSuspect]:
    """Return the examples whose label is likely to be wrong, the most suspect first.

    Args:
        labels: class numbers, of shape (rows,).
        probabilities: of each class for each example, of shape (rows, classes), by a model that was not trained on that example.
        count: how many to return, the least probable labels first; None for those that confident learning counts for another class
            than their label's (see `confident_joint`).

    Raises:
        DataError: as for `confident_joint`.

    Example:
        >>> label_suspects([0, 0, 1, 1], [[0.9, 0.1], [0.05, 0.95], [0.1, 0.9], [0.2, 0.8]])
        [LabelSuspect(row=1, given=0, suggested=1, confidence=0.95)]
    """
    given, p = _checked(labels, probabilities)
    own = p[np.arange(len(given)), given]
    order = np.argsort(own, kind="stable")
    if count is None:
        counted = _confident_class(given, p)
        order = order[(counted[order] >= 0) & (counted[order] != given[order])]
    chosen = order[:count].tolist()
    return [LabelSuspect(row, int(given[row]), int(p[row].argmax()), float(1 - own[row])) for row in chosen]


def label_issues(suspects: list[LabelSuspect], rows: int, column: str = "label") -> list[Issue]:
    """Return an issue for labels that are likely to be wrong.

    Args:
        suspects: from `label_suspects`.
        rows: of all examples.
        column: of the labels.
    """
    if not suspects:
        return []
    first = [suspect.row for suspect in suspects]
    message = (
        f"Column {column!r}: {counted(len(first), 'label')} of {rows:,} ({len(first) / rows:.1%}) "
        f"{'is' if len(first) == 1 else 'are'} likely to be wrong, the most suspect in {name_rows(first)}."
    )
    advice = "Look at them, the most suspect first; correct or leave out those that are wrong."
    return [Issue("labels likely to be wrong", "warning", message, tuple(sorted(first)), (column,), len(first), advice)]


def _confident_class(given: NDArray[np.int64], p: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the class that each example counts for; -1 where no probability reaches its threshold."""
    thresholds = np.array([p[given == label, label].mean() for label in range(p.shape[1])])
    reaching = np.where(p >= thresholds - 1e-12, p, -1.0)
    return np.where(reaching.max(axis=1) >= 0, reaching.argmax(axis=1), -1)


def _checked(labels: ArrayLike, probabilities: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    given, p = np.asarray(labels), np.asarray(probabilities, np.float64)
    if p.ndim != 2 or given.shape != p.shape[:1] or not len(p):
        raise DataError(f"Probabilities must have shape (rows, classes), and labels (rows,). Got {p.shape} and {given.shape} instead.")
    if given.dtype.kind not in "iu" or given.min() < 0 or given.max() >= p.shape[1]:
        raise DataError(f"Labels must be class numbers from 0 to {p.shape[1] - 1}. Got {given.dtype}, from {given.min()} to {given.max()}.")
    if not np.isfinite(p).all() or p.min() < 0 or np.abs(p.sum(axis=1) - 1).max() > 1e-3:
        raise DataError("Probabilities must be from 0 to 1, and 1 together in each row.")
    absent = np.flatnonzero(np.bincount(given, minlength=p.shape[1]) == 0)
    if len(absent):
        raise DataError(f"Each class needs at least one example. Class {absent[0]} has none.")
    return given.astype(np.int64), p
