"""What image augmentations share: reading images at places between their pixels, and targets that move along."""

from collections.abc import Callable
from typing import Annotated, TypeAlias

import numpy as np

from chainrule import ops
from chainrule.arguments import choice
from chainrule.errors import DataError
from chainrule.graph import Constant, Tensor
from chainrule.networks.checks import require_axes
from chainrule.networks.layer import Layer


def require_image(layer: Layer, inputs: Tensor) -> None:
    """Raise ShapeError unless the inputs are (batch, height, width, channels)."""
    require_axes(layer, inputs.shape[1:], "height", "width", "channels")


def move_target(layer: Layer, move: Callable[[Tensor], Tensor], inputs: Tensor, target: Tensor) -> Tensor:
    """Return targets that are images of the inputs' size moved as they are; others, of one axis or none, as they are.

    Args:
        layer: who moves.
        move: takes images of shape (batch, height, width, channels).
        inputs: the images that move, of shape (batch, height, width, channels).
        target: classes, numbers, or images such as masks, of shape (batch, height, width) or (batch, height, width, channels).

    Raises:
        DataError: targets with places of their own that are not those of the inputs.
    """
    if target.ndim < 3:
        return target
    if target.ndim > 4 or target.shape[1:3] != inputs.shape[1:3]:
        raise DataError(
            f"{type(layer).__name__} moves what is in the inputs, and targets that are images of the same size with them. Got inputs of "
            f"{inputs.shape[1]} x {inputs.shape[2]} and targets of shape {target.shape[1:]} for each example, which would no longer fit: "
            "leave the layer out."
        )
    return move(target) if target.ndim == 4 else move(target.reshape(*target.shape, 1)).reshape(*target.shape)


Interpolation: TypeAlias = Annotated[str, choice("bilinear", "nearest")]
FillMode: TypeAlias = Annotated[str, choice("constant", "nearest", "reflect", "wrap")]


def resample(images: Tensor, rows: Tensor, columns: Tensor, interpolation: str, fill_mode: str, fill_value: float) -> Tensor:
    """Return images read at other places.

    "bilinear" is (1 − f)(1 − g) x[i, j] + (1 − f) g x[i, j + 1] + f (1 − g) x[i + 1, j] + f g x[i + 1, j + 1], where i + f is the row
    and j + g the column; "nearest" is x[⌊row + ½⌋, ⌊column + ½⌋].

    Args:
        images: floating point for "bilinear", of shape (batch, height, width, channels).
        rows: where to read, in pixels from the middle of the first, of shape (batch, height out, width out) or 1 for a size.
        columns: the same, along the width.
        interpolation: "bilinear" or "nearest".
        fill_mode: what lies outside: "constant" the fill value, "nearest" the edge, "reflect" the image mirrored at its edge, "wrap"
            the image again.
        fill_value: a number.

    Returns:
        Of shape (batch, height out, width out, channels).
    """
    batch, height, width, channels = images.shape
    pixels = images.reshape(batch * height * width, channels)
    first = Constant((np.arange(batch, dtype=np.int32) * (height * width)).reshape(-1, 1, 1))

    def pick(row: tuple[Tensor, Tensor | None], column: tuple[Tensor, Tensor | None]) -> Tensor:
        found = ops.take(pixels, first + row[0] * width + column[0])
        if row[1] is None or column[1] is None:
            return found
        inside = ops.logical_and(row[1], column[1])
        return ops.where(inside.reshape(*inside.shape, 1), found, _number(fill_value, images))

    if interpolation == "nearest":
        return pick(_place(ops.floor(rows + 0.5), height, fill_mode), _place(ops.floor(columns + 0.5), width, fill_mode))
    top, left = ops.floor(rows), ops.floor(columns)
    up, down = (_place(top + step, height, fill_mode) for step in (0.0, 1.0))
    before, after = (_place(left + step, width, fill_mode) for step in (0.0, 1.0))
    f, g = (part.reshape(*part.shape, 1).astype(images.dtype) for part in (rows - top, columns - left))
    upper = pick(up, before) * (1 - g) + pick(up, after) * g
    lower = pick(down, before) * (1 - g) + pick(down, after) * g
    return upper * (1 - f) + lower * f


def _number(value: float, like: Tensor) -> Constant:
    return Constant(np.asarray(value, like.dtype))


def _place(whole: Tensor, size: int, fill_mode: str) -> tuple[Tensor, Tensor | None]:
    """Return the index along an axis for a whole number, and for "constant" whether it lay within; floats, as their mod is quicker."""
    last = size - 1.0
    if fill_mode == "constant":
        inside = ops.logical_and(whole >= 0.0, whole <= last)
        return _clipped(whole, last), inside
    if fill_mode == "reflect":
        around = whole - ops.floor(whole * (0.5 / size)) * (2.0 * size)
        return _clipped(ops.minimum(around, 2.0 * size - 1.0 - around), last), None
    if fill_mode == "wrap":
        around = whole - ops.floor(whole * (1.0 / size)) * float(size)
        around = ops.where(around >= float(size), around - float(size), around)  # where rounding took a place once too few
        return _clipped(ops.where(around < 0.0, around + float(size), around), last), None
    return _clipped(whole, last), None


def _clipped(place: Tensor, last: float) -> Tensor:
    return ops.minimum(ops.maximum(place, 0.0), last).astype("int32")
