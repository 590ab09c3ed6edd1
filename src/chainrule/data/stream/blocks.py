"""Sources that are read in blocks of rows, of which a few are kept in memory, and the files behind sources."""

import hashlib
import os
import threading
from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chainrule.data.stream.source import Order, Rows, Source
from chainrule.errors import DataError

Stamp = tuple[int, int]  # bytes, and nanoseconds since 1970 at the last change
BLOCK_BYTES = 1 << 23  # of a block, where a source is free to choose
WINDOW_BYTES = 1 << 26  # of the blocks that are shuffled together, and so are in memory at once


def stamp_of(path: str | Path) -> Stamp:
    """Return a file's size and time of change.

    Raises:
        DataError: there is no such file, or it cannot be read.
    """
    try:
        found = os.stat(path)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error
    return found.st_size, found.st_mtime_ns


def require_unchanged(path: str | Path, stamp: Stamp) -> None:
    """Raise DataError where a file is no longer the one that it was."""
    if stamp_of(path) != stamp:
        raise DataError(
            f"{path} has changed since it was opened: {stamp_of(path)[0]:,} bytes, {stamp[0]:,} before, or another time of change. "
            "The steps made so far cannot be made again from it: put the old file back, or begin anew."
        )


def fingerprint(names: Sequence[str], stamps: Sequence[Stamp]) -> str:
    """Return a text that changes when any of these files does."""
    digest = hashlib.sha256()
    for name, (size, time) in zip(names, stamps, strict=True):
        digest.update(f"{name}\0{size}\0{time}\n".encode())
    return digest.hexdigest()


def require_fingerprint(found: str, expected: str, what: str) -> None:
    """Raise DataError where files are not those that a fingerprint was taken of."""
    if expected and found != expected:
        raise DataError(f"{what} has changed since: a file was added, taken away or written. Put the old files back, or begin anew.")


class BlockSource(Source):
    """A source that is read a block at a time; as many blocks are kept as are shuffled together."""

    @cached_property
    @abstractmethod
    def order(self) -> Order:
        """The blocks, and how many of them are shuffled together."""

    @abstractmethod
    def read_block(self, number: int) -> Rows:
        """Return all rows of a block."""

    def __len__(self) -> int:
        return len(self.order)

    def read(self, rows: NDArray[np.int64]) -> Rows:
        """Return the examples of these rows, in their order, from the blocks they lie in."""
        blocks = self.order.block_of(rows)
        found, firsts = np.unique(blocks, return_index=True)
        out: list[np.ndarray] = []
        like = Rows(())
        for number in found[np.argsort(firsts)].tolist():  # as they come, so that a window's blocks are let go of together
            like = self._block(number)
            places = np.flatnonzero(blocks == number)
            inside = rows[places] - int(self.order.rows_of(number)[0])
            if not out:
                out = [np.empty((len(rows), *array.shape[1:]), array.dtype) for _, array in like.arrays]
            for array, (name, part) in zip(out, like.arrays, strict=True):
                if (part.shape[1:], part.dtype) != (array.shape[1:], array.dtype):
                    raise DataError(
                        f"{self.place(int(rows[places[0]]))}: {name} must be {array.dtype} of shape {array.shape[1:]}, as in rows before. "
                        f"Got {part.dtype} of shape {part.shape[1:]} instead."
                    )
                array[places] = part[inside]
        return like.of(out)

    @cached_property
    def _lock(self) -> threading.Lock:
        return threading.Lock()

    @cached_property
    def _kept(self) -> OrderedDict[int, Rows]:
        return OrderedDict()

    def _block(self, number: int) -> Rows:
        with self._lock:
            if number not in self._kept:
                while len(self._kept) >= self.order.window:
                    self._kept.popitem(last=False)
                self._kept[number] = self.read_block(number)
            self._kept.move_to_end(number)
            return self._kept[number]
