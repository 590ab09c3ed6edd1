"""Values that are missing, in all rows and in each part."""

import numpy as np
import polars as pl
import scipy

from chainrule.data.checks.issue import Issue, name_rows
from chainrule.data.checks.parts import NAMES, PARTS, Parts, as_parts

UNLIKELY = 1e-4  # probability, by chance alone, of so great a difference between two parts
DIFFERENT = 0.05  # difference of the shares that matters


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
