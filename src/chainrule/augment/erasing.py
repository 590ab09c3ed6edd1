"""Rectangles of images taken away."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from chainrule import ops
from chainrule.arguments import Fraction, Interval
from chainrule.augment.augmentation import Augmentation, ValueRange, as_float, in_dtype_of, spread
from chainrule.augment.colour import check_values, value_ends
from chainrule.augment.images import require_image
from chainrule.graph import Constant, Tensor


class RandomErasing(Augmentation):
    """In training, a rectangle of each image is filled with noise or with one value (then also called cutout).

    Its height is √a of the image's, and its width √b, where a and b are drawn from `scale`; its place is drawn evenly.

    Args:
        factor: the probability that an image loses a rectangle. (Keras draws the probability itself, between 0 and a number.)
        scale: the lowest and the highest of a and b; of equal ones, the share of the image that is taken away.
        fill_value: a number, or None for noise, even over the value range, as in the paper. (Keras's noise is a normal one.)
        value_range: (low, high), the numbers that inputs may have; used for noise alone.
        seed: a whole number from 0 that changes what is drawn.

    Source: Zhong, Zheng, Kang, Li and Yang, "Random Erasing Data Augmentation", 2017; DeVries and Taylor, "Improved Regularization of
        Convolutional Neural Networks with Cutout", 2017.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.ones((1, 4, 4, 1), "float32"))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.RandomErasing(scale=(0.25, 0.25), fill_value=0)(x)
        >>> float(np.asarray(y.value).sum())
        12.0
    """

    factor: Fraction = 1.0
    scale: Annotated[Sequence[float], Interval(0, 1)] = (0.02, 0.33)
    fill_value: float | None = None
    value_range: ValueRange = (0, 255)

    def check(self, inputs: np.ndarray[Any, Any]) -> None:
        if self.fill_value is None:
            check_values(self, self.value_range, inputs)

    def vary(self, inputs: Tensor) -> Tensor:
        require_image(self, inputs)
        batch, height, width, _ = inputs.shape
        chosen, a, b, top, left = self.draws(batch, 5)
        ends = (float(self.scale[0]), float(self.scale[1]))
        rows = interval(ops.sqrt(spread(a, ends)), top, height)
        columns = interval(ops.sqrt(spread(b, ends)), left, width)
        gone = ops.logical_and(rows.reshape(batch, height, 1, 1), columns.reshape(batch, 1, width, 1))
        gone = ops.logical_and(gone, (chosen < self.factor).reshape(-1, 1, 1, 1))
        return in_dtype_of(ops.where(gone, self._filling(inputs), as_float(inputs)), inputs)

    def _filling(self, inputs: Tensor) -> Tensor | float:
        if self.fill_value is not None:
            return Constant(np.asarray(self.fill_value, as_float(inputs).dtype))
        noise = ops.random_uniform(ops.random_fold(self.random_key(), 1), shape=inputs.shape, dtype="float32")
        return spread(noise, value_ends(self.value_range)).astype(as_float(inputs).dtype)


def interval(share: Tensor, place: Tensor, size: int) -> Tensor:
    """Return which places along an axis lie in an interval of each example.

    Args:
        share: the interval's length as a share of the axis, rounded to whole places, of shape (batch,).
        place: where it begins, 0 for as early and 1 for as late as it fits, of shape (batch,).
        size: the places of the axis.

    Returns:
        Truth values, of shape (batch, size).
    """
    length = ops.round(share * float(size))
    begin = ops.floor(place * (float(size) - length + 1.0))
    at = Constant(np.arange(size, dtype=np.float32).reshape(1, -1))
    begin, end = begin.reshape(-1, 1), (begin + length).reshape(-1, 1)
    return ops.logical_and(at >= begin, at < end)
