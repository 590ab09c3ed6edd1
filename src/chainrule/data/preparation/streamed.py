"""Split examples that do not fit into memory: each is read and prepared when it is asked for, and found again when a run is opened."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from chainrule.configuration import configurable
from chainrule.data.balance import Balance, balanced_weights, require_balance
from chainrule.data.collection import Collection
from chainrule.data.kind import get_kind
from chainrule.data.preparation.fitted import FittedPreparation
from chainrule.data.readers import collect
from chainrule.data.shuffle import permutation
from chainrule.data.split.holdout import PARTS, Holdout, Parts
from chainrule.data.splits import PreparesExamples, Split, Splits
from chainrule.data.stream import Rows, Source, memory_limit
from chainrule.data.stream.blocks import fingerprint, require_fingerprint, stamp_of
from chainrule.data.targets.target import encoded
from chainrule.errors import ArgumentError, DataError


@dataclass(frozen=True, eq=False)
class PreparedSource(Source):
    """One part of a collection, prepared row by row as it is asked for.

    Args:
        collection: the examples, of which files are read only when they are needed.
        fitted: what the training rows taught.
        rows: the rows of the part in the collection.
        weight: how much each of them counts, of shape (rows,); None for all alike.
        again: how a run finds them again; None where they are in no files, or were changed since they were read from them.
    """

    collection: Collection
    fitted: FittedPreparation
    rows: NDArray[np.int64]
    weight: NDArray[np.float32] | None = None
    again: "FoundSource | None" = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def name(self) -> str:
        return self.collection.name

    def place(self, row: int) -> str:
        return self.collection.place(int(self.rows[row]))

    def read(self, rows: NDArray[np.int64]) -> Rows:
        chosen = self.collection.take(self.rows[rows])
        x: Any = self.fitted.transform(chosen, [])
        target = self.fitted.target
        y = () if target is None else (encoded(target, chosen),)
        return Rows(tuple(x) if isinstance(x, list) else (x,), y, None if self.weight is None else self.weight[rows])

    def kept(self) -> Source:
        return self if self.again is None else replace(self.again, fingerprint=self.fingerprint)

    @cached_property
    def fingerprint(self) -> str:
        """A text that changes when one of the examples or of their files does."""
        chosen, digest = self.collection.take(self.rows), hashlib.sha256()
        for column in chosen.frame:
            digest.update(f"{column.name}\0{column.to_list()!r}\n".encode())
        for name, array in chosen.arrays.items():
            digest.update(f"{name}\0{array.dtype} {array.shape}\n".encode() + np.ascontiguousarray(array).tobytes())
        files = [str(file) for name in file_columns(chosen) for file in chosen.frame[name]]
        digest.update(fingerprint(files, [stamp_of(file) for file in files]).encode())
        return digest.hexdigest()


@configurable
@dataclass(frozen=True, eq=False)
class FoundSource(Source):
    """One part of examples in files, found and prepared again as they were when a run was begun on them.

    Args:
        source: as of `Found`.
        reading: as of `Found`.
        roles: the target, the group and the time of the collection, by these names.
        kinds: the columns whose kind was known, each with it.
        rows: how many examples were found, of all parts.
        left_out: the rows that cleaning left out before the split.
        trimmed: those that it left out of the training part.
        split: how the examples were divided.
        fitted: what the training rows taught, as JSON.
        part: "train" or "validation".
        balance: of the classes: None or "weights".
        fingerprint: of the part, as of `PreparedSource`.

    Raises:
        DataError: files that are missing or have changed.
    """

    source: Any
    reading: Mapping[str, Any]
    roles: Mapping[str, str | None]
    kinds: Sequence[tuple[str, str]]
    rows: int
    left_out: Sequence[int]
    trimmed: Sequence[int]
    split: Holdout
    fitted: str
    part: str
    balance: Balance | None
    fingerprint: str = ""

    def __len__(self) -> int:
        return len(self._prepared)

    @property
    def name(self) -> str:
        return self._prepared.name

    def place(self, row: int) -> str:
        return self._prepared.place(row)

    def read(self, rows: NDArray[np.int64]) -> Rows:
        return self._prepared.read(rows)

    @cached_property
    def _prepared(self) -> PreparedSource:
        where = ", ".join(self.source.values()) if isinstance(self.source, dict) else str(self.source)
        collection = collect(self.source, **self.reading).taken_as(kinds=dict(self.kinds), **self.roles)
        if len(collection) != self.rows:
            had = f"it has {len(collection):,} examples, and had {self.rows:,}"
            raise DataError(f"{where} has changed since: {had}. Put the old files back, or begin anew.")
        origin = np.setdiff1d(np.arange(len(collection)), self.left_out)
        parts = self.split.parts(collection.take(origin))
        rows = np.setdiff1d(origin[parts == self.part], self.trimmed)
        found = prepared_part(collection, FittedPreparation.from_config(json.loads(self.fitted)), rows, self.balance)
        require_fingerprint(found.fingerprint, self.fingerprint, f"{where}{_newest(found)}")
        return found


def found_again(
    given: Collection,
    split: Holdout,
    fitted: FittedPreparation,
    balance: Balance | None,
    cleaned: NDArray[np.int64],
    stayed: NDArray[np.int64],
) -> FoundSource | None:
    """Return how the training part of examples is found again; None where they are in no files, or were changed since they were read.

    Args:
        given: the examples, all of them.
        split: how they were divided.
        fitted: what the training rows taught.
        balance: of the classes of the training part.
        cleaned: the rows that stayed before the split.
        stayed: those that stayed after it.
    """
    if given.found is None:
        return None
    roles = {"target": given.target, "group": given.group, "time": given.time}
    left_out, trimmed = np.setdiff1d(np.arange(len(given)), cleaned).tolist(), np.setdiff1d(cleaned, stayed).tolist()
    kinds, taught = tuple(given.kinds.items()), json.dumps(fitted.to_config())
    found = given.found
    return FoundSource(found.source, found.reading, roles, kinds, len(given), left_out, trimmed, split, taught, "train", balance)


def file_columns(collection: Collection) -> list[str]:
    """Return the columns of files that are read only when they are needed."""
    return [name for name, kind in collection.kinds.items() if get_kind(kind).holds_files and name not in collection.arrays]


def _newest(source: PreparedSource) -> str:
    """Return the file that was changed last, for a message."""
    chosen = source.collection.take(source.rows)
    files = [str(file) for name in file_columns(chosen) for file in chosen.frame[name]]
    newest = max(files, key=lambda file: stamp_of(file)[1], default=None)
    return "" if newest is None else f" (of its files {newest} was written last)"


def prepared_part(
    collection: Collection, fitted: FittedPreparation, rows: NDArray[np.int64], balance: Balance | None, again: FoundSource | None = None
) -> PreparedSource:
    """Return one part of a collection, its examples prepared when they are asked for.

    Args:
        collection: the examples.
        fitted: what the training rows taught.
        rows: of the part.
        balance: None or "weights", by which the part's own classes are made to count alike.
        again: how a run finds them again.
    """
    target = fitted.target
    weight = balanced_weights(encoded(target, collection.take(rows))) if balance and target is not None else None
    return PreparedSource(collection, fitted, rows, weight, again)


MEASURED = 16  # examples by which the memory of one is measured
LEARNED_FROM = 4096  # examples that a preparation learns from where not all fit


class Settings(PreparesExamples, Protocol):
    """What a preparation adds to its parts."""

    augment: tuple[Any, ...]
    batch: int | None


def sample(
    training: Collection, prepare: Callable[[Collection], Mapping[str, NDArray[Any]]], memory: int | None, seed: int
) -> NDArray[np.int64] | None:
    """Return which training rows to learn from where all of them, prepared, would not fit into memory; None where they would.

    Only columns of files can take far more memory prepared than they do now. How much an example takes is measured on a few of them.

    Args:
        training: the training rows.
        prepare: learns from rows and returns them prepared, column by column.
        memory: the bytes that they may take; None for a quarter of the machine's.
        seed: of the rows that are drawn.
    """
    if not file_columns(training) or len(training) <= LEARNED_FROM:
        return None
    order = permutation(len(training), seed, 0)
    each = sum(array[:1].nbytes for array in prepare(training.take(order[:MEASURED])).values())
    fits = each * len(training) <= (memory_limit() if memory is None else memory)
    return None if fits else np.sort(order[:LEARNED_FROM]).astype(np.int64)


def streamed_splits(
    collection: Collection,
    fitted: FittedPreparation,
    parts: Parts,
    origin: NDArray[np.int64],
    balance: Balance | None,
    preparation: Settings,
    again: FoundSource | None = None,
) -> Splits:
    """Return parts whose examples are read and prepared while they are used.

    Args:
        collection: the examples.
        fitted: what the training rows taught.
        parts: the part of each.
        origin: the number that each row had before cleaning.
        balance: None or "weights"; rows cannot be taken twice.
        preparation: what the parts are of.
        again: how the training part is found again.

    Raises:
        ArgumentError: another balance.
    """
    if balance in {"oversample", "undersample"}:
        raise ArgumentError(f"balance={balance!r} is for examples in memory, and these do not fit: use 'weights'.")
    found: dict[str, Split | None] = {}
    for part in PARTS:
        rows = np.flatnonzero(parts == part)
        if not len(rows):
            found[part] = None
            continue
        chosen, is_training = collection.take(rows), part == "train"
        y = None if fitted.target is None else encoded(fitted.target, chosen)
        if is_training:
            require_balance(balance, y, fitted.task)
        counting = balance if is_training else None
        here = None if again is None else replace(again, part=part, balance=counting)
        source = prepared_part(collection, fitted, rows, counting, here)
        augment = preparation.augment if is_training else ()
        found[part] = Split(source, y, source.weight, origin[rows], augment, preparation.batch, preparation)
    assert found["train"] is not None
    classes = None if fitted.target is None else fitted.target.class_names
    return Splits(found["train"], found["validation"], found["test"], collection.name, classes, fitted.feature_names)
