"""What a run's probes have read, drawn: the loss, and what each layer did while it fell."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chainrule.pictures import COLOURS, POSITIVE, QUIET, new_figure, title
from chainrule.record import Recording
from chainrule.training import ProbeSeries

HEALTHY_RATIO = 1e-3  # of an update's norm to its weight's: a rule of thumb (Karpathy, 2022)
_MOST = 8  # lines in one plot; of more, those in between are left out


def draw_probes(recording: Recording) -> Figure:
    """Return the picture of a run: loss, spread of each layer's output, dead and saturated units, gradients, update ratios, noise.

    Args:
        recording: the run.
    """
    found = recording.probes()
    figure, axes = new_figure(2, 3, width=13, height=7)
    _draw_loss(axes[0], recording)
    outputs = {
        name.removeprefix("std of "): series for name, series in found.items() if name.startswith("std of ") and name.endswith("/output")
    }
    _draw_lines(axes[1], "Spread of each layer's output (standard deviation)", outputs, logarithmic=True)
    _draw_lines(axes[2], "Share of units dead (solid) or entries saturated (dashed)", _named(found, "dead_fraction of "), top=1.0)
    _draw_lines(axes[2], None, _named(found, "saturated_fraction of "), style="--", top=1.0)
    gradients = {name: series for name, series in _named(found, "norm of gradient of ").items() if not name.endswith("/output")}
    _draw_lines(axes[3], "Norm of each weight's gradient", gradients, logarithmic=True)
    _draw_lines(axes[4], "Update beside its weight (norms); rule of thumb 1e-3", _named(found, "update ratio of "), logarithmic=True)
    axes[4].axhline(HEALTHY_RATIO, color=QUIET, linewidth=0.8, linestyle=":")
    noise = {name: found[name] for name in ("gradient noise scale",) if name in found}
    _draw_lines(axes[5], "Gradient noise scale, in examples", noise, logarithmic=True)
    axes[5].axhline(int(recording.configuration["settings"]["batch_size"]), color=QUIET, linewidth=0.8, linestyle=":")
    for ax in axes[3:]:
        ax.set_xlabel("step", fontsize=8)
    figure.suptitle(f"Run {recording.name}", x=0.01, ha="left", fontsize=12)
    return figure


def draw_histograms(recording: Recording, address: str) -> Figure:
    """Return the histograms of one address over the steps, as a picture whose brightness is the share of entries.

    Args:
        recording: a run with a probe of the statistic "histogram" there.
        address: such as "dense/output".
    """
    series = recording.probes(f"histogram of {address}")[f"histogram of {address}"]
    low, high, shares = series.values[:, 0], series.values[:, 1], series.values[:, 2:]
    places = np.linspace(low.min(), high.max(), 201)
    middles = (places[1:] + places[:-1]) / 2
    image = np.zeros((len(middles), len(series.steps)))
    for column, (bottom, top, share) in enumerate(zip(low, high, shares, strict=True)):
        bins = ((middles - bottom) / max(top - bottom, 1e-30) * len(share)).astype(int)
        inside = (bins >= 0) & (bins < len(share))
        image[inside, column] = share[bins[inside]] / max(top - bottom, 1e-30)
    figure, (ax,) = new_figure(width=8, height=4)
    ax.grid(visible=False)
    steps = np.append(series.steps, 2 * series.steps[-1] - series.steps[-2] if len(series.steps) > 1 else series.steps[-1] + 1)
    ax.pcolormesh(steps, places, np.sqrt(image), cmap=POSITIVE, rasterized=True)
    ax.set_xlabel("step", fontsize=8)
    title(ax, f"Histogram of {address} over training")
    return figure


def _named(found: Mapping[str, ProbeSeries], prefix: str) -> dict[str, ProbeSeries]:
    return {name.removeprefix(prefix): series for name, series in found.items() if name.startswith(prefix)}


def _draw_loss(ax: Axes, recording: Recording) -> None:
    figures = recording.figures()
    step, loss = figures["step"], figures["loss"]
    ax.plot(step, loss, color=COLOURS[0], alpha=0.25, linewidth=0.6)
    width = max(1, len(loss) // 100)
    smooth = np.convolve(loss, np.ones(width) / width, mode="valid")
    ax.plot(step[width - 1 :], smooth, color=COLOURS[0], linewidth=1.4, label="training")
    watched = [(epoch["step"], epoch["figures"]["val_loss"]) for epoch in recording.epochs() if "val_loss" in epoch["figures"]]
    if watched:
        ax.plot(*zip(*watched, strict=True), color=COLOURS[1], linewidth=1.4, marker="o", markersize=2.5, label="validation")
    if np.nanmin(loss) > 0:
        ax.set_yscale("log")
    ax.legend(frameon=False, fontsize=7)
    title(ax, "Loss")


def _draw_lines(
    ax: Axes, text: str | None, found: Mapping[str, ProbeSeries], style: str = "-", logarithmic: bool = False, top: float | None = None
) -> None:
    names = [name for name, series in found.items() if np.isfinite(series.values).any() and (text is not None or series.values.any())]
    if len(names) > _MOST:
        names = [names[place] for place in np.linspace(0, len(names) - 1, _MOST).astype(int)]
    positions = {name: place for place, name in enumerate(found)}
    for name in names:
        series = found[name]
        values = np.where(np.isfinite(series.values) & ((series.values > 0) | (not logarithmic)), series.values, np.nan)
        colour = COLOURS[positions[name] % len(COLOURS)]
        ax.plot(series.steps, values, style, color=colour, linewidth=1.2, label=name.removesuffix("/output"))
    if logarithmic and names:
        ax.set_yscale("log")
    if top is not None:
        ax.set_ylim(-0.02, top * 1.02)
    if text is not None:
        title(ax, text)
    if len(names) > 1:
        ax.legend(fontsize=6.5, framealpha=0.7, edgecolor="none")
