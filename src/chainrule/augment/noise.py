"""Noise."""

from collections.abc import Sequence
from typing import Annotated

from chainrule import ops
from chainrule.arguments import Interval, NotNegative
from chainrule.augment.augmentation import Augmentation, as_float, for_each, in_dtype_of, spread
from chainrule.graph import Tensor


class GaussianNoise(Augmentation):
    """In training, a normal random number with a mean of 0 is added to each input.

    Args:
        stddev: the standard deviation of what is added.
        seed: a whole number from 0 that changes what is drawn.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.zeros((100, 100), "float32"))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.GaussianNoise(0.5)(x)
        >>> round(float(np.asarray(y.value).std()), 2)
        0.5
    """

    stddev: NotNegative

    def vary(self, inputs: Tensor) -> Tensor:
        x = as_float(inputs)
        return in_dtype_of(x + ops.random_normal(self.random_key(), shape=x.shape, dtype=x.dtype) * self.stddev, inputs)


class RandomNoise(Augmentation):
    """In training, noise is added to each example in proportion to the example's own power, as for sounds: x + √(mean x² / 10^(r / 10)) n.

    n are normal random numbers. This layer is not one of Keras's.

    Args:
        ratio: r, the signal's power beside the noise's in decibels: a pair, the lowest and the highest, drawn evenly for each example.
            At 0 noise is as strong as the signal, at 20 a hundredth of its power.
        seed: a whole number from 0 that changes what is drawn.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.full((1, 10000), 3.0, "float32"))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        ...     y = cr.layers.RandomNoise((20, 20))(x)
        >>> round(float(np.asarray(y.value).std()), 2)
        0.3
    """

    ratio: Annotated[Sequence[float], Interval(-100, 100)] = (10, 40)

    def vary(self, inputs: Tensor) -> Tensor:
        x = as_float(inputs)
        of_ratio, of_noise = self.seeds(2)
        drawn = ops.random_uniform(of_ratio, shape=(x.shape[0],), dtype="float32")
        power = ops.square(x).mean(tuple(range(1, x.ndim)), keepdims=True)
        weaker = ops.exp(spread(drawn, (float(self.ratio[0]), float(self.ratio[1]))) * -0.2302585092994046)  # 10^(−r / 10)
        noise = ops.random_normal(of_noise, shape=x.shape, dtype=x.dtype)
        return in_dtype_of(x + ops.sqrt(power * for_each(weaker, x)) * noise, inputs)
