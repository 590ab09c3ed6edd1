"""Sources made of others: parts of one, or several one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chainrule.configuration import configurable
from chainrule.data.split.rows import split_rows
from chainrule.data.stream.source import Order, Rows, Source
from chainrule.errors import ArgumentError, DataError


class _Part(Source):
    """Some rows of a source, ascending."""

    source: Source

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The rows of the source that are in this part, ascending."""
        raise NotImplementedError

    @cached_property
    def order(self) -> Order:
        return self.source.order.among(self.rows)

    @property
    def name(self) -> str:
        return self.source.name

    def __len__(self) -> int:
        return len(self.rows)

    def place(self, row: int) -> str:
        return self.source.place(int(self.rows[row]))

    def read(self, rows: NDArray[np.int64]) -> Rows:
        return self.source.read(self.rows[rows])


@configurable
@dataclass(frozen=True, eq=False)
class SplitSource(_Part):
    """One of the parts into which `split` divides the rows of a source at random.

    Args:
        source: what is divided.
        fractions: the share of each part, 1 together.
        seed: as for `split`.
        part: which of them this is, from 0.

    Example:
        >>> from chainrule.data.stream import IterableSource
        >>> import numpy as np
        >>> source = IterableSource(lambda: ((number, number) for number in range(10)))
        >>> parts = [SplitSource(source, (0.8, 0.2), seed=0, part=part) for part in (0, 1)]
        >>> sorted(np.concatenate([part.take(np.arange(len(part))).y[0] for part in parts]).tolist())
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """

    source: Source
    fractions: tuple[float, ...]
    seed: int
    part: int

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        return split_rows(len(self.source), self.fractions, self.seed)[self.part]


@configurable
@dataclass(frozen=True, eq=False)
class ShardSource(_Part):
    """The part of a source that one of several processes trains on: neighbouring rows, so that each reads its own blocks.

    The shards share no row. With "spread" they are together all of the source, and differ in length by one where `count` does
    not divide it; with "drop" they are of equal length, as processes need that make their steps in step, and the last rows, fewer
    than `count`, are left out.

    Args:
        source: what is divided.
        index: the number of the process, from 0.
        count: how many processes there are.
        rest: "spread" or "drop".

    Example:
        >>> from chainrule.data.stream import IterableSource
        >>> source = IterableSource(lambda: ((number, number) for number in range(10)))
        >>> [ShardSource(source, index, 3).take([0]).y[0].tolist() for index in range(3)]
        [[0], [3], [6]]
    """

    source: Source
    index: int
    count: int
    rest: str = "spread"

    def __post_init__(self) -> None:
        if not 0 <= self.index < self.count:
            raise ArgumentError(f"ShardSource: index must lie between 0 and {self.count - 1}, count - 1. Got {self.index} instead.")
        if self.rest not in ("spread", "drop"):
            raise ArgumentError(f"ShardSource: rest must be 'spread' or 'drop'. Got {self.rest!r} instead.")
        if len(self.source) < self.count:
            raise DataError(f"ShardSource: {self.count} shards need at least as many rows. {self.source.name} has {len(self.source)}.")

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        length = len(self.source) if self.rest == "spread" else len(self.source) // self.count * self.count
        return np.arange(length * self.index // self.count, length * (self.index + 1) // self.count)


@configurable
@dataclass(frozen=True, eq=False)
class JoinedSource(Source):
    """Several sources of like examples, one after the other.

    Args:
        sources: at least one; the first example of each must have the shapes and dtypes of the others.

    Raises:
        DataError: sources whose examples differ.

    Example:
        >>> from chainrule.data.stream import IterableSource
        >>> source = IterableSource(lambda: ((number, number) for number in range(3)))
        >>> JoinedSource([source, source]).take([2, 3]).y[0].tolist()
        [2, 0]
    """

    sources: Sequence[Source]

    def __post_init__(self) -> None:
        if not self.sources:
            raise ArgumentError("JoinedSource: give at least one source.")

    @cached_property
    def order(self) -> Order:
        orders = [source.order for source in self.sources]
        if all(len(order.blocks) == 1 and not order.sequential for order in orders):
            return Order((sum(map(len, orders)),))
        blocks = tuple(size for order in orders for size in order.blocks)
        return Order(blocks, max(order.window for order in orders), any(order.sequential for order in orders))

    def __len__(self) -> int:
        return int(self._starts[-1])

    def place(self, row: int) -> str:
        source = self._source_of(np.array([row]))[0]
        return self.sources[source].place(row - int(self._starts[source]))

    def read(self, rows: NDArray[np.int64]) -> Rows:
        self._require_alike()
        which = self._source_of(rows)
        out: list[np.ndarray] = []
        found = Rows(())
        for number in np.unique(which).tolist():
            places = np.flatnonzero(which == number)
            found = self.sources[number].take(rows[places] - self._starts[number])
            if not out:
                out = [np.empty((len(rows), *array.shape[1:]), array.dtype) for _, array in found.arrays]
            for array, (_, part) in zip(out, found.arrays, strict=True):
                array[places] = part
        return found.of(out)

    def _require_alike(self) -> None:
        kinds = [[(array.shape[1:], array.dtype.name) for _, array in source.first.arrays] for source in self.sources]
        for source, kind in zip(self.sources, kinds, strict=True):
            if kind != kinds[0]:
                raise DataError(
                    f"{source.place(0)}: examples must have the shapes and dtypes of those of {self.sources[0].name}, {kinds[0]}. "
                    f"Got {kind} instead."
                )

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        return np.cumsum([0, *map(len, self.sources)])

    def _source_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.searchsorted(self._starts, rows, side="right") - 1
