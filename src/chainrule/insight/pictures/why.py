"""Why a weight has its gradient, drawn: what each example contributes, and the strongest paths through the network's units."""

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chainrule.insight.why import Why
from chainrule.pictures import COLOURS, QUIET, new_figure, title

POSITIVE, NEGATIVE = COLOURS[1], COLOURS[0]
_MOST_EXAMPLES = 16

Unit = tuple[int, ...]


def draw_why(why: Why) -> Figure:
    """Return the picture of a gradient taken apart.

    At the left what each example contributes; at the right the paths of one example, from the weight to the loss: as wide as what
    they contribute, and coloured by its sign, with the local derivative on each edge. Stages that pass on what they get are left out.

    Args:
        why: of `Moment.why`.
    """
    columns = _columns(why)
    figure, (left, right) = new_figure(1, 2, width=5.2 + 1.75 * (len(columns) + 2), height=5.2)
    grid = left.get_gridspec()
    assert grid is not None
    grid.set_width_ratios([1, 0.55 * (len(columns) + 2)])
    _draw_examples(left, why)
    _draw_paths(right, why, columns)
    figure.suptitle(f"Step {why.step}: d loss / d {why.name}{list(why.index)} = {why.gradient:+.4g}", x=0.01, ha="left", fontsize=12)
    return figure


def _draw_examples(ax: Axes, why: Why) -> None:
    order = np.argsort(-np.abs(why.contributions), kind="stable")[:_MOST_EXAMPLES]
    values = [float(why.contributions[i]) for i in order]
    names = [f"row {why.rows[i]}" for i in order]
    rest = float(why.contributions.sum()) - sum(values)
    if len(why.contributions) > len(order):
        values, names = [*values, rest], [*names, f"{len(why.contributions) - len(order)} others"]
    if why.penalty:
        values, names = [*values, why.penalty], [*names, "penalties"]
    places = np.arange(len(values))
    ax.barh(places, values, color=[POSITIVE if value > 0 else NEGATIVE for value in values], height=0.7)
    ax.set_yticks(places, names)
    for label, i in zip(ax.get_yticklabels(), order, strict=False):
        label.set_fontweight("bold" if i == why.example else "normal")
    ax.invert_yaxis()
    ax.axvline(0, color=QUIET, linewidth=0.8)
    ax.grid(visible=False, axis="y")
    ax.locator_params(axis="x", nbins=4)
    ax.set_xlabel("contribution to the gradient", fontsize=8)
    title(ax, "By example")


def _columns(why: Why) -> list[int]:
    """Return the stages that are drawn: the last is, and each whose derivative differs from 1 on some path."""
    last = len(why.stages) - 1
    return [i for i in range(last) if any(path.factors[-1 - i - 1].value != 1 for path in why.paths)] + [last]


def _draw_paths(ax: Axes, why: Why, columns: list[int]) -> None:
    ax.axis("off")
    among = f" of {why.number:,}" if why.number is not None else ""
    share = float(why.contributions[why.example])
    title(
        ax,
        f"By path, for training row {why.rows[why.example]}: {len(why.paths)}{among} paths and the others ({why.others:+.3g}) "
        f"add up to {share:+.4g}",
    )
    flows: dict[tuple[int, Unit, Unit], float] = defaultdict(float)
    factors: dict[tuple[int, Unit, Unit], float] = {}
    units: list[list[Unit]] = [[()], *([] for _ in columns)]
    for path in why.paths:
        stops: list[Unit] = [()] + [path.units[i] for i in columns]
        upwards = [factor.value for factor in reversed(path.factors)]  # the last is the example's share
        for column, (below, above) in enumerate(pairwise(stops)):
            first = columns[column - 1] + 1 if column else 0
            key = (column, below, above)
            flows[key] += path.value
            factors[key] = float(np.prod(upwards[first : columns[column] + 1]))
            if above not in units[column + 1]:
                units[column + 1].append(above)
    places = {(column, unit): _height(rank, len(found)) for column, found in enumerate(units) for rank, unit in enumerate(sorted(found))}
    widest = max((abs(flow) for flow in flows.values()), default=1.0)
    leaving = Counter((column, below) for column, below, _ in flows)
    for (column, below, above), flow in flows.items():
        heights = places[column, below], places[column + 1, above]
        at = 0.7 if leaving[column, below] > 1 else 0.32  # where edges that share an end are apart
        _draw_edge(ax, column, heights, flow / widest, factors[column, below, above], at)
    for (column, unit), height in places.items():
        ax.plot(column, height, "o", color="white", markeredgecolor="#444444", markersize=11, zorder=3)
        label = ", ".join(map(str, unit)) if unit else ""
        ax.annotate(label, (column, height), (0, 9), textcoords="offset points", ha="center", fontsize=7.5, zorder=4)
    names = [f"{why.name}\n{list(why.index)} = {why.weight:.3g}", *(_heading(why, i) for i in columns)]
    for column, name in enumerate(names):
        ax.text(column, -0.07, name, ha="center", va="top", fontsize=8, color="#444444")
    ax.set_xlim(-0.5, len(columns) + 0.5)
    ax.set_ylim(-0.3, 1.08)
    caption = (
        "An edge is as wide as what the paths through it contribute; orange raises the gradient, blue lowers it. Numbers: derivatives."
    )
    ax.text(-0.45, -0.29, caption, fontsize=7.5, color=QUIET, va="bottom")


def _height(rank: int, count: int) -> float:
    """Return where the unit of a rank stands in a column of so many, the first at the top."""
    return 0.5 if count == 1 else 1 - rank / (count - 1)


def _heading(why: Why, stage: int) -> str:
    layer, _, what = why.stages[stage].rpartition("/")
    shape = " x ".join(map(str, why.shapes[stage]))
    return f"{layer}\n{what}\n{shape} units" if shape else f"{why.stages[stage]}\n{why.example_losses[why.example]:.4g}"


def _draw_edge(ax: Axes, column: int, heights: tuple[float, float], flow: float, factor: float, at: float) -> None:
    colour = POSITIVE if flow > 0 else NEGATIVE
    ax.plot([column, column + 1], heights, color=colour, linewidth=0.8 + 6 * abs(flow), alpha=0.75, solid_capstyle="round", zorder=1)
    box = {"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 0.6}
    height = heights[0] + at * (heights[1] - heights[0])
    ax.text(column + at, height, f"{factor:.3g}", ha="center", va="center", fontsize=7, bbox=box, zorder=2)
