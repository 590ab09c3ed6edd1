"""The checks that every preparation makes of its data: what lets one part know of another, and what reveals the target."""

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data import checks
from chainrule.data.checks import Issue
from chainrule.data.collection import Collection
from chainrule.data.columns import TargetTask
from chainrule.data.frame import Place
from chainrule.data.kind import is_kind
from chainrule.data.preparation.fitted import FittedPreparation
from chainrule.data.shuffle import philox
from chainrule.data.split.holdout import Parts

MOST_ROWS = 20_000  # that are looked at; of more, as many drawn at random
_MOST_NUMBERS = 20_000_000  # of arrays that are compared with one another
_STREAM = 3  # of random numbers, for which rows are looked at


def find_issues(collection: Collection, parts: Parts, fitted: FittedPreparation, origin: NDArray[np.int64]) -> list[Issue]:
    """Return what speaks against these parts of these examples, the most serious first.

    Args:
        collection: the examples that stayed.
        parts: the part of each.
        fitted: what training taught: which columns are used, and what is predicted.
        origin: the number of each example's row in the source, by which issues name it where the source has no lines or files.
    """
    size, rows = len(collection), np.arange(len(collection))
    if size > MOST_ROWS:
        rows = np.sort(np.argsort(philox(0, _STREAM).random_raw(size), kind="stable")[:MOST_ROWS])
        collection, parts = collection.take(rows), parts[rows]
    several = len(set(parts.tolist())) > 1
    numbers = origin[rows]
    place = collection.own_place or (lambda row: f"row {numbers[row]}")
    found = checks.run_checks(_checked(collection, parts if several else None, fitted, place), always=True)
    return [replace(issue, rows=tuple(numbers[list(issue.rows)].tolist())) for issue in found]


def _checked(collection: Collection, parts: Parts | None, fitted: FittedPreparation, place: Place) -> checks.CheckedData:
    """Return what the checks look at: the columns that are learned from, and identifiers that are left aside."""
    kinds = {feature.name: feature.kind for feature in fitted.features if feature.name in collection.columns}
    left = [column.name for column in fitted.left if column.name in collection.frame.columns]
    kinds |= {name: kind.name for name in left if is_kind((kind := collection.kind_of(name)).name, "identifier")}
    columns = {name: collection.values(name) for name in kinds}
    named = {name: collection.frame[name] for name in (collection.group, collection.time) if name in collection.frame.columns}
    task: TargetTask = "classification" if fitted.task == "classification" else "regression"
    group, time = (None if name is None else named.get(name) for name in (collection.group, collection.time))
    return checks.CheckedData(
        columns,
        kinds,
        parts,
        target=_target(collection, fitted),
        asked=task,
        group=group,
        time=time,
        place=place,
        drawn=collection.time is None and collection.group is None and collection.parts is None,
        compares=sum(array.size for array in columns.values() if isinstance(array, np.ndarray)) <= _MOST_NUMBERS,
    )


def _target(collection: Collection, fitted: FittedPreparation) -> pl.Series | None:
    """Return the target as a column of classes or numbers; None where it is neither."""
    if fitted.target is None or fitted.target.name not in collection.frame.columns:
        return None
    column = collection.frame[fitted.target.name]
    return None if isinstance(column.dtype, pl.List) or fitted.task not in {"classification", "regression"} else column
