"""How all pictures look: one palette, safe for colour-blind people, and quiet axes."""

import io
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from chainrule.errors import ArgumentError
from chainrule.files import write_atomically

# Okabe and Ito (2008), Color Universal Design: told apart by people with any kind of colour vision.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8c8c8c"]
QUIET = "#8c8c8c"
SIGNED = "RdBu_r"  # a colour map for numbers around zero
POSITIVE = "viridis"


def new_figure(rows: int = 1, columns: int = 1, width: float = 8.0, height: float = 4.5) -> tuple[Figure, list[Axes]]:
    """Return a figure of `width` by `height` inches that no window belongs to, and its axes, row by row."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    grid: Any = figure.subplots(rows, columns, squeeze=False)
    axes: list[Axes] = list(grid.ravel())
    for ax in axes:
        quiet(ax)
    return figure, axes


def quiet(ax: Axes) -> None:
    """Take away what is not data: the frame above and to the right, dark grid lines."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(QUIET)
    ax.tick_params(which="both", colors="#444444", labelsize=8)
    ax.grid(visible=True, color="#e6e6e6", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_prop_cycle(color=COLOURS)


def title(ax: Axes, text: str) -> None:
    """Write what the picture says above it, to the left."""
    ax.set_title(text, loc="left", fontsize=10)


def save(figure: Figure, path: Path) -> None:
    """Write a picture to a file in the format of its ending, whole or not at all.

    Raises:
        ArgumentError: an ending that is no format of pictures.
        DataError: a folder that cannot be written.
    """
    known, ending = figure.canvas.get_supported_filetypes(), path.suffix.lower().removeprefix(".")
    if ending not in known:
        raise ArgumentError(f"A picture's file must end in one of {', '.join(sorted(known))}. Got {path.name!r} instead.")
    stream = io.BytesIO()
    figure.savefig(stream, format=ending, dpi=130)
    write_atomically(path, stream.getvalue())
