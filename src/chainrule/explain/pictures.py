"""Pictures of explanations: over images, words, columns and sounds; of examples, embeddings and curves."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import ShapeError
from chainrule.explain import Dependence, Projection
from chainrule.pictures import COLOURS, POSITIVE, QUIET, SIGNED, new_figure, title

FOR, AGAINST = "#b2182b", "#2166ac"  # the ends of SIGNED
MOST_COLUMNS = 15
MOST_CURVES = 100


def image_attributions(images: ArrayLike, values: ArrayLike, captions: Sequence[str] = (), heading: str = "") -> Figure:
    """Return images, each beside what speaks for the answer (red) and against it (blue).

    Args:
        images: of shape (rows, height, width) or (rows, height, width, channels).
        values: contributions, of the same height and width, with or without channels; they are summed over channels.
        captions: one for each image.
        heading: above all.

    Raises:
        ShapeError: images and contributions of other sizes.
    """
    shown, maps = _without_channels(images, keep=True), _without_channels(values)
    if shown.shape[:3] != maps.shape:
        raise ShapeError(f"image_attributions: images of shape {shown.shape} do not fit contributions of shape {maps.shape}.")
    across = 2 if len(shown) > 1 else 1
    down = -(-len(shown) // across)
    figure, axes = new_figure(down, 2 * across, 3.6 * across + 0.6, 2.0 * down + 0.5)
    for ax in axes:
        ax.set_axis_off()
    for row, (image, values_) in enumerate(zip(shown, maps, strict=True)):
        left, right = axes[2 * row], axes[2 * row + 1]
        _draw_image(left, image)
        limit = np.abs(values_).max() or 1.0
        drawn = right.imshow(values_, cmap=SIGNED, vmin=-limit, vmax=limit)
        right.contour(_outline(image), levels=[0.5], colors="#444444", linewidths=0.6)
        figure.colorbar(drawn, ax=right, shrink=0.8, pad=0.02).ax.tick_params(labelsize=7)
        if row < len(captions):
            title(left, captions[row])
    _heading(figure, heading)
    return figure


def word_attributions(words: Sequence[str], values: ArrayLike, heading: str = "") -> Figure:
    """Return a text whose words are coloured: red speaks for the answer, blue against it.

    Args:
        words: of the text, in order.
        values: the contribution of each.
        heading: above the text.
    """
    numbers = np.asarray(values, np.float64)
    if numbers.shape != (len(words),):
        raise ShapeError(f"word_attributions: {len(words)} words need as many contributions. Got {numbers.shape}.")
    limit, lines = np.abs(numbers).max(initial=0.0) or 1.0, _lines(words, 88)
    figure, (ax,) = new_figure(width=8.0, height=0.36 * len(lines) + (0.6 if heading else 0.3))
    ax.set_axis_off()
    ax.set_xlim(0, 98)  # letters of this size across 8 inches
    ax.set_ylim(len(lines), -0.2)
    for line, places in enumerate(lines):
        for place, start in places:
            colour = colormaps[SIGNED](0.5 + 0.5 * numbers[place] / limit)
            dark = abs(numbers[place]) > 0.6 * limit
            box = {"boxstyle": "round,pad=0.25", "facecolor": colour, "edgecolor": "none"}
            ax.text(
                start, line + 0.5, words[place], family="monospace", fontsize=9.5, color="white" if dark else "black", bbox=box, va="center"
            )
    title(ax, heading)
    return figure


def column_attributions(values: Mapping[str, float], met: Mapping[str, str] | None = None, heading: str = "") -> Figure:
    """Return the contributions of columns as bars, the largest above: red speaks for the answer, blue against it.

    Args:
        values: by column.
        met: for each column what the row has there, to be written beside its name.
        heading: above the bars.
    """
    order = sorted(values, key=lambda name: abs(values[name]), reverse=True)[:MOST_COLUMNS]
    figure, (ax,) = new_figure(width=7.0, height=0.32 * len(order) + 1.0)
    numbers = [float(values[name]) for name in order]
    ax.barh(range(len(order)), numbers, color=[FOR if number > 0 else AGAINST for number in numbers], height=0.7)
    ax.set_yticks(range(len(order)), [f"{name} = {met[name]}" if met and name in met else name for name in order])
    ax.set_ylim(len(order) - 0.4, -0.6)
    ax.axvline(0, color=QUIET, linewidth=0.8)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("contribution to the answer", fontsize=8)
    left = f" (the {len(order)} largest of {len(values)})" if len(values) > len(order) else ""
    title(ax, heading + left)
    return figure


def importance_bars(names: Sequence[str], mean: ArrayLike, std: ArrayLike, heading: str = "Importance by permutation") -> Figure:
    """Return how much columns matter as bars with their standard deviations, the largest above.

    Args:
        names: of the columns.
        mean: how much worse the figure gets without each.
        std: over repeats.
        heading: above the bars.
    """
    means, deviations = np.asarray(mean), np.asarray(std)
    order = np.argsort(-means, kind="stable")[:MOST_COLUMNS]
    figure, (ax,) = new_figure(width=7.0, height=0.32 * len(order) + 1.0)
    ax.barh(range(len(order)), means[order], xerr=deviations[order], color=COLOURS[0], ecolor="#444444", height=0.7)
    ax.set_yticks(range(len(order)), [names[int(place)] for place in order])
    ax.set_ylim(len(order) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("how much worse the model gets when the column is shuffled", fontsize=8)
    title(ax, heading)
    return figure


def spectrogram_attribution(spectrogram: ArrayLike, values: ArrayLike, seconds: float, hertz: float, heading: str = "") -> Figure:
    """Return a spectrogram above what in it speaks for the answer (red) and against it (blue).

    Args:
        spectrogram: of shape (time, frequency), or with one channel more.
        values: contributions, of the same shape.
        seconds: how long it lasts.
        hertz: its highest frequency.
        heading: above both.
    """
    image, numbers = _without_channels(np.asarray(spectrogram)[None])[0].T, _without_channels(np.asarray(values)[None])[0].T
    figure, axes = new_figure(2, 1, 8.0, 5.0)
    limit = np.abs(numbers).max() or 1.0
    drawings = [(image, POSITIVE, None, "strength"), (numbers, SIGNED, limit, "contribution")]
    for ax, (array, colours, end, label) in zip(axes, drawings, strict=True):
        low = None if end is None else -end
        drawn = ax.imshow(array, colours, origin="lower", aspect="auto", extent=(0, seconds, 0, hertz / 1000), vmin=low, vmax=end)
        figure.colorbar(drawn, ax=ax, pad=0.01, label=label).ax.tick_params(labelsize=7)
        ax.grid(visible=False)
        ax.set_ylabel("kHz", fontsize=8)
    axes[1].set_xlabel("seconds", fontsize=8)
    title(axes[0], heading)
    return figure


def image_grid(images: ArrayLike, captions: Sequence[str], heading: str = "", across: int = 5) -> Figure:
    """Return images side by side with captions: nearest or most influential examples, or what maximises units.

    Args:
        images: of shape (rows, height, width) or (rows, height, width, channels).
        captions: one for each.
        heading: above all.
        across: images in a line.
    """
    shown = _without_channels(images, keep=True)
    across = min(across, len(shown))
    down = -(-len(shown) // across)
    figure, axes = new_figure(down, across, 1.5 * across + 0.3, 1.75 * down + 0.5)
    for ax in axes:
        ax.set_axis_off()
    for ax, image, caption in zip(axes, shown, captions, strict=False):
        _draw_image(ax, image)
        ax.set_title(caption, fontsize=8)
    _heading(figure, heading)
    return figure


def embedding_scatter(found: Projection, classes: ArrayLike, names: Sequence[str] | None = None, heading: str = "") -> Figure:
    """Return examples on a plane, coloured by class, each class named at its middle.

    Args:
        found: what `embedding` returned.
        classes: the number of each example's class.
        names: of the classes.
        heading: above the plane.
    """
    numbers, places = np.asarray(classes).astype(int), found.places
    figure, (ax,) = new_figure(width=6.5, height=6.0)
    for number in np.unique(numbers).tolist():
        some = places[numbers == number]
        colour = colormaps["tab10"](number % 10)
        ax.scatter(some[:, 0], some[:, 1], s=9, alpha=0.55, color=colour, linewidths=0)
        middle = np.median(some, axis=0)
        box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": colour, "alpha": 0.9}
        ax.text(middle[0], middle[1], names[int(number)] if names else str(number), fontsize=9, ha="center", va="center", bbox=box)
    if found.shares is None:
        ax.set_xticks([])
        ax.set_yticks([])
    else:
        ax.set_xlabel(f"first principal direction, {found.shares[0]:.0%} of the variance", fontsize=8)
        ax.set_ylabel(f"second, {found.shares[1]:.0%}", fontsize=8)
    title(ax, heading)
    return figure


def dependence_curves(
    found: Dependence, name: str, ticks: Sequence[str] | None = None, heading: str = "", answer: str = "answer"
) -> Figure:
    """Return the answer along a column: the mean over rows, and single rows behind it.

    Args:
        found: what `partial_dependence` returned.
        name: the column's.
        ticks: for a column of categories, their names; drawn as points then.
        heading: above the curves.
        answer: what the answer is.
    """
    figure, (ax,) = new_figure(width=6.5, height=4.2)
    x = np.arange(len(found.average)) if ticks is not None or found.grid.ndim > 1 else found.grid
    step = max(1, len(found.individual) // MOST_CURVES)
    lines, marker = ("none", "o") if ticks is not None else ("-", "none")
    ax.plot(x, found.individual[::step].T, color=QUIET, alpha=0.25, linewidth=0.7, linestyle=lines, marker=marker, markersize=3)
    ax.plot(x, found.average, color=COLOURS[1], linewidth=2.4, linestyle=lines, marker=marker, markersize=9)
    if ticks is not None:
        ax.set_xlim(-0.5, len(x) - 0.5)
        ax.set_xticks(x, ticks, rotation=30 if max(map(len, ticks)) > 8 else 0)
    ax.set_xlabel(name, fontsize=9)
    ax.set_ylabel(answer, fontsize=9)
    style: dict[str, Any] = {"linestyle": lines, "marker": marker}
    legend = [Line2D([], [], color=COLOURS[1], linewidth=2.4, **style), Line2D([], [], color=QUIET, linewidth=0.8, **style)]
    ax.legend(legend, ["mean over rows", "single rows"], fontsize=8, frameon=False)
    title(ax, heading)
    return figure


def _draw_image(ax: Axes, image: NDArray[Any]) -> None:
    if image.ndim == 2:
        ax.imshow(image, cmap="gray_r" if image.mean() < (image.min() + image.max()) / 2 else "gray")  # ink on paper
    else:
        low, high = image.min(), image.max()
        ax.imshow((image - low) / ((high - low) or 1.0))


def _without_channels(images: ArrayLike, keep: bool = False) -> NDArray[Any]:
    """Return images without the axis of channels: that of one is dropped, others are summed, or kept where they are colours."""
    array = np.asarray(images, np.float64)
    if array.ndim == 4 and array.shape[-1] == 1:
        return array[..., 0]
    return array if array.ndim == 3 or (keep and array.shape[-1] == 3) else array.sum(axis=-1)


def _outline(image: NDArray[Any]) -> NDArray[Any]:
    grey = image.mean(axis=-1) if image.ndim == 3 else image
    return (grey - grey.min()) / ((grey.max() - grey.min()) or 1.0)


def _heading(figure: Figure, heading: str) -> None:
    if heading:
        figure.suptitle(heading, x=0.01, ha="left", fontsize=11)


def _lines(words: Sequence[str], width: int) -> list[list[tuple[int, float]]]:
    """Return for each line of a text its words' numbers and where they begin, in letters."""
    lines: list[list[tuple[int, float]]] = [[]]
    column = 0.0
    for number, word in enumerate(words):
        if column + len(word) > width and lines[-1]:
            lines.append([])
            column = 0.0
        lines[-1].append((number, column))
        column += len(word) + 1.8
    return lines
