"""The gated recurrent unit."""

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


class GRU(Layer):
    """The gated recurrent unit: a gate z says how much of h is kept, a gate r how much of it enters what is new.

    At each step, a = x · kernel + bias₀ and b = h · recurrent_kernel + bias₁ are cut into three; with σ the recurrent activation and
    g the activation: z = σ(a₁ + b₁), r = σ(a₂ + b₂), new = g(a₃ + r · b₃), h ← z · h + (1 − z) · new, from h = 0. Without
    `reset_after` the gate comes first, new = g(a₃ + (r · h) · recurrent_kernel₃), and there is bias₀ alone.

    Inputs of shape (batch, steps, size) become (batch, units), or (batch, steps, units) with `return_sequences`. Weights: `kernel`
    (size, 3 · units), `recurrent_kernel` (units, 3 · units), `bias` (2, 3 · units), or (3 · units,) without `reset_after`.

    Args:
        units: the size of h.
        activation: a name or a function, for what is new.
        recurrent_activation: a name or a function, for the gates.
        use_bias: whether biases are added.
        kernel_initializer: the first values of the kernel.
        recurrent_initializer: the first values of the recurrent kernel.
        bias_initializer: the first values of the bias.
        kernel_regularizer: a penalty on the kernel, added to the loss.
        recurrent_regularizer: a penalty on the recurrent kernel, added to the loss.
        bias_regularizer: a penalty on the bias, added to the loss.
        return_sequences: whether h of every step is returned, or of the last alone.
        go_backwards: whether the series is read from its end; h of every step is then in the order of reading.
        reset_after: whether r is applied after the product with the recurrent kernel, or before.

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder for statistical machine translation", 2014.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> series = cr.Variable(np.zeros((2, 10, 3), "float32"))
        >>> cr.layers.GRU(4)(series).shape, cr.layers.GRU(4, return_sequences=True)(series).shape
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
    kernel_regularizer: RegularizerLike = None
    recurrent_regularizer: RegularizerLike = None
    bias_regularizer: RegularizerLike = None
    return_sequences: bool = False
    go_backwards: bool = False
    reset_after: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._activation = activations.get(self.activation)
        self._gate = activations.get(self.recurrent_activation)

    def build(self, shape: Shape) -> None:
        """Make `kernel`, `recurrent_kernel` and `bias`."""
        require_axes(self, shape, "steps", "size")
        wide = 3 * self.units
        penalties = [regularizers.get(r) for r in (self.kernel_regularizer, self.recurrent_regularizer, self.bias_regularizer)]
        self.add_weight("kernel", (shape[-1], wide), self.kernel_initializer, regularizer=penalties[0])
        self.add_weight("recurrent_kernel", (self.units, wide), self.recurrent_initializer, regularizer=penalties[1])
        if self.use_bias:
            self.add_weight("bias", (2, wide) if self.reset_after else (wide,), self.bias_initializer, regularizer=penalties[2])

    def call(self, inputs: Tensor) -> Tensor:
        """Return h of the last step, or of every step."""
        require_axes(self, inputs.shape[1:], "steps", "size")
        kernel = self.weights["kernel"]
        require_size(self, kernel.shape[0], inputs.shape[-1], inputs.shape)
        entering = ops.matmul(ops.transpose(inputs, axes=(1, 0, 2)), kernel)  # (steps, batch, 3 · units)
        if self.use_bias:
            bias = self.weights["bias"]
            entering = entering + (bias[0] if self.reset_after else bias)
        turn = self._reset_after if self.reset_after else self._reset_before
        return read_series(inputs, entering, self.units, 1, turn, self.return_sequences, self.go_backwards)

    def _reset_after(self, h: Tensor, x: Tensor) -> list[Tensor]:
        remembered = ops.matmul(h, self.weights["recurrent_kernel"])  # (batch, 3 · units)
        remembered = remembered + self.weights["bias"][1] if self.use_bias else remembered
        a, b = self._parts(x), self._parts(remembered)
        z, r = self._gate(a[0] + b[0]), self._gate(a[1] + b[1])
        return [z * h + (1 - z) * self._activation(a[2] + r * b[2])]

    def _reset_before(self, h: Tensor, x: Tensor) -> list[Tensor]:
        a, kernels = self._parts(x), self._parts(self.weights["recurrent_kernel"])
        z, r = (self._gate(part + ops.matmul(h, kernel)) for part, kernel in zip(a[:2], kernels[:2], strict=True))
        return [z * h + (1 - z) * self._activation(a[2] + ops.matmul(r * h, kernels[2]))]

    def _parts(self, wide: Tensor) -> list[Tensor]:
        """Return the parts of z, r and what is new."""
        return [wide[:, k * self.units : (k + 1) * self.units] for k in range(3)]
