"""Spectrograms with parts of them masked."""

import numpy as np

from chainrule import ops
from chainrule.arguments import Count, Fraction
from chainrule.augment.augmentation import Augmentation, as_float, in_dtype_of
from chainrule.augment.erasing import interval
from chainrule.errors import ShapeError
from chainrule.graph import Constant, Tensor


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
