"""The examples of a run's parts: those it learned from and was validated on, and the test part of its source."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data import Source, Split
from chainrule.data.kind import is_kind
from chainrule.data.steps.step import At
from chainrule.data.steps.values import paths_of
from chainrule.errors import ArgumentError, ChainruleError
from chainrule.record import Recording
from chainrule.studio.fields import PartName
from chainrule.tasks.learning import problem_of_run
from chainrule.tasks.problem import Problem

MOST_STREAMED, BYTES_STREAMED = 4096, 1 << 28  # examples, and bytes of them, that stand for those that do not fit into memory


@dataclass(frozen=True, eq=False)
class Rows:
    """Examples of a part: all of them, or of one that does not fit into memory some, evenly, that stand for all.

    Args:
        x: as the network takes them.
        y: their targets.
        places: where each stands: "test[17]", "line 17".
        numbers: the number of each in its part.
        source: what others are read from; None where these are all.
        place: where any example of the part stands.
    """

    x: NDArray[Any]
    y: NDArray[Any]
    places: list[str]
    numbers: NDArray[np.int64]
    source: Source | None
    place: Callable[[int], str]

    @property
    def count(self) -> int:
        """How many examples the part has."""
        return len(self.x) if self.source is None else len(self.source)

    def take(self, numbers: NDArray[np.int64]) -> "Rows":
        """Return the examples of these numbers; they are read where they are not here."""
        if self.source is None:
            x, y = self.x[numbers], self.y[numbers]
        else:
            (x, *_), (y, *_), _ = self.source.take(numbers)
        return Rows(x, y, [self.place(number) for number in numbers.tolist()], numbers, self.source, self.place)


def rows_of(x: NDArray[Any] | Source, y: NDArray[Any] | None, place: Callable[[int], str]) -> Rows:
    """Return the examples of a part.

    Args:
        x: all of them, or what they are read from.
        y: their targets; None for those of the source.
        place: where each stands.
    """
    if not isinstance(x, Source):
        assert y is not None
        return Rows(x, y, [place(number) for number in range(len(x))], np.arange(len(x)), None, place)
    most = max(1, min(MOST_STREAMED, BYTES_STREAMED * len(x) // max(1, x.nbytes)))
    return Rows(x.first.x[0], x.first.y[0], [], np.zeros(0, np.int64), x, place).take(x.order.some(most))


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
    return rows_of(examples.source or examples.x[0], examples.y[0], lambda number: f"{part}[{number}]")


def read_again(recording: Recording) -> Again:
    """Return what a run's source gives.

    Raises:
        ArgumentError: a run that does not know its source, or one that has changed.
    """
    try:
        problem = problem_of_run(recording)
    except ChainruleError as error:
        raise ArgumentError(f"The run {recording.name} has no test part that could be had: {error}") from error
    return Again(rows_of(problem.test.x, problem.test.y, problem.places.__getitem__), _files(problem))


def _files(problem: Problem) -> dict[PartName, list[str]]:
    name = problem.learned.features[0].name
    found = problem.collection.values(name) if is_kind(problem.kind, "audio") else None
    if not isinstance(found, pl.Series):
        return {}
    paths = paths_of(found, At(name))
    parts: dict[PartName, Split] = {"train": problem.train, "validation": problem.validation, "test": problem.test}
    return {part: [paths[row] for row in prepared.rows.tolist()] for part, prepared in parts.items()}
