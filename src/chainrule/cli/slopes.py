"""Views of the loss landscape as tables."""

import numpy as np
from rich.table import Table

from chainrule.cli.screen import number, table
from chainrule.insight import Run
from chainrule.insight.landscape import Course, Line, Plane, course, line, path, plane

_ROWS = 13  # of a slice


def look(run: Run, kind: str, examples: int) -> Course | Line | Plane:
    """Return what is asked of a run's landscape."""
    if kind == "sharpness":
        return course(run, examples=examples)
    if kind == "path":
        return path(run, examples=examples)
    first, last = run.require_steps()
    train = run.plan().train.in_memory(examples)
    model = run.at(last).model(after=True)
    if kind == "plane":
        return plane(model, list(train.x), list(train.y), examples=examples, sample_weight=train.weight)
    return line(model, list(train.x), list(train.y), to=run.at(first).state, examples=examples, sample_weight=train.weight)


def course_table(course: Course) -> Table:
    """Return sharpness step by step."""
    edges = course.thresholds if course.thresholds is not None else [None] * len(course.steps)
    rows = [
        [f"{step:,}", number(float(values[0])), number(None if edge is None else float(edge)), number(float(loss))]
        for step, values, edge, loss in zip(course.steps, course.eigenvalues, edges, course.losses, strict=True)
    ]
    return table(["step", "sharpness", "2 / learning rate", "loss"], rows)


def slice_table(found: Line | Plane) -> Table:
    """Return the loss along a line, at the stops of a run, or along the two axes of a plane."""
    if isinstance(found, Line):
        chosen = np.unique(np.linspace(0, len(found.positions) - 1, _ROWS).round().astype(int))
        return table([f"towards {found.towards}", "loss"], [[f"{found.positions[i]:.3f}", number(float(found.losses[i]))] for i in chosen])
    if found.path is not None and found.path_losses is not None:
        stops = zip(found.steps, found.path, found.path_losses, strict=True)
        rows = [[f"{step:,}", number(float(x)), number(float(y)), number(float(loss))] for step, (x, y), loss in stops]
        return table(["step", *(f"along {what}" for what in found.what), "loss"], rows)
    middle = len(found.up) // 2, len(found.across) // 2
    rows = [
        [f"{found.across[i]:.3f}", number(float(found.losses[middle[0], i])), number(float(found.losses[i, middle[1]]))]
        for i in range(0, len(found.across), 2)
    ]
    return table(["position", *(f"loss along {what}" for what in found.what)], rows)
