"""The checks that every preparation makes of its data: what lets one part know of another, and what gives the target away."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data import checks
from chainrule.data.checks import Issue
from chainrule.data.collection import Collection
from chainrule.data.frame import Place
from chainrule.data.kind import get_kind
from chainrule.data.preparation.fitted import FittedPreparation
from chainrule.data.shuffle import philox
from chainrule.data.split.holdout import Parts
from chainrule.data.targets.columns import Task

MOST_ROWS = 20_000  # that are looked at; of more, as many drawn at random
_MOST_NUMBERS = 20_000_000  # of arrays that are compared with one another
_STREAM = 3  # of random numbers, for which rows are looked at
_PLAIN = ("number", "category", "date")


def find_issues(collection: Collection, parts: Parts, fitted: FittedPreparation, origin: NDArray[np.int64]) -> list[Issue]:
    """Return what speaks against these parts of these examples, the gravest first.

    Args:
        collection: the examples that stayed.
        parts: the part of each.
        fitted: what training taught: which columns are used, and what is foretold.
        origin: the number of each example's row in the source, by which issues name it where the source has no lines or files.
    """
    size, rows = len(collection), np.arange(len(collection))
    if size > MOST_ROWS:
        rows = np.sort(np.argsort(philox(0, _STREAM).random_raw(size), kind="stable")[:MOST_ROWS])
        collection, parts = collection.take(rows), parts[rows]
    several = len(set(parts.tolist())) > 1
    numbers = origin[rows]
    place = collection.own_place or (lambda row: f"row {numbers[row]}")
    found = list(_of_columns(collection, parts if several else None, fitted, place))
    found += _between(collection, parts, fitted, place) if several else ()
    told = [replace(issue, rows=tuple(numbers[list(issue.rows)].tolist())) for issue in found]
    return sorted(told, key=lambda issue: ("error", "warning", "note").index(issue.severity))


def _of_columns(collection: Collection, parts: Parts | None, fitted: FittedPreparation, place: Place) -> Iterator[Issue]:
    """Yield what single columns tell of the target that they should not."""
    target = _target(collection, fitted)
    if target is None:
        return
    task: Task = "classification" if fitted.task == "classification" else "regression"
    used = {feature.name: feature.kind for feature in fitted.features}
    plain = [name for name, kind in used.items() if kind in _PLAIN and name in collection.frame.columns]
    if plain:
        yield from checks.giveaway(collection.frame.select(plain), target, parts, task)
        yield from checks.known_only_after(collection.frame.select(plain), target, parts)
    identifiers = [column.name for column in fitted.left if column.name in collection.frame.columns and "identifier" in column.reason]
    if identifiers:
        yield from checks.identifier_tells_target(collection.frame.select(identifiers), target, parts, task)
    for name, kind in used.items():
        if kind == "text" and name in collection.frame.columns:
            yield from checks.target_in_text(collection.frame[name].cast(pl.String), target, place)


def _between(collection: Collection, parts: Parts, fitted: FittedPreparation, place: Place) -> Iterator[Issue]:
    """Yield what several parts share."""
    if collection.group is not None and collection.group in collection.frame.columns:
        yield from checks.groups_across_parts(collection.frame[collection.group], parts)
    if collection.time is not None and collection.time in collection.frame.columns:
        yield from checks.time_backwards(collection.frame[collection.time], parts, place)
    elif collection.parts is None and collection.group is None:
        dates = [feature.name for feature in fitted.features if feature.kind == "date" and feature.name in collection.frame.columns]
        for name in dates:
            yield from checks.time_ignored(collection.frame[name], parts, place)
    for feature in fitted.features:
        if get_kind(feature.kind).holds_files and feature.name in collection.frame.columns:
            yield from checks.same_files(collection.frame[feature.name].cast(pl.String).to_list(), parts, feature.name)
    names = [feature.name for feature in fitted.features]
    if all(name in collection.frame.columns for name in names) and not isinstance(collection.frame[names[0]].dtype, pl.List):
        yield from checks.copies_across_parts(checks.equal_examples(collection.frame.select(names)), parts, place=place)
    elif len(names) == 1 and names[0] in collection.arrays and collection.arrays[names[0]].size <= _MOST_NUMBERS:
        yield from checks.copies_across_parts(checks.equal_examples(collection.arrays[names[0]]), parts, place=place)


def _target(collection: Collection, fitted: FittedPreparation) -> pl.Series | None:
    """Return the target as a column of classes or numbers; None where it is neither."""
    if fitted.target is None or fitted.target.name not in collection.frame.columns:
        return None
    column = collection.frame[fitted.target.name]
    return None if isinstance(column.dtype, pl.List) or fitted.task not in {"classification", "regression"} else column
