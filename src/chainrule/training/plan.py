"""What one fit is to do: its data, already split and checked, and its settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from chainrule.configuration import configurable
from chainrule.data.batch import as_array, as_arrays
from chainrule.data.split.rows import split_rows
from chainrule.data.splits import Split
from chainrule.data.stream import Epoch, Order, Rows, Source, SplitSource, as_source, is_source, memory_limit
from chainrule.errors import ArgumentError, DataError
from chainrule.layers import Layer
from chainrule.training.probes.probe import Probe

Array: TypeAlias = np.ndarray[Any, Any]
_UNITS = {"GB": 10**9, "MB": 10**6, "kB": 10**3, "B": 1}


@dataclass(frozen=True)
class Examples:
    """Inputs, targets and weights of examples, one row each.

    Args:
        x: the inputs, one array for each.
        y: the targets, one array for each output.
        weight: how much each example counts; None where all count alike.
        order: how an epoch shuffles them; None for all among one another.
        source: what they are read from while they are used; x, y and weight then hold the first example alone. None where they are here.
    """

    x: tuple[Array, ...]
    y: tuple[Array, ...]
    weight: Array | None = None
    order: Order | None = None
    source: Source | None = None

    def __len__(self) -> int:
        return len(self.x[0]) if self.source is None else len(self.source)

    def epoch(self, seed: int, number: int, shuffle: bool) -> Epoch:
        """Return the order in which an epoch takes them."""
        return (self.order or Order((len(self),))).epoch(seed, number, shuffle)

    def in_memory(self, most: int) -> "Examples":
        """Return them as arrays: themselves where they are here, else at most so many of the source's, which stand for all."""
        return self if self.source is None else self.take(self.source.order.some(most))

    def take(self, rows: Array) -> "Examples":
        """Return the examples of these rows; they are read where they come from a source."""
        if self.source is not None:
            return Examples(*self.source.take(rows))
        weight = None if self.weight is None else self.weight[rows]
        order = None if self.order is None else self.order.among(rows)
        return Examples(tuple(a[rows] for a in self.x), tuple(a[rows] for a in self.y), weight, order)


@dataclass(frozen=True)
class Settings:
    """The settings of a fit that its bits depend on.

    Args:
        batch_size: examples in a batch.
        epochs: passes over the data, counted from the first ever.
        seed: what shuffling and dropout depend on.
        shuffle: whether each epoch takes the examples in another order.
        steps_per_epoch: updates in an epoch; None for one pass.
        validation_batch_size: examples in a batch of validation.
        validation_freq: validate after every so many epochs.
    """

    batch_size: int = 32
    epochs: int = 1
    seed: int = 0
    shuffle: bool = True
    steps_per_epoch: int | None = None
    validation_batch_size: int = 32
    validation_freq: int = 1

    def __post_init__(self) -> None:
        for name in ("batch_size", "epochs", "validation_batch_size", "validation_freq"):
            value: object = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ArgumentError(f"fit: {name} must be a whole number from 1. Got {value!r} instead.")
        if not 0 <= self.seed < 2**63:
            raise ArgumentError(f"fit: seed must be a whole number from 0. Got {self.seed} instead.")

    def steps(self, examples: int) -> int:
        """Return the number of steps in an epoch over so many examples."""
        whole = -(-examples // self.batch_size)
        if self.steps_per_epoch is None:
            return whole
        if not 1 <= self.steps_per_epoch <= whole:
            raise ArgumentError(
                f"fit: steps_per_epoch must lie between 1 and {whole}, the batches of {self.batch_size} in {examples} examples. "
                f"Got {self.steps_per_epoch} instead."
            )
        return self.steps_per_epoch

    def planned(self, examples: int) -> int:
        """Return the number of steps in all epochs over so many examples."""
        return self.steps(examples) * self.epochs


@dataclass(frozen=True)
class Plan:
    """A fit: examples to learn from, examples to validate on, settings, what is looked at on the way, and what varies each batch."""

    train: Examples
    validation: Examples | None = None
    settings: Settings = field(default_factory=Settings)
    probes: tuple[Probe, ...] = ()
    augment: tuple[Layer, ...] = ()


def with_class_weights(examples: Examples, weights: Mapping[int, float]) -> Examples:
    """Return the examples with each weighted as its class is, times the weight it has; of a source, as they are read."""
    first = class_weights_as_rows(weights, examples.y, examples.weight)
    source = None if examples.source is None else ClassWeightedSource(examples.source, tuple(weights.items()))
    return replace(examples, weight=first, source=source)


@configurable
@dataclass(frozen=True, eq=False)
class ClassWeightedSource(Source):
    """A source whose examples count as their classes do.

    Args:
        source: the examples.
        weights: pairs of a class and its weight.
    """

    source: Source
    weights: tuple[tuple[int, float], ...]

    def __len__(self) -> int:
        return len(self.source)

    @property
    def name(self) -> str:
        return self.source.name

    @cached_property
    def order(self) -> Order:
        return self.source.order

    def place(self, row: int) -> str:
        return self.source.place(row)

    def read(self, rows: np.ndarray[Any, Any]) -> Rows:
        found = self.source.read(rows)
        return found._replace(weight=class_weights_as_rows(dict(self.weights), found.y, found.weight))


def class_weights_as_rows(weights: Mapping[int, float], targets: Sequence[Array], given: Array | None) -> Array:
    """Return one weight for each example from the weight of its class, times `given`."""
    if len(targets) != 1:
        raise ArgumentError(f"fit: class_weight is for networks with one output. Got targets for {len(targets)}: give sample_weight.")
    labels = targets[0]
    if labels.ndim > 1:
        labels = labels.argmax(-1) if labels.shape[-1] > 1 else labels[..., 0]
    if labels.ndim != 1:
        raise ArgumentError(f"fit: class_weight needs one class for each example. Got targets of shape {targets[0].shape}.")
    missing = sorted(set(np.unique(labels).astype(int).tolist()) - set(weights))
    if missing:
        raise DataError(f"fit: class_weight has no weight for class {missing[0]}: give one for each of the classes in the targets.")
    table = np.zeros(int(labels.max()) + 1, np.float32)
    for label, weight in weights.items():
        if 0 <= label < len(table):
            table[label] = weight
    rows = table[labels.astype(np.int64)]
    return rows if given is None else rows * given


def as_examples(x: Any, y: Any, sample_weight: Any = None, limit: int | None = None) -> Examples:
    """Return arrays, lists or tables as checked examples; lists of arrays stand for several inputs or outputs.

    Args:
        x: inputs, a source of examples, or a prepared part.
        y: targets; None where x is one of the latter.
        sample_weight: how much each example counts; None where x is a source.
        limit: the bytes up to which the examples of a source are read into memory; None for a quarter of the machine's memory.

    Raises:
        DataError: other lengths, no rows, NaN or infinity, kinds of values that cannot be learned from.
    """
    if isinstance(x, Split):
        if y is not None or sample_weight is not None:
            raise ArgumentError("The targets and weights of a prepared part are its own: give it alone, without y and sample_weight.")
        return _from_source(x.x, limit) if isinstance(x.x, Source) else as_examples(x.x, x.y, x.weight)
    if y is None and is_source(x):
        return _from_source(as_source(x), limit)
    if isinstance(x, Source):
        raise ArgumentError("The targets and weights of a source are read from it: give it alone, without y and sample_weight.")
    inputs = tuple(as_array(part, "x") for part in _parts(x))
    targets = () if y is None else tuple(as_array(part, "y") for part in _parts(y))
    weight = None if sample_weight is None else as_arrays(inputs[0], None, sample_weight)[2]
    for name, array in [*(("x", part) for part in inputs), *(("y", part) for part in targets)]:
        if len(array) != len(inputs[0]):
            raise DataError(f"x and {name} must have equally many rows. Got {len(inputs[0])} and {len(array)}.")
    return Examples(inputs, targets, weight)


def describe_memory(examples: Examples, limit: int | None = None) -> str:
    """Return in words whether the examples of a source are kept in memory, and why."""
    arrays = [*examples.x, *examples.y, *(() if examples.weight is None else (examples.weight,))]
    needed = sum(array[:1].nbytes for array in arrays) * len(examples)
    most = "a quarter of the memory" if limit is None else "the memory_limit"
    allowed = f"{most}, {_size(memory_limit() if limit is None else limit)}"
    if examples.source is None:
        return f"The {len(examples):,} examples take {_size(needed)}, not more than {allowed}: they are kept in memory."
    return f"The {len(examples):,} examples take {_size(needed)}, more than {allowed}: they are streamed."


def _size(count: int) -> str:
    unit = next(name for name, bytes_ in _UNITS.items() if count >= bytes_ or bytes_ == 1)
    return f"{count / _UNITS[unit]:.3g} {unit}"


def as_validation(given: Any, limit: int | None = None) -> Examples:
    """Return validation data, (x, y), (x, y, sample_weight), a source or a prepared part, as checked examples."""
    if isinstance(given, Split) or is_source(given):
        return as_examples(given, None, limit=limit)
    if not isinstance(given, list | tuple) or len(given) not in (2, 3):
        raise ArgumentError(
            "fit: validation_data must be (x, y), (x, y, sample_weight), a source or a prepared part. "
            f"Got {'a ' + type(given).__name__ if not isinstance(given, list | tuple) else f'{len(given)} of them'} instead."
        )
    return as_examples(*given)


def split_examples(examples: Examples, part: float, seed: int) -> tuple[Examples, Examples]:
    """Return the examples to train on, and a part of them, drawn at random, to validate on."""
    if not 0 < part < 1:
        raise ArgumentError(f"fit: validation_split must lie between 0 and 1. Got {part} instead.")
    if examples.source is not None:
        rest, drawn = (SplitSource(examples.source, (1 - part, part), seed, number) for number in (0, 1))
        return Examples(*rest.first, rest.order, rest), Examples(*drawn.first, drawn.order, drawn)
    rest, drawn = split_rows(len(examples), [1 - part, part], seed=seed)
    return examples.take(rest), examples.take(drawn)


def _from_source(source: Source, limit: int | None) -> Examples:
    """Return the examples of a source: themselves where they fit, else the first of them and the source."""
    if source.nbytes <= (memory_limit() if limit is None else limit):
        order = source.order if len(source.order.blocks) > 1 else None
        return Examples(*source.take(np.arange(len(source))), order)
    return Examples(*source.first, source.order, source)


def _parts(values: Any) -> list[Any]:
    """Return a list of arrays as it is, anything else as the only entry of a list."""
    several = isinstance(values, list | tuple) and len(values) > 0 and all(isinstance(part, np.ndarray) and part.ndim for part in values)
    return list(values) if several else [values]
