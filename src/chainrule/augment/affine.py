"""Images turned, zoomed, shifted and sheared: read at other places, which an affine map of the pixels' own gives."""

import math
from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np

from chainrule import ops
from chainrule.augment.augmentation import AROUND, Augmentation, Factor, FactorRange, SignedFactor, as_float, in_dtype_of, spread
from chainrule.augment.images import FillMode, Interpolation, move_target, require_image, resample
from chainrule.graph import Constant, Tensor
from chainrule.networks.layer import Layer

_ZOOM = FactorRange(-0.95, 10.0)
_SHEAR = FactorRange(-0.2, 0.2)  # of a full turn
ZoomFactor: TypeAlias = Annotated[Factor, _ZOOM]


@dataclass(frozen=True)
class Affine:
    """Where each image is read, as (row, column) from its middle: [[d, c], [b, a]] (row, column) − shift.

    Each is of shape (batch,), or a number where it is the same for all.
    """

    a: Tensor | float = 1.0
    b: Tensor | float = 0.0
    c: Tensor | float = 0.0
    d: Tensor | float = 1.0
    down: Tensor | float = 0.0
    right: Tensor | float = 0.0


def warp(images: Tensor, affine: Affine, interpolation: str, fill_mode: str, fill_value: float) -> Tensor:
    """Return images read where an affine map says, in the dtype they came in."""
    height, width = images.shape[1:3]
    middle, centre = (height - 1) / 2, (width - 1) / 2
    row = Constant((np.arange(height) - middle).astype(np.float32).reshape(1, -1, 1))
    column = Constant((np.arange(width) - centre).astype(np.float32).reshape(1, 1, -1))
    a, b, c, d, down, right = (
        part.reshape(-1, 1, 1) if isinstance(part, Tensor) else part
        for part in (affine.a, affine.b, affine.c, affine.d, affine.down, affine.right)
    )
    rows = _sum(row, d, column, c) - down + middle
    columns = _sum(column, a, row, b) - right + centre
    if interpolation == "nearest":
        return resample(images, rows, columns, interpolation, fill_mode, fill_value)
    return in_dtype_of(resample(as_float(images), rows, columns, interpolation, fill_mode, fill_value), images)


def _sum(along: Tensor, own: Tensor | float, across: Tensor, other: Tensor | float) -> Tensor:
    """Return own · along + other · across; what is 1 or 0 for all costs nothing."""
    first = along if isinstance(own, float) and own == 1.0 else along * own
    return first if isinstance(other, float) and other == 0.0 else first + across * other


def warp_target(layer: Layer, affine: Affine, inputs: Tensor, target: Tensor, interpolation: str, fill_mode: str) -> Tensor:
    """Return targets that are images, warped as the inputs are; whole numbers, such as classes, are never blended."""
    kind = interpolation if target.dtype.kind == "f" else "nearest"
    return move_target(layer, lambda images: warp(images, affine, kind, fill_mode, 0.0), inputs, target)


class RandomRotation(Augmentation):
    """In training, each image is turned about its middle, by an angle drawn evenly; positive angles turn counter-clockwise.

    Targets that are images of the same size are turned with the inputs.

    Args:
        factor: in full turns: a number f for -f to f, or a pair, the lowest and the highest, between -1 and 1.
        fill_mode: what lies outside of the image: "constant" the fill value, "nearest" its edge, "reflect" the image mirrored at its
            edge, "wrap" the image again.
        interpolation: how it is read between pixels: "bilinear" or "nearest". Targets of whole numbers are never blended.
        fill_value: for "constant"; in targets it is 0.
        seed: a whole number from 0 that changes what is drawn.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.arange(4, dtype="float32").reshape(1, 2, 2, 1))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.RandomRotation((0.25, 0.25))(x)
        >>> np.asarray(y.value).round(5).reshape(2, 2).tolist()
        [[1.0, 3.0], [0.0, 2.0]]
    """

    factor: SignedFactor
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"
    fill_value: float = 0.0

    def vary(self, inputs: Tensor) -> Tensor:
        require_image(self, inputs)
        return warp(inputs, self._affine(inputs), self.interpolation, self.fill_mode, self.fill_value)

    def vary_target(self, inputs: Tensor, target: Tensor) -> Tensor:
        return warp_target(self, self._affine(inputs), inputs, target, self.interpolation, self.fill_mode)

    def _affine(self, images: Tensor) -> Affine:
        (drawn,) = self.draws(images.shape[0])
        angle = spread(drawn, AROUND.ends(self.factor)) * (2 * math.pi)
        sine, cosine = ops.sin(angle), ops.cos(angle)
        return Affine(cosine, -sine, sine, cosine)


class RandomZoom(Augmentation):
    """In training, each image is read 1 + z times as far apart: zoomed out where the z drawn is positive, and in where it is negative.

    Targets that are images of the same size are zoomed with the inputs.

    Args:
        height_factor: z of the rows: a number f for -f to f, or a pair, the lowest and the highest, from -0.95 on.
        width_factor: z of the columns, by a draw of its own; None takes that of the rows, which keeps the proportions.
        fill_mode: what lies outside of the image: "constant" the fill value, "nearest" its edge, "reflect" the image mirrored at its
            edge, "wrap" the image again.
        interpolation: how it is read between pixels: "bilinear" or "nearest". Targets of whole numbers are never blended.
        fill_value: for "constant"; in targets it is 0.
        seed: a whole number from 0 that changes what is drawn.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.arange(5, dtype="float32").reshape(1, 1, 5, 1))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.RandomZoom((-0.5, -0.5))(x)
        >>> np.asarray(y.value).ravel().tolist()
        [1.0, 1.5, 2.0, 2.5, 3.0]
    """

    height_factor: ZoomFactor
    width_factor: ZoomFactor | None = None
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"
    fill_value: float = 0.0

    def vary(self, inputs: Tensor) -> Tensor:
        require_image(self, inputs)
        return warp(inputs, self._affine(inputs), self.interpolation, self.fill_mode, self.fill_value)

    def vary_target(self, inputs: Tensor, target: Tensor) -> Tensor:
        return warp_target(self, self._affine(inputs), inputs, target, self.interpolation, self.fill_mode)

    def _ranges(self) -> list[tuple[float, float]]:
        return [_ZOOM.ends(factor) for factor in (self.height_factor, self.width_factor) if factor is not None]

    def _affine(self, images: Tensor) -> Affine:
        ranges = self._ranges()
        zooms = [1 + spread(drawn, ends) for drawn, ends in zip(self.draws(images.shape[0], len(ranges)), ranges, strict=True)]
        return Affine(a=zooms[-1], d=zooms[0])


class RandomTranslation(Augmentation):
    """In training, each image is shifted, by a share of its height and a share of its width drawn evenly.

    Targets that are images of the same size are shifted with the inputs.

    Args:
        height_factor: downwards: a number f for -f to f, or a pair, the lowest and the highest, between -1 and 1.
        width_factor: to the right.
        fill_mode: what lies outside of the image: "constant" the fill value, "nearest" its edge, "reflect" the image mirrored at its
            edge, "wrap" the image again.
        interpolation: how it is read between pixels: "bilinear" or "nearest". Targets of whole numbers are never blended.
        fill_value: for "constant"; in targets it is 0.
        seed: a whole number from 0 that changes what is drawn.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.arange(4, dtype="float32").reshape(1, 1, 4, 1))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.RandomTranslation(0, (0.25, 0.25), fill_mode="constant", fill_value=9)(x)
        >>> np.asarray(y.value).ravel().tolist()
        [9.0, 0.0, 1.0, 2.0]
    """

    height_factor: SignedFactor
    width_factor: SignedFactor
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"
    fill_value: float = 0.0

    def vary(self, inputs: Tensor) -> Tensor:
        require_image(self, inputs)
        return warp(inputs, self._affine(inputs), self.interpolation, self.fill_mode, self.fill_value)

    def vary_target(self, inputs: Tensor, target: Tensor) -> Tensor:
        return warp_target(self, self._affine(inputs), inputs, target, self.interpolation, self.fill_mode)

    def _ranges(self) -> list[tuple[float, float]]:
        return [AROUND.ends(factor) for factor in (self.height_factor, self.width_factor)]

    def _affine(self, images: Tensor) -> Affine:
        down, right = (spread(drawn, ends) for drawn, ends in zip(self.draws(images.shape[0], 2), self._ranges(), strict=True))
        return Affine(down=down * float(images.shape[1]), right=right * float(images.shape[2]))


class RandomAffine(Augmentation):
    """In training, each image is turned, zoomed, shifted and sheared at once, each by a draw of its own.

    The image is read once, where a layer for each would read it four times, which blurs it four times. This layer is not one of Keras's.

    Args:
        rotation_factor: in full turns, as for `RandomRotation`.
        zoom_factor: how much farther apart pixels are read, as for `RandomZoom`.
        translation_factor: in shares of height and width, drawn for each, as for `RandomTranslation`.
        shear_factor: the angle by which columns lean, in full turns: a number f for -f to f, or a pair, between -0.2 and 0.2.
        fill_mode: what lies outside of the image: "constant" the fill value, "nearest" its edge, "reflect" the image mirrored at its
            edge, "wrap" the image again.
        interpolation: how it is read between pixels: "bilinear" or "nearest". Targets of whole numbers are never blended.
        fill_value: for "constant"; in targets it is 0.
        seed: a whole number from 0 that changes what is drawn.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.arange(4, dtype="float32").reshape(1, 2, 2, 1))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.RandomAffine(rotation_factor=(0.5, 0.5))(x)
        >>> np.asarray(y.value).round(5).reshape(2, 2).tolist()
        [[3.0, 2.0], [1.0, 0.0]]
    """

    rotation_factor: SignedFactor = 0.0
    zoom_factor: ZoomFactor = 0.0
    translation_factor: SignedFactor = 0.0
    shear_factor: Annotated[Factor, _SHEAR] = 0.0
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"
    fill_value: float = 0.0

    def vary(self, inputs: Tensor) -> Tensor:
        require_image(self, inputs)
        return warp(inputs, self._affine(inputs), self.interpolation, self.fill_mode, self.fill_value)

    def vary_target(self, inputs: Tensor, target: Tensor) -> Tensor:
        return warp_target(self, self._affine(inputs), inputs, target, self.interpolation, self.fill_mode)

    def _ranges(self) -> list[tuple[float, float]]:
        return [
            AROUND.ends(self.rotation_factor),
            _ZOOM.ends(self.zoom_factor),
            _SHEAR.ends(self.shear_factor),
            *[AROUND.ends(self.translation_factor)] * 2,
        ]

    def _affine(self, images: Tensor) -> Affine:
        """Return the map: rotation · (1 + zoom) · [[1, shear], [0, 1]] on (column, row)."""
        drawn = zip(self.draws(images.shape[0], 5), self._ranges(), strict=True)
        turn, zoom, lean, down, right = (spread(each, ends) for each, ends in drawn)
        angle, lean = turn * (2 * math.pi), lean * (2 * math.pi)
        sine, cosine, shear, scale = ops.sin(angle), ops.cos(angle), ops.sin(lean) / ops.cos(lean), 1 + zoom
        return Affine(
            a=scale * cosine,
            b=scale * (cosine * shear - sine),
            c=scale * sine,
            d=scale * (sine * shear + cosine),
            down=down * float(images.shape[1]),
            right=right * float(images.shape[2]),
        )
