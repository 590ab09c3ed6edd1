"""From a named data set or a table file to a problem: examples in three parts, prepared, and what was decided on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from chainrule.data import CATALOGUE, ArrayPreparation, Dataset, Part, TablePreparation, drop_missing, load, read_table, split
from chainrule.data.download import Progress
from chainrule.data.frame import LINE, place_in, require_column
from chainrule.data.target import Task
from chainrule.errors import ArgumentError, DataError, unknown_name

SHARES = (0.7, 0.15, 0.15)  # of rows, for training, validation and test
APART = 0.1  # share of the training part for validation, where a set has a test part of its own
FEWEST_ROWS = 20


@dataclass(frozen=True, eq=False)
class Problem:
    """What is to be learned.

    Args:
        source: the data set's name, or the file's path.
        task: "classification" or "regression".
        preparation: what was learned from the training part, and prepares any other rows.
        class_names: in the order of their numbers; None for regression.
        target: the name of what is to be foretold.
        train: prepared examples to learn from.
        validation: prepared examples to decide by when to stop.
        test: prepared examples to be judged by.
        places: for each example of the test part, where it stands: "line 17" of a file, "test[17]" of a named set.
        facts: what was found and decided, as lines for people.
    """

    source: str
    task: Task
    preparation: TablePreparation | ArrayPreparation
    class_names: tuple[str, ...] | None
    target: str
    train: Part
    validation: Part
    test: Part
    places: Sequence[str]
    facts: list[str] = field(default_factory=list[str])

    @property
    def name(self) -> str:
        """A short name, for runs and titles."""
        return self.source if self.source in CATALOGUE else Path(self.source).name.split(".")[0]

    @property
    def images(self) -> bool:
        """Whether the examples are images, not rows of a table."""
        return self.train.x.ndim == 4

    def to_notes(self) -> dict[str, Any]:
        """Return what a kept run must know of its problem, JSON-ready."""
        return {
            "source": self.source,
            "task": self.task,
            "target": self.target,
            "images": self.images,
            "dtype": str(self.train.x.dtype),
            "range": [float(self.train.x.min()), float(self.train.x.max())],
            "class_names": self.class_names,
            "preparation": self.preparation.to_config(),
            "facts": self.facts,
        }


def read_problem(
    source: str, target: str | None = None, task: Task | None = None, seed: int = 0, progress: Progress | None = None
) -> Problem:
    """Return the problem in a named data set or in a table file.

    A named set keeps its customary test part, and a tenth of its training part is set aside for validation. Any other is
    divided into 70 % for training and 15 % each for validation and test, in proportion to the classes where there are any.
    The preparation is learned from the training part alone.

    Args:
        source: a name of the catalogue, or a path.
        target: the column to foretell; None for the last.
        task: None to have it decided by what the target holds.
        seed: of the split.
        progress: hears of downloads.

    Raises:
        ArgumentError: a source that is neither; a target or a task for a set of images.
        DataError: data that cannot be learned from.
    """
    if source in CATALOGUE:
        return _named(load(source, progress=progress), target, task, seed)
    path = Path(source)
    if not path.exists() and not path.suffix and path.name == source:
        raise unknown_name("SOURCE is not a file here, so it", source, CATALOGUE)
    return _from_table(str(path.resolve()), read_rows(path), None, target, task, seed)


def read_rows(path: Path) -> pl.DataFrame:
    """Return a table file with the line of each row, where its format has lines."""
    return read_table(path, lines=True)


def _named(data: Dataset, target: str | None, task: Task | None, seed: int) -> Problem:
    if not data.feature_names:
        if target is not None or task is not None:
            raise ArgumentError(f"{data.name} is a set of images with classes: --target and --task are for tables.")
        return _from_images(data, seed)
    name = target or ("class" if data.classes else "target")
    train = _as_frame(data, data.train, name)
    test = None if data.test is None else _as_frame(data, data.test, name)
    return _from_table(data.name, train, test, name, task or ("classification" if data.classes else "regression"), seed)


def _as_frame(data: Dataset, part: Part, target: str) -> pl.DataFrame:
    """Return a part as a table, so that its rows can be told by column, and classes by name."""
    y = part.y if data.classes is None else np.array(data.classes)[part.y]
    return pl.DataFrame({name: part.x[:, i] for i, name in enumerate(data.feature_names)} | {target: y})


def _from_images(data: Dataset, seed: int) -> Problem:
    assert data.test is not None and data.classes is not None
    kept, apart = split(len(data.train.y), (1 - APART, APART), seed, stratify=data.train.y)
    preparation = ArrayPreparation.fit(data.train.x[kept], "none")
    height, width, channels = data.train.x.shape[1:]
    facts = [
        f"images of {height} x {width} pixels" + (f" and {channels} channels" if channels > 1 else ""),
        "classification: the set has class names",
        f"split: its own test part; {APART:.0%} of its training part, by class, for validation (seed {seed})",
    ]
    return Problem(
        data.name,
        "classification",
        preparation,
        data.classes,
        "class",
        Part(data.train.x[kept], data.train.y[kept]),
        Part(data.train.x[apart], data.train.y[apart]),
        data.test,
        [f"test[{number}]" for number in range(len(data.test.y))],
        facts,
    )


def _from_table(source: str, frame: pl.DataFrame, test: pl.DataFrame | None, target: str | None, task: Task | None, seed: int) -> Problem:
    facts: list[str] = []
    target = target or _last_column(frame, facts)
    require_column("The target", target, frame.columns)
    frame, missing = drop_missing(frame, target)
    if missing:
        facts.append(f"{missing} rows are left out: their {target!r} is missing")
    if frame.height < FEWEST_ROWS:
        raise DataError(
            f"{source}: {frame.height} rows with a target are too few to learn from and to test on. Give at least {FEWEST_ROWS}."
        )
    whole = TablePreparation.fit(frame, target, task)
    labels = np.array(whole.class_names)[whole.transform_target(frame).astype(np.int64)] if whole.class_names else None
    if test is None:
        parts = split(frame.height, SHARES, seed, stratify=labels)
        how = f"split: {', '.join(f'{share:.0%}' for share in SHARES)} for training, validation and test"
    else:
        parts = split(frame.height, (1 - APART, APART), seed, stratify=labels)
        how = f"split: its own test part; {APART:.0%} of its training part for validation"
    place = place_in(frame)
    pieces = [frame[part] for part in parts] + ([] if test is None else [test])
    places = [place(int(row)) for row in parts[2]] if test is None else [f"test[{row}]" for row in range(test.height)]
    preparation = TablePreparation.fit(pieces[0], target, whole.task)
    reasons = [
        whole.reasons[0] if task is None else f"{whole.task}: " + ("as asked" if test is None else "of this set"),
        *preparation.reasons[1:],
    ]
    facts += [*reasons, how + (", in proportion to the classes" if labels is not None else "") + f" (seed {seed})"]
    train, validation, judged = (Part(preparation.transform(piece), preparation.transform_target(piece)) for piece in pieces)
    return Problem(source, whole.task, preparation, preparation.class_names, target, train, validation, judged, places, facts)


def _last_column(frame: pl.DataFrame, facts: list[str]) -> str:
    name = [column for column in frame.columns if column != LINE][-1]
    facts.append(f"the last column, {name!r}, is taken as the target: --target chooses another")
    return name


def same_problem(notes: Mapping[str, Any], seed: int) -> Problem:
    """Return the problem of a kept run, read again from its source.

    Raises:
        DataError: the source is gone or has changed.
    """
    problem = read_problem(notes["source"], None if notes["images"] else notes["target"], None if notes["images"] else notes["task"], seed)
    if problem.preparation.to_config() | {"reasons": []} != dict(notes["preparation"]) | {"reasons": []}:
        raise DataError(f"{notes['source']} has changed since the run: its parts are no longer those that the run learned from.")
    return problem
