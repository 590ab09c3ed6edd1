"""Packing: several short rows of tokens in one, so that little of a batch is padding."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chainrule.data.preparing.tokens import PADDING
from chainrule.errors import ArgumentError


def pack(rows: Sequence[Sequence[int]], length: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return rows of tokens side by side in as few rows of one length as first-fit by decreasing size finds.

    Args:
        rows: token numbers of each text; those beyond `length` are left out.
        length: of a packed row.

    Returns:
        tokens of shape (packed rows, length), 0 where there is none, and segments of the same shape: the number of the text that a
        token is of, from 1 in each packed row, 0 for padding, by which attention and losses can be kept within a text.

    Raises:
        ArgumentError: a length below 1.

    Source:
        Johnson (1973), Near-optimal bin packing algorithms: at most 11/9 of the fewest rows possible, and one.

    Example:
        >>> tokens, segments = pack([[5, 6, 7], [8], [9, 9]], 4)
        >>> tokens.tolist(), segments.tolist()
        ([[5, 6, 7, 8], [9, 9, 0, 0]], [[1, 1, 1, 2], [1, 1, 0, 0]])
    """
    if length < 1:
        raise ArgumentError(f"length must be a whole number from 1. Got {length} instead.")
    kept = [list(row[:length]) for row in rows if row]
    bins: list[list[list[int]]] = []
    room = np.zeros(len(kept), np.int64)  # left in each bin
    for row in sorted(kept, key=len, reverse=True):
        fitting = np.flatnonzero(room[: len(bins)] >= len(row))
        place = int(fitting[0]) if len(fitting) else len(bins)
        if place == len(bins):
            bins.append([])
            room[place] = length
        bins[place].append(row)
        room[place] -= len(row)
    tokens = np.full((len(bins), length), PADDING, np.int32)
    segments = np.zeros((len(bins), length), np.int32)
    for number, texts in enumerate(bins):
        flat = [token for text in texts for token in text]
        tokens[number, : len(flat)] = flat
        segments[number, : len(flat)] = [segment for segment, text in enumerate(texts, 1) for _ in text]
    return tokens, segments
