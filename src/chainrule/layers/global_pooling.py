"""Global pooling: the largest or the mean over all of a series or an image."""

from collections.abc import Callable
from dataclasses import field
from typing import Any, ClassVar, TypeAlias

from chainrule import ops
from chainrule.graph import Tensor
from chainrule.layers.windows import AXES
from chainrule.networks.checks import require_axes
from chainrule.networks.layer import Layer, Role
from chainrule.networks.trace import current_trace

Reduce: TypeAlias = Callable[..., Tensor]


def _largest(x: Tensor, **over: Any) -> Tensor:
    return ops.reduce_max(x, **over)


class GlobalPooling(Layer, abstract=True):
    """The base of global pooling; `rank` says over how many axes, `reduce` what becomes of them."""

    role: ClassVar[Role] = "pooling"
    rank: ClassVar[int]
    reduce: ClassVar[Reduce]

    keepdims: bool = field(default=False, kw_only=True)

    def call(self, inputs: Tensor) -> Tensor:
        """Return one number for each example and channel."""
        require_axes(self, inputs.shape[1:], *AXES[self.rank])
        return self.reduce(inputs, axis=tuple(range(1, self.rank + 1)), keepdims=self.keepdims)


class GlobalAveragePooling1D(GlobalPooling):
    """The mean over all steps, padding left out where it is known: (batch, steps, channels) becomes (batch, channels).

    Args:
        keepdims: whether the steps stay as an axis of size 1.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> cr.layers.GlobalAveragePooling1D()(cr.Variable(np.zeros((2, 7, 3), "float32"))).shape
        (2, 3)
    """

    rank: ClassVar[int] = 1
    reduce: ClassVar[Reduce] = staticmethod(Tensor.mean)

    def call(self, inputs: Tensor) -> Tensor:
        """Return the mean over the steps that are no padding; 0 where all are."""
        mask = current_trace().mask_of(inputs)
        if mask is None:
            return super().call(inputs)
        require_axes(self, inputs.shape[1:], *AXES[self.rank])
        real = ops.reshape(mask, shape=(*mask.shape, 1))
        count = ops.maximum(real.astype(inputs.dtype).sum(1, keepdims=self.keepdims), 1)
        return ops.where(real, inputs, 0).sum(1, keepdims=self.keepdims) / count


class GlobalAveragePooling2D(GlobalPooling):
    """The mean over the whole image: (batch, height, width, channels) becomes (batch, channels).

    Args:
        keepdims: whether height and width stay as axes of size 1.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> cr.layers.GlobalAveragePooling2D()(cr.Variable(np.zeros((2, 7, 7, 3), "float32"))).shape
        (2, 3)
    """

    rank: ClassVar[int] = 2
    reduce: ClassVar[Reduce] = staticmethod(Tensor.mean)


class GlobalMaxPooling1D(GlobalPooling):
    """The largest over all steps: (batch, steps, channels) becomes (batch, channels). Those that tie share the gradient.

    Args:
        keepdims: whether the steps stay as an axis of size 1.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> cr.layers.GlobalMaxPooling1D()(cr.Variable(np.zeros((2, 7, 3), "float32"))).shape
        (2, 3)
    """

    bends: ClassVar[bool] = True
    rank: ClassVar[int] = 1
    reduce: ClassVar[Reduce] = staticmethod(_largest)


class GlobalMaxPooling2D(GlobalPooling):
    """The largest over the whole image: (batch, height, width, channels) becomes (batch, channels). Those that tie share the gradient.

    Args:
        keepdims: whether height and width stay as axes of size 1.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> cr.layers.GlobalMaxPooling2D(keepdims=True)(cr.Variable(np.zeros((2, 7, 7, 3), "float32"))).shape
        (2, 1, 1, 3)
    """

    bends: ClassVar[bool] = True
    rank: ClassVar[int] = 2
    reduce: ClassVar[Reduce] = staticmethod(_largest)
