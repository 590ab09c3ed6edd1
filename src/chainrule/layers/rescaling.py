"""Bringing numbers to another scale inside the network, so that images can stay bytes until they meet it."""

from dataclasses import dataclass

from chainrule.configuration import configurable
from chainrule.graph import Tensor
from chainrule.layers.layer import Layer


@configurable
@dataclass(eq=False)
class Rescaling(Layer):
    """x · scale + offset.

    Args:
        scale: what every number is multiplied with, such as 1/255 for bytes.
        offset: what is added then.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> Rescaling(0.5, 1.0)(cr.Variable(np.array([[2.0, 4.0]], "float32"))).value.tolist()
        [[2.0, 3.0]]
    """

    scale: float = 1.0
    offset: float = 0.0

    def call(self, inputs: Tensor) -> Tensor:
        """Return the rescaled numbers."""
        return inputs * self.scale + self.offset
