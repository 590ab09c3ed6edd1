"""Prepared examples: what a network is trained on, checked and judged by."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = NDArray[Any] | list[NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Prepared:
    """One part of a data set, as tensors. `x, y = part` takes it apart, and `model.fit(part)` learns from it.

    Args:
        x: the examples, of shape (examples, ...); a list of arrays where the network has several inputs.
        y: the targets, of shape (examples, ...); None where nothing is to be foretold.
        weight: how much each example counts in the loss, of shape (examples,); None for all alike.
        rows: the number of each example's row in the collection.
        augment: what the training step does to each batch before the network; none for validation and test.
        batch_size: examples in a batch; None for the default of `fit`.
    """

    x: Arrays
    y: NDArray[Any] | None
    weight: NDArray[np.float32] | None
    rows: NDArray[np.int64]
    augment: tuple[Any, ...] = ()
    batch_size: int | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Any]:
        return iter((self.x, self.y) if self.weight is None else (self.x, self.y, self.weight))


@dataclass(frozen=True, eq=False)
class Sets:
    """A data set in its parts.

    Args:
        train: to learn from.
        validation: to decide by when to stop; None where there is none.
        test: to be judged by; None where there is none.
    """

    train: Prepared
    validation: Prepared | None
    test: Prepared | None
