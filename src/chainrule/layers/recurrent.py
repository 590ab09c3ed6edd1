"""Layers that read a series step by step and remember."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from chainrule import activations, initializers, ops, regularizers
from chainrule.activations import ActivationLike
from chainrule.arguments import PositiveCount
from chainrule.graph import Tensor
from chainrule.initializers import Array, Initializer, InitializerLike
from chainrule.layers.series import read_series
from chainrule.networks.checks import require_axes, require_size
from chainrule.networks.layer import Layer, Role, Shape
from chainrule.regularizers import RegularizerLike


@dataclass
class _OnesForForgetGate(Initializer):
    """Another initialiser's values, but 1 for the second of four equal parts."""

    others: Initializer

    def __call__(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        values = self.others(shape, generator)
        values[shape[0] // 4 : shape[0] // 2] = 1
        return values


class LSTM(Layer):
    """Long short-term memory: a cell c that gates fill, keep and read out.

    At each step, z = x · kernel + h · recurrent_kernel + bias is cut into four; with σ the recurrent activation and g the activation:
    i = σ(z₁), f = σ(z₂), c ← f · c + i · g(z₃), o = σ(z₄), h = o · g(c). Both c and h begin as 0.

    Inputs of shape (batch, steps, size) become (batch, units), or (batch, steps, units) with `return_sequences`. Weights: `kernel`
    (size, 4 · units), `recurrent_kernel` (units, 4 · units), `bias` (4 · units,), each for i, f, c and o in this order.

    Args:
        units: the size of h and of c.
        activation: a name or a function, for what enters the cell and what leaves it.
        recurrent_activation: a name or a function, for the gates.
        use_bias: whether a bias is added.
        kernel_initializer: the first values of the kernel.
        recurrent_initializer: the first values of the recurrent kernel.
        bias_initializer: the first values of the bias.
        unit_forget_bias: whether the bias of f begins as 1, so that the cell remembers before it has learned to.
        kernel_regularizer: a penalty on the kernel, added to the loss.
        recurrent_regularizer: a penalty on the recurrent kernel, added to the loss.
        bias_regularizer: a penalty on the bias, added to the loss.
        return_sequences: whether h of every step is returned, or of the last alone.
        go_backwards: whether the series is read from its end; h of every step is then in the order of reading.

    Source: Hochreiter and Schmidhuber, "Long short-term memory", 1997; the forget gate: Gers, Schmidhuber and Cummins, 2000.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> series = cr.Variable(np.zeros((2, 10, 3), "float32"))
        >>> cr.layers.LSTM(4)(series).shape, cr.layers.LSTM(4, return_sequences=True)(series).shape
        ((2, 4), (2, 10, 4))
    """

    role: ClassVar[Role] = "recurrent"

    units: PositiveCount
    activation: ActivationLike = "tanh"
    recurrent_activation: ActivationLike = "sigmoid"
    use_bias: bool = True
    kernel_initializer: InitializerLike = "glorot_uniform"
    recurrent_initializer: InitializerLike = "orthogonal"
    bias_initializer: InitializerLike = "zeros"
    unit_forget_bias: bool = True
    kernel_regularizer: RegularizerLike = None
    recurrent_regularizer: RegularizerLike = None
    bias_regularizer: RegularizerLike = None
    return_sequences: bool = False
    go_backwards: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self._activation = activations.get(self.activation)
        self._gate = activations.get(self.recurrent_activation)

    def build(self, shape: Shape) -> None:
        """Make `kernel`, `recurrent_kernel` and `bias`."""
        require_axes(self, shape, "steps", "size")
        wide = 4 * self.units
        bias = initializers.get(self.bias_initializer)
        bias = _OnesForForgetGate(bias) if self.unit_forget_bias else bias
        self.add_weight("kernel", (shape[-1], wide), self.kernel_initializer, regularizer=regularizers.get(self.kernel_regularizer))
        self.add_weight(
            "recurrent_kernel", (self.units, wide), self.recurrent_initializer, regularizer=regularizers.get(self.recurrent_regularizer)
        )
        if self.use_bias:
            self.add_weight("bias", (wide,), bias, regularizer=regularizers.get(self.bias_regularizer))

    def call(self, inputs: Tensor) -> Tensor:
        """Return h of the last step, or of every step."""
        require_axes(self, inputs.shape[1:], "steps", "size")
        kernel, recurrent_kernel = self.weights["kernel"], self.weights["recurrent_kernel"]
        require_size(self, kernel.shape[0], inputs.shape[-1], inputs.shape)
        entering = ops.matmul(ops.transpose(inputs, axes=(1, 0, 2)), kernel)  # (steps, batch, 4 · units)

        def turn(h: Tensor, c: Tensor, x: Tensor) -> list[Tensor]:
            z = x + ops.matmul(h, recurrent_kernel)  # (batch, 4 · units)
            z = z + self.weights["bias"] if self.use_bias else z  # here it joins the gates' loop; outside it would cross memory once more
            i, f, new, o = (z[:, k * self.units : (k + 1) * self.units] for k in range(4))
            c = self._gate(f) * c + self._gate(i) * self._activation(new)
            return [self._gate(o) * self._activation(c), c]

        return read_series(inputs, entering, self.units, 2, turn, self.return_sequences, self.go_backwards)
