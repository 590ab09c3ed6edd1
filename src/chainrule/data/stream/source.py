"""What examples are read from while a network is trained: rows of a source, asked for by number."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.data.batch import as_array
from chainrule.data.stream.order import Order
from chainrule.errors import ArgumentError, DataError

Array = NDArray[Any]
MOST_ROWS = np.iinfo(np.int32).max


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
