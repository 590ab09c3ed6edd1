"""Images in another light: brightness, contrast, saturation, hue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import numpy as np

from chainrule import ops
from chainrule.arguments import Either, Meaning, Number, Several
from chainrule.augment.augmentation import (
    AROUND,
    PART,
    Augmentation,
    Factor,
    PartFactor,
    SignedFactor,
    ValueRange,
    as_float,
    for_each,
    in_dtype_of,
    spread,
)
from chainrule.augment.images import require_image
from chainrule.errors import DataError, ShapeError
from chainrule.graph import Tensor
from chainrule.networks.layer import Layer

_LEAST_SHARE = 0.02  # of a value range that images must use: bytes of less are as good as black, and numbers up to 1 are no bytes


def value_ends(value_range: Sequence[float]) -> tuple[float, float]:
    """Return the ends of a value range."""
    low, high = value_range
    return float(low), float(high)


@dataclass(frozen=True)
class ContrastRange(Meaning):
    """A number for contrasts from 1 − factor to 1 + factor, or a pair (lower, upper) for those from 1 − lower to 1 + upper."""

    @property
    def wanted(self) -> str:
        return "a number from 0 to 1, or a pair (lower, upper) for contrasts from 1 - lower, which is not negative, to 1 + upper"

    def take(self, where: str, value: Any) -> Any:
        value = Either((Number(), Several(Number(), 2))).take(where, value)
        low, high = self.ends(value)
        if not 0 <= low <= high:
            raise self.refuse(where, value)
        return value

    def ends(self, factor: Factor) -> tuple[float, float]:
        """Return the ends of the contrast that is drawn."""
        lower, upper = (factor, factor) if isinstance(factor, int | float) else factor
        return 1 - float(lower), 1 + float(upper)


_CONTRAST = ContrastRange()
ContrastFactor: TypeAlias = Annotated[Factor, _CONTRAST]


def check_values(layer: Layer, value_range: Sequence[float], inputs: np.ndarray[Any, Any]) -> None:
    """Raise DataError where inputs lie outside of a value range, or fill next to nothing of it: then another one is meant."""
    low, high = value_ends(value_range)
    least, most = float(inputs.min()), float(inputs.max())
    room = 1e-6 * (high - low)
    if least < low - room or most > high + room or 0 < most - least < _LEAST_SHARE * (high - low):
        raise DataError(
            f"{type(layer).__name__}: the inputs lie between {least:g} and {most:g}, but value_range is ({low:g}, {high:g}). Give the "
            "layer the range that inputs may have, such as value_range=(0, 1)."
        )


class RandomBrightness(Augmentation):
    """In training, each image becomes brighter or darker: x + f (high − low), cut at both ends.

    Args:
        factor: f: a number for −factor to factor, or a pair, the lowest and the highest, between -1 (black) and 1 (white).
        value_range: (low, high), the numbers that inputs may have: (0, 255) as in Keras, (0, 1) for images so scaled.
        seed: a whole number from 0 that changes what is drawn.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([0.0, 0.5, 1.0], "float32").reshape(1, 1, 3, 1))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.RandomBrightness((0.25, 0.25), value_range=(0, 1))(x)
        >>> y.value.ravel().tolist()
        [0.25, 0.75, 1.0]
    """

    factor: SignedFactor
    value_range: ValueRange = (0, 255)

    def check(self, inputs: np.ndarray[Any, Any]) -> None:
        check_values(self, self.value_range, inputs)

    def vary(self, inputs: Tensor) -> Tensor:
        require_image(self, inputs)
        (drawn,) = self.draws(inputs.shape[0])
        return in_dtype_of(brightened(as_float(inputs), drawn, self.factor, self.value_range), inputs)


def brightened(x: Tensor, drawn: Tensor, factor: Factor, value_range: Sequence[float]) -> Tensor:
    """Return images brighter or darker, within the value range."""
    low, high = value_ends(value_range)
    f = spread(drawn, AROUND.ends(factor))
    return _cut(x + for_each(f, x) * (high - low), low, high)


class RandomContrast(Augmentation):
    """In training, each image gains or loses contrast: f (x − mean) + mean, the mean that of its channel, cut at both ends.

    Args:
        factor: a number for f from 1 − factor to 1 + factor; or a pair (lower, upper) for f from 1 − lower to 1 + upper. (In Keras
            a single number only ever adds contrast, against its documentation.)
        value_range: (low, high), the numbers that inputs may have: (0, 255) as in Keras, (0, 1) for images so scaled.
        seed: a whole number from 0 that changes what is drawn.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([0.25, 0.5, 0.75], "float32").reshape(1, 1, 3, 1))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.RandomContrast((0.5, -0.5), value_range=(0, 1))(x)  # f from 0.5 to 0.5
        >>> y.value.ravel().tolist()
        [0.375, 0.5, 0.625]
    """

    factor: ContrastFactor
    value_range: ValueRange = (0, 255)

    def check(self, inputs: np.ndarray[Any, Any]) -> None:
        check_values(self, self.value_range, inputs)

    def vary(self, inputs: Tensor) -> Tensor:
        require_image(self, inputs)
        (drawn,) = self.draws(inputs.shape[0])
        return in_dtype_of(contrasted(as_float(inputs), drawn, self.factor, self.value_range), inputs)


def contrasted(x: Tensor, drawn: Tensor, factor: Factor, value_range: Sequence[float]) -> Tensor:
    """Return images with more or less contrast, within the value range."""
    mean = x.mean((1, 2), keepdims=True)
    return _cut((x - mean) * for_each(spread(drawn, _CONTRAST.ends(factor)), x) + mean, *value_ends(value_range))


class RandomSaturation(Augmentation):
    """In training, the colours of each image become stronger or weaker: saturation times f / (1 − f), at most 1.

    Saturation is 1 − min / max over red, green and blue.

    Args:
        factor: f: a number for 0 to factor, as in Keras, or a pair, the lowest and the highest, between 0 and 1: 0 takes all colour
            away, 0.5 changes nothing, 1 gives the purest colours.
        value_range: (low, high), the numbers that inputs may have: (0, 255) as in Keras, (0, 1) for images so scaled.
        seed: a whole number from 0 that changes what is drawn.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([1.0, 0.5, 0.0], "float32").reshape(1, 1, 1, 3))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.RandomSaturation((0, 0), value_range=(0, 1))(x)
        >>> y.value.ravel().tolist()
        [1.0, 1.0, 1.0]
    """

    factor: PartFactor
    value_range: ValueRange = (0, 255)

    def check(self, inputs: np.ndarray[Any, Any]) -> None:
        check_values(self, self.value_range, inputs)

    def vary(self, inputs: Tensor) -> Tensor:
        require_colour(self, inputs)
        (drawn,) = self.draws(inputs.shape[0])
        return in_dtype_of(saturated(as_float(inputs), drawn, self.factor, self.value_range), inputs)


def saturated(x: Tensor, drawn: Tensor, factor: Factor, value_range: Sequence[float]) -> Tensor:
    """Return images with stronger or weaker colours: each channel c becomes v − (v − c) · ratio, v the largest of the three."""
    low, high = value_ends(value_range)
    f = for_each(spread(drawn, PART.ends(factor)), x)
    x = x - low
    v, least = ops.reduce_max(x, axis=3, keepdims=True), ops.reduce_min(x, axis=3, keepdims=True)
    purest = v / ops.maximum(v - least, 1e-6 * (high - low))
    return v - (v - x) * ops.minimum(f / ops.maximum(1 - f, 1e-6), purest) + low


class RandomHue(Augmentation):
    """In training, the colours of each image go round the colour circle, by up to half a turn one way or the other.

    Args:
        factor: in half turns: a number for 0 to factor, as in Keras, or a pair, the lowest and the highest, between 0 and 1; the
            direction is drawn too.
        value_range: (low, high), the numbers that inputs may have: (0, 255) as in Keras, (0, 1) for images so scaled.
        seed: a whole number from 0 that changes what is drawn.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([1.0, 0.0, 0.0], "float32").reshape(1, 1, 1, 3))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.RandomHue((1, 1), value_range=(0, 1))(x)  # from red to cyan
        >>> y.value.ravel().tolist()
        [0.0, 1.0, 1.0]
    """

    factor: PartFactor
    value_range: ValueRange = (0, 255)

    def check(self, inputs: np.ndarray[Any, Any]) -> None:
        check_values(self, self.value_range, inputs)

    def vary(self, inputs: Tensor) -> Tensor:
        require_colour(self, inputs)
        size, way = self.draws(inputs.shape[0], 2)
        return in_dtype_of(recoloured(as_float(inputs), size, way, self.factor, self.value_range), inputs)


def recoloured(x: Tensor, size: Tensor, way: Tensor, factor: Factor, value_range: Sequence[float]) -> Tensor:
    """Return images with another hue.

    With the value v, the chroma c = v − min and the hue h in sixths of the circle, a channel is v − c · max(0, min(k, 4 − k, 1)), where
    k = (n + h) mod 6 and n is 5 for red, 3 for green, 1 for blue.
    """
    low, _ = value_ends(value_range)
    turn = spread(size, PART.ends(factor)) * ops.where(way > 0.5, -1.0, 1.0) * 3.0
    x = x - low
    red, green, blue = (x[..., place : place + 1] for place in range(3))
    v, least = ops.reduce_max(x, axis=3, keepdims=True), ops.reduce_min(x, axis=3, keepdims=True)
    c = v - least
    safe = ops.where(c > 0.0, c, 1.0)
    of_green = ops.where(ops.equal(v, green), (blue - red) / safe + 2.0, (red - green) / safe + 4.0)
    h = ops.where(ops.equal(v, red), (green - blue) / safe, of_green) + for_each(turn, x)

    def channel(n: float) -> Tensor:
        around = h + n
        k = around - ops.floor(around / 6.0) * 6.0
        return v - c * ops.maximum(ops.minimum(ops.minimum(k, 4.0 - k), 1.0), 0.0)

    return ops.concatenate(channel(5.0), channel(3.0), channel(1.0), axis=3) + low


class RandomColorJitter(Augmentation):
    """In training, brightness, contrast, saturation and hue of each image change, in this order; what has no factor stays.

    Args:
        value_range: (low, high), the numbers that inputs may have: (0, 255) as in Keras, (0, 1) for images so scaled.
        brightness_factor: as for `RandomBrightness`.
        contrast_factor: as for `RandomContrast`.
        saturation_factor: as for `RandomSaturation`.
        hue_factor: as for `RandomHue`.
        seed: a whole number from 0 that changes what is drawn.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([0.5, 0.25, 0.0], "float32").reshape(1, 1, 1, 3))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.RandomColorJitter((0, 1), brightness_factor=(0.5, 0.5), saturation_factor=(0, 0))(x)
        >>> y.value.ravel().tolist()
        [1.0, 1.0, 1.0]
    """

    value_range: ValueRange = (0, 255)
    brightness_factor: SignedFactor | None = None
    contrast_factor: ContrastFactor | None = None
    saturation_factor: PartFactor | None = None
    hue_factor: PartFactor | None = None

    def check(self, inputs: np.ndarray[Any, Any]) -> None:
        check_values(self, self.value_range, inputs)

    def vary(self, inputs: Tensor) -> Tensor:
        require_image(self, inputs)
        brightness, contrast, saturation, hue, way = self.draws(inputs.shape[0], 5)
        x, given = as_float(inputs), self.value_range
        if self.brightness_factor is not None:
            x = brightened(x, brightness, self.brightness_factor, given)
        if self.contrast_factor is not None:
            x = contrasted(x, contrast, self.contrast_factor, given)
        if self.saturation_factor is not None or self.hue_factor is not None:
            require_colour(self, inputs)
        if self.saturation_factor is not None:
            x = saturated(x, saturation, self.saturation_factor, given)
        if self.hue_factor is not None:
            x = recoloured(x, hue, way, self.hue_factor, given)
        return in_dtype_of(x, inputs)


def require_colour(layer: Layer, inputs: Tensor) -> None:
    """Raise ShapeError unless the inputs are (batch, height, width, 3)."""
    require_image(layer, inputs)
    if inputs.shape[3] != 3:
        raise ShapeError(
            f"{type(layer).__name__} {layer.default_name!r} changes colours: images must have 3 channels, red, green and blue. Got "
            f"{inputs.shape[3]} instead."
        )


def _cut(x: Tensor, low: float, high: float) -> Tensor:
    return ops.minimum(ops.maximum(x, low), high)
