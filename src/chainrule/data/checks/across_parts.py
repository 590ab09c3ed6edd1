"""Leaks and differences between parts: groups that are divided, rows later than those they are to predict, other distributions."""

from collections.abc import Iterable

import numpy as np
import polars as pl
import scipy
from numpy.typing import NDArray

from chainrule.counting import counted
from chainrule.data.checks.check import Check, CheckedData
from chainrule.data.checks.issue import NAMES, Issue, Parts, as_parts, ascending, name_rows, some
from chainrule.data.dates import as_times, find_format
from chainrule.data.frame import Place
from chainrule.errors import DataError

UNLIKELY = 1e-3  # probability, by chance alone and over all columns, of so great a difference
DIFFERENT = 0.15  # distance of the two distributions, from 0 to 1, that matters
_MOST_CATEGORIES = 200


def groups_across_parts(groups: pl.Series, parts: Parts) -> list[Issue]:
    """Return an issue where rows of one group are in several parts.

    Args:
        groups: the group of every row, such as who is heard in a recording; rows whose group is missing are passed over.
        parts: the part of every row.

    Returns:
        At most one issue; its rows are all rows of these groups.

    Example:
        >>> issue, = groups_across_parts(pl.Series("speaker", ["ann", "bob", "ann"]), ["train", "train", "test"])
        >>> issue.rows, issue.columns
        ((0, 2), ('speaker',))
    """
    frame = pl.DataFrame({"group": groups, "part": as_parts(parts, len(groups))}).with_row_index("row").drop_nulls("group")
    divided = frame.filter(pl.col("part").n_unique().over("group") > 1)
    if divided.is_empty():
        return []
    names = divided["group"].unique(maintain_order=True).to_list()
    met = ", ".join(NAMES[part] for part in np.unique(divided["part"].to_numpy()).tolist())
    message = (
        f"Column {groups.name!r}: the rows of {counted(len(names), 'group')} are divided between parts ({met}): "
        f"{some([repr(name) for name in names])}."
    )
    rows = ascending(divided["row"].to_numpy().astype(np.int64))
    advice = f"Split with groups={groups.name!r}, so that no group is divided."
    return [Issue("groups across parts", "error", message, rows, (groups.name,), len(names), advice)]


class GroupsAcrossParts(Check):
    """Groups whose rows are in several parts."""

    needs = ("group", "parts")
    always = True
    rank = 80

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.group is not None and data.parts is not None
        return groups_across_parts(data.group, data.parts)


def time_backwards(times: pl.Series, parts: Parts, place: Place | None = None) -> list[Issue]:
    """Return an issue for each part that holds rows later than the first row of a part after it.

    Args:
        times: when every row was observed: dates, moments, numbers, or dates written as text. Not any date will do: a date of
            birth says nothing about what was known when.
        parts: the part of every row.
        place: how messages name a row; None for by its number from 0.

    Returns:
        Issues whose rows are those of the earlier part that come too late.

    Raises:
        DataError: values that have no order in time.

    Example:
        >>> issue, = time_backwards(pl.Series("day", ["2024-01-03", "2024-01-01", "2024-01-02"]), ["train", "train", "test"])
        >>> issue.rows
        (0,)
    """
    moments = _moments(times)
    codes = as_parts(parts, len(times))
    issues: list[Issue] = []
    for first, second in ((0, 2), (0, 1), (1, 2)):
        later = moments[(codes == second) & ~np.isnan(moments)]
        if not len(later):
            continue
        rows = ascending(np.flatnonzero((codes == first) & (moments > later.min())))
        if rows:
            begins = times[int(np.flatnonzero((codes == second) & (moments == later.min()))[0])]
            message = (
                f"Column {times.name!r}: {counted(len(rows), 'row')} of the {NAMES[first]} part "
                f"{'is' if len(rows) == 1 else 'are'} later than {begins}, where the {NAMES[second]} part begins: "
                f"{name_rows(rows, place)}."
            )
            advice = f"Split by time (by column {times.name!r}): the {NAMES[second]} part last."
            issues.append(Issue("time going backwards", "error", message, rows, (times.name,), len(rows), advice))
    return issues


class TimeBackwards(Check):
    """Training rows that are later than those of the test."""

    name = "time going backwards"
    needs = ("time", "parts")
    always = True
    rank = 90

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.time is not None and data.parts is not None
        return time_backwards(data.time, data.parts, data.place)


def time_ignored(times: pl.Series, parts: Parts, place: Place | None = None) -> list[Issue]:
    """Return an issue where rows stand in the order of time, and those of the test lie among those of training.

    What is predicted of one hour is then learned from the hour before and from the hour after. That is right where rows have nothing to do
    with one another, and wrong where later ones are to be predicted from earlier ones.

    Args:
        times: as for `time_backwards`.
        parts: as for `time_backwards`.
        place: as for `time_backwards`.

    Example:
        >>> days = pl.Series("day", [f"2024-01-0{day}" for day in range(1, 7)])
        >>> [issue.severity for issue in time_ignored(days, ["train", "test", "train", "train", "test", "train"])]
        ['warning']
        >>> time_ignored(days, ["train", "train", "train", "train", "test", "test"])
        []
    """
    moments, codes = _moments(times), as_parts(parts, len(times))
    steps = np.diff(moments)
    in_order = bool((steps >= 0).all() or (steps <= 0).all()) and bool((steps != 0).any())  # no comparison holds of a missing moment
    training = moments[codes == 0]
    if not in_order or not len(training):
        return []
    rows = ascending(np.flatnonzero((codes == 2) & (moments > training.min()) & (moments < training.max())))
    if not rows:
        return []
    message = (
        f"Column {times.name!r}: the rows are in the order of time, and {counted(len(rows), 'row')} of the test part "
        f"{'lies' if len(rows) == 1 else 'lie'} among those of the training part: {name_rows(rows, place)}."
    )
    advice = (
        f"Where later rows are to be predicted from earlier ones, split by time: Holdout(time={times.name!r}), --time {times.name!r}; "
        "a series: Windows(horizon=...), --forecast."
    )
    return [Issue("time ignored", "warning", message, rows, (times.name,), len(rows), advice)]


class TimeIgnored(Check):
    """Rows in the order of time that were divided at random."""

    name = "time ignored"
    needs = ("parts",)
    examines = ("date",)
    always = True
    rank = 91

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.parts is not None
        for column in data.series(self) if data.drawn else ():
            yield from time_ignored(column, data.parts, data.place)


def _moments(times: pl.Series) -> NDArray[np.float64]:
    form = find_format(times) if times.dtype == pl.String else None
    if form is not None:
        times = as_times(times, form, lambda row: f"row {row}")
    elif times.dtype == pl.String:
        try:
            times = times.str.to_datetime(strict=True)
        except pl.exceptions.PolarsError as error:
            raise DataError(f"Column {times.name!r} must hold moments in time. Its text cannot be read as one: {error}") from error
    if not (times.dtype.is_temporal() or times.dtype.is_numeric()):
        raise DataError(f"Column {times.name!r} must hold dates, moments or numbers. It holds {times.dtype} instead.")
    physical = times.to_physical() if times.dtype.is_temporal() else times
    return physical.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def drift(frame: pl.DataFrame, parts: Parts) -> list[Issue]:
    """Return a warning for each column that is distributed otherwise in a later part than in the training part.

    For numbers the distance is that of Kolmogorov and Smirnov, the greatest difference of the two cumulative shares; for categories half
    the sum of the differences of their shares. A distance counts from 0.15 on, where chance (the test of Kolmogorov and
    Smirnov, or χ²) has a probability below 0.001 divided by the number of columns (Bonferroni).

    Args:
        frame: the columns to look at: numbers, truth values, categories; missing values are passed over.
        parts: the part of every row.

    Returns:
        Issues without rows: it is the column as a whole that differs.

    Example:
        >>> heights = pl.DataFrame({"height": [*range(100), *range(50, 150)]})
        >>> drift(heights, ["train"] * 100 + ["test"] * 100)[0].columns
        ('height',)
    """
    if not frame.width:
        return []
    codes = pl.Series("part", as_parts(parts, frame.height))
    issues: list[Issue] = []
    for column in frame:
        first = column.filter(codes == 0).drop_nulls()
        for part in (1, 2):
            later = column.filter(codes == part).drop_nulls()
            distance, chance = _distance(first, later)
            if distance >= DIFFERENT and chance < UNLIKELY / frame.width:
                message = (
                    f"Column {column.name!r} is distributed otherwise in the {NAMES[part]} part than in the training part: distance "
                    f"{distance:.2f} of at most 1, {_typical(first)} there, {_typical(later)} here."
                )
                advice = "Were the parts recorded at other times or places? Figures of such a part say little of the training part's world."
                issues.append(Issue("drift between parts", "warning", message, (), (column.name,), 1, advice))
    return issues


class Drift(Check):
    """Columns whose values are distributed otherwise in one part than in another."""

    needs = ("parts",)
    examines = ("number", "category")
    rank = 70

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.parts is not None
        return drift(data.series(self), data.parts)


def _distance(first: pl.Series, later: pl.Series) -> tuple[float, float]:
    """Return the distance of two columns' distributions, and the probability of one as great by chance."""
    if not len(first) or not len(later):
        return 0.0, 1.0
    if first.dtype.is_numeric():
        return _kolmogorov_smirnov(first.cast(pl.Float64).to_numpy(), later.cast(pl.Float64).to_numpy())
    both = pl.concat([first.cast(pl.String), later.cast(pl.String)])
    codes = both.rank("dense").to_numpy().astype(np.int64) - 1
    if codes.max() == 0 or codes.max() >= _MOST_CATEGORIES:
        return 0.0, 1.0
    counts = np.stack([np.bincount(piece, minlength=codes.max() + 1) for piece in (codes[: len(first)], codes[len(first) :])])
    shares = counts / counts.sum(axis=1, keepdims=True)
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    chance = scipy.special.chdtrc(counts.shape[1] - 1, np.sum((counts - expected) ** 2 / expected))
    return float(np.abs(shares[0] - shares[1]).sum() / 2), float(chance)


def _kolmogorov_smirnov(first: NDArray[np.float64], later: NDArray[np.float64]) -> tuple[float, float]:
    """Return the greatest difference of two cumulative shares, and its probability by chance (for many values)."""
    places = np.concatenate([first, later])
    cumulative = [np.searchsorted(np.sort(values), places, side="right") / len(values) for values in (first, later)]
    greatest = float(np.abs(cumulative[0] - cumulative[1]).max())
    effective = len(first) * len(later) / (len(first) + len(later))
    return greatest, float(scipy.special.kolmogorov(np.sqrt(effective) * greatest))


def _typical(column: pl.Series) -> str:
    return f"median {column.median():g}" if column.dtype.is_numeric() else f"mostly {column.mode(maintain_order=True)[0]!r}"
