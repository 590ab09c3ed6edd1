"""Prepared examples that do not fit into memory: each is read and prepared when it is needed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from chainrule.data.collection import Collection
from chainrule.data.preparing.balancing import Balance, require_balance
from chainrule.data.preparing.learned import Learned
from chainrule.data.preparing.prepared import Prepared, Prepares, Sets
from chainrule.data.preparing.prepared_source import FoundSource, file_columns, prepared_part
from chainrule.data.preparing.targets import encoded
from chainrule.data.shuffle import permutation
from chainrule.data.stream import memory_limit
from chainrule.errors import ArgumentError

TASTED = 16  # examples by which it is told how much memory one takes
LEARNED_FROM = 4096  # examples that a preparation learns from where not all fit


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
    if not file_columns(training) or len(training) <= LEARNED_FROM:
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
    again: FoundSource | None = None,
) -> Sets:
    """Return parts whose examples are read and prepared while they are used.

    Args:
        collection: the examples.
        learned: what the training rows taught.
        parts: the rows of each part.
        origin: the number that each row had before cleaning.
        balance: None or "weights"; rows cannot be taken twice.
        preparation: what the parts are of.
        again: how the training part is found again.

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
        counting = balance if is_training else None
        here = None if again is None else replace(again, part=part, balance=counting)
        source = prepared_part(collection, learned, rows, counting, here)
        augment = preparation.augment if is_training else ()
        found[part] = Prepared(source, y, source.weight, origin[rows], augment, preparation.batch, preparation)
    assert found["train"] is not None
    return Sets(found["train"], found["validation"], found["test"])
