"""Learning from a problem, and what a trained run is asked: answers for a file, and how good they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.data import Collection, Preparation
from chainrule.data.preparation.new_examples import read_raw
from chainrule.data.splits import Arrays, Split
from chainrule.errors import RecordError
from chainrule.models import Model
from chainrule.record import Recorder, Recording
from chainrule.tasks.evaluation import Evaluation
from chainrule.tasks.networks import Choices, Design, design
from chainrule.tasks.predictions import BATCH, Predictions
from chainrule.tasks.problem import Problem, problem_from_notes
from chainrule.tasks.task import Examples, Task, task_for
from chainrule.training import History
from chainrule.training.callbacks import Callback, EarlyStopping


@dataclass(frozen=True, eq=False)
class TrainedRun:
    """A run that is over, opened for its answers.

    Args:
        recording: where it is saved.
        model: at the end, the best weights restored.
        preparation: of its inputs.
    """

    recording: Recording
    model: Model
    preparation: Preparation

    @cached_property
    def task(self) -> Task:
        """What is done with the target."""
        return task_for(self.preparation, self.notes.get("task"))

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
    return design(problem.inputs, problem.task, problem.output_shape, choices, problem.name)


def learn(
    problem: Problem,
    choices: Choices,
    path: Path,
    verbose: str | int = "auto",
    callbacks: Sequence[Callback] = (),
    plan: Design | None = None,
) -> tuple[Model, History]:
    """Train a sensible network on a problem and save the run in a folder.

    Training stops when the validation loss no longer gets better, and ends with the weights that were best.

    Args:
        problem: what to learn.
        choices: how; what is None in it is chosen here.
        path: the run's folder, which must not exist yet.
        verbose: as for `fit`.
        callbacks: who else listens, such as the doctor.
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
        callbacks=[
            *callbacks,
            EarlyStopping(problem.task.monitor, patience=plan.choices.patience or 10),
            Recorder(path, notes=problem.to_notes()),
        ],
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
    collection = problem.collection.take(problem.test.rows) if problem.task.reads_collection else None
    return _evaluated(model, problem.task, problem.test, collection, worst)


def evaluate_file(trained: TrainedRun, file: Path, worst: int = 8) -> tuple[Evaluation, list[str], list[str]]:
    """Return how good a model is on the examples of a file, where each stands in it, and notes.

    Args:
        trained: the opened run.
        file: as for `predict_file`, with the target; for arrays a .npz file of x and y.
        worst: how many of the worst mistakes to return.
    """
    collection = _read(trained, file)
    part, places = trained.task.examples_in(collection)
    notes = list(trained.preparation.notes)
    return _evaluated(trained.model, trained.task, part, collection, worst), places, notes


def _evaluated(model: Model, task: Task, part: Split, collection: Collection | None, worst: int) -> Evaluation:
    assert part.y is not None
    return task.evaluate(np.asarray(model.predict(part.x, BATCH)), Examples(part.x, part.y, collection), worst)


def predict_file(trained: TrainedRun, file: Path) -> Predictions:
    """Return a model's answers for the examples in a file. Broken ones are named, and all others answered.

    Args:
        trained: the opened run.
        file: of the kind that the run has learned from: a table with its columns, a folder or a file of images, sounds or texts, or
            an array in a .npy file.

    Raises:
        DataError: a file that does not fit what the run has learned, or no example that can be used.
    """
    return trained.task.predict(trained.model, _read(trained, file, leave_out=not trained.task.reads_whole))


def read_inputs(trained: TrainedRun, file: Path) -> tuple[Collection, Arrays, list[str]]:
    """Return the examples of a file: as they are, as the network takes them, and notes about what training had not met."""
    collection = _read(trained, file)
    x = trained.preparation.transform(collection)
    return collection, x, list(trained.preparation.notes)


def _read(trained: TrainedRun, file: Path, leave_out: bool = False) -> Collection:
    fitted, spec = trained.preparation.fitted, trained.notes.get("spec", {})
    assert fitted is not None
    return read_raw(file, fitted, spec.get("pattern"), leave_out, spec.get("encoding"))
