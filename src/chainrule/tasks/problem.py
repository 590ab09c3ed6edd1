"""From a source to a problem: examples in three parts, prepared, and what was decided on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

import numpy as np

from chainrule.configuration import refuse_newer
from chainrule.counting import counted
from chainrule.data import CATALOGUE, Collection, Formulas, Holdout, Preparation, Source, Split, Splits, Windows, collect
from chainrule.data.catalogue.entry import Progress
from chainrule.data.columns import TargetTask
from chainrule.data.frame import LINE
from chainrule.data.kind import get_kind, is_kind
from chainrule.data.preparation.fitted import FittedPreparation
from chainrule.data.steps.step import ColumnStep
from chainrule.errors import DataError, unknown_name
from chainrule.tasks.body import InputSpec
from chainrule.tasks.default_target import last_column
from chainrule.tasks.noise import noisy
from chainrule.tasks.task import Task, get_task, task_for

VALIDATION = 0.1  # share of the training part for validation, where a source has a test part of its own
HELD_OUT = 0.3  # share of the rows that are not learned from, where the source gives no parts
FEWEST_ROWS = 20
FEWEST_IN_TRAINING = 4  # rows, where none is held out


@dataclass(frozen=True)
class ProblemSpec:
    """What a person says of the data; what is None is decided by what they hold.

    Args:
        source: a name of the catalogue, or a path.
        target: the column to predict.
        task: the name of a task, such as "classification" or "regression".
        seed: of the split.
        kinds: what single columns are.
        group: the column of what must not be divided between parts.
        time: the column that orders the rows.
        query: the SQL that selects rows from a database.
        pattern: how the files of a folder are named.
        forecast: how many steps ahead of a series are to be predicted.
        balance: how the classes of the training part are made to count alike.
        features: formulas of number columns that are learned from in place of the columns, as those of `Formulas`; none for the columns.
        encoding: of texts, and of tables written as text; None for UTF-8.
        noise: that is added to number columns, in standard deviations of each.
        held_out: share of the rows that are not learned from, half for validation and half for the test, where the source
            gives no parts; 0 to learn from all, and to validate and test on the same.
    """

    source: str
    target: str | None = None
    task: str | None = None
    seed: int = 0
    kinds: Mapping[str, str] = field(default_factory=dict[str, str])
    group: str | None = None
    time: str | None = None
    query: str | None = None
    pattern: str | None = None
    forecast: int | None = None
    balance: Any = None
    features: Sequence[str] = ()
    encoding: str | None = None
    noise: float = 0.0
    held_out: float = HELD_OUT


_SETTINGS = tuple(entry.name for entry in fields(ProblemSpec) if entry.name != "source")


@dataclass(frozen=True, eq=False)
class Problem:
    """What is to be learned.

    Args:
        spec: what was said of the data.
        source: the data set's name, or the file's path.
        preparation: what was learned from the training part, and prepares any other examples.
        collection: the examples as they were found.
        train: prepared training examples.
        validation: prepared validation examples, which say when to stop.
        test: prepared test examples.
        places: for each example of the test part, where it stands: "line 17" of a file, "test[17]" of a named set.
        numbers: for each example of the test part, the number in its place.
        facts: what was found and decided, as lines for people.
    """

    spec: ProblemSpec
    source: str
    preparation: Preparation
    collection: Collection
    train: Split
    validation: Split
    test: Split
    places: Sequence[str]
    numbers: Sequence[int]
    facts: list[str] = field(default_factory=list[str])

    @property
    def learned(self) -> FittedPreparation:
        """What the training part taught."""
        assert self.preparation.fitted is not None
        return self.preparation.fitted

    @cached_property
    def task(self) -> Task:
        """What is done with the target."""
        return task_for(self.preparation, self.spec.task)

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """The classes in the order of their numbers; None where there are none."""
        return self.preparation.class_names

    @property
    def target(self) -> str:
        """The name of what is predicted."""
        return "" if self.learned.target is None else self.learned.target.name

    @property
    def name(self) -> str:
        """A short name, for runs and titles."""
        return self.source if self.source in CATALOGUE else Path(self.source).name.split(".")[0]

    @property
    def images(self) -> bool:
        """Whether the examples are images, and nothing else."""
        return is_kind(self.kind, "image")

    @property
    def kind(self) -> str:
        """What an example is: "table", or the kind of its only column."""
        return kind_of(self.learned)

    @property
    def inputs(self) -> list[InputSpec]:
        """The inputs of a network for this problem."""
        x, rows = self.train.x, len(self.train)
        arrays = x.first.x if isinstance(x, Source) else x if isinstance(x, list) else [x]
        windows = self.learned.windows
        if windows is not None:
            shape, places = tuple(arrays[0].shape[1:]), tuple(windows.places)
            return [InputSpec("series", "series", shape, arrays[0].dtype, rows, targets=places, season=windows.season)]
        kinds = (["features"] if self.learned.flat else []) + [feature.kind for feature in self.learned.apart]
        sizes = ([None] if self.learned.flat else []) + [_index_count(feature.steps) for feature in self.learned.apart]
        return [
            InputSpec(name, kind, tuple(array.shape[1:]), array.dtype, rows, size)
            for name, kind, array, size in zip(self.learned.inputs, kinds, arrays, sizes, strict=True)
        ]

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of what a network for this problem gives for one example."""
        if self.train.y is None:
            raise DataError(f"{self.source}: there is no target to learn. Name the column with --target.")
        return self.task.output_shape(self.train.x, self.train.y)

    def to_notes(self) -> dict[str, Any]:
        """Return what a saved run must know of its problem, JSON-ready."""
        dtype, low, high = _scale_of(self.learned)
        return {
            "source": self.source,
            "spec": asdict(self.spec),
            "task": self.task.name,
            "target": self.target,
            "images": self.images,
            "kind": self.kind,
            "dtype": dtype,
            "range": [low, high],
            "class_names": self.class_names,
            "preparation": self.preparation.to_config(),
            "facts": self.facts,
            "streamed": isinstance(self.train.x, Source),
            "report": None if self.preparation.data is None else self.preparation.report().to_dict(),
        }


def kind_of(learned: FittedPreparation) -> str:
    """Return what an example of prepared data is: "table", or the kind of its only column."""
    return "table" if learned.flat or len(learned.features) != 1 else learned.features[0].kind


def read_problem(source: str | ProblemSpec, progress: Progress | None = None, memory: int | None = None, **settings: Any) -> Problem:
    """Return the problem in a named data set, a file or a folder.

    Parts that the source gives stay, and a tenth of its training part is set aside for validation. Any other is divided into 70 %
    for training and 15 % each for validation and test, or as `held_out` says, in proportion to the classes where there are any. The
    preparation is learned from the training part alone.

    Args:
        source: a name of the catalogue, or a path; or a whole `ProblemSpec`.
        progress: called with the bytes that are here and all bytes, while a data set is downloaded.
        memory: as of `Preparation`.
        settings: the other arguments of `ProblemSpec`: target, task, seed, ...

    Raises:
        ArgumentError: a source that is neither a name nor a path, or a setting that there is not.
        DataError: data that cannot be learned from.
    """
    for name in settings:
        if name not in _SETTINGS:
            raise unknown_name("An argument of read_problem", name, _SETTINGS)
    spec = replace(source, **settings) if isinstance(source, ProblemSpec) else ProblemSpec(source, **settings)
    a_path = spec.source not in CATALOGUE and Path(spec.source).exists()
    place = str(Path(spec.source).resolve()) if a_path else spec.source
    collection, facts = _collected(spec, place, progress)
    preparation = _preparation(spec, collection, memory)
    if spec.noise:
        collection = noisy(collection.taken_as(kinds=spec.kinds), spec.noise, spec.seed, preparation.training_rows(collection))
    splits = preparation.fit(collection)
    validation, test = _held_out(spec, place, collection, splits, facts)
    places, numbers = _places(collection, test, place)
    facts += preparation.facts
    return Problem(spec, place, preparation, collection, splits.train, validation, test, places, numbers, facts)


def _held_out(spec: ProblemSpec, source: str, collection: Collection, splits: Splits, facts: list[str]) -> tuple[Split, Split]:
    """Return the validation and the test part, and say in the facts which stands for which where one is missing."""
    everything = splits.train if spec.held_out == 0 else None
    validation = splits.validation or splits.test or everything
    test = splits.test or splits.validation or everything
    if (validation is None or test is None) and spec.forecast is not None:
        raise DataError(
            f"{source}: neither validation nor test has {spec.forecast} rows in a row to be predicted, with those before them that this is "
            "done from. Give a smaller --forecast, or more rows."
        )
    if validation is None or test is None:
        raise DataError(
            f"{source}: {counted(len(collection), 'row is', 'rows are')} too few to learn from and to test on. Give at least {FEWEST_ROWS}."
        )
    if test is splits.train:
        facts.append("none is held out: all figures are of the rows that are learned from, and say nothing of others")
    elif splits.validation is None:
        facts.append("there are too few rows for a validation part: the test part says when to stop, so that its figures flatter")
    elif splits.test is None:
        facts.append("the source gives no test part: the figures at the end are those of the validation part")
    return validation, test


def _collected(spec: ProblemSpec, source: str, progress: Progress | None) -> tuple[Collection, list[str]]:
    said = {"query": spec.query, "pattern": spec.pattern, "encoding": spec.encoding}
    reading: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    collection = collect(source, group=spec.group, time=spec.time, progress=progress, **reading)
    facts: list[str] = []
    target = spec.target or collection.target
    if target is None and spec.forecast is None:
        target = last_column(collection, source)
        facts.append(f"the last column, {target!r}, is taken as the target: --target chooses another")
    collection = collection.taken_as(**({} if target is None else {"target": target}))
    fewest = FEWEST_ROWS if spec.held_out else FEWEST_IN_TRAINING
    if len(collection) < fewest:
        rows = counted(len(collection), "row with a target is", "rows with a target are")
        raise DataError(f"{source}: {rows} too few to learn from{' and to test on' if spec.held_out else ''}. Give at least {fewest}.")
    return collection, facts


def _preparation(spec: ProblemSpec, collection: Collection, memory: int | None) -> Preparation:
    own = collection.parts is not None and "test" in collection.parts
    split = Holdout(validation=VALIDATION if own else spec.held_out / 2, test=spec.held_out / 2, seed=spec.seed)
    windows = [] if spec.forecast is None else [Windows(horizon=spec.forecast)]
    transform = [*windows, *([Formulas(spec.features)] if spec.features else [])]
    settings: dict[str, Any] = {"task": _target_kind(spec.task), "balance": spec.balance, "kinds": spec.kinds, "memory": memory}
    return Preparation(transform=transform or None, split=split, **settings)


def _target_kind(task: str | None) -> TargetTask | None:
    """Return what the preparation is asked to learn the target as; None where it decides."""
    kind = None if task is None else get_task(task).target_kind
    return next((known for known in get_args(TargetTask) if known == kind), None)


def _places(collection: Collection, test: Split, source: str) -> tuple[list[str], list[int]]:
    """Return where each example of the test part stands, and the number in it."""
    rows, place = test.rows.tolist(), collection.place
    if collection.parts is not None and source in CATALOGUE:
        first = int(np.flatnonzero(collection.parts == "test").min(initial=len(collection)))
        numbers = [row - first for row in rows] if first < len(collection) else rows
        return [f"test[{number}]" for number in numbers], numbers
    if LINE in collection.frame.columns:
        return [place(row) for row in rows], [int(collection.frame[LINE][row]) for row in rows]
    if place(rows[0]) == f"row {rows[0] + 1}":
        return [place(row) for row in rows], [row + 1 for row in rows]
    return [f"test[{number}]: {place(row)}" for number, row in enumerate(rows)], list(range(len(rows)))


def _index_count(steps: Sequence[ColumnStep]) -> int | None:
    """Return how many different whole numbers a column becomes; None where its numbers are not to be embedded."""
    return steps[-1].vocabulary_size if steps and steps[-1].gives_indices else None


def _scale_of(learned: FittedPreparation) -> tuple[str, float, float]:
    """Return the kind and the range of the numbers of the only array, as they were found; those of bytes for image files."""
    first = learned.features[0]
    if len(learned.features) == 1 and first.raw is not None:
        return first.raw.dtype, first.raw.low, first.raw.high
    return ("uint8", 0.0, 255.0) if get_kind(first.kind).comes_in_bytes else ("float32", 0.0, 1.0)


def problem_from_notes(notes: Mapping[str, Any]) -> Problem:
    """Return the problem of a saved run, read again from its source.

    Raises:
        DataError: the source is gone or has changed.
    """
    refuse_newer("The problem's description", notes["spec"], [entry.name for entry in fields(ProblemSpec)])
    memory = 0 if notes.get("streamed") else None  # what taught its steps then teaches them on a machine with more memory too
    problem = read_problem(replace(ProblemSpec(**notes["spec"]), source=notes["source"]), memory=memory)
    saved = Preparation.from_config(notes["preparation"])  # written perhaps before there were some of today's entries
    if _of_data(problem.preparation) != _of_data(saved):
        raise DataError(f"{notes['source']} has changed since the run: its parts are no longer those that the run learned from.")
    return problem


def _of_data(preparation: Preparation) -> dict[str, Any]:
    """Return what of a preparation depends on the data alone."""
    return {name: value for name, value in preparation.to_config().items() if name not in {"facts", "memory"}}
