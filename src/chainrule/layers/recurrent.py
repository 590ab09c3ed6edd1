"""Layers that read a series one timestep after the other, and remember."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from chainrule import activations, initializers, ops, regularizers
from chainrule.activations import ActivationLike
from chainrule.arguments import PositiveCount
from chainrule.graph import Tensor
from chainrule.initializers import Array, Initializer, InitializerLike
from chainrule.networks.checks import require_axes, require_size
from chainrule.networks.layer import Layer, Role, Shape
from chainrule.networks.trace import current_trace
from chainrule.regularizers import RegularizerLike

Turn = Callable[..., Sequence[Tensor]]  # takes what is remembered, then what enters; returns what is remembered next


def read_series(inputs: Tensor, entering: Tensor, units: int, states: int, turn: Turn, every: bool, backwards: bool) -> Tensor:
    """Return the first of what is remembered, after the last step or after every one.

    Where the inputs are known to be padding, all stays as it was.

    Args:
        inputs: the layer's, of shape (batch, steps, ...).
        entering: what enters at each step, of shape (steps, batch, ...).
        units: the size of what is remembered.
        states: how many tensors of shape (batch, units) are remembered; all begin as 0.
        turn: one step.
        every: whether every step is returned, as (batch, steps, units), in the order of reading, or the last alone, as (batch, units).
        backwards: whether the series is read from its end.
    """

    def step(*arrived: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        after = list(turn(*arrived[: states + 1]))
        for real in arrived[states + 1 :]:  # (batch, 1)
            after = [ops.where(real, new, old) for new, old in zip(after, arrived, strict=False)]
        return after, after[:1] if every else []

    zeros = ops.broadcast_to(np.zeros((), entering.dtype), shape=(entering.shape[1], units))
    mask = current_trace().mask_of(inputs)
    masks = [] if mask is None else [ops.reshape(mask.T, shape=(*entering.shape[:2], 1))]
    last, outputs = ops.scan(step, [zeros] * states, [entering, *masks], reverse=backwards)
    if not every:
        return last[0]
    in_order = ops.flip(outputs[0], axis=0) if backwards else outputs[0]
    output = ops.transpose(in_order, axes=(1, 0, 2))
    current_trace().note_mask(output, ops.flip(mask, axis=1) if mask is not None and backwards else mask)
    return output


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
