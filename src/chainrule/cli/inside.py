"""Views of one step of a run: its values, gradients and updates, and its batch."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from chainrule.cli.drawing import LARGEST
from chainrule.cli.report import draw
from chainrule.cli.screen import console, heading, number, pairs, table
from chainrule.counting import counted
from chainrule.errors import unknown_name
from chainrule.insight import Moment, Run

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
        console().print(table(COLUMNS, (_row(name, read[kind](name)) for name in names[kind])))
    show_batch(run, moment)


def _row(name: str, array: NDArray[Any]) -> list[str]:
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
            console().print(table(COLUMNS, [_row(name, array)]))
            text = np.array2string(array, precision=4, threshold=400, edgeitems=4, max_line_width=console().width, suppress_small=False)
            console().print(Text(text), soft_wrap=True)
