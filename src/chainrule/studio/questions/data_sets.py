"""Data sets: those to choose among, and one of them as it will be learned from."""

from dataclasses import replace
from typing import Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta, Struct

from chainrule.data import CATALOGUE
from chainrule.data.catalogue import Entry
from chainrule.data.catalogue.entry import place_of
from chainrule.data.kind import is_kind
from chainrule.data.steps.combinations import formulas_of
from chainrule.optimizers import Optimizer
from chainrule.optimizers.schedules import CosineDecay
from chainrule.studio.examples import Example, shown
from chainrule.studio.jobs import Jobs
from chainrule.studio.network import arguments_of
from chainrule.studio.protocol import Request
from chainrule.studio.settings import Choice, DataChoice, Settings
from chainrule.studio.task_summary import TaskSummary, columns_of
from chainrule.studio.task_view import task_view_of_problem
from chainrule.tasks.choices import Choices
from chainrule.tasks.learning import designed
from chainrule.tasks.problem import Problem

MOST_COLUMNS = 4  # of numbers, whose formulas are listed


class DataSetLine(Struct, frozen=True):
    """A data set to be chosen.

    Args:
        source: what it is asked for by.
        name: how it is called.
        description: in a line.
        licence: under which it may be used.
        home: a page about it.
        kind: of its examples: "image", "table", ...
        classes: how many; 0 for a quantity.
        here: whether it is on this machine already.
        bytes: to be downloaded, or of the upload.
    """

    source: str
    name: str
    description: str
    licence: str
    home: str
    kind: str
    classes: int
    here: bool
    bytes: int


class DataSets(Struct, frozen=True):
    """Data sets to be chosen.

    Args:
        sets: named ones, then uploads.
    """

    sets: list[DataSetLine]


class ListData(Request, frozen=True):
    """List named data sets and uploads."""

    waits: ClassVar[bool] = False

    def respond(self, jobs: Jobs) -> DataSets:
        named = [_named(entry) for entry in CATALOGUE.values()]
        uploads = jobs.uploads.all()
        own = [DataSetLine(file.source, file.name, "uploaded", "your own", "", file.kind, 0, True, file.bytes) for file in uploads]
        return DataSets([*named, *own])


def _named(entry: Entry) -> DataSetLine:
    here = all(place_of(file).is_file() for file in entry.files)
    kind = "table" if entry.feature_names else "image"
    size = sum(file.size for file in entry.files)
    return DataSetLine(
        entry.name, entry.name, entry.description, entry.licence, entry.home, kind, len(entry.classes or ()), here, 0 if here else size
    )


class ClassCount(Struct, frozen=True):
    """A class in the parts.

    Args:
        name: its.
        train: examples in the training part.
        validation: likewise.
        test: likewise.
    """

    name: str
    train: int
    validation: int
    test: int


class DataDescription(Struct, frozen=True):
    """Data as they will be learned from.

    Args:
        data: which.
        name: for titles and runs.
        task: what is learned.
        parts: how many examples each part has.
        counts: of the classes.
        facts: what was found and decided, in lines.
        samples: of the training part.
        suggested: a sensible settings to begin with.
        formulas: of the number columns of a table that has few of them, to be learned from in place of the columns.
        is_divided: whether their source gives the parts, so that nothing is to be chosen there.
    """

    data: DataChoice
    name: str
    task: TaskSummary
    parts: dict[str, int]
    counts: list[ClassCount]
    facts: list[str]
    samples: list[Example]
    suggested: Settings
    formulas: list[str]
    is_divided: bool


class DescribeData(Request, frozen=True):
    """Describe data as they will be learned from.

    Args:
        data: which.
        samples: how many examples are shown.
    """

    data: DataChoice
    samples: Annotated[int, Meta(ge=0, le=512)] = 48

    def respond(self, jobs: Jobs) -> DataDescription:
        problem = jobs.problem(self.data)
        parts = {"train": problem.train, "validation": problem.validation, "test": problem.test}
        return DataDescription(
            data=self.data,
            name=problem.name,
            task=task_of_problem(problem),
            parts={name: len(part.y) for name, part in parts.items()},
            counts=_counts(problem),
            facts=problem.facts,
            samples=samples_of(problem, self.samples),
            suggested=suggested(problem, self.data),
            formulas=formulas_for(problem),
            is_divided=problem.collection.parts is not None,
        )


def formulas_for(problem: Problem) -> list[str]:
    """Return the formulas of the number columns of a table; none where it has so many that nobody would choose among them."""
    columns = [feature.name for feature in problem.learned.flat if is_kind(feature.kind, "number")]
    return formulas_of(columns) if len(columns) <= MOST_COLUMNS else []


def task_of_problem(problem: Problem) -> TaskSummary:
    """Return what is to be learned."""
    task, x = task_view_of_problem(problem), problem.train.x
    return TaskSummary(
        kind=task.kind,
        task=problem.task.name,
        chooses_class=problem.task.chooses_class,
        is_quantity=problem.task.is_quantity,
        classes=list(problem.class_names or ()),
        target=problem.target,
        shape=list(x.shape[1:]),
        columns=columns_of(problem.preparation),
        low=float(x.min()),
        high=float(x.max()),
    )


def _counts(problem: Problem) -> list[ClassCount]:
    names = problem.class_names
    if names is None:
        return []
    counted = [np.bincount(part.y.astype(np.int64), minlength=len(names)) for part in (problem.train, problem.validation, problem.test)]
    return [ClassCount(name, *(int(counts[number]) for counts in counted)) for number, name in enumerate(names)]


def samples_of(
    problem: Problem,
    count: int,
) -> list[Example]:
    """Return some training examples, the classes in turn."""
    task, y = task_view_of_problem(problem), problem.train.y
    rows = np.arange(len(y))
    if problem.class_names:
        turn = np.concatenate([np.arange((y == number).sum()) for number in range(len(problem.class_names))])
        rows = np.argsort(y, kind="stable")[np.argsort(turn, kind="stable")]
    return [shown(task, problem.train.x[row], y[row], f"train[{row}]", "train", int(row)) for row in rows[:count]]


def suggested(problem: Problem, data: DataChoice) -> Settings:
    """Return a sensible settings to begin with: what `chainrule learn` would do."""
    plan = designed(problem, Choices(seed=data.seed))
    model, choices = plan.model, plan.choices
    arguments: dict[str, Any] = model.compile_arguments or {}
    return Settings(
        data=data,
        layers=[_chosen(layer) for layer in model.layers],
        loss=_chosen(arguments["loss"]),
        optimizer=_chosen(_with_plain_rate(arguments["optimizer"])),
        metrics=[name for name in arguments["metrics"] if isinstance(name, str)],
        batch_size=choices.batch_size or 32,
        epochs=min(choices.epochs or 10, 30),
        patience=choices.patience,
        seed=data.seed,
    )


def _with_plain_rate(optimizer: Optimizer) -> Optimizer:
    """Return an optimiser that keeps the highest rate of a cosine: whoever begins here sees one number, and may choose a schedule."""
    rate = optimizer.learning_rate
    if not isinstance(rate, CosineDecay):
        return optimizer
    return replace(optimizer, learning_rate=rate.initial_learning_rate if rate.warmup_target is None else rate.warmup_target)


def _chosen(made: Any) -> Choice:
    return Choice("MeanSquaredError") if made == "mse" else Choice(type(made).__name__, {**arguments_of(made)})
