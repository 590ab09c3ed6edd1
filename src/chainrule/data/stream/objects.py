"""Python objects as sources: whatever gives its examples by number, or one after the other."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from chainrule.configuration import configurable, from_config, to_config
from chainrule.data.frame import ArrowStream
from chainrule.data.stream.blocks import BlockSource
from chainrule.data.stream.source import Order, Rows, Source, stack
from chainrule.errors import ArgumentError, DataError


@runtime_checkable
class ByNumber(Protocol):
    """What gives one example for each number, as (x,), (x, y) or (x, y, weight): map-style data sets of PyTorch, sources of Grain."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: Any, /) -> Any: ...


@runtime_checkable
class ByRows(Protocol):
    """What gives the examples of several rows at once, as arrays: (x, y) or (x, y, weight)."""

    def __len__(self) -> int: ...

    def take(self, rows: NDArray[np.int64], /) -> Sequence[Any]: ...


@runtime_checkable
class _AsArray(Protocol):
    def __array__(self) -> Any: ...


def is_source(value: object) -> bool:
    """Return whether examples can be read from it row by row, and it is not itself an array, a table or a list."""
    if isinstance(value, Source):
        return True
    whole = isinstance(value, _AsArray | ArrowStream | Sequence | Mapping)
    return isinstance(value, ByNumber | ByRows) and not whole


def as_source(value: Any) -> Source:
    """Return an object as a source: a source as it is, a map-style data set, or an object that takes rows.

    Raises:
        ArgumentError: something that cannot be read from by number.
    """
    if isinstance(value, Source):
        return value
    if not is_source(value):
        raise ArgumentError(f"A source must be one of Chainrule's, or have __len__ and __getitem__, or __len__ and take. Got {value!r}.")
    return TakenSource(value) if isinstance(value, ByRows) else MappedSource(value)


@dataclass(frozen=True, eq=False)
class TakenSource(Source):
    """An object with `__len__` and `take(rows)`, which returns arrays (x, y) or (x, y, weight); tuples of arrays stand for several.

    Args:
        taken: the object.
    """

    taken: ByRows

    def __len__(self) -> int:
        return len(self.taken)

    @property
    def name(self) -> str:
        return type(self.taken).__name__

    def read(self, rows: NDArray[np.int64]) -> Rows:
        found = tuple(self.taken.take(rows))
        parts = [tuple(map(np.asarray, part)) if isinstance(part, tuple) else (np.asarray(part),) for part in found]
        return Rows(parts[0], parts[1] if len(parts) > 1 else (), parts[2][0] if len(parts) > 2 else None)


@dataclass(frozen=True, eq=False)
class MappedSource(Source):
    """An object with `__len__` and `__getitem__`, which returns one example: x, (x, y) or (x, y, weight).

    PyTorch's map-style data sets and Grain's random-access sources are such objects; tensors become arrays. Random transformations
    in `__getitem__` cannot be repeated, and so not be rewound: augment in the training step instead.

    Args:
        mapped: the object.
        threads: how many examples are asked for at once; more than 1 only for objects that can be used from several threads.

    Example:
        >>> class Doubles:
        ...     def __len__(self): return 100
        ...     def __getitem__(self, number): return [number], 2 * number
        >>> x, y, _ = MappedSource(Doubles()).take([3, 4])
        >>> x[0].tolist(), y[0].tolist()
        ([[3], [4]], [6, 8])
    """

    mapped: ByNumber
    threads: int = 1

    def __post_init__(self) -> None:
        if self.threads < 1:
            raise ArgumentError(f"MappedSource: threads must be a whole number from 1. Got {self.threads} instead.")

    def __len__(self) -> int:
        return len(self.mapped)

    @property
    def name(self) -> str:
        return type(self.mapped).__name__

    def read(self, rows: NDArray[np.int64]) -> Rows:
        if self.threads == 1:
            items = [self.mapped[number] for number in rows.tolist()]
        else:
            with ThreadPoolExecutor(self.threads) as pool:
                items = list(pool.map(self.mapped.__getitem__, rows.tolist()))
        return stack([_example(item) for item in items], self, rows)


@dataclass(frozen=True, eq=False)
class IterableSource(BlockSource):
    """What a function yields, one example after the other: x as an array, or a tuple (x, y) or (x, y, weight).

    The examples are shuffled in windows: so many are read, and taken in random order, before the next ones are read. For each epoch
    the function is called anew, and likewise to go back to an example that was read before; it must yield the same ones each time.

    Args:
        factory: called without arguments; returns what yields the examples.
        length: how many it yields; None counts them by going through them once.
        window: how many examples are shuffled together.

    Raises:
        ArgumentError: a generator in place of the function that makes it: it could be gone through only once.

    Example:
        >>> source = IterableSource(lambda: (([number], number % 2) for number in range(10)), window=4)
        >>> len(source), source.take([9, 0])[0][0].tolist()
        (10, [[9], [0]])
    """

    factory: Callable[[], Iterable[Any]]
    length: int | None = None
    window: int = 4096
    _place: dict[str, Any] = field(default_factory=dict[str, Any], init=False, repr=False)  # where the reading is: iterator, block

    def __post_init__(self) -> None:
        if isinstance(self.factory, Iterator) or not callable(self.factory):
            raise ArgumentError("IterableSource: give a function that makes the generator, such as lambda: examples(), not the generator.")
        if self.window < 1 or (self.length is not None and self.length < 1):
            raise ArgumentError(f"IterableSource: window and length must be from 1. Got {self.window} and {self.length} instead.")

    @cached_property
    def order(self) -> Order:
        length = sum(1 for _ in self.factory()) if self.length is None else self.length
        if not length:
            raise DataError("IterableSource: the function yields no examples.")
        full, rest = divmod(length, self.window)
        return Order((self.window,) * full + ((rest,) if rest else ()), 1, sequential=True)

    def read_block(self, number: int) -> Rows:
        if self._place.get("block", number + 1) > number:
            self._place.update(iterator=iter(self.factory()), block=0)
        wanted = (number - self._place["block"]) * self.window
        if wanted and sum(1 for _ in islice(self._place["iterator"], wanted)) < wanted:
            raise self._ended()
        rows = self.order.rows_of(number)
        items = list(islice(self._place["iterator"], len(rows)))
        self._place["block"] = number + 1
        if len(items) < len(rows):
            self._place.clear()
            raise self._ended()
        return stack([_example(item) for item in items], self, rows)

    def _ended(self) -> DataError:
        return DataError(
            f"{self.name}: the function must yield {len(self):,} examples each time. It has now yielded fewer: "
            "let it begin anew at each call, or give another length."
        )


def _example(item: Any) -> tuple[Any, ...]:
    """Return an example as (x,), (x, y) or (x, y, weight)."""
    return item if isinstance(item, tuple) else (item,)


@configurable
@dataclass(frozen=True, eq=False)
class OwnSource(Source):
    """The place of an object of the user's own, which cannot be kept as data.

    Args:
        called: the name of its class.
        length: how many examples it had.
    """

    called: str
    length: int

    def __len__(self) -> int:
        return self.length

    @property
    def name(self) -> str:
        return self.called

    def read(self, rows: NDArray[np.int64]) -> Rows:
        raise DataError(
            f"The examples were read from an object of your own, {self.called} with {self.length:,} examples, which is not kept: "
            "give it again, with source=..."
        )


def source_to_config(source: Source) -> Any:
    """Return a source as JSON-ready data; objects of the user's own are left out, but named."""
    return to_config(_with_leaves(source, _left_out))


def source_from_config(config: Any, own: Source | None = None) -> Source:
    """Return the source that `source_to_config` described.

    Args:
        config: what it returned.
        own: the object of the user's own that it read from; None where it is not at hand.

    Raises:
        DataError: files that are missing or have changed; another number of examples than then.
    """

    def put_back(leaf: Source) -> Source:
        if own is None or not isinstance(leaf, OwnSource):
            return leaf
        if len(own) != leaf.length:
            raise DataError(f"The source must have the {leaf.length:,} examples that {leaf.called} had. Got {len(own):,} instead.")
        return own

    return _with_leaves(from_config(config), put_back)


def _left_out(leaf: Source) -> Source:
    try:
        to_config(leaf)
    except ArgumentError:
        return OwnSource(leaf.name, len(leaf))
    return leaf


def _with_leaves(source: Source, change: Callable[[Source], Source]) -> Source:
    """Return a source made of others with each of those changed that is made of none."""
    source = source.kept()
    if not is_dataclass(source):
        return change(source)
    values = {entry.name: getattr(source, entry.name) for entry in fields(source) if entry.init}
    inner: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Source):
            inner[name] = _with_leaves(value, change)
        elif isinstance(value, Sequence) and value and all(isinstance(entry, Source) for entry in value):
            inner[name] = [_with_leaves(entry, change) for entry in value]
    return replace(source, **inner) if inner else change(source)
