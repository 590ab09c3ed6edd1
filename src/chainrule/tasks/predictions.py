"""Predictions: a model's answers for new examples, of which some may be broken."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data import Collection, Preparation
from chainrule.data.frame import LINE, LeftOut
from chainrule.errors import DataError
from chainrule.models import Model

BATCH = 256
_ENOUGH = 100  # examples that cannot be used, and none that can: what is amiss is then not in single ones


@dataclass(frozen=True)
class Predictions:
    """What a model says of new examples.

    Args:
        frame: a row for each example that was read, in order: its own columns first, then the class with its probability and the
            probabilities of all classes, or the quantity in the target's own unit, or the share of the picture that a mask takes;
            null where the example cannot be used. Of a series a row for each step after its last row, and of several, each by itself, one
            below the other.
        notes: what training had not met.
        left_out: the examples that cannot be used, each with its file or line and the reason.
    """

    frame: pl.DataFrame
    notes: list[str]
    left_out: list[LeftOut]


def predict_rows(
    model: Model, preparation: Preparation, collection: Collection, frame: Callable[[Any, Collection], pl.DataFrame]
) -> Predictions:
    """Return a model's answers for rows of which each is an example. Broken ones are named, and all others answered.

    Args:
        model: that answers.
        preparation: of its inputs.
        collection: the examples as they were found.
        frame: makes a table of outputs and the examples that they are for.

    Raises:
        DataError: no example can be used.
    """
    rows, broken, whole = None, list[LeftOut](), collection
    try:
        x = preparation.transform(collection)
    except DataError:
        rows, broken = usable(preparation, collection)
        whole = collection.take(rows)
        x = preparation.transform(whole)
    notes = list(preparation.notes)
    found = frame(model.predict(x, BATCH), whole)
    found = found if rows is None else _at(found, rows, len(collection))
    own = collection.frame if collection.frame.width else pl.DataFrame({"example": range(len(collection))})
    own = own.drop(found.columns, strict=False)  # answers that stand in the file already
    return Predictions(pl.concat([own, found], how="horizontal"), notes, [*collection.left_out, *broken])


def usable(preparation: Preparation, collection: Collection) -> tuple[NDArray[np.int64], list[LeftOut]]:
    """Return the rows of a collection that can be prepared, and the others with the reason.

    Rows that cannot be prepared together are tried in halves, and so on down to single rows: a few broken ones among many are found
    soon.

    Raises:
        DataError: no row can be prepared.
    """
    whole: DataError | None = None
    usable_rows, broken, pending = list[int](), list[tuple[int, DataError]](), [np.arange(len(collection))]
    while pending:
        piece = pending.pop()
        try:
            preparation.transform(collection.take(piece))
        except DataError as error:
            whole = whole or error
            if len(piece) > 1:
                pending += [piece[len(piece) // 2 :], piece[: len(piece) // 2]]
                continue
            broken.append((int(piece[0]), error))
            if not usable_rows and len(broken) >= min(_ENOUGH, len(collection)):
                raise whole from None
        else:
            usable_rows += piece.tolist()
    return np.array(usable_rows, np.int64), [_left_out(collection.place(row), error) for row, error in broken]


def _left_out(place: str, error: DataError) -> LeftOut:
    """Return what is said of an example; its place, which messages name too, is named once."""
    found = LeftOut.of(place, error)
    return LeftOut(place, found.reason.replace(f", {place}:", ":"))


def _at(given: pl.DataFrame, rows: NDArray[np.int64], count: int) -> pl.DataFrame:
    """Return answers at the rows that they are for, and null at the others of so many."""
    places = pl.DataFrame({"row": range(count)}, schema={"row": pl.Int64})
    return places.join(given.with_columns(pl.Series("row", rows)), on="row", how="left", maintain_order="left").drop("row")


def without_lines(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table without the column that keeps line numbers."""
    return frame.drop(LINE, strict=False)
