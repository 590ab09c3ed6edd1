"""What is learned from and for: the kind of the examples, the classes, what an answer means."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from chainrule import losses
from chainrule.data import Preparation, Windows
from chainrule.losses import Loss
from chainrule.record import Recording
from chainrule.tasks.problem import Problem, kind_of
from chainrule.tasks.task import Task, task_for, task_for_arrays


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

    @cached_property
    def task(self) -> Task:
        """What is done, as it is shown for one example: how answers are read, evaluated and explained."""
        name, from_logits = self.notes.get("task"), self.loss is not None and self.loss.from_logits
        fitted = None if self.preparation is None else self.preparation.fitted
        if self.preparation is not None and fitted is not None and fitted.target is not None:
            return task_for(self.preparation, name, from_logits).single
        return task_for_arrays(self.loss, self.outputs, name, self.notes.get("class_names"), from_logits)

    @property
    def target(self) -> str:
        """The name of what is predicted."""
        return self.task.target_name if self.task.target is not None else str(self.notes.get("target", "target"))

    @property
    def windows(self) -> Windows | None:
        """What makes examples of a series; None where each row is one."""
        fitted = None if self.preparation is None else self.preparation.fitted
        return None if fitted is None else fitted.windows

    @property
    def classes(self) -> list[str]:
        """The names of the classes, in the order of their numbers; none for a quantity."""
        return list(self.task.class_names)


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
