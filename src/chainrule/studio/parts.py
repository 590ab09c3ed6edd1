"""The examples of a run's parts: those it learned from and was validated on, and the test part of its source."""

from typing import Any, Literal, NamedTuple

import polars as pl
from numpy.typing import NDArray

from chainrule.data import Prepared
from chainrule.data.preparing.files import paths_of
from chainrule.data.preparing.step import At
from chainrule.errors import ArgumentError, ChainruleError
from chainrule.recipes.learning import problem_of
from chainrule.recipes.problem import Problem
from chainrule.record import Recording
from chainrule.studio.messages.shared import PartName


class Rows(NamedTuple):
    """Examples of a part.

    Args:
        x: as the network takes them.
        y: their targets.
        places: where each stands: "test[17]", "line 17".
    """

    x: NDArray[Any]
    y: NDArray[Any]
    places: list[str]


class Again(NamedTuple):
    """What a run's source gives when it is read again.

    Args:
        test: its test part.
        files: of each part of recordings, the file of each example; empty where examples are none.
    """

    test: Rows
    files: dict[PartName, list[str]]


def read_part(recording: Recording, part: Literal["train", "validation"]) -> Rows:
    """Return the examples of a part that a run keeps.

    Raises:
        ArgumentError: a part that the run does not know.
    """
    plan = recording.plan()
    examples = plan.train if part == "train" else plan.validation
    if examples is None:
        raise ArgumentError(f"The run {recording.name} was trained without validation data.")
    x, y = examples.x[0], examples.y[0]
    return Rows(x, y, [f"{part}[{number}]" for number in range(len(x))])


def read_again(recording: Recording) -> Again:
    """Return what a run's source gives.

    Raises:
        ArgumentError: a run that does not know its source, or one that has changed.
    """
    try:
        problem = problem_of(recording)
    except ChainruleError as error:
        raise ArgumentError(f"The run {recording.name} has no test part that could be had: {error}") from error
    return Again(Rows(problem.test.x, problem.test.y, list(problem.places)), _files(problem))


def _files(problem: Problem) -> dict[PartName, list[str]]:
    name = problem.learned.features[0].name
    found = problem.collection.values(name) if problem.kind == "audio" else None
    if not isinstance(found, pl.Series):
        return {}
    paths = paths_of(found, At(name))
    parts: dict[PartName, Prepared] = {"train": problem.train, "validation": problem.validation, "test": problem.test}
    return {part: [paths[row] for row in prepared.rows.tolist()] for part, prepared in parts.items()}
