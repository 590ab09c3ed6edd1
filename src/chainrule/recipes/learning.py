"""From a problem to a trained and recorded model; from a kept run to answers about new examples."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data import ArrayPreparation, Part, TablePreparation, preparation_from_config
from chainrule.data.frame import LINE, place_in
from chainrule.errors import DataError, RecordError
from chainrule.recipes.judgement import Judgement, judge, probabilities, quantities
from chainrule.recipes.networks import Choices, network
from chainrule.recipes.problem import Problem, read_rows, same_problem
from chainrule.record import Recorder, Recording
from chainrule.training import History, Model
from chainrule.training.callbacks import EarlyStopping


@dataclass(frozen=True, eq=False)
class Learned:
    """A run that is over, opened for its answers.

    Args:
        recording: where it is kept.
        model: at the end, the best weights restored.
        preparation: of its inputs.
        class_names: in the order of their numbers; None for regression.
    """

    recording: Recording
    model: Model
    preparation: TablePreparation | ArrayPreparation
    class_names: tuple[str, ...] | None

    @property
    def notes(self) -> Mapping[str, Any]:
        """What the run keeps of its problem."""
        return self.recording.notes


def learn(problem: Problem, choices: Choices, path: Path, verbose: str | int = "auto", doctor: str = "off") -> tuple[Model, History]:
    """Train a sensible network on a problem and keep the run in a folder.

    Training stops when the validation loss no longer gets better, and ends with the weights that were best.

    Args:
        problem: what to learn.
        choices: how; what is None in it is chosen here.
        path: the run's folder, which must not exist yet.
        verbose: as for `fit`.
        doctor: as for `fit`.
    """
    settled = choices.fitted_to(problem)
    model = network(problem, settled)
    history = model.fit(
        problem.train.x,
        problem.train.y,
        batch_size=settled.batch_size or 32,
        epochs=settled.epochs or 1,
        validation_data=problem.validation,
        validation_batch_size=256,
        verbose=verbose,
        doctor=doctor,
        callbacks=[EarlyStopping(patience=settled.patience or 10), Recorder(path, notes=problem.to_notes())],
    )
    return model, history


def open_learned(path: Path) -> Learned:
    """Open a run that `learn` has made.

    Raises:
        RecordError: no run, a damaged one, or one that was not made by `learn`.
    """
    recording = Recording(path)
    if "preparation" not in recording.notes:
        raise RecordError(
            f"The run {path} was not made by chainrule learn: it keeps no preparation, so new examples cannot be prepared as its own were."
        )
    names = recording.notes["class_names"]
    preparation = preparation_from_config(recording.notes["preparation"])
    return Learned(recording, recording.model(), preparation, None if names is None else tuple(names))


def problem_of(recording: Recording) -> Problem:
    """Return the problem of a run that `learn` has made, read again from its source.

    Raises:
        RecordError: another kind of run.
        DataError: the source is gone or has changed.
    """
    if "preparation" not in recording.notes:
        raise RecordError(f"The run {recording.path} was not made by chainrule learn: it does not know its data's source.")
    return same_problem(recording.notes, recording.configuration["settings"]["seed"])


def judge_problem(model: Model, problem: Problem, worst: int = 8) -> Judgement:
    """Return how good a model is on the test part of its problem."""
    return judge(model, problem.preparation, problem.class_names, problem.test, worst)


def answer(learned: Learned, file: Path) -> tuple[pl.DataFrame, list[str]]:
    """Return a model's answers for the examples in a file, and notes about what training had not met.

    Args:
        learned: the opened run.
        file: a table with the columns that training had, or, for images, an array in a .npy file.

    Returns:
        One row for each example, in order: for a table its own columns first, then the class with its probability and the
        probabilities of all classes, or the quantity in the target's own unit.

    Raises:
        DataError: a file that does not fit what the run has learned.
    """
    frame, x, notes = read_inputs(learned, file)
    target = str(learned.notes["target"])
    if learned.class_names is None:
        given = {f"predicted {target}": quantities(learned.model, learned.preparation, x)}
    else:
        chances = probabilities(learned.model, x)
        names = np.array(learned.class_names)[chances.argmax(axis=1)]
        each = {f"probability of {name}": chances[:, number] for number, name in enumerate(learned.class_names)}
        given = {f"predicted {target}": names, "probability": chances.max(axis=1)} | each
    return pl.concat([frame, pl.DataFrame(given)], how="horizontal"), notes


def evaluate(learned: Learned, file: Path, worst: int = 8) -> tuple[Judgement, list[str], list[str]]:
    """Return how good a model is on the examples of a file, where each stands in it, and notes.

    Args:
        learned: the opened run.
        file: a table that has the target, or, for images, a .npz file with arrays x and y.
        worst: how many of the worst mistakes to return.
    """
    if learned.notes["images"]:
        x, y = _arrays(file, ("x", "y"))
        part, places, notes = Part(_as_images(learned, x, file), y.astype(np.int32)), [f"[{row}]" for row in range(len(y))], list[str]()
        _require_classes(y, len(learned.class_names or ()), len(x), file)
    else:
        frame, x, notes = read_inputs(learned, file)
        assert isinstance(learned.preparation, TablePreparation)
        part = Part(x, learned.preparation.transform_target(frame))
        place = place_in(frame)
        places = [place(row) for row in range(frame.height)]
    return judge(learned.model, learned.preparation, learned.class_names, part, worst), places, notes


def read_inputs(learned: Learned, file: Path) -> tuple[pl.DataFrame, NDArray[Any], list[str]]:
    """Return the examples of a file: as a table, as the network takes them, and notes about what training had not met."""
    if learned.notes["images"]:
        (x,) = _arrays(file, ("x",))
        return pl.DataFrame({"example": np.arange(len(x))}), _as_images(learned, x, file), []
    assert isinstance(learned.preparation, TablePreparation)
    if file.suffix in {".npy", ".npz"}:
        raise DataError(f"{file}: the run {learned.recording.name} has learned from a table: give a table (CSV, Parquet, JSON lines).")
    frame = read_rows(file)
    x = learned.preparation.transform(frame)
    return frame, x, learned.preparation.notes


def without_lines(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table without the column that keeps line numbers."""
    return frame.drop(LINE, strict=False)


def _arrays(file: Path, names: tuple[str, ...]) -> list[NDArray[Any]]:
    if not file.is_file():
        raise DataError(f"{file}: there is no such file.")
    try:
        found = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(
            f"{file}: this is not an array of NumPy (.npy or .npz), as the run, which has learned from images, takes: {error}"
        ) from error
    if isinstance(found, np.ndarray):
        if len(names) > 1:
            raise DataError(f"{file}: give a .npz file with the arrays x (images) and y (class numbers).")
        return [found]
    missing = [name for name in names if name not in found]
    if missing:
        raise DataError(f"{file}: there is no array {missing[0]!r} in it. It has {', '.join(found) or 'none'}.")
    return [found[name] for name in names]


def _as_images(learned: Learned, x: NDArray[Any], file: Path) -> NDArray[Any]:
    """Return images in the shape and scale that the network takes; the axis of a single channel may be left out."""
    shape = learned.model.network.inputs[0].example_shape
    images = x[..., None] if x.shape[1:] == shape[:-1] and shape[-1] == 1 else x
    if images.shape[1:] != shape:
        raise DataError(f"{file}: the network takes images of shape {shape}, as (examples, {', '.join(map(str, shape))}). Got {x.shape}.")
    assert isinstance(learned.preparation, ArrayPreparation)
    _require_scale(images, learned.notes, file)
    return learned.preparation.transform(images.astype(learned.notes["dtype"]))


def _require_classes(y: NDArray[Any], classes: int, examples: int, file: Path) -> None:
    if y.shape != (examples,) or y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= classes:
        raise DataError(
            f"{file}: y must have one class number from 0 to {classes - 1} for each of {examples} images. Got {y.dtype} {y.shape}."
        )


def _require_scale(images: NDArray[Any], notes: Mapping[str, Any], file: Path) -> None:
    """Raise DataError for bytes where the network has learned from other numbers, and the other way round."""
    if not images.size:
        raise DataError(f"{file}: there are no images in it.")
    are_bytes = images.dtype.kind in "iu" and images.min() >= 0 and images.max() <= 255
    if are_bytes != (notes["dtype"] == "uint8"):
        low, high = notes["range"]
        wanted = "bytes, whole numbers from 0 to 255" if notes["dtype"] == "uint8" else f"numbers from {low:g} to {high:g}"
        met = f"{images.dtype} from {images.min():g} to {images.max():g}"
        raise DataError(f"{file}: the network has learned from images of {wanted}. Got {met}: bring them to that scale.")
