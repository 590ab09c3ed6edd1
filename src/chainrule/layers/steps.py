"""Timesteps of a series cut off, passed over, repeated, turned round, or made the other axis."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from chainrule import ops
from chainrule.arguments import PositiveCount, Sizes
from chainrule.errors import ArgumentError, ShapeError
from chainrule.graph import Tensor
from chainrule.layers.windows import pair
from chainrule.networks.checks import require_axes
from chainrule.networks.layer import Layer, Role
from chainrule.networks.trace import current_trace


class Cropping1D(Layer):
    """A series without some of its first and last steps: (batch, steps, size) becomes (batch, steps − left − right, size).

    Args:
        cropping: how many steps are cut off at the beginning and at the end; one number for both.

    Raises:
        ShapeError: a series that no step would be left of.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> series = cr.Variable(np.arange(5, dtype="float32").reshape(1, 5, 1))
        >>> np.asarray(cr.layers.Cropping1D((1, 2))(series).value).ravel().tolist()
        [1.0, 2.0]
    """

    role: ClassVar[Role] = "shape"

    cropping: Annotated[int | Sequence[int], Sizes(0, 2)] = (1, 1)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._left, self._right = pair(self.cropping, 2)

    def call(self, inputs: Tensor) -> Tensor:
        """Return the steps between."""
        require_axes(self, inputs.shape[1:], "steps", "size")
        end = inputs.shape[1] - self._right
        if end <= self._left:
            raise ShapeError(
                f"Cropping1D {self.default_name!r}: a series must have more than {self._left + self._right} steps. Got {inputs.shape}."
            )
        mask = current_trace().mask_of(inputs)
        output = inputs[:, self._left : end]
        current_trace().note_mask(output, None if mask is None else mask[:, self._left : end])
        return output


class Masking(Layer):
    """Steps that hold nothing but one value are padding: series of several lengths, filled up to one, are read as if each had its own.

    Attention then looks past these steps, recurrent layers and the mean over all steps pass them over, as where an `Embedding` has
    `mask_zero=True`. A step in which any number differs is none. Inputs of shape (batch, steps, size) stay as they are, but that
    padding becomes 0.

    Args:
        mask_value: what stands in every place of a step of padding.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> short, filled = np.ones((1, 2, 3), "float32"), np.pad(np.ones((1, 2, 3), "float32"), ((0, 0), (0, 4), (0, 0)))
        >>> series = cr.Input((6, 3))
        >>> model = cr.Model(series, cr.layers.LSTM(4)(cr.layers.Masking()(series)), seed=0)
        >>> other = cr.Input((2, 3))
        >>> unfilled = cr.Model(other, model.network.layers[1](other))
        >>> bool(np.allclose(model.predict(filled), unfilled.predict(short)))
        True
    """

    role: ClassVar[Role] = "masking"

    mask_value: float = 0.0

    def call(self, inputs: Tensor) -> Tensor:
        """Return the series, and note which steps are no padding."""
        require_axes(self, inputs.shape[1:], "steps", "size")
        real = ops.reduce_max(ops.not_equal(inputs, self.mask_value).astype("uint8"), axis=-1) > 0  # (batch, steps)
        output = ops.where(ops.reshape(real, shape=(*real.shape, 1)), inputs, 0)
        known = current_trace().mask_of(inputs)
        current_trace().note_mask(output, real if known is None else ops.logical_and(real, known))
        return output


class RepeatVector(Layer):
    """The same row of numbers at each of n steps: (batch, size) becomes (batch, n, size).

    Args:
        n: the number of steps.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> np.asarray(cr.layers.RepeatVector(2)(cr.Variable(np.array([[1.0, 2.0]], "float32"))).value).tolist()
        [[[1.0, 2.0], [1.0, 2.0]]]
    """

    role: ClassVar[Role] = "shape"

    n: PositiveCount

    def call(self, inputs: Tensor) -> Tensor:
        """Return each row n times."""
        require_axes(self, inputs.shape[1:], "size")
        batch, size = inputs.shape
        return ops.broadcast_to(ops.reshape(inputs, shape=(batch, 1, size)), shape=(batch, self.n, size))


class ReverseSteps(Layer):
    """A series from its end to its beginning: what a recurrent layer with `go_backwards` has read, in the order of the series again.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> series = cr.Variable(np.arange(3, dtype="float32").reshape(1, 3, 1))
        >>> np.asarray(cr.layers.ReverseSteps()(series).value).ravel().tolist()
        [2.0, 1.0, 0.0]
    """

    role: ClassVar[Role] = "shape"

    def call(self, inputs: Tensor) -> Tensor:
        """Return the steps, the last first."""
        require_axes(self, inputs.shape[1:], "steps", "size")
        mask = current_trace().mask_of(inputs)
        output = ops.flip(inputs, axis=1)
        current_trace().note_mask(output, None if mask is None else ops.flip(mask, axis=1))
        return output


class Permute(Layer):
    """The axes of each example in another order.

    Args:
        dims: for each axis of the output, which of the input's it is, counted from 1; 0 would be the batch.

    Raises:
        ArgumentError: numbers that are not each of 1, 2, ... once.
        ShapeError: examples with another number of axes.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> cr.layers.Permute((2, 1))(cr.Variable(np.zeros((4, 5, 3), "float32"))).shape
        (4, 3, 5)
    """

    role: ClassVar[Role] = "shape"

    dims: Sequence[int]

    def __post_init__(self) -> None:
        super().__post_init__()
        self.dims = tuple(self.dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ArgumentError(f"Permute: dims must be each of 1, 2, ... once. Got {self.dims} instead.")

    def call(self, inputs: Tensor) -> Tensor:
        """Return the examples with their axes in the new order."""
        if inputs.ndim != len(self.dims) + 1:
            raise ShapeError(f"Permute {self.default_name!r}: examples must have {len(self.dims)} axes. Got {inputs.shape[1:]} instead.")
        return ops.transpose(inputs, axes=(0, *self.dims))
