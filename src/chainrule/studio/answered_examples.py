"""Examples of a part with the model's answers, and the loss of each."""

from chainrule.studio.examples import Example, shown
from chainrule.studio.fields import Array, PartName
from chainrule.studio.open_run import OpenRun
from chainrule.tasks.task import Examples as TaskExamples


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
    """Return how far each answer is off, as the task reckons it: −ln p of what is true, or the distance in the target's own unit."""
    rows = opened.rows(part)
    return opened.task.task.losses(opened.outputs(part, step), TaskExamples(rows.x, rows.y))
