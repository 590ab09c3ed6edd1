"""Leaving rows out: of all parts before the split, of the training part alone after it; each time counted, with the reason."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data.collection import Collection
from chainrule.data.preparation.defaults import row_steps, training_steps
from chainrule.data.preparation.facts import Change
from chainrule.data.split.holdout import Parts
from chainrule.data.targets.spans import AnswerTarget
from chainrule.errors import DataError

Numbers = NDArray[np.int64]


def cleaned(collection: Collection, asked: Sequence[Any] | None, changes: list[Change]) -> tuple[Collection, Numbers]:
    """Return the rows that stay, and the number that each had in the collection.

    Args:
        collection: all rows.
        asked: the steps of cleaning that were asked for; None for the default ones.
        changes: takes what each step left out.
    """
    rows = np.arange(len(collection))
    for step in row_steps(collection, asked):
        kept, reason = step.keeps(collection)
        if not kept.any():
            raise DataError(f"{collection.name}: {type(step).__name__} would leave out every row ({reason}).")
        if not kept.all():
            changes.append(Change("clean", type(step).__name__, reason, tuple(rows[~kept].tolist())))
            collection, rows = collection.take(kept), rows[kept]
    return collection, rows


def trimmed(
    collection: Collection, origin: Numbers, parts: Parts, asked: Sequence[Any] | None, changes: list[Change]
) -> tuple[Collection, Numbers, Parts]:
    """Return the rows that stay, of which training rows alone are left out, with their numbers and parts.

    Args:
        collection: the rows of all parts.
        origin: the number of each row in the source.
        parts: the part of each.
        asked: as for `cleaned`.
        changes: as for `cleaned`.
    """
    for step in training_steps(asked):
        training = np.flatnonzero(parts == "train")
        kept, reason = step.keeps(collection.take(training))
        if not kept.any():
            raise DataError(f"{collection.name}: {type(step).__name__} would leave out every training row ({reason}).")
        if not kept.all():
            changes.append(Change("clean", type(step).__name__, reason, tuple(origin[training[~kept]].tolist())))
            collection, origin, parts = _without(collection, origin, parts, training[~kept])
    return collection, origin, parts


def reached(
    collection: Collection, origin: Numbers, parts: Parts, target: AnswerTarget, changes: list[Change]
) -> tuple[Collection, Numbers, Parts, NDArray[np.bool_]]:
    """Return the rows that stay, as `trimmed` does, and which training rows do: those whose answer lies in what is kept of their text.

    Raises:
        DataError: no training row stays.
    """
    training = np.flatnonzero(parts == "train")
    kept = target.holds(collection.take(training))
    reason = f"training rows whose {target.name!r} lies where their {target.reading.context!r} is cut"
    if not kept.any():
        raise DataError(f"{collection.name}: all are {reason}. Give encode=[Sentences(sentences=..., words=...)].")
    if not kept.all():
        changes.append(Change("clean", type(target.step).__name__, reason, tuple(origin[training[~kept]].tolist())))
        collection, origin, parts = _without(collection, origin, parts, training[~kept])
    return collection, origin, parts, kept


def _without(collection: Collection, origin: Numbers, parts: Parts, rows: Numbers) -> tuple[Collection, Numbers, Parts]:
    stays = np.ones(len(collection), np.bool_)
    stays[rows] = False
    return collection.take(stays), origin[stays], parts[stays]
