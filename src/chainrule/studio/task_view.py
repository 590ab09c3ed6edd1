"""What is learned from and for: the kind of the examples, the classes, what an answer means."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule import losses
from chainrule.data import Preparation, Windows
from chainrule.data.preparation.answers import sigmoid
from chainrule.losses import BinaryCrossentropy, CategoricalCrossentropy, Loss, SparseCategoricalCrossentropy
from chainrule.record import Recording
from chainrule.tasks.problem import Problem, kind_of

Floats = NDArray[np.float64]


class TaskView:
    """What is learned from and for.

    Args:
        notes: what is kept of the problem; nothing of one that was given as arrays.
        loss: that is trained with; None where it is not decided.
        shape: of an example, as the network takes it.
        dtype: likewise.
        outputs: numbers that the network gives for an example.
    """

    def __init__(self, notes: Mapping[str, Any], loss: Loss | None, shape: Sequence[int], dtype: np.dtype[Any], outputs: int) -> None:
        self.notes = notes
        self.loss = loss
        self.shape = list(shape)
        self.dtype = dtype
        self.outputs = outputs

    @cached_property
    def preparation(self) -> Preparation | None:
        """What prepares its inputs, where it is kept."""
        kept = self.notes.get("preparation")
        return None if kept is None else Preparation.from_config(kept)

    @property
    def kind(self) -> str:
        """What an example is."""
        if self.windows is not None:
            return "series"
        if self.notes.get("kind"):
            return str(self.notes["kind"])
        if len(self.shape) == 3 and self.shape[-1] in (1, 3):
            return "image"
        return "series" if len(self.shape) == 2 else "numbers"

    @property
    def is_table(self) -> bool:
        """Whether examples are rows of a table, each column of which became some of their numbers."""
        return self.preparation is not None and self.kind == "table"

    @property
    def target(self) -> str:
        """The name of what is predicted."""
        name = str(self.notes.get("target", "target"))
        windows = self.windows
        return name if windows is None else f"{windows.targets[-1]}, {windows.horizon} rows ahead"

    @property
    def windows(self) -> Windows | None:
        """What makes examples of a series, whose next rows are to be predicted; None where something else is. Of all that is predicted of
        an example, the last row of the last column is shown."""
        learned = None if self.preparation is None else self.preparation.fitted
        return None if learned is None else learned.windows

    @property
    def shown_output(self) -> int:
        """The number, among the network's outputs, of the one that is shown as the quantity."""
        return 0 if self.windows is None else self.outputs - 1

    @cached_property
    def classes(self) -> list[str]:
        """The names of the classes, in the order of their numbers; none for a quantity."""
        known = self.notes.get("class_names")
        if known is not None:
            return [str(name) for name in known]
        if "task" in self.notes:
            return []
        if isinstance(self.loss, SparseCategoricalCrossentropy | CategoricalCrossentropy):
            return [str(number) for number in range(self.outputs)]
        return ["0", "1"] if isinstance(self.loss, BinaryCrossentropy) and self.outputs == 1 else []

    @property
    def has_labels(self) -> bool:
        """Whether an example may be of several classes, or of none."""
        return self.notes.get("task") == "multi-label"

    @property
    def from_logits(self) -> bool:
        """Whether the network ends in logits."""
        if isinstance(self.loss, SparseCategoricalCrossentropy | CategoricalCrossentropy | BinaryCrossentropy):
            return self.loss.from_logits
        return False

    def probabilities(self, outputs: NDArray[Any]) -> Floats:
        """Return the probability of each class for each row of the network's outputs; of shape (rows, 0) for a quantity."""
        rows = np.asarray(outputs, np.float64).reshape(len(outputs), -1)
        if not self.classes:
            return np.zeros((len(rows), 0))
        if self.has_labels or rows.shape[1] == 1:
            each = sigmoid(rows) if self.from_logits else rows
            return each if self.has_labels else np.concatenate([1 - each, each], axis=1)
        if not self.from_logits:
            return rows
        powers = np.exp(rows - rows.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def quantities(self, outputs: NDArray[Any]) -> Floats:
        """Return the quantity in each row of the network's outputs, or of targets, in the target's own unit."""
        rows = np.asarray(outputs, np.float64)
        if self.preparation is None:
            return rows.reshape(len(rows), -1)[:, 0]
        if self.windows is not None:
            return np.asarray(self.preparation.inverse_target(rows))[:, -1, -1]
        return np.asarray(self.preparation.inverse_target(rows.reshape(len(rows), -1)[:, 0]))

    def class_numbers(self, y: NDArray[Any]) -> NDArray[np.int64]:
        """Return the class of each target: its number, or where the 1 of a one-hot row stands."""
        flat = np.asarray(y).reshape(len(y), -1)
        return (flat[:, 0] if flat.shape[1] == 1 else flat.argmax(axis=1)).astype(np.int64)

    def labels_in(self, chances: NDArray[Any]) -> str:
        """Return the classes that are likelier than not, in words."""
        return ", ".join(name for name, chance in zip(self.classes, chances, strict=True) if chance > 0.5) or "none"

    def label(self, y: NDArray[Any]) -> tuple[float, str]:
        """Return one target as a number, of several classes the first, and in words."""
        if self.has_labels:
            return float(np.argmax(y)), self.labels_in(y)
        if self.classes:
            number = int(self.class_numbers(np.asarray(y)[None])[0])
            return number, self.classes[number]
        value = float(self.quantities(np.asarray(y)[None])[0])
        return value, f"{value:.6g}"


def task_view_of_run(recording: Recording) -> TaskView:
    """Return what a run learns."""
    model = recording.new_model()
    loss = (model.compile_arguments or {}).get("loss")
    given, outputs = model.network.inputs[0], model.network.outputs[0]
    known = None if loss is None else losses.get(loss)
    notes = recording.notes if "preparation" in recording.notes else {**recording.notes, **_notes_of(model.preparation)}
    return TaskView(notes, known, given.example_shape, given.dtype, int(np.prod(outputs.example_shape)))


def _notes_of(preparation: Any) -> dict[str, Any]:
    """Return what the preparation that a model keeps tells of its problem; nothing where there is none."""
    if not isinstance(preparation, Preparation) or preparation.fitted is None:
        return {}
    learned = preparation.fitted
    told = {} if learned.target is None else {"target": learned.target.name}
    return told | {
        "kind": kind_of(learned),
        "task": learned.task,
        "class_names": preparation.class_names,
        "preparation": preparation.to_config(),
    }


def task_view_of_problem(problem: Problem) -> TaskView:
    """Return what is to be learned."""
    (x,) = problem.train.x if isinstance(problem.train.x, list) else [problem.train.x]
    return TaskView(problem.to_notes(), None, x.shape[1:], x.dtype, len(problem.class_names or ("",)))
