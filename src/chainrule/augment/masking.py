"""Parts of examples taken away: rectangles of images, stretches and bands of spectrograms, words of texts."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

import numpy as np

from chainrule import ops
from chainrule.arguments import Count, Fraction, Interval
from chainrule.augment.augmentation import Augmentation, ValueRange, as_float, in_dtype_of, spread
from chainrule.augment.colour import check_values, value_ends
from chainrule.augment.images import require_image
from chainrule.errors import DtypeError, ShapeError
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


class SpecAugment(Augmentation):
    """In training, some stretches of time and some bands of frequencies of each spectrogram are masked.

    How long a stretch is, is drawn evenly between nothing and `time_width` of all steps, and then where it lies; bands likewise. The
    paper's third part, warping time, which it found to matter least, is left out. This layer is not one of Keras's.

    Args:
        time_masks: how many stretches of time.
        time_width: the longest one, as a share of all steps.
        frequency_masks: how many bands of frequencies.
        frequency_width: the widest one, as a share of all frequencies.
        fill_value: what the masked parts become; None for the example's own mean (which is the paper's 0, where that is the mean).
        seed: a whole number from 0 that changes what is drawn.

    Source: Park, Chan, Zhang, Chiu, Zoph, Cubuk and Le, "SpecAugment: A Simple Data Augmentation Method for Automatic Speech
        Recognition", 2019.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.ones((1, 100, 10), "float32"))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.SpecAugment(time_masks=1, time_width=0.5, frequency_masks=0, fill_value=0)(x)
        >>> masked = (np.asarray(y.value) == 0).all(2).sum()
        >>> bool(0 < masked <= 50)
        True
    """

    time_masks: Count = 2
    time_width: Fraction = 0.2
    frequency_masks: Count = 2
    frequency_width: Fraction = 0.2
    fill_value: float | None = None

    def vary(self, inputs: Tensor) -> Tensor:
        if inputs.ndim not in (3, 4):
            raise ShapeError(
                f"SpecAugment {self.default_name!r}: inputs must have shape (batch, steps, frequencies) or (batch, steps, frequencies, "
                f"channels). Got (batch, {', '.join(map(str, inputs.shape[1:]))}) instead."
            )
        x = as_float(inputs)
        widths = [self.time_width] * self.time_masks + [self.frequency_width] * self.frequency_masks
        drawn = self.draws(x.shape[0], max(2 * len(widths), 1))
        for number, width in enumerate(widths):
            axis = 1 if number < self.time_masks else 2
            masked = interval(drawn[2 * number] * width, drawn[2 * number + 1], x.shape[axis])
            shape = [size if i in (0, axis) else 1 for i, size in enumerate(x.shape)]
            x = ops.where(masked.reshape(*shape), self._filling(as_float(inputs)), x)
        return in_dtype_of(x, inputs)

    def _filling(self, x: Tensor) -> Tensor:
        if self.fill_value is not None:
            return Constant(np.asarray(self.fill_value, x.dtype))
        return x.mean(tuple(range(1, x.ndim)), keepdims=True)


class WordDropout(Augmentation):
    """In training, each token becomes the mask token with probability `rate`. This layer is not one of Keras's.

    Args:
        rate: the share of tokens that are hidden, from 0 to 1.
        mask_token: what they become; 1 is the number of unknown words in Keras's vocabularies.
        keep: tokens that are never hidden, such as padding.
        seed: a whole number from 0 that changes what is drawn.

    Source: Iyyer, Manjunatha, Boyd-Graber and Daumé, "Deep Unordered Composition Rivals Syntactic Methods for Text Classification",
        2015; Bowman et al., "Generating Sentences from a Continuous Space", 2016.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([[7, 8, 9, 0]], "int32"))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.WordDropout(1.0)(x)
        >>> y.value.tolist()
        [[1, 1, 1, 0]]
    """

    takes_indices: ClassVar[bool] = True

    rate: Fraction
    mask_token: int = 1
    keep: Sequence[int] = (0,)

    def vary(self, inputs: Tensor) -> Tensor:
        if inputs.dtype.kind not in "iu":
            raise DtypeError(
                f"WordDropout {self.default_name!r} hides tokens, which are whole numbers. Got {inputs.dtype}: for others take Dropout."
            )
        hidden = ops.random_uniform(self.random_key(), shape=inputs.shape, dtype="float32") < self.rate
        for token in self.keep:
            hidden = ops.logical_and(hidden, ops.not_equal(inputs, token))
        return ops.where(hidden, Constant(np.asarray(self.mask_token, inputs.dtype)), inputs)
