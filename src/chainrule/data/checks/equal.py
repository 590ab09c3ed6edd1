"""Examples that are equal to the last bit."""

import hashlib
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

Rows: TypeAlias = NDArray[np.int64]
Examples: TypeAlias = NDArray[Any] | pl.DataFrame | pl.Series | Sequence[str] | Sequence[bytes] | Sequence[NDArray[Any]]

_ROW = "__row__"


def equal_examples(examples: Examples) -> list[Rows]:
    """Return the groups of rows that are equal: two or more each, ascending, in the order of their first rows.

    Rows of a frame are equal where all columns are, nulls included. Arrays are compared by shape, dtype and bytes (0 and -0 are one).

    Args:
        examples: a frame, a series, an array with one row for each example, or a sequence of texts, bytes or arrays.

    Example:
        >>> [group.tolist() for group in equal_examples(["a", "b", "a", "c", "b"])]
        [[0, 2], [1, 4]]
    """
    if isinstance(examples, pl.DataFrame | pl.Series):
        frame = examples.to_frame() if isinstance(examples, pl.Series) else examples
        groups = frame.with_row_index(_ROW).group_by(frame.columns, maintain_order=True).agg(_ROW).filter(pl.col(_ROW).list.len() > 1)[_ROW]
        return [np.array(group, np.int64) for group in groups.to_list()]
    seen: dict[bytes, int] = {}
    return groups_by_code(np.array([seen.setdefault(_digest(example), len(seen)) for example in examples], np.int64))


def groups_by_code(codes: NDArray[Any]) -> list[Rows]:
    """Return the groups of rows that have one code; rows alone with theirs are left out."""
    if not len(codes):
        return []
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=codes[order[0]])) if len(order) > 1 else np.array([], np.int64)
    groups = [group for group in np.split(order, starts) if len(group) > 1]
    return sorted(groups, key=lambda group: int(group[0]))


def _digest(example: str | bytes | NDArray[Any]) -> bytes:
    if isinstance(example, str):
        content, what = example.encode("utf-8", "surrogatepass"), b"text"
    elif isinstance(example, bytes):
        content, what = example, b"bytes"
    else:
        array = example + 0 if example.dtype.kind in "fc" else example  # -0 becomes 0
        content, what = array.tobytes(), f"{array.dtype.str}{array.shape}".encode()
    return hashlib.blake2b(content, digest_size=16, key=what[:64]).digest()
