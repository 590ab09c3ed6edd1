"""Prepared examples that do not fit into memory: each is read and prepared when it is needed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from chainrule.data.collecting.collection import Collection
from chainrule.data.preparing.balancing import Balance, balanced_weights, require_balance
from chainrule.data.preparing.learned import Learned
from chainrule.data.preparing.prepared import Prepared, Prepares, Sets
from chainrule.data.preparing.targets import encoded
from chainrule.data.shuffle import permutation
from chainrule.data.streaming import Rows, Source, memory_limit
from chainrule.errors import ArgumentError

TASTED = 16  # examples by which it is told how much memory one takes
LEARNED_FROM = 4096  # examples that a preparation learns from where not all fit


@dataclass(frozen=True, eq=False)
class PreparedSource(Source):
    """One part of a collection, prepared row by row as it is asked for.

    Args:
        collection: the examples, of which files are read only when they are needed.
        learned: what the training rows taught.
        rows: the rows of the part in the collection.
        weight: how much each of them counts, of shape (rows,); None for all alike.
    """

    collection: Collection
    learned: Learned
    rows: NDArray[np.int64]
    weight: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def name(self) -> str:
        return self.collection.name

    def place(self, row: int) -> str:
        return self.collection.place(int(self.rows[row]))

    def read(self, rows: NDArray[np.int64]) -> Rows:
        chosen = self.collection.take(self.rows[rows])
        x: Any = self.learned.transform(chosen, [])
        target = self.learned.target
        y = () if target is None else (encoded(target, chosen),)
        return Rows(tuple(x) if isinstance(x, list) else (x,), y, None if self.weight is None else self.weight[rows])


class Settings(Prepares, Protocol):
    """What a preparation adds to its parts."""

    augment: tuple[Any, ...]
    batch: int | None


def sample(
    training: Collection, prepare: Callable[[Collection], Mapping[str, NDArray[Any]]], memory: int | None, seed: int
) -> NDArray[np.int64] | None:
    """Return which training rows to learn from where all of them, prepared, would not fit into memory; None where they would.

    Only columns of files can take far more memory prepared than they do now. How much an example takes is told by a few of them.

    Args:
        training: the training rows.
        prepare: learns from rows and returns them prepared, column by column.
        memory: the bytes that they may take; None for a quarter of the machine's.
        seed: of the rows that are drawn.
    """
    files = [name for name, kind in training.kinds.items() if kind in {"image", "audio"} and name not in training.arrays]
    if not files or len(training) <= LEARNED_FROM:
        return None
    order = permutation(len(training), seed, 0)
    each = sum(array[:1].nbytes for array in prepare(training.take(order[:TASTED])).values())
    fits = each * len(training) <= (memory_limit() if memory is None else memory)
    return None if fits else np.sort(order[:LEARNED_FROM]).astype(np.int64)


def streamed_sets(
    collection: Collection,
    learned: Learned,
    parts: Mapping[str, NDArray[np.int64]],
    origin: NDArray[np.int64],
    balance: Balance | None,
    preparation: Settings,
) -> Sets:
    """Return parts whose examples are read and prepared while they are used.

    Args:
        collection: the examples.
        learned: what the training rows taught.
        parts: the rows of each part.
        origin: the number that each row had before cleaning.
        balance: None or "weights"; rows cannot be taken twice.
        preparation: what the parts are of.

    Raises:
        ArgumentError: another balance.
    """
    if balance in {"oversample", "undersample"}:
        raise ArgumentError(f"balance={balance!r} is for examples in memory, and these do not fit: use 'weights'.")
    found: dict[str, Prepared | None] = {}
    for part, rows in parts.items():
        if not len(rows):
            found[part] = None
            continue
        chosen, is_training = collection.take(rows), part == "train"
        y = None if learned.target is None else encoded(learned.target, chosen)
        if is_training:
            require_balance(balance, y, learned.task)
        weight = balanced_weights(y) if is_training and balance and y is not None else None
        source = PreparedSource(collection, learned, rows, weight)
        augment = preparation.augment if is_training else ()
        found[part] = Prepared(source, y, weight, origin[rows], augment, preparation.batch, preparation)
    assert found["train"] is not None
    return Sets(found["train"], found["validation"], found["test"])
