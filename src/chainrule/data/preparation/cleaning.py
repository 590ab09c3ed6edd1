"""Rows that stay: of all parts before the split, of the training part alone after it; what is left out is counted, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chainrule.data.collection import Collection
from chainrule.data.split.holdout import Parts
from chainrule.data.steps.step import RowStep, Verb
from chainrule.data.targets.spans import AnswerTarget
from chainrule.errors import DataError


@dataclass(frozen=True)
class Change:
    """What one step did to the rows: how many it left out, and why."""

    verb: Verb
    step: str
    reason: str
    rows: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class CleanRows:
    """The rows that stay.

    Args:
        collection: these rows.
        origin: the number that each had in the source.
        parts: the part of each; none before the split.
        changes: which rows each step left out.
    """

    collection: Collection
    origin: NDArray[np.int64]
    parts: Parts
    changes: tuple[Change, ...] = ()

    @property
    def training(self) -> NDArray[np.int64]:
        """The training rows."""
        return np.flatnonzero(self.parts == "train")

    def keep(self, kept: NDArray[np.bool_], among: NDArray[np.int64], step: str, reason: str, what: str = "row") -> "CleanRows":
        """Return the rows without those that a step leaves out.

        Args:
            kept: whether a row stays, of those among which some are left out.
            among: these rows.
            step: the name of the step.
            reason: why others do not stay.
            what: what such a row is called.

        Raises:
            DataError: no row stays.
        """
        if not kept.any():
            raise DataError(f"{self.collection.name}: {step} would leave out every {what} ({reason}).")
        if kept.all():
            return self
        stays = np.ones(len(self.origin), np.bool_)
        stays[among[~kept]] = False
        change = Change("clean", step, reason, tuple(self.origin[among[~kept]].tolist()))
        parts = self.parts[stays] if len(self.parts) else self.parts
        return CleanRows(self.collection.take(stays), self.origin[stays], parts, (*self.changes, change))


def clean_rows(collection: Collection, steps: Sequence[RowStep]) -> CleanRows:
    """Return the rows that stay, after steps that look at no part."""
    rows = CleanRows(collection, np.arange(len(collection)), np.empty(0, "U10"))
    for step in steps:
        kept, reason = step.keeps(rows.collection)
        rows = rows.keep(kept, np.arange(len(rows.origin)), type(step).__name__, reason)
    return rows


def clean_training(rows: CleanRows, parts: Parts, steps: Sequence[RowStep]) -> CleanRows:
    """Return the rows that stay in their parts, of which training rows alone are left out."""
    rows = replace(rows, parts=parts)
    for step in steps:
        training = rows.training
        kept, reason = step.keeps(rows.collection.take(training))
        rows = rows.keep(kept, training, type(step).__name__, reason, "training row")
    return rows


def clean_answers(rows: CleanRows, target: AnswerTarget) -> tuple[CleanRows, NDArray[np.bool_]]:
    """Return the rows that stay, and which training rows do: those whose answer lies in what is kept of their text.

    Raises:
        DataError: no training row stays.
    """
    training = rows.training
    kept = target.holds(rows.collection.take(training))
    reason = f"training rows whose {target.name!r} lies where their {target.reading.context!r} is cut"
    if not kept.any():
        raise DataError(f"{rows.collection.name}: all are {reason}. Give encode=[Sentences(sentences=..., words=...)].")
    return rows.keep(kept, training, type(target.step).__name__, reason), kept
