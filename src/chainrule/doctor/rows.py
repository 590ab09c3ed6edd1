"""Rows of arrays that may be large: looked at without copying them whole."""

from typing import Any

import numpy as np

from chainrule.doctor.targets import Array

CHUNK = 4096
ROWS = 2000


def keys(array: Array) -> Array:
    """Return a number for each row; equal rows have equal numbers, and others hardly ever."""
    rows = np.ascontiguousarray(array.reshape(len(array), -1))
    return np.array([hash(row.tobytes()) for row in rows], np.int64)


def sizes(array: Array) -> Array:
    """Return the root mean square of each row."""
    rows = array.reshape(len(array), -1)
    chunks = [rows[start : start + CHUNK].astype(np.float64) for start in range(0, len(rows), CHUNK)]
    return np.concatenate([np.sqrt((chunk**2).mean(1)) for chunk in chunks])


def some_rows(count: int, most: int = ROWS) -> Array:
    """Return up to so many row numbers, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


def flat(array: Array) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return an array as rows of numbers."""
    return np.asarray(array, np.float64).reshape(len(array), -1)
