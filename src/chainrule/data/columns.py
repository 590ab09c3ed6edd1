"""The columns of a table: as numbers, as text, and what speaks for an identifier or for a mistake."""

import math
import re
from typing import Literal, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data.frame import Place
from chainrule.errors import DataError

TargetTask: TypeAlias = Literal["classification", "regression", "span"]  # what is learned of a column

MOST_CLASSES = 20  # of whole numbers that are taken for classes without being asked
GREAT_MAJORITY = 0.9  # of a column's values: where so many are numbers, the others are taken for mistakes
FEWEST_FOR_IDENTIFIER = 20  # rows from which on a column may look like an identifier

_FOR_PEOPLE = r"^\s*[-+]?[$€£]?\s*(\d{1,3}([,.'\s]\d{3})*|\d+)([.,]\d+)?\s*[%$€£]?\s*$"  # 1,234.50 or 1 234,5 or $5 or 7 %
_IDENTIFIER = re.compile(r"(.*[ _.-])?([iI][dD]|[iI]ndex|INDEX|UUID|uuid|row)|.*[a-z]I[dD]|rownames")
_UNNAMED = re.compile(r"column_1|Unnamed: 0")


def numbers(column: pl.Series, place: Place) -> NDArray[np.float64]:
    """Return a column as float64, NaN where a value is missing, or raise DataError with the first that is not a number."""
    if not (is_numeric(column) or _is_text(column) or column.dtype == pl.Null):
        raise DataError(f"Column {column.name!r} must be numbers. It holds {column.dtype}: turn it into numbers, or leave it out.")
    values = (column.cast(pl.String).str.strip_chars() if _is_text(column) else column).cast(pl.Float64, strict=False)
    if values.null_count() > column.null_count():
        bad = (values.is_null() & column.is_not_null()).arg_true()
        raise DataError(
            f"Column {column.name!r}, {place(bad[0])}: {column[bad[0]]!r} is not a number, and {len(bad)} of {len(column)} values of this "
            "column are not. Correct them, or leave them empty if they are not known."
        )
    array = values.to_numpy().astype(np.float64)
    if np.isinf(array).any():
        row = int(np.argmax(np.isinf(array)))
        raise DataError(f"Column {column.name!r}, {place(row)}: the value is infinite. Correct it, or leave it empty if it is not known.")
    return array


def texts(column: pl.Series, place: Place) -> pl.Series:
    """Return a column as text, whole numbers without a point, so that 7 and 7.0 are one category.

    Raises:
        DataError: values that are several things each, or none that can be written.
    """
    if column.dtype.is_nested() or isinstance(column.dtype, pl.Binary | pl.Object):
        raise DataError(f"Column {column.name!r} must hold one text or number in each row. It holds {column.dtype}.")
    if column.dtype.is_float():
        array = numbers(column, place)
        return pl.Series(
            column.name, [None if math.isnan(v) else str(int(v)) if v.is_integer() else repr(v) for v in array.tolist()], pl.String
        )
    return column.cast(pl.String)


def share_of_numbers(column: pl.Series) -> float:
    """Return which share of a text column's known values are numbers."""
    known = column.drop_nulls().str.strip_chars()
    return 1 - known.cast(pl.Float64, strict=False).null_count() / max(len(known), 1)


def is_numeric(column: pl.Series) -> bool:
    """Return whether a column holds numbers or truth values."""
    return column.dtype.is_numeric() or column.dtype == pl.Boolean


def _is_text(column: pl.Series) -> bool:
    return isinstance(column.dtype, pl.String | pl.Categorical | pl.Enum)


def refuse_mixed(column: pl.Series, place: Place) -> None:
    """Raise DataError for text of which nearly all is numbers, or numbers written for people: one of them is a mistake."""
    advice = f"; if they are codes, pass kinds={{{column.name!r}: 'category'}}."
    if share_of_numbers(column) >= GREAT_MAJORITY:
        bad = (column.str.strip_chars().cast(pl.Float64, strict=False).is_null() & column.is_not_null()).arg_true()
        if not len(bad):
            return
        raise DataError(
            f"Column {column.name!r}, {place(bad[0])}: {column[bad[0]]!r} is not a number, but nearly all values of this column are "
            f"({len(bad)} of {len(column)} are not). Correct these values, or leave them empty if they are not known{advice}"
        )
    for_people = column.str.contains(_FOR_PEOPLE)
    if (for_people.sum() or 0) >= GREAT_MAJORITY * (len(column) - column.null_count()):
        row = (for_people & column.str.strip_chars().cast(pl.Float64, strict=False).is_null()).arg_true()[0]
        raise DataError(
            f"Column {column.name!r}, {place(row)}: {column[row]!r} looks like a number written for people. Write it with digits and a "
            f"decimal point alone, or read the file with decimal=','{advice}"
        )


def identifier(known: pl.Series, rows: int) -> str | None:
    """Return why a column of numbers is taken for an identifier, if it is."""
    named, unnamed = _IDENTIFIER.fullmatch(known.name), _UNNAMED.fullmatch(known.name)
    if not (named or unnamed) or rows < FEWEST_FOR_IDENTIFIER or len(known) < rows or known.dtype == pl.Boolean:
        return None
    values = known.cast(pl.Float64).to_numpy()
    if not (values == np.floor(values)).all() or known.n_unique() < rows:
        return None
    numbered = unnamed and values.min() >= 0 and values.max() < 2 * rows
    return (
        "identifier-like: whole numbers, all different, in a column " + ("without a name" if numbered else "so named")
        if numbered or named
        else None
    )


def standardisation(column: pl.Series, place: Place) -> tuple[float, float, NDArray[np.float64]]:
    """Return the mean and the standard deviation (1 where all values are equal) of the known values, and all values."""
    values = numbers(column, place)
    known = values[~np.isnan(values)]
    with np.errstate(over="ignore", invalid="ignore"):
        mean, deviation = float(known.mean()), float(known.std())
    if not (math.isfinite(mean) and math.isfinite(deviation)):
        raise DataError(f"Column {column.name!r}: its values are too large to average (up to {np.abs(known).max():g}). Scale them down.")
    return mean, deviation if known.min() < known.max() and deviation > 0 else 1.0, values
