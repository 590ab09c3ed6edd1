"""Weighted sums, activations, and changes of shape."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from chainrule import activations, ops, regularizers
from chainrule.activations import ActivationLike
from chainrule.arguments import PositiveCount, Several, Whole
from chainrule.errors import ShapeError
from chainrule.graph import Tensor
from chainrule.initializers import InitializerLike
from chainrule.networks.layer import Layer, Role, Shape
from chainrule.networks.trace import current_trace
from chainrule.regularizers import RegularizerLike


class Dense(Layer):
    """Each unit's weighted sum of all inputs: activation(x · kernel + bias).

    Inputs of shape (batch, ..., size) become (batch, ..., units). Weights: `kernel` (size, units), `bias` (units,).

    Args:
        units: the number of outputs.
        activation: a name or a function; None leaves the sum as it is.
        use_bias: whether a bias is added.
        kernel_initializer: the first values of the kernel.
        bias_initializer: the first values of the bias.
        kernel_regularizer: a penalty on the kernel, added to the loss.
        bias_regularizer: a penalty on the bias, added to the loss.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> layer = cr.layers.Dense(2, kernel_initializer="ones")
        >>> np.asarray(layer(cr.Variable(np.array([[1.0, 2.0, 3.0]], "float32"))).value).tolist()
        [[6.0, 6.0]]
    """

    role: ClassVar[Role] = "weighted"
    passes_mask: ClassVar[bool] = True

    units: PositiveCount
    activation: ActivationLike = None
    use_bias: bool = True
    kernel_initializer: InitializerLike = "glorot_uniform"
    bias_initializer: InitializerLike = "zeros"
    kernel_regularizer: RegularizerLike = None
    bias_regularizer: RegularizerLike = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._activation = activations.get(self.activation)

    def build(self, shape: Shape) -> None:
        """Make `kernel` and `bias`."""
        if not shape:
            raise ShapeError(f"Dense {self.default_name!r}: each example must have at least one axis. Got inputs of shape (batch,).")
        self.add_weight("kernel", (shape[-1], self.units), self.kernel_initializer, regularizer=regularizers.get(self.kernel_regularizer))
        if self.use_bias:
            self.add_weight("bias", (self.units,), self.bias_initializer, regularizer=regularizers.get(self.bias_regularizer))

    def call(self, inputs: Tensor) -> Tensor:
        """Return activation(x · kernel + bias)."""
        kernel = self.weights["kernel"]
        if inputs.shape[-1] != kernel.shape[0]:
            raise ShapeError(
                f"Dense {self.default_name!r} was built for {kernel.shape[0]} inputs. Got {inputs.shape[-1]}, from shape {inputs.shape}."
            )
        y = ops.matmul(inputs, kernel)
        return self._activation(y + self.weights["bias"] if self.use_bias else y)


class Activation(Layer):
    """An activation as a layer of its own.

    Args:
        activation: a name or a function.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> np.asarray(cr.layers.Activation("relu")(cr.Variable(np.array([[-1.0, 2.0]], "float32"))).value).tolist()
        [[0.0, 2.0]]
    """

    role: ClassVar[Role] = "activation"
    passes_mask: ClassVar[bool] = True

    activation: ActivationLike

    def __post_init__(self) -> None:
        super().__post_init__()
        self._activation = activations.get(self.activation)

    def call(self, inputs: Tensor) -> Tensor:
        """Return activation(x)."""
        return self._activation(inputs)


class Flatten(Layer):
    """All axes of each example as one: (batch, a, b, ...) becomes (batch, a · b · ...)."""

    role: ClassVar[Role] = "shape"

    def call(self, inputs: Tensor) -> Tensor:
        """Return each example as one row."""
        return ops.reshape(inputs, shape=(inputs.shape[0], inputs.size // max(inputs.shape[0], 1)))


class Reshape(Layer):
    """Each example in another shape.

    Args:
        target_shape: the shape of one example; one size may be -1.
    """

    role: ClassVar[Role] = "shape"

    target_shape: Annotated[Sequence[int], Several(Whole(-1))]

    def call(self, inputs: Tensor) -> Tensor:
        """Return each example in the target shape."""
        known = 1
        for size in self.target_shape:
            known *= size if size != -1 else 1
        per_example = inputs.size // max(inputs.shape[0], 1)
        if per_example % known or (-1 not in self.target_shape and per_example != known):
            raise ShapeError(
                f"Reshape {self.default_name!r}: examples of shape {inputs.shape[1:]} have {per_example} elements, "
                f"which do not fill {tuple(self.target_shape)}."
            )
        target = [per_example // known if size == -1 else size for size in self.target_shape]
        output = ops.reshape(inputs, shape=(inputs.shape[0], *target))
        mask = current_trace().mask_of(inputs)
        if mask is not None and mask.shape == inputs.shape[:-1] and inputs.shape[-1:] == output.shape[-1:]:  # steps stay steps
            current_trace().note_mask(output, ops.reshape(mask, shape=output.shape[:-1]))
        return output
