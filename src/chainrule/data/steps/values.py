"""A column's values as steps take them: numbers, texts, paths of files; and which are missing."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data.collection import Values
from chainrule.data.columns import numbers, texts
from chainrule.data.steps.step import At
from chainrule.errors import DataError


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


def _numbers(values: Values, at: At) -> NDArray[np.float64]:  # (rows,)
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
