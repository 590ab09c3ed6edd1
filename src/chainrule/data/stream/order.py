"""The order in which an epoch takes the examples of a source: shuffled in windows of blocks, so that memory is bounded."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chainrule.configuration import configurable
from chainrule.data.shuffle import philox
from chainrule.errors import ArgumentError

_BLOCKS = 2**64 - 1  # the stream that the order of blocks is drawn from; windows have those from 0
_FEW = 8  # blocks that stand for all


@configurable
@dataclass(frozen=True)
class Order:
    """How a source's rows are shuffled: its blocks in random order, and then the rows of so many blocks at a time among one another.

    With one block this is `permutation(rows, seed, epoch)`, the order of examples in memory. Each window of each epoch has a random
    stream of its own, so that any part of an epoch is found without going through those before it.

    Args:
        blocks: the number of rows in each block, in the order of the source.
        window: how many blocks are shuffled together, and so have to be in memory at once.
        sequential: whether blocks can only be read one after the other, and keep their order.

    Example:
        >>> order = Order((4, 4, 4), window=1)
        >>> rows = order.epoch(seed=0, number=0).rows(0, 4)
        >>> len(set((rows // 4).tolist()))  # one block after the other
        1
    """

    blocks: tuple[int, ...]
    window: int = 1
    sequential: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", tuple(self.blocks))
        if not self.blocks or min(self.blocks) < 1:
            raise ArgumentError(f"Order: blocks must have at least one row each. Got {self.blocks[:8]} instead.")
        if self.window < 1:
            raise ArgumentError(f"Order: window must be a whole number of blocks from 1. Got {self.window} instead.")

    def __len__(self) -> int:
        return int(self._ends[-1])

    def epoch(self, seed: int, number: int, shuffle: bool = True) -> "Epoch":
        """Return the order of one epoch; that of the source where there is no shuffling."""
        return Epoch(self, seed, number, shuffle)

    def block_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number of the block that each row lies in."""
        return np.searchsorted(self._ends, rows, side="right")

    def rows_of(self, block: int) -> NDArray[np.int64]:
        """Return the rows of a block, ascending."""
        return np.arange(self._ends[block] - self.blocks[block], self._ends[block])

    def some(self, most: int) -> NDArray[np.int64]:
        """Return up to so many rows that stand for all, evenly over a few blocks: reading them does not take reading everything."""
        few = [0] if self.sequential else np.unique(np.linspace(0, len(self.blocks) - 1, min(_FEW, len(self.blocks))).astype(np.int64))
        rows = np.concatenate([self.rows_of(int(block)) for block in few])
        return rows[np.unique(np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(np.int64))]

    def among(self, rows: NDArray[np.int64]) -> "Order":
        """Return how some of the rows, ascending, are shuffled as a source of their own."""
        counts = np.bincount(self.block_of(rows), minlength=len(self.blocks))
        return Order(tuple(counts[counts > 0].tolist()), self.window, self.sequential)

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        return np.cumsum(np.asarray(self.blocks, np.int64))


class Epoch:
    """The order of one epoch, of which any part can be asked for.

    Args:
        order: how the rows are shuffled.
        seed: the run's seed.
        number: the epoch's number, from 0.
        shuffle: whether they are shuffled at all.
    """

    def __init__(self, order: Order, seed: int, number: int, shuffle: bool = True) -> None:
        self._order, self._seed, self._number, self._shuffle = order, seed, number, shuffle
        if shuffle:
            blocks = np.arange(len(order.blocks))
            self._blocks = blocks if order.sequential or len(blocks) == 1 else self._generator(_BLOCKS).permutation(blocks)
            sizes = np.asarray(order.blocks, np.int64)[self._blocks]
            self._starts = np.concatenate([[0], np.cumsum(np.add.reduceat(sizes, np.arange(0, len(sizes), order.window)))])
            self._kept: tuple[int, NDArray[np.int64]] = (-1, np.arange(0))  # the window that was asked for last

    def rows(self, start: int, stop: int) -> NDArray[np.int64]:
        """Return the rows that are taken in places `start` to `stop` of the epoch."""
        if not self._shuffle:
            return np.arange(start, stop)
        parts: list[NDArray[np.int64]] = []
        while start < stop:
            window = int(np.searchsorted(self._starts, start, side="right")) - 1
            offset, end = int(self._starts[window]), min(stop, int(self._starts[window + 1]))
            parts.append(self._window(window)[start - offset : end - offset])
            start = end
        return parts[0] if len(parts) == 1 else np.concatenate([np.arange(0), *parts])

    def _window(self, window: int) -> NDArray[np.int64]:
        number, rows = self._kept
        if number != window:
            rows = self._window_rows(window)
            self._kept = window, rows
        return rows

    def _window_rows(self, window: int) -> NDArray[np.int64]:
        width = self._order.window
        parts = [self._order.rows_of(int(block)) for block in self._blocks[window * width : (window + 1) * width]]
        rows = np.concatenate(parts) if len(parts) > 1 else parts[0]
        order = self._generator(window).permutation(len(rows))
        return order if rows[0] == 0 and len(parts) == 1 else rows[order]

    def _generator(self, stream: int) -> np.random.Generator:
        return np.random.Generator(philox(self._seed, self._number, stream))
