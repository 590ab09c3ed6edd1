"""What one fit is to do: its data, already split and checked, and its settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from chainrule.data.batch import as_array, as_arrays
from chainrule.errors import ArgumentError, DataError
from chainrule.training.probes.probe import Probe

Array: TypeAlias = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Examples:
    """Inputs, targets and weights of examples, one row each."""

    x: tuple[Array, ...]
    y: tuple[Array, ...]
    weight: Array | None = None

    def __len__(self) -> int:
        return len(self.x[0])

    def take(self, rows: Array) -> "Examples":
        """Return the examples of these rows."""
        weight = None if self.weight is None else self.weight[rows]
        return Examples(tuple(a[rows] for a in self.x), tuple(a[rows] for a in self.y), weight)


@dataclass(frozen=True)
class Settings:
    """The settings of a fit that its bits depend on.

    Args:
        batch_size: examples in a batch.
        epochs: passes over the data, counted from the first ever.
        seed: what shuffling and dropout hang on.
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
    """A fit: examples to learn from, examples to validate on, settings, and what is looked at on the way."""

    train: Examples
    validation: Examples | None = None
    settings: Settings = field(default_factory=Settings)
    probes: tuple[Probe, ...] = ()


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


def as_examples(x: Any, y: Any, sample_weight: Any = None) -> Examples:
    """Return arrays, lists or tables as checked examples; lists of arrays stand for several inputs or outputs.

    Raises:
        DataError: other lengths, no rows, NaN or infinity, kinds of values that cannot be learned from.
    """
    inputs = tuple(as_array(part, "x") for part in _parts(x))
    targets = () if y is None else tuple(as_array(part, "y") for part in _parts(y))
    weight = None if sample_weight is None else as_arrays(inputs[0], None, sample_weight)[2]
    for name, array in [*(("x", part) for part in inputs), *(("y", part) for part in targets)]:
        if len(array) != len(inputs[0]):
            raise DataError(f"x and {name} must have equally many rows. Got {len(inputs[0])} and {len(array)}.")
    return Examples(inputs, targets, weight)


def _parts(values: Any) -> list[Any]:
    """Return a list of arrays as it is, anything else as the only entry of a list."""
    several = isinstance(values, list | tuple) and len(values) > 0 and all(isinstance(part, np.ndarray) and part.ndim for part in values)
    return list(values) if several else [values]
