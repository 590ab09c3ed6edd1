"""Normalisation: values brought to mean 0 and variance 1, over the batch or over each example."""

import math
from collections.abc import Sequence
from typing import ClassVar

from chainrule import ops, regularizers
from chainrule.arguments import Fraction, NotNegative
from chainrule.errors import ArgumentError
from chainrule.graph import Tensor
from chainrule.initializers import InitializerLike
from chainrule.networks.checks import example_axis, require_size
from chainrule.networks.layer import Layer, Role, Shape
from chainrule.networks.trace import Trace, current_trace
from chainrule.regularizers import RegularizerLike


def _moments(x: Tensor, axes: tuple[int, ...], valid: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Return mean and variance over `axes`, which stay with size 1; examples whose `valid` is 0 do not count."""
    if valid is None:
        mean = x.mean(axes, keepdims=True)
        return mean, ops.square(x - mean).mean(axes, keepdims=True)
    real = ops.reshape(valid, shape=(-1, *[1] * (x.ndim - 1))) > 0
    places = math.prod(x.shape[axis] for axis in axes if axis != 0)
    count = ops.maximum(real.astype(x.dtype).sum() * places, 1)
    mean = ops.where(real, x, 0).sum(axes, keepdims=True) / count
    return mean, ops.where(real, ops.square(x - mean), 0).sum(axes, keepdims=True) / count


class BatchNormalization(Layer):
    """Each channel brought to mean 0 and variance 1 over the batch: γ · (x − mean) / √(variance + ε) + β.

    In training, mean and variance are those of the batch, over all axes but `axis`; the padding of a short last batch does not
    count. Each step moves `moving_mean` and `moving_variance` towards them: moving · momentum + batch · (1 − momentum). Out of
    training, or where `trainable` is False, the moving ones are used. Weights, each of shape (channels,): `gamma`, `beta`,
    `moving_mean`, `moving_variance`; a gradient changes the first two alone.

    Args:
        axis: the axis of channels.
        momentum: how much of the moving mean and variance stays at each step.
        epsilon: added to the variance, so that nothing is divided by 0.
        center: whether β is added.
        scale: whether γ multiplies.
        beta_initializer: the first values of β.
        gamma_initializer: the first values of γ.
        moving_mean_initializer: the first values of the moving mean.
        moving_variance_initializer: the first values of the moving variance.
        beta_regularizer: a penalty on β, added to the loss.
        gamma_regularizer: a penalty on γ, added to the loss.

    Source: Ioffe and Szegedy, "Batch normalization", 2015.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([[1.0], [3.0]], "float32"))
        >>> y = cr.layers.BatchNormalization(epsilon=0.0)(x, training=True)
        >>> np.asarray(y.value).tolist()
        [[-1.0], [1.0]]
    """

    role: ClassVar[Role] = "normalization"
    uses_batch: ClassVar[bool] = True

    axis: int = -1
    momentum: Fraction = 0.99
    epsilon: NotNegative = 1e-3
    center: bool = True
    scale: bool = True
    beta_initializer: InitializerLike = "zeros"
    gamma_initializer: InitializerLike = "ones"
    moving_mean_initializer: InitializerLike = "zeros"
    moving_variance_initializer: InitializerLike = "ones"
    beta_regularizer: RegularizerLike = None
    gamma_regularizer: RegularizerLike = None

    def build(self, shape: Shape) -> None:
        """Make `gamma`, `beta`, `moving_mean` and `moving_variance`."""
        size = (shape[example_axis(self, self.axis, len(shape) + 1) - 1],)
        if self.scale:
            self.add_weight("gamma", size, self.gamma_initializer, regularizer=regularizers.get(self.gamma_regularizer))
        if self.center:
            self.add_weight("beta", size, self.beta_initializer, regularizer=regularizers.get(self.beta_regularizer))
        self.add_weight("moving_mean", size, self.moving_mean_initializer, trainable=False)
        self.add_weight("moving_variance", size, self.moving_variance_initializer, trainable=False)

    def call(self, inputs: Tensor) -> Tensor:
        """Return γ · (x − mean) / √(variance + ε) + β."""
        axis = example_axis(self, self.axis, inputs.ndim)
        weights = self.weights
        require_size(self, weights["moving_mean"].shape[0], inputs.shape[axis], inputs.shape)
        along = [n if i == axis else 1 for i, n in enumerate(inputs.shape)]
        trace = current_trace()
        if trace.training and self.trainable:
            mean, variance = _moments(inputs, tuple(i for i in range(inputs.ndim) if i != axis), trace.valid)
            self._follow(trace, "moving_mean", mean)
            self._follow(trace, "moving_variance", variance)
        else:
            mean, variance = weights["moving_mean"].reshape(*along), weights["moving_variance"].reshape(*along)
        factor = ops.rsqrt(variance + self.epsilon)
        y = (inputs - mean) * (factor * weights["gamma"].reshape(*along) if self.scale else factor)
        return y + weights["beta"].reshape(*along) if self.center else y

    def _follow(self, trace: Trace, name: str, found: Tensor) -> None:
        weight = self.weights[name]
        before = trace.updates.get(weight, weight)  # a layer that is called twice moves twice
        trace.updates[weight] = before * self.momentum + ops.reshape(found, shape=weight.shape) * (1 - self.momentum)


class LayerNormalization(Layer):
    """Each example brought to mean 0 and variance 1 over some of its axes: γ · (x − mean) / √(variance + ε) + β.

    Weights, each of the sizes of those axes: `gamma`, `beta`.

    Args:
        axis: the axis, or axes, over which mean and variance are taken.
        epsilon: added to the variance, so that nothing is divided by 0.
        center: whether β is added.
        scale: whether γ multiplies.
        beta_initializer: the first values of β.
        gamma_initializer: the first values of γ.
        beta_regularizer: a penalty on β, added to the loss.
        gamma_regularizer: a penalty on γ, added to the loss.

    Source: Ba, Kiros and Hinton, "Layer normalization", 2016.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([[1.0, 3.0]], "float32"))
        >>> np.asarray(cr.layers.LayerNormalization(epsilon=0.0)(x).value).tolist()
        [[-1.0, 1.0]]
    """

    role: ClassVar[Role] = "normalization"
    passes_mask: ClassVar[bool] = True

    axis: int | Sequence[int] = -1
    epsilon: NotNegative = 1e-3
    center: bool = True
    scale: bool = True
    beta_initializer: InitializerLike = "zeros"
    gamma_initializer: InitializerLike = "ones"
    beta_regularizer: RegularizerLike = None
    gamma_regularizer: RegularizerLike = None

    def build(self, shape: Shape) -> None:
        """Make `gamma` and `beta`."""
        sizes = tuple(shape[axis - 1] for axis in self._axes(len(shape) + 1))
        if self.scale:
            self.add_weight("gamma", sizes, self.gamma_initializer, regularizer=regularizers.get(self.gamma_regularizer))
        if self.center:
            self.add_weight("beta", sizes, self.beta_initializer, regularizer=regularizers.get(self.beta_regularizer))

    def call(self, inputs: Tensor) -> Tensor:
        """Return γ · (x − mean) / √(variance + ε) + β."""
        axes = self._axes(inputs.ndim)
        along = [n if i in axes else 1 for i, n in enumerate(inputs.shape)]
        for weight in self.weights.values():
            require_size(self, weight.size, math.prod(along), inputs.shape)
        mean, variance = _moments(inputs, axes)
        factor = ops.rsqrt(variance + self.epsilon)
        y = (inputs - mean) * (factor * self.weights["gamma"].reshape(*along) if self.scale else factor)
        return y + self.weights["beta"].reshape(*along) if self.center else y

    def _axes(self, ndim: int) -> tuple[int, ...]:
        axes = sorted(example_axis(self, axis, ndim) for axis in ([self.axis] if isinstance(self.axis, int) else self.axis))
        if not axes or len(set(axes)) != len(axes):
            raise ArgumentError(f"LayerNormalization: axis must name at least one axis, and none twice. Got {self.axis!r} instead.")
        return tuple(axes)
