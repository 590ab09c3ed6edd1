"""All checks that data as a whole allow, one after the other."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data.checks.balance import class_imbalance
from chainrule.data.checks.columns import constant_columns, outliers
from chainrule.data.checks.drift import drift
from chainrule.data.checks.duplicates import contradictions, duplicates
from chainrule.data.checks.equal import Rows, equal_examples
from chainrule.data.checks.images import blank_images, near_images
from chainrule.data.checks.issue import Issue
from chainrule.data.checks.leaks import (
    copies_across_parts,
    giveaway,
    groups_across_parts,
    identifier_tells_target,
    known_only_after,
    order_tells_target,
    same_files,
    target_in_text,
    time_backwards,
)
from chainrule.data.checks.leaks.foretelling import task_of
from chainrule.data.checks.missing import missing_values
from chainrule.data.checks.numbers import near_rows
from chainrule.data.checks.parts import Parts
from chainrule.data.checks.sounds import near_sounds, silent_or_clipped
from chainrule.data.checks.texts import near_texts
from chainrule.data.targets.columns import Task

Column: TypeAlias = pl.Series | NDArray[Any] | Sequence[NDArray[Any]]

_ORDER = {"error": 0, "warning": 1, "note": 2}


def examine(
    columns: Mapping[str, Column],
    kinds: Mapping[str, str],
    parts: Parts | None = None,
    *,
    target: pl.Series | None = None,
    task: Task | None = None,
    group: pl.Series | None = None,
    time: pl.Series | None = None,
) -> list[Issue]:
    """Return what every check finds that the columns allow, errors first.

    Args:
        columns: by name, without the target: series; arrays with one row for each example; decoded pictures or sounds as a sequence of
            arrays. A series of kind image or audio holds the paths of files.
        kinds: what each column is: number, category, text, date, image, audio, array, identifier. Columns of another kind are only
            compared for copies.
        parts: the part of every row; None where there is no split yet: then there are no leaks between parts to find.
        target: what is to be foretold, if anything is.
        task: None to have it decided by what the target holds.
        group: the column whose groups must not be divided.
        time: when each row was observed.

    Example:
        >>> heights = pl.Series("height", [1.0, 2.0, 3.0, 2.0])
        >>> [issue.message for issue in examine({"height": heights}, {"height": "number"}, ["train", "train", "train", "test"])]
        ['1 row is a copy of an earlier one: row 3.', '1 row of the test part (100.0%) is a copy of rows of the training part: row 3.']
    """
    chosen = {kind: {name: columns[name] for name in columns if kinds.get(name) == kind} for kind in set(kinds.values())}
    table = _series(chosen, "number", "category")
    equal = equal_examples(_comparable({name: column for name, column in columns.items() if kinds.get(name) != "identifier"}))
    near = _without(_near(chosen, table, len(columns)), equal)
    issues = [*duplicates(equal), *duplicates(near, near=True), *constant_columns(_series(chosen, "number", "category", "text", "date"))]
    issues += [*outliers(_series(chosen, "number")), *missing_values(_series(chosen, "number", "category", "text", "date"), parts)]
    issues += _files_and_signals(chosen, parts)
    if parts is not None:
        issues += [*copies_across_parts(equal, parts), *copies_across_parts(near, parts, near=True), *drift(table, parts)]
        issues += [] if group is None else groups_across_parts(group, parts)
        issues += [] if time is None else time_backwards(time, parts)
    if target is not None:
        issues += _about_target(chosen, equal, target, task_of(target, task), parts, in_time=time is not None)
    return sorted(issues, key=lambda issue: _ORDER[issue.severity])


def _about_target(
    chosen: Mapping[str, Mapping[str, Column]], equal: list[Rows], target: pl.Series, task: Task, parts: Parts | None, *, in_time: bool
) -> list[Issue]:
    table = _series(chosen, "number", "category")
    issues = [*giveaway(table, target, parts, task), *known_only_after(_series(chosen, "number", "category", "date"), target, parts)]
    issues += identifier_tells_target(_series(chosen, "identifier"), target, parts, task)
    for texts in _series(chosen, "text"):
        issues += target_in_text(texts, target)
    if task == "classification":
        issues += [*contradictions(equal, target.to_list()), *class_imbalance(target, parts)]
        issues += [] if in_time else order_tells_target(target, parts, task)
    return issues


def _files_and_signals(chosen: Mapping[str, Mapping[str, Column]], parts: Parts | None) -> list[Issue]:
    issues: list[Issue] = []
    for kind, check in (("image", blank_images), ("audio", silent_or_clipped)):
        for name, column in chosen.get(kind, {}).items():
            if not isinstance(column, pl.Series):
                issues += check(column)
            elif parts is not None:
                issues += same_files(column.cast(pl.String).fill_null("").to_list(), parts, name)
    return issues


def _near(chosen: Mapping[str, Mapping[str, Column]], table: pl.DataFrame, columns: int) -> list[Rows]:
    """Return groups of nearly the same examples, where one column says all, or all columns are numbers."""
    for kind, find in (("image", near_images), ("audio", near_sounds)):
        for column in chosen.get(kind, {}).values():
            if not isinstance(column, pl.Series):
                return find(column)
    texts = _series(chosen, "text")
    if texts.width == 1 and columns == 1:
        return near_texts(texts.to_series().to_list())
    numbers = _series(chosen, "number")
    return near_rows(numbers.to_numpy()) if numbers.width == columns else []


def _without(near: list[Rows], equal: list[Rows]) -> list[Rows]:
    """Return the groups that are more than a group of equal rows."""
    known = {tuple(group.tolist()) for group in equal}
    return [group for group in near if tuple(group.tolist()) not in known]


def _comparable(columns: Mapping[str, Column]) -> pl.DataFrame:
    """Return all columns as series: of an array, the number of the first row that is equal."""
    return pl.DataFrame([_coded(name, column) for name, column in columns.items()])


def _coded(name: str, column: Column) -> pl.Series:
    if isinstance(column, pl.Series):
        return column.alias(name)
    codes = np.arange(len(column))
    for group in equal_examples(column):
        codes[group] = group[0]
    return pl.Series(name, codes)


def _series(chosen: Mapping[str, Mapping[str, Column]], *kinds: str) -> pl.DataFrame:
    found = [column.alias(name) for kind in kinds for name, column in chosen.get(kind, {}).items() if isinstance(column, pl.Series)]
    return pl.DataFrame(found)
