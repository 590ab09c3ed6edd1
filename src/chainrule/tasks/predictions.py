"""Answers of a kept run about new examples, of which some may be broken."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data import Collection, Preparation
from chainrule.data.frame import LINE, LeftOut
from chainrule.data.preparation.new_examples import read_raw
from chainrule.errors import DataError
from chainrule.tasks.learning import TrainedRun

_ENOUGH = 100  # examples that cannot be used, and none that can: what is amiss is then not in single ones


@dataclass(frozen=True)
class Predictions:
    """What a run says of new examples.

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


def predict(learned: TrainedRun, file: Path) -> Predictions:
    """Return a model's answers for the examples in a file. Broken ones are named, and all others answered.

    Args:
        learned: the opened run.
        file: of the kind that the run has learned from: a table with its columns, a folder or a file of images, sounds or texts, or
            an array in a .npy file.

    Raises:
        DataError: a file that does not fit what the run has learned, or no example that can be used.
    """
    kept, preparation = learned.preparation.fitted, learned.preparation
    assert kept is not None
    spec = learned.notes.get("spec", {})
    collection = read_raw(file, kept, spec.get("pattern"), not learned.is_forecast, spec.get("encoding"))
    if learned.is_forecast:
        return _forecasts(learned, collection)
    rows, broken, whole = None, list[LeftOut](), collection
    try:
        x = preparation.transform(collection)
    except DataError:
        rows, broken = usable(preparation, collection)
        whole = collection.take(rows)
        x = preparation.transform(whole)
    given = preparation.answers(learned.model.predict(x, 256), data=whole)
    if kept.target is not None and kept.task == "segmentation":
        given = shares(given, kept.target.name)
    given = given if rows is None else _at(given, rows, len(collection))
    frame = collection.frame if collection.frame.width else pl.DataFrame({"example": range(len(collection))})
    frame = frame.drop(given.columns, strict=False)  # answers that stand in the file already
    return Predictions(pl.concat([frame, given], how="horizontal"), list(preparation.notes), [*collection.left_out, *broken])


def _forecasts(learned: TrainedRun, collection: Collection) -> Predictions:
    """Return what comes after the last row of a series, or of each series that a column tells apart."""
    preparation, kept = learned.preparation, learned.preparation.fitted
    group = None if kept is None or kept.windows is None else kept.windows.group
    if group is None or group not in collection.frame.columns or collection.frame[group].n_unique() == 1:
        given = preparation.answers(learned.model.predict(preparation.transform(collection), 256))
        return Predictions(given, list(preparation.notes), [])
    past, names, broken, notes = list[NDArray[np.float32]](), list[object](), list[LeftOut](), dict[str, None]()
    series = collection.frame.with_row_index("row").partition_by(group, maintain_order=True)
    for rows in series:
        name = rows[group][0]
        try:
            past.append(preparation.transform(collection.take(rows["row"].to_numpy())))
        except DataError as error:
            broken.append(LeftOut.of(f"{group} {name}", error))
        else:
            names.append(name)
            notes |= dict.fromkeys(preparation.notes)
    if not past:
        raise broken[0].error()
    given = preparation.answers(learned.model.predict(np.concatenate(past), 256))
    steps = len(given) // len(names)
    told = pl.Series(group, [name for name in names for _ in range(steps)], collection.frame[group].dtype)
    return Predictions(given.drop("example", strict=False).insert_column(0, told), list(notes), broken)


def shares(masks: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return for each picture the share of it that its mask takes: a line for people, where a mask has a number for each pixel.

    Args:
        masks: a truth value for each pixel, one row for each picture.
        name: of the masks.

    Example:
        >>> shares(pl.DataFrame({"pixel 1": [True, False], "pixel 2": [True, True]}), "masks").to_dict(as_series=False)
        {'predicted share of masks': [1.0, 0.5]}
    """
    return pl.DataFrame({f"predicted share of {name}": masks.to_numpy().mean(axis=1)})


def usable(preparation: Preparation, collection: Collection) -> tuple[NDArray[np.int64], list[LeftOut]]:
    """Return the rows of a collection that can be prepared, and the others with the reason.

    Rows that cannot be prepared together are tried in halves, and so on down to single rows: a few broken ones among many are found
    soon.

    Raises:
        DataError: no row can be prepared.
    """
    whole: DataError | None = None
    kept, broken, pending = list[int](), list[tuple[int, DataError]](), [np.arange(len(collection))]
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
            if not kept and len(broken) >= min(_ENOUGH, len(collection)):
                raise whole from None
        else:
            kept += piece.tolist()
    return np.array(kept, np.int64), [_left_out(collection.place(row), error) for row, error in broken]


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
