"""The simplest recurrent layer."""

from typing import ClassVar

from chainrule import activations, ops, regularizers
from chainrule.activations import ActivationLike
from chainrule.arguments import PositiveCount
from chainrule.graph import Tensor
from chainrule.initializers import InitializerLike
from chainrule.layers.series import read_series
from chainrule.networks.checks import require_axes, require_size
from chainrule.networks.layer import Layer, Role, Shape
from chainrule.regularizers import RegularizerLike


class SimpleRNN(Layer):
    """A recurrent layer whose output is all it remembers: h ← activation(x · kernel + h · recurrent_kernel + bias), from h = 0.

    Inputs of shape (batch, steps, size) become (batch, units), or (batch, steps, units) with `return_sequences`. Weights: `kernel`
    (size, units), `recurrent_kernel` (units, units), `bias` (units,).

    Args:
        units: the size of h.
        activation: a name or a function; None leaves the sum as it is.
        use_bias: whether a bias is added.
        kernel_initializer: the first values of the kernel.
        recurrent_initializer: the first values of the recurrent kernel.
        bias_initializer: the first values of the bias.
        kernel_regularizer: a penalty on the kernel, added to the loss.
        recurrent_regularizer: a penalty on the recurrent kernel, added to the loss.
        bias_regularizer: a penalty on the bias, added to the loss.
        return_sequences: whether h of every step is returned, or of the last alone.
        go_backwards: whether the series is read from its end; h of every step is then in the order of reading.

    Source: Elman, "Finding structure in time", 1990.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> series = cr.Variable(np.zeros((2, 10, 3), "float32"))
        >>> cr.layers.SimpleRNN(4)(series).shape, cr.layers.SimpleRNN(4, return_sequences=True)(series).shape
        ((2, 4), (2, 10, 4))
    """

    role: ClassVar[Role] = "recurrent"

    units: PositiveCount
    activation: ActivationLike = "tanh"
    use_bias: bool = True
    kernel_initializer: InitializerLike = "glorot_uniform"
    recurrent_initializer: InitializerLike = "orthogonal"
    bias_initializer: InitializerLike = "zeros"
    kernel_regularizer: RegularizerLike = None
    recurrent_regularizer: RegularizerLike = None
    bias_regularizer: RegularizerLike = None
    return_sequences: bool = False
    go_backwards: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self._activation = activations.get(self.activation)

    def build(self, shape: Shape) -> None:
        """Make `kernel`, `recurrent_kernel` and `bias`."""
        require_axes(self, shape, "steps", "size")
        penalties = [regularizers.get(r) for r in (self.kernel_regularizer, self.recurrent_regularizer, self.bias_regularizer)]
        self.add_weight("kernel", (shape[-1], self.units), self.kernel_initializer, regularizer=penalties[0])
        self.add_weight("recurrent_kernel", (self.units, self.units), self.recurrent_initializer, regularizer=penalties[1])
        if self.use_bias:
            self.add_weight("bias", (self.units,), self.bias_initializer, regularizer=penalties[2])

    def call(self, inputs: Tensor) -> Tensor:
        """Return h of the last step, or of every step."""
        require_axes(self, inputs.shape[1:], "steps", "size")
        kernel, recurrent_kernel = self.weights["kernel"], self.weights["recurrent_kernel"]
        require_size(self, kernel.shape[0], inputs.shape[-1], inputs.shape)
        entering = ops.matmul(ops.transpose(inputs, axes=(1, 0, 2)), kernel)  # (steps, batch, units)

        def turn(h: Tensor, x: Tensor) -> list[Tensor]:
            z = x + ops.matmul(h, recurrent_kernel)
            return [self._activation(z + self.weights["bias"] if self.use_bias else z)]

        return read_series(inputs, entering, self.units, 1, turn, self.return_sequences, self.go_backwards)
