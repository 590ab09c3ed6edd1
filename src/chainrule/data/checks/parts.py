"""Which part each row is in: for training, for validation, for the test."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chainrule.errors import DataError

PARTS = ("train", "validation", "test")  # from first to last, as time should have it
NAMES = ("training", "validation", "test")  # in sentences
FEWEST_TO_JUDGE = 20  # rows on either side

Parts: TypeAlias = Sequence[str] | NDArray[Any]  # one of PARTS for each row


def as_parts(parts: Parts, rows: int) -> NDArray[np.int8]:
    """Return the number in `PARTS` of each row's part.

    Raises:
        DataError: another number of rows, or a part of another name.
    """
    names = np.asarray(parts, np.str_)
    if names.shape != (rows,):
        raise DataError(f"parts must name one part for each of the {rows:,} rows. Got shape {names.shape} instead.")
    codes = np.full(rows, -1, np.int8)
    for number, part in enumerate(PARTS):
        codes[names == part] = number
    if (codes < 0).any():
        row = int(np.argmin(codes))
        raise DataError(f"parts, row {row}: a part must be one of {', '.join(PARTS)}. Got {str(names[row])!r} instead.")
    return codes


def held_out(parts: Parts | None, rows: int, seed: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows to learn from and rows to judge by: the training part and the others, or two halves at random.

    Halves are taken where there are no parts, or where the others are too few to judge by.
    """
    if parts is not None:
        training = as_parts(parts, rows) == 0
        if min(training.sum(), (~training).sum()) >= FEWEST_TO_JUDGE:
            return np.flatnonzero(training), np.flatnonzero(~training)
    order = np.random.Generator(np.random.Philox(seed)).permutation(rows)
    return np.sort(order[: rows // 2]), np.sort(order[rows // 2 :])
