"""Bringing numbers to another scale inside the network: bytes of images, and standardised numbers with far outliers."""

from typing import Annotated, ClassVar

from chainrule import ops
from chainrule.arguments import Number
from chainrule.graph import Tensor
from chainrule.networks.layer import Layer, Role


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

    role: ClassVar[Role] = "scaling"

    scale: float = 1.0
    offset: float = 0.0

    def call(self, inputs: Tensor) -> Tensor:
        """Return the rescaled numbers; of whole ones, as of bytes, float32."""
        return (inputs if inputs.dtype.kind == "f" else inputs.astype("float32")) * self.scale + self.offset


class SmoothClip(Layer):
    """x / √(1 + (x / limit)²): near 0 the number itself, and never beyond ±limit.

    Standardised columns of real tables have values many standard deviations out, for which a network of ReLUs answers in
    proportion. This layer is not one of Keras's.

    Args:
        limit: the size that no number exceeds.

    Source: Holzmüller, Grinsztajn and Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on tabular
        data", 2024 (there with limit 3).

    Example:
        >>> import numpy as np, chainrule as cr
        >>> [round(z, 2) for z in SmoothClip(3.0)(cr.Variable(np.array([[0.1, 4.0, 1000.0]], "float32"))).value.tolist()[0]]
        [0.1, 2.4, 3.0]
    """

    role: ClassVar[Role] = "scaling"
    bends: ClassVar[bool] = True

    limit: Annotated[float, Number(1e-6, 1e6)] = 3.0

    def call(self, inputs: Tensor) -> Tensor:
        """Return the numbers within the limit."""
        return inputs / ops.sqrt(1 + ops.square(inputs / self.limit))
