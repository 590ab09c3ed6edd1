"""A column's values as steps take them: numbers, texts, paths of files; which are missing, and where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data.columns import numbers, texts
from chainrule.data.frame import ArrowStream, Place
from chainrule.data.kind import Values
from chainrule.errors import DataError


@dataclass(frozen=True)
class At:
    """Where a step is at work, for its messages.

    Args:
        column: the name of the column.
        place: how to name one of its rows.
        notes: takes what people should hear of: what training had not met.
        known: what a step leaves for those after it: the rate of the sounds that it has read; and the series that each row belongs to.
    """

    column: str = "values"
    place: Place = lambda row: f"row {row + 1}"
    notes: list[str] = field(default_factory=list[str])
    known: dict[str, Any] = field(default_factory=dict[str, Any])


def as_values(given: Any) -> Values:
    """Return the values of a column, however they are given, as a series, or as an array of shape (rows, ...).

    Args:
        given: a series, an array, or a list of values; a list of arrays of several lengths, such as sounds, is an array of arrays.

    Raises:
        DataError: values of several types, or something else.
    """
    if isinstance(given, pl.Series | np.ndarray):
        return given
    try:
        if isinstance(given, ArrowStream):
            return pl.Series(given)
        if not isinstance(given, Sequence) or isinstance(given, str | bytes):
            raise DataError(f"The values of a column must be a series, an array or a list. Got {given!r} instead.")
        if given and all(isinstance(value, np.ndarray) for value in given):
            if len({value.shape for value in given}) == 1:
                return np.stack(given)
            apart = np.empty(len(given), object)
            apart[:] = given
            return apart
        return pl.Series(given)
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise DataError(f"The values of a column must be of one type: {error}") from error


def flat(values: Values) -> NDArray[Any]:  # (rows, features)
    """Return numbers as a matrix of float64 features, what is missing as NaN."""
    array = values if isinstance(values, np.ndarray) else values.cast(float, strict=False).to_numpy().astype(np.float64)
    return array[:, None] if array.ndim == 1 else array


def missing(values: Values) -> NDArray[np.bool_]:  # (rows,)
    """Return for each row whether its value is missing: null, NaN, or an array with NaN in it."""
    if isinstance(values, pl.Series):
        absent = values.is_null()
        return (absent | values.is_nan().fill_null(False) if values.dtype.is_float() else absent).to_numpy()
    if values.dtype.kind != "f":
        return np.zeros(len(values), np.bool_)
    return np.asarray(np.isnan(values).reshape(len(values), -1).any(axis=1))


def as_numbers(values: Values, at: At) -> NDArray[np.float64]:  # (rows,)
    """Return a column of numbers as float64, what is missing as NaN."""
    if isinstance(values, pl.Series):
        return numbers(values.alias(at.column), at.place)
    return values.reshape(len(values)).astype(np.float64)


def as_texts(values: Values, at: At) -> pl.Series:
    """Return a column as text, whole numbers without a point."""
    series = values if isinstance(values, pl.Series) else pl.Series(at.column, values.reshape(len(values)))
    return texts(series.alias(at.column), at.place)


def paths_of(values: pl.Series, at: At) -> list[str]:
    """Return the paths of a column of files.

    Raises:
        DataError: a path that is missing.
    """
    paths = values.cast(pl.String).to_list()
    for row, path in enumerate(paths):
        if path is None:
            raise DataError(f"Column {at.column!r}, row {row + 1}: the path of its file is missing. Leave the row out with DropMissing.")
    return paths
