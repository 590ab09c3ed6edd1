"""Rows of numbers that are nearly the same."""

import numpy as np
from numpy.typing import ArrayLike

from chainrule.data.checks.equal import Rows
from chainrule.data.checks.near import near_vectors
from chainrule.errors import DataError

TOLERANCE = 1e-3  # standard deviations by which each column may differ
FEWEST_VALUES = 20  # different values from which on a column counts as one that varies finely
FEWEST_COLUMNS = 3  # that vary finely; with less, rows are near one another by chance


def near_rows(numbers: ArrayLike, tolerance: float = TOLERANCE) -> list[Rows]:
    """Return the groups of rows that differ in no column by more than `tolerance` standard deviations.

    With fewer than three columns of at least 20 different values, rows come near one another by chance, and none are returned.

    Args:
        numbers: of shape (rows, columns); NaN where a value is missing, which counts as a value of its own.
        tolerance: in standard deviations of each column.

    Returns:
        Groups of two or more rows, each ascending.

    Raises:
        DataError: an array that is not of two axes, or infinite values.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(50, 4))
        >>> x[7] = x[31] + 1e-5
        >>> [group.tolist() for group in near_rows(x)]
        [[7, 31]]
    """
    array = np.asarray(numbers, np.float64)
    if array.ndim != 2 or np.isinf(array).any():
        raise DataError(f"near_rows takes finite numbers of shape (rows, columns). Got shape {array.shape}, or infinite values.")
    fine = sum(len(np.unique(column[~np.isnan(column)])) >= FEWEST_VALUES for column in array.T)
    if fine < FEWEST_COLUMNS:
        return []
    absent = np.isnan(array)
    filled = np.where(absent, 0.0, array - np.nanmean(np.where(absent.all(axis=0), 0.0, array), axis=0))
    spread = np.sqrt(np.sum(filled**2, axis=0) / np.maximum((~absent).sum(axis=0), 1))
    scaled = np.concatenate([filled / np.where(spread > 0, spread, 1.0), absent], axis=1)
    return near_vectors(scaled.astype(np.float32), tolerance, largest=True)
