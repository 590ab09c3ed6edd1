"""Examples of a part with the model's answers, and the loss of each."""

import numpy as np

from chainrule.studio.examples import Example, shown
from chainrule.studio.fields import Array, PartName
from chainrule.studio.open_run import OpenRun
from chainrule.studio.spans import span_losses, span_target


def answered_examples(opened: OpenRun, part: PartName, chosen: Array, step: int | None, losses: Array | None = None) -> list[Example]:
    """Return examples of a part with the model's answers."""
    task, rows, outputs = opened.task, opened.rows(part), opened.outputs(part, step)
    return [
        shown(
            task,
            rows.x[i],
            rows.y[i],
            rows.places[i],
            part,
            int(rows.numbers[i]),
            outputs[i],
            None if losses is None else losses[i],
        )
        for i in chosen
    ]


def example_losses(opened: OpenRun, part: PartName, step: int | None) -> Array:
    """Return how far each answer is off: −ln p of the true class, summed where there are several; or the distance in the target's own
    unit."""
    task, rows, outputs = opened.task, opened.rows(part), opened.outputs(part, step)
    if span_target(task) is not None:
        return span_losses(outputs, rows.y)
    if task.has_labels:
        chances = task.probabilities(outputs)
        return -np.log(np.maximum(np.where(rows.y > 0.5, chances, 1 - chances), 1e-300)).sum(axis=1)
    if task.classes:
        chances = task.probabilities(outputs)
        return -np.log(np.maximum(chances[np.arange(len(chances)), task.class_numbers(rows.y)], 1e-300))
    return np.abs(task.quantities(outputs) - task.quantities(rows.y))
