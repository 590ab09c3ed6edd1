"""A contact sheet, drawn: examples in the first column, and what augmentation makes of them beside it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chainrule.errors import ShapeError
from chainrule.pictures import COLOURS, POSITIVE, QUIET, new_figure, title

_FEW_CHANNELS = 6  # of a series, that are drawn as lines; more are a spectrogram
_MOST_WORDS = 12

Array = np.ndarray[Any, Any]


def draw_contact_sheet(sheet: Array, words: Sequence[str] = (), heading: str = "") -> Figure:
    """Return the picture of a contact sheet: images, series as lines, spectrograms as maps, tokens as words.

    Args:
        sheet: what `contact_sheet` returns.
        words: for tokens, the word of each number.
        heading: above all.

    Raises:
        ShapeError: examples that are none of these.
    """
    shape = sheet.shape[2:]
    images = len(shape) == 3 and shape[2] in (1, 3, 4)
    if not images and len(shape) not in (1, 2):
        raise ShapeError(f"draw_contact_sheet: examples must be images, series, spectrograms or tokens. Got examples of shape {shape}.")
    rows, columns = sheet.shape[:2]
    width, height = (1.2, 1.25) if images else (2.2, 1.2)
    figure, axes = new_figure(rows, columns, width * columns + 0.3, height * rows + (0.7 if heading else 0.4))
    for place, ax in enumerate(axes):
        row, column = divmod(place, columns)
        _draw(ax, sheet[row, column], sheet[row, 0], words)
        if row == 0:
            title(ax, "as it is" if column == 0 else str(column))
    if heading:
        figure.suptitle(heading, x=0.01, ha="left", fontsize=12)
    return figure


def _draw(ax: Axes, varied: Array, example: Array, words: Sequence[str]) -> None:
    ax.grid(visible=False)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    if varied.ndim == 3:
        _draw_image(ax, varied, example)
    elif varied.ndim == 1 and varied.dtype.kind in "iu":
        _draw_words(ax, varied, example, words)
    elif varied.ndim == 2 and varied.shape[1] > _FEW_CHANNELS:
        low, high = float(example.min()), float(example.max())
        ax.imshow(varied.T, origin="lower", aspect="auto", cmap=POSITIVE, vmin=low, vmax=high, interpolation="nearest")
    else:
        lines = varied.reshape(len(varied), -1)
        for channel in range(lines.shape[1]):
            ax.plot(lines[:, channel], color=COLOURS[channel % len(COLOURS)], linewidth=0.8)
        room = 0.25 * max(float(np.ptp(example)), 1e-12)
        ax.set_ylim(float(example.min()) - room, float(example.max()) + room)
        ax.axhline(0.0, color=QUIET, linewidth=0.4)


def _draw_image(ax: Axes, image: Array, example: Array) -> None:
    """Draw an image on the scale of its own example, cut at both ends."""
    low, high = (0.0, 255.0) if example.dtype == np.uint8 else (float(example.min()), float(example.max()))
    scaled = np.clip((image.astype(np.float64) - low) / max(high - low, 1e-12), 0, 1)
    if scaled.shape[2] == 1:
        ax.imshow(scaled[..., 0], cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    else:
        ax.imshow(scaled, interpolation="nearest")


def _draw_words(ax: Axes, tokens: Array, example: Array, words: Sequence[str]) -> None:
    """Write the first words one below the other, those that changed in colour."""
    for place, (token, before) in enumerate(zip(tokens[:_MOST_WORDS].tolist(), example[:_MOST_WORDS].tolist(), strict=True)):
        word = str(words[token]) if 0 <= token < len(words) else str(token)
        colour = COLOURS[1] if token != before else "#222222"
        ax.text(0.02, 1 - (place + 0.5) / _MOST_WORDS, word, color=colour, fontsize=6.5, va="center", transform=ax.transAxes)
