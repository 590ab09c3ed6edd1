"""From rows in the order of time to windows of each part, learned from the training rows alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data.checks.issue import some
from chainrule.data.collection import Collection
from chainrule.data.preparation.feature import Feature, columns_of_numbers, steps_of
from chainrule.data.preparation.fitted import FittedPreparation, LeftColumn
from chainrule.data.read.series import Series, as_series
from chainrule.data.selector import dtype_of
from chainrule.data.steps.step import ColumnStep, places_of_numbers
from chainrule.data.steps.windows import Windows
from chainrule.data.targets.forecasts import ForecastTarget
from chainrule.errors import ArgumentError, DataError


@dataclass(frozen=True, eq=False)
class Cut:
    """Windows of one part.

    Args:
        x: the past, of shape (examples, input, columns).
        y: what came next, of shape (examples, horizon, targets).
        rows: the row of the collection that each example predicts first.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    rows: NDArray[np.int64]


def in_order(collection: Collection, steps: Sequence[ColumnStep]) -> Series:
    """Return a collection as a series whose target is a column like any other; time itself is learned from where a step takes it."""
    series = as_series(collection.taken_as(target=None))
    time = series.collection.time
    assert time is not None
    asked = any(step.verb == "transform" and step.takes(time, "date", dtype_of(series.collection.values(time))) for step in steps)
    return replace(series, collection=series.collection.taken_as(kinds={time: "date" if asked else "drop"}))


def fit_windows(
    fitted: FittedPreparation, windows: Windows, target: str | None, series: Series, training: NDArray[np.bool_]
) -> FittedPreparation:
    """Return what training taught, with the windows and the target that they make of it.

    Args:
        fitted: what training taught of the columns.
        windows: as they were asked for.
        target: the target of the data; None where it has none.
        series: all rows.
        training: whether a row is learned from, of shape (rows,). The length of the past, where it is not given, suits half of several
            series.
    """
    time, group = series.collection.time, series.collection.group
    if group is None:
        rows = int(training.sum())
    else:
        counts = series.collection.frame[group].filter(training).value_counts()["count"]
        rows = int(np.percentile(counts, 50 if windows.input is None else 100, method="lower"))
    back = max(sum(step.rows_before for step in feature.steps) for feature in fitted.features)
    places = places_of_numbers(columns_of_numbers(fitted.features))
    cutting = replace(windows.learn(places, target, series.season, rows, back), time=time, group=group)
    found = ForecastTarget.of(cutting, steps_of(fitted.features))
    reasons = {time: "it orders the rows", group: "it tells the series apart"}
    left = tuple(LeftColumn(column.name, reasons.get(column.name, column.reason)) for column in fitted.left)
    return replace(fitted, windows=cutting, target=found, left=left, task=found.task, reason=cutting.describe())


def too_short(fitted: FittedPreparation, series: Series, training: NDArray[np.bool_], rows: NDArray[np.int64]) -> list[str]:
    """Return in words which of several series are among the rows of training, and have no window there.

    Args:
        fitted: what training taught.
        series: all rows.
        training: whether a row is learned from, of shape (rows,).
        rows: the first row that each window of training predicts.
    """
    group, windows = series.collection.group, _windows(fitted)
    if group is None:
        return []
    names = series.collection.frame[group].cast(pl.String).fill_null("")
    found = names.filter(training).unique().sort().to_list()
    lacking = sorted(set(found) - set(names[rows]))
    if not lacking:
        return []
    needed = (windows.input or 0) + windows.back + windows.horizon
    return [f"{len(lacking)} of {len(found)} {group!r} have fewer than {needed} rows in a row to learn from: {some(lacking)}"]


def cut(fitted: FittedPreparation, series: Series, inside: NDArray[np.bool_], notes: list[str]) -> Cut:
    """Return the windows that predict rows of one part.

    Args:
        fitted: what training taught.
        series: all rows.
        inside: whether a row belongs to the part, of shape (rows,).
        notes: takes what training had not met.
    """
    x, y, rows = _windows(fitted).cut(_matrix(fitted, series, notes), inside, series.segments)
    return Cut(x, y, rows)


def cut_all(fitted: FittedPreparation, collection: Collection, notes: list[str]) -> Cut:
    """Return all windows of new rows, with what came next in them.

    Raises:
        DataError: too few rows for one.
    """
    series = _ordered(fitted, collection)
    found = cut(fitted, series, np.ones(len(series.rows), np.bool_), notes)
    if not len(found.rows):
        windows = _windows(fitted)
        needed = f"{(windows.input or 0) + windows.back} rows of the past and {windows.horizon} to be predicted, without a gap in time"
        raise DataError(f"{collection.name}: an example needs {needed}. There are {len(collection)} rows.")
    return replace(found, rows=series.rows[found.rows])


def last_window(fitted: FittedPreparation, collection: Collection, notes: list[str]) -> NDArray[Any]:  # (1, input, columns)
    """Return the window of the last rows, from which what comes after them is predicted.

    Raises:
        DataError: fewer rows than a window has, a gap in time among them, or rows of several series.
    """
    series = _ordered(fitted, collection)
    if series.collection.group is not None:
        names = series.collection.values(series.collection.group)
        if len(met := sorted({str(name) for name in names})) > 1:
            raise DataError(
                f"{collection.name}: a forecast is made for one series. Got rows of {len(met)} in {series.collection.group!r}, such as "
                f"{met[0]!r} and {met[1]!r}: give those of one."
            )
    return _windows(fitted).last(_matrix(fitted, series, notes), series.segments)


def _ordered(fitted: FittedPreparation, collection: Collection) -> Series:
    """Return new rows in the order of time; without the column that tells it, in the order in which they stand."""
    windows = _windows(fitted)
    known = {"time": windows.time, "group": windows.group}
    collection = collection.taken_as(**{what: name for what, name in known.items() if name in collection.columns})
    if collection.time is not None:
        return as_series(collection)
    rows, segments = np.arange(len(collection)), np.zeros(len(collection), np.int64)
    if collection.group is not None:
        segments = collection.frame[collection.group].rle_id().to_numpy().astype(np.int64)
    return Series(collection, segments, 1, (), rows)


def _matrix(fitted: FittedPreparation, series: Series, notes: list[str]) -> NDArray[np.float32]:
    return gathered(fitted.features, {feature.name: feature.transform(series.collection, notes) for feature in fitted.features})


def _windows(fitted: FittedPreparation) -> Windows:
    if fitted.windows is None:
        raise ArgumentError("This preparation makes no windows: give it transform=[Windows(horizon=...)].")
    return fitted.windows


def gathered(features: Sequence[Feature], arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:  # (rows, columns)
    """Return the columns of features side by side.

    Raises:
        DataError: a column that does not become a few numbers for each row.
    """
    for feature in features:
        if not feature.is_flat:
            raise DataError(f"Windows: column {feature.name!r} ({feature.kind}) must become a few numbers for each row, or be left out.")
    return np.concatenate([arrays[feature.name] for feature in features], axis=1).astype(np.float32)
