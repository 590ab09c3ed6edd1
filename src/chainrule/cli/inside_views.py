"""Views of the inside of a run: what its probes read over the course, one step with its batch, the loss landscape."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.table import Table
from rich.text import Text

from chainrule.cli.drawing import LARGEST
from chainrule.cli.report import draw
from chainrule.cli.screen import console, heading, number, pairs, table
from chainrule.counting import counted
from chainrule.errors import DataError, unknown_name
from chainrule.insight import Moment, Run
from chainrule.insight.landscape import Line, Plane, SharpnessCourse, course, line, path, plane
from chainrule.record import Recording
from chainrule.training import ProbeSeries

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 16  # signs of a small curve
_OUTPUTS = ("mean", "std", "zero_fraction", "dead_fraction", "saturated_fraction")


def show_readings(recording: Recording) -> None:
    """Print for each layer what its output was like, and for each weight how large its gradients and updates were."""
    found = recording.probes()
    if not found:
        raise DataError(f"The run {recording.name} has no readings: it was trained with probes=[]. Look inside with chainrule rewind.")
    looks = next(iter(found.values())).steps
    heading(f"Inside run {recording.name}")
    figures = recording.figures()
    numbers = {name: ProbeSeries(figures["step"], values) for name, values in figures.items() if name != "step"}
    numbers |= {name: found[name] for name in ("learning rate", "gradient noise scale") if name in found}
    pairs({"looks": f"{len(looks)}, the first at step {looks[0]}, the last at step {looks[-1]}"} if len(looks) else {"looks": "none yet"})
    console().print(table(["", "first", "last", "course"], (_row(name, series) for name, series in numbers.items())))
    layers = dict.fromkeys(name.partition(" of ")[2].removesuffix("/output") for name in found if name.startswith("std of "))
    heading("Outputs of layers, at the last look; the course is that of their spread")
    rows = [
        [layer, *(_last(found, f"{statistic} of {layer}/output") for statistic in _OUTPUTS), _spark(found[f"std of {layer}/output"])]
        for layer in layers
        if f"std of {layer}/output" in found
    ]
    console().print(table(["layer", "mean", "std", "zero", "dead", "saturated", "course"], rows))
    weights = [name.removeprefix("norm of update of ") for name in found if name.startswith("norm of update of ")]
    heading("Weights, at the last look; the course is that of their gradient's norm")
    rows = [
        [
            weight,
            *(_last(found, name) for name in (f"norm of {weight}", f"norm of gradient of {weight}", f"update ratio of {weight}")),
            _spark(found[f"norm of gradient of {weight}"]),
        ]
        for weight in weights
        if f"norm of gradient of {weight}" in found
    ]
    console().print(table(["weight", "norm", "gradient", "update / weight", "course"], rows))


def show_series(recording: Recording, pattern: str) -> None:
    """Print the readings whose names match a pattern: first, last, lowest, highest, and a small curve."""
    heading(f"Readings {pattern!r} of run {recording.name}")
    rows: list[list[str]] = []
    for name, series in recording.probes(pattern).items():
        columns = series.table.T
        rows += [
            [name if len(columns) == 1 else f"{name} [{place}]", *_extent(column), _spark(ProbeSeries(series.steps, column))]
            for place, column in enumerate(columns)
        ]
    console().print(table(["reading", "first", "last", "lowest", "highest", "course"], rows))


def _row(name: str, series: ProbeSeries) -> list[str]:
    first, last, _, _ = _extent(series.values)
    return [name, first, last, _spark(series)]


def _extent(values: np.ndarray) -> list[str]:
    known = values[np.isfinite(values)]
    return [number(float(entry)) for entry in (known[0], known[-1], known.min(), known.max())] if len(known) else ["-"] * 4


def _last(found: Mapping[str, ProbeSeries], name: str) -> str:
    if name not in found or not len(found[name].values):
        return "-"
    value = float(found[name].values[-1])
    return f"{value:.0%}" if "fraction" in name else number(value)


def _spark(series: ProbeSeries) -> str:
    """Return a series as a line of bars, averaged over stretches; logarithmic where it spans more than two orders of magnitude."""
    values = np.asarray(series.values, np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return "-"
    means = np.array([part.mean() for part in np.array_split(values, min(_WIDTH, len(values)))])
    if means.min() > 0 and means.max() > 100 * means.min():
        means = np.log(means)
    spread = means.max() - means.min()
    levels = np.zeros(len(means), int) if spread == 0 else ((means - means.min()) / spread * (len(_BARS) - 1)).round().astype(int)
    return "".join(_BARS[level] for level in levels)


MOST_EXAMPLES = 8
COLUMNS = ["address", "shape", "mean", "std", "norm", "zero"]
NOTHING = "-"


def show_moment(run: Run, moment: Moment) -> None:
    """Print a step: what it is, all that is in it, and its batch."""
    steps_per_epoch = int(run.configuration["steps_per_epoch"])
    heading(f"Step {moment.step} of run {run.name}")
    recorded = run.figures(moment.step, moment.step)["loss"]
    pairs(
        {
            "epoch": f"{moment.epoch + 1}, step {moment.position} of {steps_per_epoch} in it",
            "loss": f"{moment.loss:.7g}, recorded {float(recorded[0]):.7g}",
            "disagreement": f"{moment.disagreement:.3g}, the largest difference of a weight from the training program's own update",
        }
    )
    names = moment.names()
    read = {"value": moment.__getitem__, "gradient": moment.gradient, "update": moment.update}
    titles = {"value": "Values", "gradient": "Gradients of the loss", "update": "Updates"}
    for kind, title in titles.items():
        heading(title)
        console().print(table(COLUMNS, (_array_row(name, read[kind](name)) for name in names[kind])))
    show_batch(run, moment)


def _array_row(name: str, array: NDArray[Any]) -> list[str]:
    numbers = np.asarray(array, np.float64)
    shape = "x".join(map(str, array.shape)) or "1"
    if not numbers.size:
        return [name, shape, *[NOTHING] * 4]
    with np.errstate(invalid="ignore"):  # of infinities
        figures = [number(float(figure), 4) for figure in (numbers.mean(), numbers.std(), np.linalg.norm(numbers))]
    return [name, shape, *figures, f"{(numbers == 0).mean():.0%}"]


def show_batch(run: Run, moment: Moment) -> None:
    """Print the examples of the batch with the highest loss; small images are drawn."""
    losses = moment.example_losses
    order = np.argsort(-losses, kind="stable")[:MOST_EXAMPLES]
    names = run.notes.get("class_names")
    heading(f"Batch: {counted(len(losses), 'example')}, those with the highest loss")
    rows = [[str(moment.rows[i]), _target(moment.y[i], names), number(float(losses[i]))] for i in order]
    console().print(table(["training row", "target", "loss"], rows, left=2))
    x = moment.x
    if x.ndim == 4 and max(x.shape[1:3]) <= LARGEST:
        console().print()
        draw(x[order], [f"row {moment.rows[i]}\n{_target(moment.y[i], names)}, loss {losses[i]:.3g}" for i in order])


def _target(y: Any, names: list[str] | None) -> str:
    return names[int(y)] if names and np.ndim(y) == 0 else np.array2string(np.asarray(y), precision=4, threshold=6)


def show_first_nan(run: Run) -> int | None:
    """Print how the first number came about that is not finite, and return its step; None where there is none."""
    found = run.first_nan()
    console().print(Text("  All numbers that count are finite." if found is None else str(found)), soft_wrap=True)
    return None if found is None else found.step


def show_node(moment: Moment, name: str) -> None:
    """Print the numbers of one address: its value, its gradient and its update, where it has them."""
    names = moment.names()
    known = {"value": moment.__getitem__, "gradient": moment.gradient, "update": moment.update}
    if not any(name in names[kind] for kind in known):
        raise unknown_name("--node", name, {entry for group in names.values() for entry in group})
    for kind, read in known.items():
        if name in names[kind]:
            array = read(name)
            heading(f"{kind.capitalize()} of {name}" if kind != "value" else name)
            console().print(table(COLUMNS, [_array_row(name, array)]))
            text = np.array2string(array, precision=4, threshold=400, edgeitems=4, max_line_width=console().width, suppress_small=False)
            console().print(Text(text), soft_wrap=True)


SLICE_ROWS = 13  # of a slice


def landscape_view(run: Run, kind: str, examples: int) -> SharpnessCourse | Line | Plane:
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


def course_table(course: SharpnessCourse) -> Table:
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
        chosen = np.unique(np.linspace(0, len(found.positions) - 1, SLICE_ROWS).round().astype(int))
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
