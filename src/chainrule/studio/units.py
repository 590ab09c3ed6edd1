"""A unit written out: the terms of its weighted sum, with their places below and in the weight."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule.errors import ArgumentError
from chainrule.layers import Conv1D, Conv2D, Dense, Layer

Array = NDArray[Any]


class Terms(NamedTuple):
    """The terms of a weighted sum.

    Args:
        x: the values below, one for each term.
        w: the weights.
        below: the place of each value, of shape (terms, axes).
        within: the place of each weight, of shape (terms, axes).
        bias: None where there is none.
    """

    x: Array
    w: Array
    below: Array
    within: Array
    bias: float | None

    @property
    def total(self) -> float:
        """Σ x · w + bias."""
        return float((self.x.astype(np.float64) * self.w).sum()) + (self.bias or 0.0)


def require_place(shape: tuple[int, ...], place: list[int], layer: str) -> tuple[int, ...]:
    """Return the place of a unit in a layer's output, which must lie in it.

    Raises:
        ArgumentError: it does not.
    """
    if len(place) != len(shape) or any(not 0 <= at < size for at, size in zip(place, shape, strict=True)):
        raise ArgumentError(f"The place of a unit of {layer}, whose output has shape {shape}, must lie in it. Got {tuple(place)} instead.")
    return tuple(place)


def terms_of(layer: Layer, x: Array, place: tuple[int, ...]) -> Terms | None:
    """Return the terms of a unit's weighted sum; None of a layer that has none that could be listed.

    Args:
        layer: Dense, or a convolution.
        x: what goes into it, of one example.
        place: of the unit in its output.
    """
    weights = {name: np.asarray(variable.value) for name, variable in layer.weights.items()}
    bias = float(weights["bias"][place[-1]]) if "bias" in weights else None
    if isinstance(layer, Dense):
        column = weights["kernel"][:, place[-1]]
        inner = np.arange(len(column))
        below = np.column_stack([*(np.full(len(column), at) for at in place[:-1]), inner])
        return Terms(x[place[:-1]], column, below, np.column_stack([inner, np.full(len(column), place[-1])]), bias)
    if isinstance(layer, Conv1D | Conv2D):
        return _of_convolution(layer, weights["kernel"], bias, x, place)
    return None


def _of_convolution(layer: Conv1D | Conv2D, kernel: Array, bias: float | None, x: Array, place: tuple[int, ...]) -> Terms:
    """Terms of a convolution: the values under the kernel; what lies in the padding is 0 and left out."""
    axes = kernel.ndim - 2
    strides, dilations = _each(layer.strides, axes), _each(getattr(layer, "dilation_rate", 1), axes)
    groups = int(getattr(layer, "groups", 1))
    begin = [_first(x.shape[i], kernel.shape[i], strides[i], dilations[i], layer.padding) for i in range(axes)]
    spots = np.stack(np.meshgrid(*(np.arange(size) for size in kernel.shape[:-1]), indexing="ij"), axis=-1).reshape(-1, axes + 1)
    places = np.array([place[i] * strides[i] - begin[i] for i in range(axes)]) + spots[:, :axes] * np.array(dilations)
    inside = ((places >= 0) & (places < np.array(x.shape[:axes]))).all(axis=1)
    spots, places = spots[inside], places[inside]
    first_channel = (place[-1] // (kernel.shape[-1] // groups)) * kernel.shape[-2]
    below = np.column_stack([places, spots[:, -1] + first_channel])
    within = np.column_stack([spots, np.full(len(spots), place[-1])])
    return Terms(x[tuple(below.T)], kernel[tuple(within.T)], below, within, bias)


def _each(given: Any, axes: int) -> tuple[int, ...]:
    return (int(given),) * axes if isinstance(given, int) else tuple(map(int, given))


def _first(size: int, kernel: int, stride: int, dilation: int, padding: str) -> int:
    """Return how many places of padding stand before the first value, along one axis."""
    reach = (kernel - 1) * dilation
    if padding == "causal":
        return reach
    if padding != "same":
        return 0
    outputs = -(-size // stride)
    return max((outputs - 1) * stride + reach + 1 - size, 0) // 2
