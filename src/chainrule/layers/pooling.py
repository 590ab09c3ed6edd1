"""Pooling: the largest or the mean of each window, or over all, of a series or an image."""

import math
from collections.abc import Callable
from dataclasses import field
from typing import Any, ClassVar, TypeAlias

import numpy as np

from chainrule import ops
from chainrule.arguments import Padding, SizePerAxis
from chainrule.graph import Constant, Tensor
from chainrule.layers.windows import AXES, Pair, as_given, as_image, edges, pair
from chainrule.networks.checks import require_axes
from chainrule.networks.layer import Layer, Role
from chainrule.networks.trace import current_trace

Pool: TypeAlias = Callable[..., Tensor]


def _largest(image: Tensor, **window: Any) -> Tensor:
    return ops.max_pool(image, **window)


def _mean(image: Tensor, window: Pair, strides: Pair, padding: tuple[Pair, Pair]) -> Tensor:
    """Return the mean of each window's own elements: padding is not counted."""
    total = ops.sum_pool(image, window=window, strides=strides, padding=padding)
    if padding == ((0, 0), (0, 0)):
        return total / math.prod(window)
    counts: list[np.ndarray[Any, Any]] = []
    for axis in (0, 1):
        first = np.arange(total.shape[axis + 1]) * strides[axis] - padding[axis][0]
        counts.append(np.minimum(first + window[axis], image.shape[axis + 1]) - np.maximum(first, 0))
    return total / Constant(counts[0][:, None, None] * counts[1][:, None], image.dtype)


class Pooling(Layer, abstract=True):
    """The base of pooling; `rank` says over how many axes the window slides, `pool` what it makes of each place."""

    role: ClassVar[Role] = "pooling"
    rank: ClassVar[int]
    pool: ClassVar[Pool]

    pool_size: SizePerAxis = 2
    strides: SizePerAxis | None = None
    padding: Padding = "valid"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._window = pair(self.pool_size, self.rank)
        self._strides = self._window if self.strides is None else pair(self.strides, self.rank)

    def call(self, inputs: Tensor) -> Tensor:
        """Return one number for each window and channel."""
        require_axes(self, inputs.shape[1:], *AXES[self.rank])
        image = as_image(inputs)
        around = edges(self.padding, image.shape, self._window, self._strides)
        return as_given(self.pool(image, window=self._window, strides=self._strides, padding=around), self.rank)


class MaxPooling1D(Pooling):
    """The largest of each window of steps; its gradient goes to the first of those that tie.

    Inputs of shape (batch, steps, channels) become (batch, windows, channels).

    Args:
        pool_size: how many steps a window holds.
        strides: by how many steps it moves; None moves it by its own size.
        padding: "valid" leaves out windows that do not fit, "same" widens the series so that ⌈steps / strides⌉ fit.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> series = np.array([1, 4, 2, 3], "float32").reshape(1, 4, 1)
        >>> np.asarray(cr.layers.MaxPooling1D(2)(cr.Variable(series)).value).ravel().tolist()
        [4.0, 3.0]
    """

    bends: ClassVar[bool] = True
    rank: ClassVar[int] = 1
    pool: ClassVar[Pool] = staticmethod(_largest)


class MaxPooling2D(Pooling):
    """The largest of each window of an image; its gradient goes to the first of those that tie.

    Inputs of shape (batch, height, width, channels) become (batch, windows down, windows across, channels).

    Args:
        pool_size: height and width of a window, or one number for both.
        strides: by how many places it moves down and across, or one number for both; None moves it by its own size.
        padding: "valid" leaves out windows that do not fit, "same" widens the image so that ⌈size / strides⌉ fit.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> cr.layers.MaxPooling2D(2)(cr.Variable(np.zeros((1, 28, 28, 8), "float32"))).shape
        (1, 14, 14, 8)
    """

    bends: ClassVar[bool] = True
    rank: ClassVar[int] = 2
    pool: ClassVar[Pool] = staticmethod(_largest)


class AveragePooling1D(Pooling):
    """The mean of each window of steps; padding is not counted.

    Inputs of shape (batch, steps, channels) become (batch, windows, channels).

    Args:
        pool_size: how many steps a window holds.
        strides: by how many steps it moves; None moves it by its own size.
        padding: "valid" leaves out windows that do not fit, "same" widens the series so that ⌈steps / strides⌉ fit.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> series = np.array([1, 4, 2], "float32").reshape(1, 3, 1)
        >>> np.asarray(cr.layers.AveragePooling1D(2, padding="same")(cr.Variable(series)).value).ravel().tolist()
        [2.5, 2.0]
    """

    rank: ClassVar[int] = 1
    pool: ClassVar[Pool] = staticmethod(_mean)


class AveragePooling2D(Pooling):
    """The mean of each window of an image; padding is not counted.

    Inputs of shape (batch, height, width, channels) become (batch, windows down, windows across, channels).

    Args:
        pool_size: height and width of a window, or one number for both.
        strides: by how many places it moves down and across, or one number for both; None moves it by its own size.
        padding: "valid" leaves out windows that do not fit, "same" widens the image so that ⌈size / strides⌉ fit.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> image = np.array([[1, 2], [3, 4]], "float32").reshape(1, 2, 2, 1)
        >>> np.asarray(cr.layers.AveragePooling2D(2)(cr.Variable(image)).value).ravel().tolist()
        [2.5]
    """

    rank: ClassVar[int] = 2
    pool: ClassVar[Pool] = staticmethod(_mean)


Reduce: TypeAlias = Callable[..., Tensor]


def _largest_over(x: Tensor, **over: Any) -> Tensor:
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
    reduce: ClassVar[Reduce] = staticmethod(_largest_over)


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
    reduce: ClassVar[Reduce] = staticmethod(_largest_over)
