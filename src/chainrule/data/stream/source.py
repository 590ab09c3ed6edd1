"""A source of examples that need not be in memory, and the order in which an epoch takes them."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.configuration import configurable
from chainrule.data.batch import as_array
from chainrule.data.shuffle import philox
from chainrule.errors import ArgumentError, DataError

_BLOCKS = 2**64 - 1  # the stream that the order of blocks is drawn from; windows have those from 0
_FEW = 8  # blocks that stand for all
MOST_ROWS = np.iinfo(np.int32).max


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


Array = NDArray[Any]


class Rows(NamedTuple):
    """Some examples of a source.

    Attributes:
        x: the inputs, one array for each, of shape (rows, ...).
        y: the targets, one array for each output, of shape (rows, ...); empty where the source has none.
        weight: the weight of each example in the loss, of shape (rows,); None where all count alike.

    Example:
        >>> import numpy as np
        >>> [name for name, _ in Rows((np.zeros((2, 3)),), (np.zeros(2),)).arrays]
        ['x', 'y']
    """

    x: tuple[Array, ...]
    y: tuple[Array, ...] = ()
    weight: Array | None = None

    @property
    def arrays(self) -> list[tuple[str, Array]]:
        """Every array with the name by which messages call it."""
        weight = [] if self.weight is None else [("sample_weight", self.weight)]
        return [*(("x", array) for array in self.x), *(("y", array) for array in self.y), *weight]

    def of(self, arrays: Sequence[Array]) -> "Rows":
        """Return rows that hold these arrays, in the order of `arrays`, in place of their own."""
        inputs, targets = len(self.x), len(self.y)
        weight = None if self.weight is None else arrays[-1]
        return Rows(tuple(arrays[:inputs]), tuple(arrays[inputs : inputs + targets]), weight)


class Source(ABC):
    """Examples that need not be in memory: `len(source)` of them, read by number when they are needed.

    `fit`, `evaluate` and `predict` take a source in place of arrays. A source of your own says how many rows it has and reads some of
    them; what is read is checked, and converted as arrays given to `fit` are.

    Example:
        >>> import numpy as np
        >>> class Squares(Source):
        ...     def __len__(self):
        ...         return 1000
        ...     def read(self, rows):
        ...         return Rows((rows[:, None] / 1000,), ((rows / 1000) ** 2,))
        >>> x, y, _ = Squares().take([10, 20])
        >>> x[0].dtype.name, y[0].tolist()
        ('float32', [9.999999747378752e-05, 0.00039999998989515007])
    """

    @abstractmethod
    def __len__(self) -> int:
        """Return how many examples there are."""

    @abstractmethod
    def read(self, rows: NDArray[np.int64]) -> Rows:
        """Return the examples of these rows, in their order, as they come: `take` checks and converts them."""

    @property
    def name(self) -> str:
        """What messages call the source."""
        return type(self).__name__

    def place(self, row: int) -> str:
        """Return where a row lies, for messages: the file and the row in it."""
        return f"{self.name}, row {row}"

    def kept(self) -> "Source":
        """Return the source that a run keeps in place of this one, as data; this one itself where it can be kept so."""
        return self

    @cached_property
    def order(self) -> Order:
        """How an epoch shuffles the rows: all of them among one another, unless the source cannot be read in such an order."""
        return Order((len(self),))

    @cached_property
    def first(self) -> Rows:
        """The first example: every other one must have its shapes and dtypes."""
        if not 0 < len(self) <= MOST_ROWS:
            raise DataError(f"{self.name}: a source must have from 1 to {MOST_ROWS:,} examples. Got {len(self):,} instead.")
        found = self.read(np.zeros(1, np.int64))
        arrays = [self._converted(array, name, np.zeros(1, np.int64)) for name, array in found.arrays]
        return found.of(arrays)

    @property
    def nbytes(self) -> int:
        """How much memory all examples would take, as they are trained on."""
        return len(self) * sum(array.nbytes for _, array in self.first.arrays)

    def take(self, rows: ArrayLike) -> Rows:
        """Return the examples of these rows, checked and ready to be trained on.

        Args:
            rows: their numbers, of shape (n,), in any order; a number may occur more than once.

        Raises:
            ArgumentError: a number outside the source.
            DataError: examples that differ in shape or dtype from the first, or hold NaN or infinity; weights that are
                negative; the place of the row is named.
        """
        numbers = np.asarray(rows, np.int64)
        expected = self.first
        if not len(numbers):
            return expected.of([array[:0] for _, array in expected.arrays])
        if not 0 <= numbers.min() <= numbers.max() < len(self):
            raise ArgumentError(f"{self.name} has rows 0 to {len(self) - 1}. Got {numbers.min()} to {numbers.max()} instead.")
        found = self.read(numbers)
        arrays: list[Array] = []
        if len(found.arrays) != len(expected.arrays):
            raise DataError(f"{self.place(int(numbers[0]))}: each example must be {len(expected.arrays)} arrays. Got {len(found.arrays)}.")
        for (name, array), (_, first) in zip(found.arrays, expected.arrays, strict=True):
            if array.shape != (len(numbers), *first.shape[1:]):
                raise DataError(
                    f"{self.place(int(numbers[0]))}: {name} of {len(numbers)} examples must have shape {(len(numbers), *first.shape[1:])}, "
                    f"as the first example has {first.shape[1:]}. Got {array.shape} instead."
                )
            converted = self._converted(array, name, numbers)
            if converted.dtype != first.dtype:
                raise DataError(
                    f"{self.place(int(numbers[0]))}: {name} must be {first.dtype}, as in the first example. Got {converted.dtype} instead: "
                    "give all examples the same dtype."
                )
            arrays.append(converted)
        return found.of(arrays)

    def _converted(self, array: Array, name: str, rows: NDArray[np.int64]) -> Array:
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            bad = int(np.argmin(np.isfinite(array).reshape(len(array), -1).all(1)))
            raise DataError(f"{self.place(int(rows[bad]))}: {name} must be finite. Got NaN or infinity: leave the row out, or fill it in.")
        try:
            converted = as_array(array, name)
        except DataError as error:
            raise DataError(f"{self.name}, rows {rows.min()} to {rows.max()}: {error}") from error
        if name != "sample_weight":
            return converted
        if converted.ndim != 1 or converted.min() < 0:
            bad = 0 if converted.ndim != 1 else int(converted.argmin())
            raise DataError(f"{self.place(int(rows[bad]))}: {name} must be one number, not negative. Got {converted[bad]} instead.")
        return converted.astype(np.float32)


def stack(examples: Sequence[Sequence[Any]], source: Source, rows: NDArray[np.int64]) -> Rows:
    """Return single examples, (x,), (x, y) or (x, y, weight), as arrays; x and y may be tuples of several arrays.

    Raises:
        DataError: an example whose shape is not that of the first, or that has more or fewer arrays.
    """
    parts = [tuple(tuple(part) if isinstance(part, tuple) else (part,) for part in example) for example in examples]
    for number, part in enumerate(parts):
        if list(map(len, part)) != list(map(len, parts[0])):
            raise DataError(
                f"{source.place(int(rows[number]))}: an example must be {_told(parts[0])}, as row {rows[0]} is. Got {_told(part)} instead."
            )
    columns: list[tuple[Array, ...]] = []
    for place, name in enumerate(("x", "y", "sample_weight")[: len(parts[0])]):
        columns.append(tuple(_stacked([part[place][i] for part in parts], name, source, rows) for i in range(len(parts[0][place]))))
    return Rows(columns[0], columns[1] if len(columns) > 1 else (), columns[2][0] if len(columns) > 2 else None)


def _told(parts: Sequence[Sequence[Any]]) -> str:
    """Return in words what an example is made of."""
    return "(" + ", ".join(f"{len(part)} arrays" if len(part) != 1 else "an array" for part in parts) + ")"


def _stacked(values: Sequence[Any], name: str, source: Source, rows: NDArray[np.int64]) -> Array:
    arrays = [np.asarray(value) for value in values]
    for number, array in enumerate(arrays):
        if array.shape != arrays[0].shape:
            raise DataError(
                f"{source.place(int(rows[number]))}: {name} must have shape {arrays[0].shape}, as that of row {rows[0]}. "
                f"Got {array.shape} instead: bring all examples to one shape, or pad them."
            )
    return np.stack(arrays)
