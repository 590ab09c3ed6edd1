"""Pictures in a terminal: images from half blocks, and curves from braille dots."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

_LABEL = 9  # signs at the left of curves, for the largest and the smallest value
LARGEST = 32  # pixels of an image that is still drawn
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # of a braille sign, by row and column


def half_blocks(image: NDArray[Any]) -> list[Text]:
    """Return a grey image as lines of text, two rows of pixels in each: dark is low, bright is high.

    Args:
        image: of shape (height, width) or (height, width, 1); of three channels the mean is drawn.
    """
    grey = np.asarray(image, np.float64).reshape(*image.shape[:2], -1).mean(axis=2)
    low, high = grey.min(), grey.max()
    levels = np.rint((grey - low) / (high - low or 1.0) * 255).astype(int)
    if len(levels) % 2:
        levels = np.vstack([levels, np.zeros((1, levels.shape[1]), int)])
    return [_pixels(upper, lower) for upper, lower in zip(levels[::2], levels[1::2], strict=True)]


def _pixels(upper: NDArray[Any], lower: NDArray[Any]) -> Text:
    line = Text(no_wrap=True)
    for above, below in zip(upper, lower, strict=True):
        line.append("▀", f"rgb({above},{above},{above}) on rgb({below},{below},{below})")
    return line


def signed_blocks(values: NDArray[Any]) -> list[Text]:
    """Return numbers at the places of an image as lines of text, two rows of places in each: red above 0, blue below."""
    share = np.asarray(values, np.float64) / (np.abs(values).max() or 1.0)
    fading = np.rint((1 - np.abs(share)) * 255).astype(int)
    rows = np.where(
        share[..., None] > 0, np.stack([np.full_like(fading, 255), fading, fading], -1), np.stack([fading, fading, 255 + 0 * fading], -1)
    )
    if len(rows) % 2:
        rows = np.concatenate([rows, np.full_like(rows[:1], 255)])
    return [_coloured(upper, lower) for upper, lower in zip(rows[::2].tolist(), rows[1::2].tolist(), strict=True)]


def _coloured(upper: Sequence[Sequence[int]], lower: Sequence[Sequence[int]]) -> Text:
    line = Text(no_wrap=True)
    for above, below in zip(upper, lower, strict=True):
        line.append("▀", f"rgb({','.join(map(str, above))}) on rgb({','.join(map(str, below))})")
    return line


def signs(values: NDArray[Any]) -> list[Text]:
    """Return numbers at the places of an image as lines of signs, for terminals without colours: # and + above 0, = and - below."""
    levels = np.rint(2 * np.asarray(values, np.float64) / (np.abs(values).max() or 1.0)).astype(int) + 2
    return [Text("".join("=-  +#"[level + (level > 2)] * 2 for level in row)) for row in levels[:: 1 if len(levels) <= 16 else 2]]


def shades(image: NDArray[Any]) -> list[Text]:
    """Return a grey image as lines of signs from light to full, for terminals without colours."""
    grey = np.asarray(image, np.float64).reshape(*image.shape[:2], -1).mean(axis=2)
    low, high = grey.min(), grey.max()
    levels = np.rint((grey - low) / (high - low or 1.0) * 4).astype(int)
    return [Text("".join(" ░▒▓█"[level] * 2 for level in row)) for row in levels[:: 1 if len(levels) <= 16 else 2]]


def curves(series: Sequence[tuple[NDArray[Any], NDArray[Any], str]], width: int, height: int = 8) -> list[Text]:
    """Return curves as lines of braille signs, with the largest and the smallest value at the left.

    The axis is logarithmic where values differ by more than ten times; values that share a column of dots are averaged.

    Args:
        series: for each curve where it is from left to right, its values, and its colour; a later one lies above.
        width: of the lines, in signs.
        height: how many lines.
    """
    known_curves = [(x[known], y[known], colour) for x, y, colour in series if (known := np.isfinite(y)).any()]
    if not known_curves:
        return []
    first, last = min(x.min() for x, _, _ in known_curves), max(x.max() for x, _, _ in known_curves)
    inner = width - _LABEL
    binned = [(*_means((x - first) / (last - first or 1), y, 2 * inner), colour) for x, y, colour in known_curves]
    values = np.concatenate([y for _, y, _ in binned])
    low, high = values.min(), values.max()
    scale = np.log if 0 < 10 * low < high else np.asarray
    signs, colours = np.zeros((height, inner), int), np.full((height, inner), "", object)
    for columns, y, colour in binned:
        _draw(signs, colours, columns, (scale(y) - scale(low)) / ((scale(high) - scale(low)) or 1), colour)
    labels = [_label(high), *[""] * (height - 2), _label(low)]
    return [_line(label.rjust(_LABEL - 1) + " ", signs[row], colours[row]) for row, label in enumerate(labels)]


def _means(x: NDArray[Any], y: NDArray[Any], columns: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the columns of dots that a curve has values in, and the mean of those in each; x lies from 0 to 1."""
    places = np.rint(x * (columns - 1)).astype(int)
    counts, sums = np.bincount(places, minlength=columns), np.bincount(places, y, minlength=columns)
    used = np.flatnonzero(counts)
    return used, sums[used] / counts[used]


def _draw(signs: NDArray[Any], colours: NDArray[Any], columns: NDArray[Any], heights: NDArray[Any], colour: str) -> None:
    """Set the dots of one curve, whose heights lie from 0 to 1."""
    everywhere = np.arange(columns[0], columns[-1] + 1)
    rows = np.rint((1 - np.interp(everywhere, columns, heights)) * (4 * len(signs) - 1)).astype(int)
    for column, row in zip(everywhere.tolist(), rows.tolist(), strict=True):
        signs[row // 4, column // 2] |= _DOTS[row % 4][column % 2]
        colours[row // 4, column // 2] = colour


def _line(label: str, signs: NDArray[Any], colours: NDArray[Any]) -> Text:
    line = Text(label, "bright_black", no_wrap=True)
    for sign, colour in zip(signs.tolist(), colours.tolist(), strict=True):
        line.append(chr(0x2800 + sign), colour)
    return line


def _label(value: float) -> str:
    digits = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:.{digits}f}" if digits <= 5 and abs(value) < 1e7 else f"{value:.1e}"
