"""Sequences of different lengths as arrays: padded, and put into buckets of like length so that little is padded."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import ArgumentError, DataError


def pad(
    sequences: Sequence[ArrayLike], length: int | None = None, value: float = 0, side: str = "right", truncate: bool = False
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return sequences as one array, filled up to one length, and where it is not filling.

    Args:
        sequences: each of shape (steps, ...); all that follows the first axis is alike.
        length: steps of the result; None for those of the longest.
        value: what is filled in.
        side: "right", or "left" as for networks that answer at the last step.
        truncate: whether longer sequences are cut, on the side that is filled; otherwise they are an error.

    Returns:
        The array, of shape (sequences, length, ...), and the mask, of shape (sequences, length): True where a step is one of the sequence.

    Raises:
        DataError: no sequences, one that is longer than `length`, or sequences that differ in more than length.
        ArgumentError: an unknown side; a length below 1.

    Example:
        >>> array, mask = pad([[1, 2, 3], [4]])
        >>> array.tolist(), mask.tolist()
        ([[1, 2, 3], [4, 0, 0]], [[True, True, True], [True, False, False]])
    """
    if side not in ("left", "right"):
        raise ArgumentError(f"pad: side must be 'left' or 'right'. Got {side!r} instead.")
    if length is not None and length < 1:
        raise ArgumentError(f"pad: length must be a whole number from 1. Got {length} instead.")
    arrays = [np.asarray(sequence) for sequence in sequences]
    if not arrays:
        raise DataError("pad: give at least one sequence. Got none.")
    full = [array for array in arrays if array.ndim > 1 or array.size]
    shape = full[0].shape[1:] if full else ()
    for number, array in enumerate(arrays):
        if array.ndim == 0 or (array.size and array.shape[1:] != shape):
            raise DataError(f"pad: sequence {number} must be of shape (steps, {', '.join(map(str, shape))}). Got {array.shape} instead.")
        if length is not None and len(array) > length and not truncate:
            raise DataError(f"pad: sequence {number} must have at most {length} steps. Got {len(array)}: give truncate=True to cut it.")
    steps = max((max(map(len, arrays)), 1)) if length is None else length
    out = np.full((len(arrays), steps, *shape), value, np.result_type(*full) if full else np.float32)
    mask = np.zeros((len(arrays), steps), np.bool_)
    for number, array in enumerate(arrays):
        kept = min(len(array), steps)
        place = slice(0, kept) if side == "right" else slice(steps - kept, steps)
        if kept:
            out[number, place] = array[:kept] if side == "right" else array[len(array) - kept :]
        mask[number, place] = True
    return out, mask


def bucket_boundaries(lengths: ArrayLike, count: int) -> list[int]:
    """Return the lengths to pad to, at most `count` of them, with which the least is padded in all.

    A sequence belongs to the first bucket that is not shorter than it: `numpy.searchsorted(boundaries, length)`. The minimum over all
    choices is found by dynamic programming over the lengths that occur.

    Args:
        lengths: of the sequences, of shape (sequences,), whole numbers from 1.
        count: how many buckets there may be; each has a program of its own.

    Returns:
        Their lengths, ascending; the last is the longest that occurs.

    Raises:
        ArgumentError: a count below 1.
        DataError: no lengths, or lengths that are not whole numbers from 1.

    Example:
        >>> bucket_boundaries([1, 2, 2, 9, 10, 10], 2)
        [2, 10]
    """
    if count < 1:
        raise ArgumentError(f"bucket_boundaries: count must be a whole number from 1. Got {count} instead.")
    given = np.asarray(lengths)
    if given.ndim != 1 or not len(given) or given.dtype.kind not in "iu" or given.min() < 1:
        raise DataError(f"bucket_boundaries: lengths must be whole numbers from 1, at least one. Got shape {given.shape}, {given.dtype}.")
    distinct, occurring = np.unique(given.astype(np.int64), return_counts=True)
    before = np.concatenate([[0], np.cumsum(occurring)])  # sequences shorter than each length
    cost = before[1:] * distinct  # steps of all sequences up to each length, in the buckets so far
    choices: list[NDArray[np.int64]] = []
    for _ in range(min(count, len(distinct)) - 1):
        best = np.empty_like(cost)
        chosen = np.empty_like(cost)
        for last, length in enumerate(distinct.tolist()):
            ways = np.concatenate([[0], cost[:last]]) + (before[last + 1] - before[: last + 1]) * length
            chosen[last] = int(np.argmin(ways))
            best[last] = ways[chosen[last]]
        choices.append(chosen)
        cost = best
    boundaries, at = [int(distinct[-1])], len(distinct)
    for chosen in reversed(choices):
        at = int(chosen[at - 1])
        if at == 0:
            break
        boundaries.append(int(distinct[at - 1]))
    return boundaries[::-1]
