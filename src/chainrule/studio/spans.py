"""Answers that are parts of a text, as they are shown."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data.targets.spans import AnswerTarget
from chainrule.studio.task_view import TaskView


def span_target(task: TaskView) -> AnswerTarget | None:
    """Return what reads the parts of texts that a run finds; None of a run that does something else."""
    if task.notes.get("task") != "span" or task.preparation is None or task.preparation.fitted is None:
        return None
    return task.preparation.fitted.spans


def span_losses(outputs: NDArray[Any], y: NDArray[Any]) -> NDArray[np.float64]:
    """Return how far each answer is off: the mean over the first and the last place of −ln p of the true one.

    Args:
        outputs: logits of shape (rows, 2, places).
        y: the true places, of shape (rows, 2).
    """
    rows = np.asarray(outputs, np.float64)
    highest = rows.max(axis=-1, keepdims=True)
    total = highest[..., 0] + np.log(np.exp(rows - highest).sum(axis=-1))
    return (total - np.take_along_axis(rows, y[..., None], axis=-1)[..., 0]).mean(axis=1)
