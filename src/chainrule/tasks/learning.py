"""From a problem to a trained and recorded model; from a kept run to answers about new examples."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from chainrule.data import Collection, Preparation
from chainrule.data.preparation.new_examples import read_raw
from chainrule.data.preparation.splits import Arrays, Split
from chainrule.errors import RecordError
from chainrule.models import Model
from chainrule.record import Recorder, Recording
from chainrule.tasks.evaluation import Evaluation, evaluate_part
from chainrule.tasks.networks import Choices, Design, design
from chainrule.tasks.problem import Problem, problem_from_notes
from chainrule.training import History
from chainrule.training.callbacks import EarlyStopping


@dataclass(frozen=True, eq=False)
class TrainedRun:
    """A run that is over, opened for its answers.

    Args:
        recording: where it is kept.
        model: at the end, the best weights restored.
        preparation: of its inputs.
    """

    recording: Recording
    model: Model
    preparation: Preparation

    @property
    def is_forecast(self) -> bool:
        """Whether the next rows of a series are predicted."""
        return self.preparation.fitted is not None and self.preparation.fitted.windows is not None

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """The classes in the order of their numbers; None for a quantity."""
        return self.preparation.class_names

    @property
    def notes(self) -> Mapping[str, Any]:
        """What the run keeps of its problem."""
        return self.recording.notes


def designed(problem: Problem, choices: Choices) -> Design:
    """Return a sensible network for a problem, compiled, and how to train it."""
    return design(problem.inputs, problem.output, choices, problem.name)


def learn(
    problem: Problem, choices: Choices, path: Path, verbose: str | int = "auto", doctor: str = "off", plan: Design | None = None
) -> tuple[Model, History]:
    """Train a sensible network on a problem and keep the run in a folder.

    Training stops when the validation loss no longer gets better, and ends with the weights that were best.

    Args:
        problem: what to learn.
        choices: how; what is None in it is chosen here.
        path: the run's folder, which must not exist yet.
        verbose: as for `fit`.
        doctor: as for `fit`.
        plan: the network, where it was designed already.
    """
    plan = plan or designed(problem, choices)
    history = plan.model.fit(
        problem.train,
        batch_size=plan.choices.batch_size,
        epochs=plan.choices.epochs or 1,
        validation_data=problem.validation,
        validation_batch_size=256,
        augment=[*problem.train.augment, *plan.augment],
        verbose=verbose,
        doctor=doctor,
        callbacks=[EarlyStopping(patience=plan.choices.patience or 10), Recorder(path, notes=problem.to_notes())],
    )
    return plan.model, history


def open_trained_run(path: Path) -> TrainedRun:
    """Open a run that `learn` has made.

    Raises:
        RecordError: no run, a damaged one, or one that was not made by `learn`.
    """
    recording = Recording(path)
    if "preparation" not in recording.notes:
        raise RecordError(
            f"The run {path} was not made by chainrule learn: it keeps no preparation, so new examples cannot be prepared as its own were."
        )
    return TrainedRun(recording, recording.model(), Preparation.from_config(recording.notes["preparation"]))


def problem_of_run(recording: Recording) -> Problem:
    """Return the problem of a run that `learn` has made, read again from its source.

    Raises:
        RecordError: another kind of run.
        DataError: the source is gone or has changed.
    """
    if "spec" not in recording.notes:
        raise RecordError(f"The run {recording.path} was not made by chainrule learn: it does not know its data's source.")
    return problem_from_notes(recording.notes)


def evaluate_problem(model: Model, problem: Problem, worst: int = 8) -> Evaluation:
    """Return how good a model is on the test part of its problem."""
    given = problem.collection.take(problem.test.rows) if problem.task == "span" else None
    return evaluate_part(model, problem.preparation, problem.test, worst, given)


def evaluate_file(learned: TrainedRun, file: Path, worst: int = 8) -> tuple[Evaluation, list[str], list[str]]:
    """Return how good a model is on the examples of a file, where each stands in it, and notes.

    Args:
        learned: the opened run.
        file: as for `tasks.predictions.predict`, with the target; for arrays a .npz file of x and y.
        worst: how many of the worst mistakes to return.
    """
    if learned.is_forecast:
        return _evaluate_forecast(learned, file, worst)
    collection, x, notes = read_inputs(learned, file)
    part = Split(x, learned.preparation.transform_target(collection), None, pl.arange(len(collection), eager=True).to_numpy())
    place = collection.place
    return evaluate_part(learned.model, learned.preparation, part, worst, collection), [place(row) for row in range(len(collection))], notes


def _evaluate_forecast(learned: TrainedRun, file: Path, worst: int) -> tuple[Evaluation, list[str], list[str]]:
    kept = learned.preparation.fitted
    assert kept is not None
    collection = read_raw(file, kept)
    part = learned.preparation.windows(collection)
    places = [collection.place(row) for row in part.rows.tolist()]
    return evaluate_part(learned.model, learned.preparation, part, worst), places, list(learned.preparation.notes)


def read_inputs(learned: TrainedRun, file: Path) -> tuple[Collection, Arrays, list[str]]:
    """Return the examples of a file: as they are, as the network takes them, and notes about what training had not met."""
    kept = learned.preparation.fitted
    assert kept is not None
    spec = learned.notes.get("spec", {})
    collection = read_raw(file, kept, spec.get("pattern"), encoding=spec.get("encoding"))
    x = learned.preparation.transform(collection)
    return collection, x, list(learned.preparation.notes)
