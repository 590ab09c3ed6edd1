"""Layers that make learning harder, so that it generalises better."""

from collections.abc import Sequence
from typing import ClassVar

from chainrule import ops
from chainrule.arguments import Fraction, Seed
from chainrule.errors import ShapeError
from chainrule.graph import Tensor
from chainrule.networks.layer import Layer, Role
from chainrule.networks.trace import current_trace


class Dropout(Layer):
    """In training, each input is 0 with probability `rate`, and the others are divided by 1 − rate, which keeps the mean.

    Which inputs drop depends on the step's random key, the layer's path, and the seed. Out of training the inputs pass as they are.

    Args:
        rate: the share of inputs that drop, from 0 to 1.
        noise_shape: the shape of the mask, with the batch axis; where a size is 1, inputs along that axis drop together, and
            None stands for the input's own size. None altogether for a mask of the input's shape.
        seed: a whole number from 0 that changes which inputs drop.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, "Dropout", 2014.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.ones((4, 25), "float32"))
        >>> with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(5)))):
        ...     y = cr.layers.Dropout(0.5)(x)
        >>> sorted(set(np.asarray(y.value).ravel().tolist()))
        [0.0, 2.0]
    """

    role: ClassVar[Role] = "dropout"
    passes_mask: ClassVar[bool] = True

    rate: Fraction
    noise_shape: Sequence[int | None] | None = None
    seed: Seed | None = None

    def call(self, inputs: Tensor) -> Tensor:
        """Return the inputs, some of them 0 in training."""
        trace = current_trace()
        if not trace.training or self.rate == 0:
            return inputs
        key = trace.random_key()
        if self.seed is not None:
            key = ops.random_fold(key, self.seed)
        kept = ops.random_uniform(key, shape=self._mask_shape(inputs.shape), dtype="float32") >= self.rate
        scale = 1 / (1 - self.rate) if self.rate < 1 else 0.0
        return ops.where(kept, inputs * scale, 0)

    def _mask_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        if self.noise_shape is None:
            return shape
        if len(self.noise_shape) != len(shape) or any(n not in (None, 1, m) for n, m in zip(self.noise_shape, shape, strict=True)):
            raise ShapeError(
                f"Dropout {self.default_name!r}: each size of noise_shape must be 1, None, or the input's. "
                f"Got {tuple(self.noise_shape)} for inputs of shape {shape}."
            )
        return tuple(m if n is None else n for n, m in zip(self.noise_shape, shape, strict=True))
