"""Tensors as the screen can show them: laid out as matrices or maps, reduced to the asked pixels, with figures of the whole."""

from typing import Any, Literal, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from chainrule.studio.fields import Array, Number, Quantity

BINS = 32
MOST_LINES = 8  # channels over time that are drawn as lines; more are a picture, the first at its foot, as low tones are
MOST_COUNTED = 1 << 20  # numbers of a tensor whose histogram is taken from all; of a larger one from every so manieth


class Picture(Struct, frozen=True):
    """Numbers to be drawn.

    Args:
        block: of shape (height, width) or (height, width, 3); or of several maps, (maps, height, width[, 3]).
        kind: "image" (as light), "signed" (around 0), "series" (one row for each channel over time, drawn as lines) or "spectrum"
            (likewise, of so many channels that they are drawn as a picture).
    """

    block: Array
    kind: Literal["image", "signed", "series", "spectrum"]


class Statistics(Struct, frozen=True):
    """Figures of a tensor, the whole of it.

    Args:
        mean: of its finite numbers.
        deviation: their standard deviation.
        norm: the square root of the sum of their squares.
        low: the smallest.
        high: the largest.
        zeros: the share that is 0.
        lost: how many are not finite.
        bins: shares between low and high.
    """

    mean: Number
    deviation: Number
    norm: Number
    low: Number
    high: Number
    zeros: float
    lost: int
    bins: list[float]


class Tensor(Struct, frozen=True):
    """A tensor of a moment.

    Args:
        address: such as "dense/kernel" or "conv2d/output".
        quantity: which of it.
        example: whose, by its place in the batch; None of what is not of an example, or is the mean of all.
        shape: of the whole, without the batch's axis of an output.
        layout: what the block's axes are: "row" and "column" of a matrix, "map", "row" and "column" of feature maps or kernels.
        of: how many entries of the tensor each of the block's entries stands for, along each axis.
        whole: how long each of the block's axes is in the tensor.
        block: float32.
        statistics: of the whole.
    """

    address: str
    quantity: Quantity
    example: int | None
    shape: list[int]
    layout: list[str]
    of: list[float]
    whole: list[int]
    block: Array
    statistics: Statistics


class Size(NamedTuple):
    """How large something will be on the screen.

    Args:
        width: pixels.
        height: pixels.
        maps: how many at most.
    """

    width: int
    height: int
    maps: int


def tensor(
    array: NDArray[Any],
    address: str,
    quantity: Quantity,
    example: int | None,
    size: Size,
    whole: NDArray[Any] | None = None,
) -> Tensor:
    """Return a tensor as it is shown.

    Args:
        array: what is drawn, without the batch's axis.
        address: its.
        quantity: which of it.
        example: whose it is.
        size: on the screen.
        whole: what its figures are taken of; None for the array itself.
    """
    laid, layout = laid_out(np.asarray(array, np.float32))
    kept = laid[: size.maps] if layout[0] == "map" else laid
    shown = shrunk(kept, size.height, size.width) if laid.ndim > 1 else shrunk(kept[None], 1, max(size.width, size.height))[0]
    of = [1.0 if name == "map" else n / m for name, n, m in zip(layout, laid.shape, shown.shape, strict=True)]
    figures = statistics(array if whole is None else whole)
    return Tensor(address, quantity, example, list(array.shape), layout, of, list(laid.shape), shown, figures)


def laid_out(array: NDArray[Any]) -> tuple[NDArray[Any], list[str]]:
    """Return an array with the axes that are drawn: (column), (row, column) or (map, row, column).

    Feature maps (height, width, channels) become (channels, height, width); kernels (height, width, in, out) become
    (in · out, height, width), the outputs of one input after the other.

    Example:
        >>> laid_out(np.zeros((3, 3, 2, 5)))[0].shape, laid_out(np.zeros((7, 4)))[1]
        ((10, 3, 3), ['row', 'column'])
    """
    if array.ndim <= 1:
        return array.reshape(-1), ["column"]
    if array.ndim == 2:
        return array, ["row", "column"]
    if array.ndim == 3:
        return np.moveaxis(array, -1, 0), ["map", "row", "column"]
    height, width = array.shape[:2]
    return np.moveaxis(array.reshape(height, width, -1), -1, 0), ["map", "row", "column"]


def shrunk(array: NDArray[Any], height: int, width: int) -> NDArray[np.float32]:
    """Return an array whose last two axes are reduced to at most these sizes, by the mean of what falls together.

    Example:
        >>> shrunk(np.arange(8.0).reshape(2, 4), 2, 2).tolist()
        [[0.5, 2.5], [4.5, 6.5]]
    """
    return _fewer(_fewer(np.asarray(array, np.float32), height, -2), width, -1)


def _fewer(array: NDArray[Any], count: int, axis: int) -> NDArray[np.float32]:
    length = array.shape[axis]
    if length <= count:
        return array
    edges = np.linspace(0, length, count + 1).round().astype(int)
    sums = np.add.reduceat(array, edges[:-1], axis=axis)
    sizes = np.diff(edges).astype(np.float32)
    return sums / (sizes if axis == -1 else sizes[:, None])


def statistics(array: NDArray[Any]) -> Statistics:
    """Return figures of an array.

    Example:
        >>> statistics(np.array([0.0, 3.0, 4.0, np.inf])).norm
        5.0
    """
    flat = np.asarray(array, np.float64).reshape(-1)
    finite = flat[np.isfinite(flat)]
    if not finite.size:
        return Statistics(None, None, None, None, None, 0.0, int(flat.size), [0.0] * BINS)
    low, high = float(finite.min()), float(finite.max())
    return Statistics(
        mean=float(finite.mean()),
        deviation=float(finite.std()),
        norm=float(np.sqrt(np.square(finite).sum())),
        low=low,
        high=high,
        zeros=float((finite == 0).mean()),
        lost=int(flat.size - finite.size),
        bins=_bins(finite[:: -(-finite.size // MOST_COUNTED)], low, high),
    )


def _bins(values: NDArray[Any], low: float, high: float) -> list[float]:
    if low == high:  # of equal numbers all lie in the first
        return [1.0, *[0.0] * (BINS - 1)]
    counts = np.histogram(values, BINS, (low, high))[0]
    return (counts / values.size).tolist()


def picture(array: NDArray[Any], signed: bool = False, most: int = 256) -> Picture | None:
    """Return an example, or what speaks for an answer in it, as it is drawn; None for what is no image and no series.

    Args:
        array: of shape (height, width, channels) or (time, channels).
        signed: whether it is drawn around 0.
        most: pixels on each side.
    """
    if array.ndim == 2:
        rows = shrunk(np.asarray(array, np.float32).T, most, most)  # (channels, time)
        many = len(rows) > MOST_LINES
        return Picture(rows[::-1] if many else rows, "signed" if signed else "spectrum" if many else "series")
    if array.ndim != 3:
        return None
    maps = np.moveaxis(np.asarray(array, np.float32), -1, 0)
    if signed or maps.shape[0] not in (1, 3):
        maps = maps.mean(axis=0, keepdims=True) if not signed else maps.sum(axis=0, keepdims=True)
    small = np.moveaxis(shrunk(maps, most, most), 0, -1)
    return Picture(small[..., 0] if small.shape[-1] == 1 else small, "signed" if signed else "image")


def number(value: Any) -> Number:
    """Return a number as it is sent: None where it is not finite."""
    found = float(value)
    return found if np.isfinite(found) else None


def numbers(values: Any) -> list[Number]:
    """Return numbers as they are sent."""
    return [number(value) for value in np.asarray(values, np.float64).reshape(-1)]
