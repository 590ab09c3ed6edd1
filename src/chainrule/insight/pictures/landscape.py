"""The loss landscape, drawn: along a line, over a plane with the way of a run, and its sharpness over training."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from chainrule.errors import ArgumentError
from chainrule.insight.landscape import Line, Plane, SharpnessCourse
from chainrule.pictures import COLOURS, POSITIVE, new_figure, title

_LEVELS = 24
_STEEP = 20.0  # the ratio of losses above which they are drawn on a logarithmic scale


def draw(found: SharpnessCourse | Line | Plane) -> Figure:
    """Return the picture of what was found, whatever it is."""
    if isinstance(found, SharpnessCourse):
        return draw_sharpness(found)
    return draw_plane(found) if isinstance(found, Plane) else draw_line(found)


def draw_line(line: Line) -> Figure:
    """Return the picture of the loss along a line.

    Args:
        line: of `landscape.line`.
    """
    figure, (ax,) = new_figure(width=7, height=4)
    ax.plot(line.positions, line.losses, color=COLOURS[0], linewidth=1.8)
    stops = {0.0: "the model"} | ({1.0: "the other"} if line.towards == "the other weights" else {})
    for position, name in stops.items():
        if line.positions[0] <= position <= line.positions[-1]:
            loss = float(np.interp(position, line.positions, line.losses))
            ax.plot(position, loss, "o", color=COLOURS[1], markersize=6)
            box = {"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1.0}
            ax.annotate(f"{name}: {loss:.4g}", (position, loss), (0, 12), textcoords="offset points", fontsize=8, ha="center", bbox=box)
    if _is_steep(line.losses):
        ax.set_yscale("log")
    ax.set_xlabel(f"towards {line.towards}", fontsize=9)
    ax.set_ylabel("loss", fontsize=9)
    title(ax, f"The loss along a line towards {line.towards}")
    return figure


def draw_plane(plane: Plane) -> Figure:
    """Return the picture of the loss over a plane: lines of equal loss and, where a run moved in it, its way.

    Args:
        plane: of `landscape.plane` or `landscape.path`.
    """
    figure, (ax,) = new_figure(width=7.6, height=6)
    finite = plane.losses[np.isfinite(plane.losses)]
    if not finite.size:
        raise ArgumentError("The loss is not finite anywhere on this plane, so there is nothing to draw: choose a smaller span.")
    steep = _is_steep(finite)
    low, high = float(finite.min()), float(finite.max())
    high = high if high > low else low + max(abs(low), 1.0) * 1e-6  # a plane that is flat
    levels = np.geomspace(low, high, _LEVELS) if steep else np.linspace(low, high, _LEVELS)
    scale = LogNorm(low, high) if steep else Normalize(low, high)
    filled = ax.contourf(plane.across, plane.up, plane.losses, levels=levels, norm=scale, cmap=f"{POSITIVE}_r", alpha=0.9)
    ax.contour(plane.across, plane.up, plane.losses, levels=levels, colors="white", linewidths=0.4, alpha=0.6)
    bar = figure.colorbar(filled, ax=ax, shrink=0.9, format="%.3g")
    bar.set_label("loss, on a logarithmic scale" if steep else "loss", fontsize=9)
    bar.ax.tick_params(labelsize=8)
    if plane.path is None:
        ax.plot(0, 0, "*", color="white", markeredgecolor="black", markersize=13)
        title(ax, "The loss around the model (star), along two random directions")
    else:
        _draw_path(ax, plane, plane.path)
    across, up = (f"{name}{_share(plane, axis)}" for axis, name in enumerate(plane.what))
    ax.set_xlabel(across, fontsize=9)
    ax.set_ylabel(up, fontsize=9)
    ax.grid(visible=False)
    return figure


def _draw_path(ax: Axes, plane: Plane, path: NDArray[Any]) -> None:
    ax.plot(path[:, 0], path[:, 1], color="black", linewidth=1.2)
    ax.plot(path[:-1, 0], path[:-1, 1], "o", color="white", markeredgecolor="black", markersize=4.5)
    ax.plot(path[-1, 0], path[-1, 1], "*", color=COLOURS[4], markeredgecolor="black", markersize=15)
    reach = np.array([np.ptp(plane.across), np.ptp(plane.up)])
    labelled: list[NDArray[Any]] = []
    for step, place in zip(plane.steps, path, strict=True):
        if all(np.linalg.norm((place - other) / reach) > 0.09 for other in labelled):  # no label on another
            box = {"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.8}
            ax.annotate(f"{step:,}", place, (6, 5), textcoords="offset points", fontsize=7.5, bbox=box)
            labelled.append(place)
    title(ax, f"The way of a run through the plane in which it moved most, to its end (star) at step {plane.steps[-1]:,}")


def draw_sharpness(course: SharpnessCourse) -> Figure:
    """Return the picture of sharpness over training, above the loss, with the curvature at which gradient descent becomes unstable.

    Args:
        course: of `landscape.course` or `Run.sharpness`.
    """
    figure, (above, below) = new_figure(2, 1, width=7.5, height=5.6)
    for number, values in enumerate(course.eigenvalues.T):
        label = "largest eigenvalue of the Hessian" if number == 0 else f"eigenvalue {number + 1}"
        above.plot(course.steps, values, "o-", color=COLOURS[0], alpha=1 / (1 + 0.7 * number), markersize=3, linewidth=1.5, label=label)
    if course.thresholds is not None:
        above.plot(course.steps, course.thresholds, "--", color=COLOURS[1], linewidth=1.3, label="2 / learning rate")
    above.set_ylim(bottom=min(0.0, float(course.eigenvalues.min())))
    above.set_ylabel("curvature", fontsize=9)
    above.legend(fontsize=8, frameon=False)
    title(above, "Sharpness over training")
    below.plot(course.steps, course.losses, "o-", color=COLOURS[2], markersize=3, linewidth=1.5)
    below.set_ylabel("loss", fontsize=9)
    below.set_xlabel("step", fontsize=9)
    if _is_steep(course.losses):
        below.set_yscale("log")
    return figure


def draw_courses(courses: Mapping[str, SharpnessCourse]) -> Figure:
    """Return the sharpness of several trainings in one picture, each with its own threshold, above their losses.

    Args:
        courses: by name.
    """
    figure, (above, below) = new_figure(2, 1, width=7.5, height=5.6)
    for (name, course), colour in zip(courses.items(), COLOURS, strict=False):
        above.plot(course.steps, course.eigenvalues[:, 0], "o-", color=colour, markersize=3, linewidth=1.5, label=name)
        below.plot(course.steps, course.losses, color=colour, linewidth=1.5)
        if course.thresholds is not None:
            above.plot(course.steps, course.thresholds, "--", color=colour, linewidth=1.0)
    above.set_ylim(bottom=0)
    above.set_ylabel("largest eigenvalue of the Hessian", fontsize=9)
    above.legend(fontsize=8, frameon=False)
    title(above, "Sharpness over training; dashed: 2 / learning rate")
    below.set_ylabel("loss", fontsize=9)
    below.set_xlabel("step", fontsize=9)
    if all(_is_steep(course.losses) for course in courses.values()):
        below.set_yscale("log")
    return figure


def _is_steep(losses: NDArray[Any]) -> bool:
    finite = losses[np.isfinite(losses)]
    return bool(finite.size) and float(finite.min()) > 0 and float(finite.max() / finite.min()) > _STEEP


def _share(plane: Plane, axis: int) -> str:
    return f" ({plane.explained[axis]:.0%} of the run's movement)" if plane.explained is not None else ""
