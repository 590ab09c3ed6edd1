"""Upsampling: images made larger by repeating their pixels."""

from typing import ClassVar

from chainrule import ops
from chainrule.arguments import SizePerAxis
from chainrule.graph import Tensor
from chainrule.layers.windows import AXES, pair
from chainrule.networks.checks import require_axes
from chainrule.networks.layer import Layer, Role


class UpSampling2D(Layer):
    """Each pixel repeated, so that an image becomes larger by whole factors: y[i, j] = x[⌊i / rows⌋, ⌊j / columns⌋].

    Inputs of shape (batch, height, width, channels) become (batch, height · rows, width · columns, channels). Of Keras's ways of
    interpolation this is "nearest".

    Args:
        size: the factors of height and width, or one number for both.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> image = np.array([[1, 2]], "float32").reshape(1, 1, 2, 1)
        >>> cr.layers.UpSampling2D(2)(cr.Variable(image)).value[0, :, :, 0].tolist()
        [[1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 2.0]]
    """

    role: ClassVar[Role] = "shape"
    rank: ClassVar[int] = 2

    size: SizePerAxis = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        self._factors = pair(self.size, 2)

    def call(self, inputs: Tensor) -> Tensor:
        """Return the larger images."""
        require_axes(self, inputs.shape[1:], *AXES[2])
        batch, height, width, channels = inputs.shape
        rows, columns = self._factors
        apart = inputs.reshape(batch, height, 1, width, 1, channels)
        repeated = ops.broadcast_to(apart, shape=(batch, height, rows, width, columns, channels))
        return repeated.reshape(batch, height * rows, width * columns, channels)
