"""Single columns: values that are missing, far from all others, or all alike; columns that name their rows."""

from collections.abc import Iterable

import numpy as np
import polars as pl
import scipy
from numpy.typing import NDArray

from chainrule.counting import counted
from chainrule.data.checks.check import Check, CheckedData
from chainrule.data.checks.issue import NAMES, PARTS, Issue, Parts, as_parts, name_rows
from chainrule.errors import DataError

FAR = 10.0  # robust standard deviations from the median
FEWEST_ROWS = 20  # from which on a column of different values looks like an identifier

_NORMAL = 1.4826  # standard deviation / median absolute deviation, of a normal distribution
_NORMAL_MEAN = 1.2533  # standard deviation / mean absolute deviation
UNLIKELY = 1e-4  # probability, by chance alone, of so great a difference between two parts
DIFFERENT = 0.05  # difference of the shares that matters


def outliers(frame: pl.DataFrame, far: float = FAR) -> list[Issue]:
    """Return a note for each column of numbers with values far from all others.

    z = |x - median| / (1.4826 · median |x - median|), which a few outliers do not move; where more than half of the values are equal, the
    spread is 1.2533 · mean |x - median| instead.

    Args:
        frame: columns of numbers; columns of another kind are passed over.
        far: the z from which on a value is an outlier.

    Raises:
        DataError: infinite values.

    Source:
        Iglewicz and Hoaglin (1993), How to detect and handle outliers.

    Example:
        >>> outliers(pl.DataFrame({"height": [1.6, 1.7, 1.8, 1.75, 1.65, 170.0]}))[0].rows
        (5,)
    """
    issues: list[Issue] = []
    for column in frame:
        if not column.dtype.is_numeric():
            continue
        z = robust_distances(column)
        rows = tuple(np.flatnonzero(z > far).tolist())
        if rows:
            values = [column[row] for row in rows]
            median = column.median()
            message = (
                f"Column {column.name!r}: {counted(len(rows), 'value')}, {_extent(values)}, lie{'s' if len(rows) == 1 else ''} more than "
                f"{far:g} robust standard deviations from the median {median:g}: {name_rows(rows)}."
            )
            advice = "Are they in another unit, or mistyped? Else scale robustly, or take the logarithm."
            issues.append(Issue("outliers", "note", message, rows, (column.name,), len(rows), advice))
    return issues


class Outliers(Check):
    """Numbers that lie far from all others of their column."""

    examines = ("number",)
    rank = 30

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        return outliers(data.series(self))


def _extent(values: list[float]) -> str:
    return f"{min(values):g}" if min(values) == max(values) else f"from {min(values):g} to {max(values):g}"


def robust_distances(column: pl.Series) -> NDArray[np.float64]:
    """Return each value's distance from the median in robust standard deviations, z, 0 where it is missing or all are equal."""
    values = column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    known = values[~np.isnan(values)]
    if np.isinf(known).any():
        raise DataError(
            f"Column {column.name!r}, row {int(np.argmax(np.isinf(values)))}: the value is infinite. Leave it empty if it is not known."
        )
    if not len(known):
        return np.zeros(len(values))
    away = np.abs(values - np.median(known))
    spread = _NORMAL * np.nanmedian(away) or _NORMAL_MEAN * np.nanmean(away)
    return np.nan_to_num(away / spread) if spread > 0 else np.zeros(len(values))


def constant_columns(frame: pl.DataFrame) -> list[Issue]:
    """Return a note for each column whose known values are all equal, or that has none.

    Example:
        >>> constant_columns(pl.DataFrame({"unit": ["cm", "cm"], "length": [1, 2]}))[0].columns
        ('unit',)
    """
    issues: list[Issue] = []
    for column in frame:
        known = column.drop_nulls()
        if len(known) == len(column) and known.n_unique() == 1:
            said = f"is {known[0]!r} in all {len(column):,} rows"
        elif not len(known):
            said = f"has no value in any of the {len(column):,} rows"
        else:
            continue
        issues.append(Issue("constant column", "note", f"Column {column.name!r} {said}.", (), (column.name,), 1, "Leave it out."))
    return issues


class ConstantColumns(Check):
    """Columns with one value in all rows."""

    name = "constant column"
    examines = ("number", "category", "text", "date")
    rank = 20

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        return constant_columns(data.series(self))


def identifier_columns(frame: pl.DataFrame) -> list[Issue]:
    """Return a note for each column of text or whole numbers, all known and all different: it names rows and says nothing of them.

    Numbers count as names where they are one run without gaps, in at least 20 rows; text, where it has no spaces.

    Example:
        >>> identifier_columns(pl.DataFrame({"id": range(100, 130), "size": [1, 2, 3] * 10}))[0].columns
        ('id',)
    """
    issues: list[Issue] = []
    for column in frame:
        if len(column) >= FEWEST_ROWS and not column.null_count() and column.n_unique() == len(column) and _names(column):
            message = f"Column {column.name!r} has another value in each of the {len(column):,} rows: it names them."
            advice = "Leave it out; split with groups if it tells what belongs together."
            issues.append(Issue("identifier column", "note", message, (), (column.name,), 1, advice))
    return issues


def _names(column: pl.Series) -> bool:
    if column.dtype.is_integer():
        values = column.cast(pl.Int64).to_numpy()
        return int(values.max()) - int(values.min()) == len(values) - 1
    return column.dtype == pl.String and not column.str.contains(r"\s").any()


def missing_values(frame: pl.DataFrame, parts: Parts | None = None) -> list[Issue]:
    """Return a note for each column with missing values, and a warning where their share differs between parts.

    A share differs where it does by at least 5 points from the training part's, and chance gives less than 0.0001 for it
    (the test of two shares).

    Args:
        frame: the columns; null is missing.
        parts: the part of every row; None where there is no split yet.

    Returns:
        Issues whose rows are those where the value is missing.

    Example:
        >>> missing_values(pl.DataFrame({"age": [31, None, 47, None]}))[0].rows
        (1, 3)
    """
    codes = None if parts is None or not frame.width else pl.Series("part", as_parts(parts, frame.height))
    issues: list[Issue] = []
    for column in frame:
        if not column.null_count():
            continue
        rows = tuple(column.is_null().arg_true().to_list())
        share = len(rows) / len(column)
        message = f"Column {column.name!r} is missing in {len(rows):,} of {len(column):,} rows ({share:.1%}): {name_rows(rows)}."
        advice = "Fill gaps with the mean, the median or the most common value of the training part, and keep a column that says where."
        issues.append(Issue("missing values", "note", message, rows, (column.name,), len(rows), advice))
        issues += [] if codes is None else _between_parts(column, codes)
    return issues


class MissingValues(Check):
    """Values that are missing, and that are missing more often in one part than in another."""

    examines = ("number", "category", "text", "date")
    rank = 40

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        return missing_values(data.series(self), data.parts)


def _between_parts(column: pl.Series, codes: pl.Series) -> list[Issue]:
    counts = [(int((absent := column.filter(codes == part).is_null()).sum()), len(absent)) for part in range(len(PARTS))]
    issues: list[Issue] = []
    for part in (1, 2):
        (first, first_rows), (later, rows) = counts[0], counts[part]
        if not first_rows or not rows or abs(later / rows - first / first_rows) < DIFFERENT:
            continue
        if _chance(first, first_rows, later, rows) < UNLIKELY:
            message = (
                f"Column {column.name!r} is missing in {later / rows:.1%} of the {NAMES[part]} part, and in "
                f"{first / first_rows:.1%} of the training part."
            )
            where = tuple((column.is_null() & codes.is_in([0, part])).arg_true().to_list())
            advice = "Were these parts recorded in another way? What is learned of gaps in one does not hold in the other."
            issues.append(Issue("missing values differ between parts", "warning", message, where, (column.name,), len(where), advice))
    return issues


def _chance(first: int, first_rows: int, later: int, rows: int) -> float:
    """Return the probability by chance of two shares that differ as much, z = (p - q) / √(s (1 - s) (1 / n + 1 / m))."""
    share = (first + later) / (first_rows + rows)
    z = (first / first_rows - later / rows) / np.sqrt(share * (1 - share) * (1 / first_rows + 1 / rows))
    return float(scipy.special.erfc(abs(z) / np.sqrt(2)))
