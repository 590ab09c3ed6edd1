"""Rows in the order of time: which column tells it, how far rows are apart, and where time stands still, goes back or leaves gaps."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.counting import counted
from chainrule.data.collection import Collection
from chainrule.data.columns import is_numeric
from chainrule.data.dates import as_times, find_format
from chainrule.data.frame import Place, require_column
from chainrule.data.kind import is_kind
from chainrule.errors import DataError

_DAY = 86_400_000_000  # microseconds
_CALENDAR = ((28, 31, 1, "month"), (89, 92, 3, "quarter"), (365, 366, 12, "year"))  # days from, to; months; name
_UNITS = ((7 * _DAY, "week"), (_DAY, "day"), (3_600_000_000, "hour"), (60_000_000, "minute"), (1_000_000, "second"))
_SEASONS = {"month": 12, "quarter": 4, "year": 1, "week": 52, "day": 7, "hour": 24, "minute": 60, "second": 60}
_MANY_GAPS = 0.01  # of all steps, from which on a series is taken for one without a fixed step
_SHOWN = 3


@dataclass(frozen=True, eq=False)
class Series:
    """Examples in the order of time.

    Args:
        collection: sorted by group and time.
        segments: for each row the number of its segment: rows of one segment follow one another without a gap.
        season: steps after which a series of this kind is likely to repeat itself, such as 12 months; 1 where none is known.
        facts: what was found, for people to read.
        rows: the place of each row in the collection that was given.
    """

    collection: Collection
    segments: NDArray[np.int64]
    season: int
    facts: tuple[str, ...]
    rows: NDArray[np.int64]


def as_series(collection: Collection) -> Series:
    """Return examples in the order of time.

    Time is the collection's own column for it, else its only column of dates. Rows that go back in time are put in
    order, and gaps divide the series, which is said. The collection's group tells several series apart.

    Raises:
        DataError: no column of time, or several; a time that is missing or, within a series, met twice; named by their rows.

    Example:
        >>> rows = Collection(pl.DataFrame({"month": ["1949-01", "1949-02", "1949-04"], "sales": [1.0, 2.0, 4.0]}))
        >>> series = as_series(rows)
        >>> series.segments.tolist(), series.season, series.facts[1]
        ([0, 0, 1], 12, "1 gap in 'month', 1 step missing in all: after row 2")
    """
    name = collection.time if collection.time is not None else _time_column(collection)
    numbers, times = _times(collection, name)
    given = _groups(collection)
    order = np.lexsort([numbers, given])
    back = np.flatnonzero((np.diff(given) == 0) & (np.diff(numbers) < 0)) + 1
    ordered = collection.take(order)
    if times is not None:
        ordered = replace(ordered, frame=ordered.frame.with_columns(times[order].alias(name)))
    groups = given[order]
    apart, unit, step = _apart(numbers[order], None if times is None else times[order])
    place = ordered.place
    _refuse_repeated(name, numbers[order], groups, place)
    inside = np.diff(groups) == 0
    gaps = np.flatnonzero(inside & (apart > 1))
    uneven = len(gaps) > max(1, _MANY_GAPS * len(apart))
    facts = [
        f"in the order of {name!r}, " + ("at uneven steps: rows are taken one after the other" if uneven else f"a row for each {step}")
    ]
    if len(back):
        facts.append(f"{counted(len(back), 'time')} {name!r} goes back; the rows were put in order: {_shown(back, collection.place)}")
    if len(gaps) and not uneven:
        lost = int((apart[gaps] - 1).sum())
        steps = f"{lost} step{'s' * (lost > 1)} missing in all"
        facts.append(f"{len(gaps)} gap{'s' * (len(gaps) > 1)} in {name!r}, {steps}: after {_shown(gaps, place)}")
    breaks = ~inside if uneven else ~inside | (apart > 1)
    segments = np.concatenate([[0], np.cumsum(breaks)]).astype(np.int64)
    return Series(replace(ordered, time=name), segments, _SEASONS.get(unit, 1), tuple(facts), order.astype(np.int64))


def _shown(rows: NDArray[np.int64], place: Place) -> str:
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return ", ".join(str(place(int(row))) for row in rows[:_SHOWN]) + more


def _time_column(collection: Collection) -> str:
    known = [name for name in collection.frame.columns if is_kind(collection.kinds.get(name), "date")]
    found = known or [name for name in collection.columns if name in collection.frame.columns and _is_date(collection.frame[name])]
    if len(found) == 1:
        return found[0]
    met = f"These columns hold dates: {', '.join(found)}" if found else "No column holds dates"
    raise DataError(f"{collection.name}: a forecast needs the column that tells time. {met}: name one with time=, or --time.")


def _is_date(column: pl.Series) -> bool:
    return column.dtype.is_temporal() or (column.dtype == pl.String and find_format(column) is not None)


def _times(collection: Collection, name: str) -> tuple[NDArray[Any], pl.Series | None]:
    """Return time as numbers, microseconds where it is given as dates, and as times where it is such."""
    require_column("The time", name, collection.columns)
    column = collection.frame[name]
    missing = column.is_null().arg_true()
    if len(missing):
        raise DataError(f"Column {name!r}, {collection.place(int(missing[0]))}: the time is missing. Leave the row out, or fill it in.")
    if is_numeric(column):
        return column.cast(pl.Int64 if column.dtype.is_integer() else pl.Float64).to_numpy(), None
    form = None if column.dtype.is_temporal() else find_format(column)
    if form is None and not column.dtype.is_temporal():
        raise DataError(
            f"Column {name!r} must tell time: dates or numbers. {column[0]!r} is neither, or not all its values are of one kind."
        )
    times = as_times(column, form, collection.place)
    return times.dt.epoch("us").to_numpy(), times


def _groups(collection: Collection) -> NDArray[np.int64]:
    """Return the number of the series that each row belongs to."""
    if collection.group is None:
        return np.zeros(len(collection), np.int64)
    return collection.frame[collection.group].rank("dense").fill_null(0).cast(pl.Int64).to_numpy()


def _apart(numbers: NDArray[Any], times: pl.Series | None) -> tuple[NDArray[np.int64], str, str]:
    """Return how many steps each row is from the one before, the unit of a step, and the step in words."""
    differences = np.diff(numbers)
    if not (differences > 0).any():
        return np.ones(len(differences), np.int64), "", "number"
    median = np.percentile(differences[differences > 0], 50, method="lower").item()
    if times is None:
        return np.round(differences / median).astype(np.int64), "", "number" if median == 1 else f"{median:g}"
    for low, high, months, unit in _CALENDAR:
        if low * _DAY <= median <= high * _DAY:
            index = (times.dt.year().cast(pl.Int64) * 12 + times.dt.month()).to_numpy()
            return np.diff(index) // months, unit, unit
    apart = np.round(differences / median).astype(np.int64)
    unit, size = next(((name, length) for length, name in _UNITS if median % length == 0), ("", 1))
    count = median // size
    return apart, unit if count == 1 else "", unit if count == 1 else f"{count} {unit or 'microsecond'}s"


def _refuse_repeated(name: str, numbers: NDArray[Any], groups: NDArray[np.int64], place: Place) -> None:
    repeated = np.flatnonzero((np.diff(numbers) == 0) & (np.diff(groups) == 0))
    if len(repeated):
        first = int(repeated[0])
        raise DataError(
            f"Column {name!r}: {len(repeated)} times are met twice, the first in {place(first)} and {place(first + 1)}. "
            "Leave one of them out; if the table holds several series, name the column that tells them apart with group=, or --group."
        )
