"""Explanations: the reasons for one of its answers: the example, the answer, what speaks for it, who taught it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.errors import ArgumentError, unknown_name
from chainrule.explain import methods
from chainrule.insight import Influence, Run, tracin
from chainrule.tasks.contributions import named_contributions
from chainrule.tasks.learning import TrainedRun, problem_of_run, read_inputs

MANY_EXAMPLES = 5000  # from which on influence is reckoned by the last layer alone, as Pruthi et al. do


@dataclass(frozen=True, eq=False)
class Explanation:
    """An answer with its reasons.

    Args:
        place: where the example stands: "line 17" of a file, "test[17]" of a named set.
        x: the example as the network takes it, a batch of one.
        true: what it is, in words; None where that is not known.
        answer: what the model says, in words, with the probability where there are classes.
        probabilities: the probability of each class; empty for a quantity.
        output: of the network for it.
        known: the target as the network learns it, where it is known.
        values: contributions: of an image, of its shape; of a table, of shape (1, features).
        columns: of a table, the contribution of each column; of a text, of each of its terms or words.
        met: what the example has there: in each column, as the weight of a term, in which place.
    """

    place: str
    x: NDArray[Any]
    true: str | None
    answer: str
    probabilities: NDArray[np.float64]
    output: NDArray[Any]
    known: NDArray[Any] | None
    values: NDArray[Any]
    columns: dict[str, float]
    met: dict[str, str]


def explain(trained: TrainedRun, row: int | None, file: Path | None, method: str) -> tuple[Explanation, list[str]]:
    """Explain the answer to one example, and return notes about what training had not met.

    Args:
        trained: the opened run.
        row: of the run's test part, by the number that reports give it, such as 17 for "line 17" or "test[17]"; with a file, of
            that, from 0. None for the first.
        file: as for `predict_file`.
        method: the name of one of `explain.methods()`.

    Raises:
        ArgumentError: a row or a method that there is not.
        DataError: a file that does not fit, or a source that has changed.
    """
    if method not in methods():
        raise unknown_name("--method", method, methods())
    place, x, known, notes = _from_file(trained, file, row or 0) if file else _from_test(trained, row)
    output, task = np.asarray(trained.model.predict(x))[0], trained.task
    if not task.is_explained(output):
        raise ArgumentError(f"Answers are explained where they are classes, labels, one quantity or a part of a text. This is {task.name}.")
    said = task.answer(output, x[0])
    text = said.text if said.probability is None else f"{said.text}, {said.probability:.1%}"
    text += f"; explained is {said.explained}" if said.explained else ""
    true = None if known is None else task.label(known[0], x[0])[1]
    number, sign = task.explained_output(said.output, output.size)
    values = sign * methods()[method].contributions(trained.model, x, number)
    columns, met = named_contributions(trained.preparation, x[0], values[0])
    return Explanation(place, x, true, text, said.probabilities, output, known, values, columns, met), notes


def influences(trained: TrainedRun, run: Run, explained: Explanation, k: int) -> Influence:
    """Return the training examples that taught the network its answer: for classes and labels those answered, for a quantity the true one.

    Raises:
        ArgumentError: a quantity whose true value is not known.
    """
    true = None if explained.known is None else explained.known[0]
    y = trained.task.influence_target(explained.output, explained.x[0], true)
    return tracin(run, explained.x, y, k, compared_weights(trained))


def compared_weights(trained: TrainedRun) -> str | None:
    """Return whose gradients influence is reckoned by: all weights, or, where there are many examples, those of the last layer."""
    examples = int(trained.recording.configuration["examples"]["train"])
    return None if examples <= MANY_EXAMPLES else f"{trained.model.layers[-1].name}/*"


def _from_file(trained: TrainedRun, file: Path, row: int) -> tuple[str, NDArray[Any], None, list[str]]:
    _, inputs, notes = read_inputs(trained, file)
    x = _alone(inputs)
    if not 0 <= row < len(x):
        raise ArgumentError(f"{file} has rows 0 to {len(x) - 1}. Got --row {row} instead.")
    return f"row {row} of {file.name}", x[row : row + 1], None, notes


def _from_test(trained: TrainedRun, row: int | None) -> tuple[str, NDArray[Any], NDArray[Any], list[str]]:
    problem = problem_of_run(trained.recording)
    numbers = list(problem.numbers)
    if row is not None and row not in numbers:
        some = ", ".join(map(str, sorted(numbers)[:12]))
        raise ArgumentError(f"--row must be one of the run's test part, {some} and so on, {len(numbers)} in all. Got {row} instead.")
    number = 0 if row is None else numbers.index(row)
    one = problem.test.take([number])
    return problem.places[number], _alone(one.x), np.asarray(one.y), []


def _alone(x: Any) -> NDArray[Any]:
    if isinstance(x, list):
        raise ArgumentError("Answers are explained for networks with one input. This one takes several.")
    return x
