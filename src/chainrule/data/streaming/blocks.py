"""Sources that are read in blocks of rows, of which a few are kept in memory."""

import threading
from abc import abstractmethod
from collections import OrderedDict
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chainrule.data.streaming.order import Order
from chainrule.data.streaming.source import Rows, Source
from chainrule.errors import DataError

BLOCK_BYTES = 1 << 23  # of a block, where a source is free to choose
WINDOW_BYTES = 1 << 26  # of the blocks that are shuffled together, and so are in memory at once


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
