"""The examples of a run's parts: those it learned from and was validated on, and the test part of its source."""

from typing import Any, NamedTuple

from numpy.typing import NDArray

from chainrule.errors import ArgumentError, ChainruleError
from chainrule.recipes.learning import problem_of
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


def read_part(recording: Recording, part: PartName) -> Rows:
    """Return the examples of a part.

    Raises:
        ArgumentError: a part that the run does not know.
    """
    if part == "test":
        return _test(recording)
    plan = recording.plan()
    examples = plan.train if part == "train" else plan.validation
    if examples is None:
        raise ArgumentError(f"The run {recording.name} was trained without validation data.")
    x, y = examples.x[0], examples.y[0]
    return Rows(x, y, [f"{part}[{number}]" for number in range(len(x))])


def _test(recording: Recording) -> Rows:
    try:
        problem = problem_of(recording)
    except ChainruleError as error:
        raise ArgumentError(f"The run {recording.name} has no test part that could be had: {error}") from error
    return Rows(problem.test.x, problem.test.y, list(problem.places))
