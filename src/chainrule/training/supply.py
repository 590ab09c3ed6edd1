"""What feeds the steps of an epoch: examples resident on the device, or chunks of a source, the next one read while this one is used."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Protocol

import jax.numpy as jnp
import numpy as np

from chainrule.data.splits import Split
from chainrule.data.stream import Epoch, Rows, Source, as_source, is_source
from chainrule.graph import Array
from chainrule.training.plan import as_examples

CHUNK_BYTES = 1 << 24  # of the batches that are handed to the device at once

# One thread reads for all, and one hands what was read to the device, so that reading goes on meanwhile. There are no more of them: the
# C library gives each new thread memory of its own to allocate from, and keeps it when the thread ends.
_READER = ThreadPoolExecutor(1, "chainrule-reader")
_TO_DEVICE = ThreadPoolExecutor(1, "chainrule-to-device")


def chunk_steps(source: Source, batch_size: int, steps: int) -> int:
    """Return how many batches of a source make a chunk, so many that the last chunk of the steps is as full as it can be.

    It is a function of the plan alone, so that it is the same when computed again.
    """
    batch = batch_size * sum(array.nbytes for _, array in source.first.arrays)
    most = max(1, min(steps, 4096, CHUNK_BYTES // max(batch, 1)))
    return -(-steps // -(-steps // most))


@dataclass(frozen=True)
class Served:
    """What some steps of an epoch are computed from.

    Attributes:
        arrays: those of the feed's fixed placeholders.
        first: what the feed's index is at the step that was asked for.
        steps: how many steps, from that one on, these arrays suffice for.
    """

    arrays: Sequence[Array]
    first: int
    steps: int


class Supply(Protocol):
    """What feeds the steps of one epoch."""

    def at(self, position: int) -> Served:
        """Return what the steps from `position` of the epoch on are computed from."""
        ...

    def close(self) -> None:
        """Stop reading ahead."""
        ...


class Resident:
    """Examples that are on the device already.

    Args:
        arrays: those of the feed's fixed placeholders.
        steps: of the epoch.
    """

    def __init__(self, arrays: Sequence[Array], steps: int) -> None:
        self._arrays, self._steps = arrays, steps

    def at(self, position: int) -> Served:
        """Return the same arrays at every step."""
        return Served(self._arrays, position, self._steps - position)

    def close(self) -> None:
        """Do nothing: nothing is read ahead."""


class Streamed:
    """Chunks of a source, in the order of an epoch. One is in use, the next one is read in the background; no others are in memory.

    In the background one thread reads, decodes and checks; another fills up and copies to the device, while the first reads on.

    Args:
        source: what the examples are read from.
        order: of the epoch.
        batch_size: examples in a batch.
        chunk: batches in a chunk.
        steps: of the epoch.
        key: of the random numbers.
        check: raises an error where targets cannot be meant.
        ahead: whether the next chunk is read while one is in use.
    """

    def __init__(
        self,
        source: Source,
        order: Epoch,
        batch_size: int,
        chunk: int,
        steps: int,
        key: np.ndarray[Any, Any],
        check: Callable[[Sequence[np.ndarray[Any, Any]]], None],
        ahead: bool = True,
    ) -> None:
        self._source, self._order, self._batch_size, self._chunk, self._steps = source, order, batch_size, chunk, steps
        self._key, self._check, self._ahead = jnp.asarray(key), check, ahead
        self._pending: dict[int, Future[Future[list[Array]]]] = {}  # of being read, and then of being on the device

    def at(self, position: int) -> Served:
        """Return the chunk of a step; an error met in reading it is raised here."""
        number, first = divmod(position, self._chunk)
        wanted = [number, number + 1] if self._ahead and (number + 1) * self._chunk < self._steps else [number]
        for left in set(self._pending) - set(wanted):
            self._pending.pop(left).cancel()
        for chunk in wanted:
            if chunk not in self._pending:
                self._pending[chunk] = _READER.submit(self._read, chunk)
        return Served(self._pending[number].result().result(), first, min(self._chunk, self._steps - number * self._chunk) - first)

    def close(self) -> None:
        """Wait for the chunk that is being read, and read no other."""
        read, _ = wait([future for future in self._pending.values() if not future.cancel()])
        wait([future.result() for future in read if future.exception() is None])
        self._pending = {}

    def _read(self, chunk: int) -> Future[list[Array]]:
        """Read a chunk, and have it handed to the device."""
        size = self._chunk * self._batch_size
        start = chunk * size
        rows = self._order.rows(start, min(start + size, self._steps * self._batch_size, len(self._source)))
        found = self._source.take(rows)
        self._check(found.y)
        return _TO_DEVICE.submit(self._on_device, rows, found)

    def _on_device(self, rows: np.ndarray[Any, Any], found: Rows) -> list[Array]:
        """Return a chunk on the device; a short one is filled up with rows that count for nothing."""
        size = self._chunk * self._batch_size
        order = np.minimum(np.arange(size, dtype=np.int32), len(rows) - 1, dtype=np.int32)
        numbers = np.full(size, -1, np.int32)
        numbers[: len(rows)] = rows
        return [*(jnp.asarray(_filled(array, size)) for _, array in found.arrays), jnp.asarray(order), jnp.asarray(numbers), self._key]


def _filled(array: np.ndarray[Any, Any], size: int) -> np.ndarray[Any, Any]:
    if len(array) == size:
        return array
    return np.concatenate([array, np.zeros((size - len(array), *array.shape[1:]), array.dtype)])


def input_parts(x: Any, batch_size: int) -> Iterator[tuple[np.ndarray[Any, Any], ...]]:
    """Yield the inputs of arrays, of a prepared part, or of a source: of a source some batches at a time, else all at once."""
    x = x.x if isinstance(x, Split) else x
    if is_source(x):
        yield from read_inputs(as_source(x), batch_size)
    else:
        yield as_examples(x, None).x


def read_inputs(source: Source, batch_size: int) -> Iterator[tuple[np.ndarray[Any, Any], ...]]:
    """Yield the inputs of a source in its order, some batches at a time, the next ones read while one is used."""
    rows = batch_size * chunk_steps(source, batch_size, -(-len(source) // batch_size))
    ahead = _READER.submit(source.take, np.arange(min(rows, len(source))))
    for start in range(rows, len(source) + rows, rows):
        found = ahead.result()
        if start < len(source):
            ahead = _READER.submit(source.take, np.arange(start, min(start + rows, len(source))))
        yield found.x
