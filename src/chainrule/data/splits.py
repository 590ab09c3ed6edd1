"""Examples as arrays, in parts: what a network is trained on, validated and tested."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.data.balance import Balance, balanced_rows, balanced_weights, require_balance
from chainrule.data.stream.source import Source

Arrays: TypeAlias = Any  # an array, a list of arrays where the network has several inputs, or a source of either


class PreparesExamples(Protocol):
    """What prepares new examples as those of training were: a fitted `Preparation`."""

    def transform(self, data: Any, /) -> Arrays:
        """Return raw examples as the network takes them."""
        ...

    def answers(self, outputs: Any, /, from_logits: bool = True, data: Any = None) -> pl.DataFrame:
        """Return a network's outputs as people read them."""
        ...

    def inverse_target(self, y: ArrayLike, /) -> NDArray[Any]:
        """Return targets as people read them."""
        ...

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        ...


@dataclass(frozen=True, eq=False)
class Split:
    """One part of a data set, as tensors. `x, y = part` takes it apart, and `model.fit(part)` learns from it.

    Args:
        x: the examples, of shape (examples, ...); a list of arrays where the network has several inputs; a source of examples that do
            not fit into memory.
        y: the targets, of shape (examples, ...); None where nothing is to be predicted.
        weight: how much each example counts in the loss, of shape (examples,); None for all alike.
        rows: the number of each example's row in the collection; by default one after the other.
        augment: what the training step does to each batch before the network; none for validation and test.
        batch_size: examples in a batch; None for the default of `fit`.
        preparation: what made them, and prepares new examples in the same way; a model that learns from them keeps it.
    """

    x: Arrays
    y: Any
    weight: NDArray[np.float32] | None = None
    rows: NDArray[np.int64] = None  # pyright: ignore[reportAssignmentType]
    augment: tuple[Any, ...] = ()
    batch_size: int | None = None
    preparation: PreparesExamples | None = None

    def __post_init__(self) -> None:
        if self.rows is None:  # pyright: ignore[reportUnnecessaryComparison]
            object.__setattr__(self, "rows", np.arange(len(self.x[0] if isinstance(self.x, list) else self.x)))

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        arrays = self.x if isinstance(self.x, list) else [self.x]
        shapes = ", ".join(str(tuple(array.shape[1:])) if isinstance(array, np.ndarray) else type(array).__name__ for array in arrays)
        return f"Split: {len(self):,} examples, x of {shapes}" + ("" if self.y is None else f", y of {tuple(self.y.shape[1:])}")

    def __iter__(self) -> Iterator[Any]:
        return iter((self.x, self.y) if self.weight is None else (self.x, self.y, self.weight))

    def take(self, rows: ArrayLike) -> "Split":
        """Return the same part with these of its examples alone, in this order, in memory; rows are numbers, or a truth value for each."""
        chosen = np.asarray(rows)
        chosen = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen
        x = _taken(self.x, chosen)
        y = None if self.y is None else self.y[chosen]
        weight = None if self.weight is None else self.weight[chosen]
        return replace(self, x=x, y=y, weight=weight, rows=self.rows[chosen])


def _taken(x: Arrays, rows: NDArray[np.int64]) -> Arrays:
    if isinstance(x, Source):
        inputs = list(x.take(rows).x)
        return inputs if len(inputs) > 1 else inputs[0]
    return [array[rows] for array in x] if isinstance(x, list) else x[rows]


@dataclass(frozen=True, eq=False)
class Splits:
    """A data set in its parts: what `load` gives of a named set, and `Preparation.fit` of any examples.

    Args:
        train: the training examples.
        validation: the validation examples, by which is decided when to stop; None where there are none.
        test: the test examples; None where there are none.
        name: of the data set.
        classes: names of the classes in the order of their numbers; None where the target is no class.
        feature_names: names of the entries of x's last axis; none for images.
        source: who made the data, where they live, and under which licence, where that is known.
    """

    train: Split
    validation: Split | None = None
    test: Split | None = None
    name: str = "data"
    classes: tuple[str, ...] | None = None
    feature_names: tuple[str, ...] = ()
    source: str = ""

    def __repr__(self) -> str:
        parts = [("train", self.train), ("validation", self.validation), ("test", self.test)]
        return "\n".join([f"Splits of {self.name}", *(f"  {name}: {part!r}" for name, part in parts if part is not None)])


def balanced(train: Split, balance: Balance | None, task: str, seed: int) -> Split:
    """Return the training part with its classes made to count alike, as `Preparation(balance=...)` says.

    Raises:
        ArgumentError: classes that cannot be balanced.
    """
    require_balance(balance, train.y, task)
    if balance is None or train.y is None:
        return train
    if balance == "weights":
        return replace(train, weight=balanced_weights(train.y))
    return train.take(balanced_rows(train.y, balance, seed))
