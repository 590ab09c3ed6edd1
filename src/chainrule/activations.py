"""Activations: what a unit makes of its weighted sum."""

import math
from collections.abc import Callable
from typing import Annotated, TypeAlias

from chainrule import ops
from chainrule.arguments import NamedFunction
from chainrule.errors import unknown_name
from chainrule.graph import Tensor

Activation: TypeAlias = Callable[[Tensor], Tensor]

_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def linear(x: Tensor) -> Tensor:
    """Return x."""
    return x


def relu(x: Tensor) -> Tensor:
    """Return max(x, 0)."""
    return ops.relu(x)


def leaky_relu(x: Tensor, negative_slope: float = 0.2) -> Tensor:
    """Return x where it is positive, else negative_slope · x."""
    return ops.where(x > 0, x, x * negative_slope)


def elu(x: Tensor, alpha: float = 1.0) -> Tensor:
    """Return x where it is positive, else alpha · (eˣ − 1). Source: Clevert, Unterthiner and Hochreiter, 2016."""
    below = ops.expm1(ops.minimum(x, 0))
    return ops.where(x > 0, x, below * alpha)


def selu(x: Tensor) -> Tensor:
    """Return scale · elu(x, alpha), whose fixed point is mean 0, variance 1. Source: Klambauer et al., 2017."""
    return elu(x, _SELU_ALPHA) * _SELU_SCALE


def gelu(x: Tensor, approximate: bool = False) -> Tensor:
    """Return x · Φ(x), Φ the standard normal distribution; `approximate` takes tanh for it. Source: Hendrycks and Gimpel, 2016."""
    if approximate:
        return x * 0.5 * (1 + ops.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))
    return x * 0.5 * (1 + ops.erf(x * math.sqrt(0.5)))


def sigmoid(x: Tensor) -> Tensor:
    """Return 1 / (1 + e⁻ˣ)."""
    return ops.sigmoid(x)


def tanh(x: Tensor) -> Tensor:
    """Return tanh x."""
    return ops.tanh(x)


def softmax(x: Tensor) -> Tensor:
    """Return eˣ / Σ eˣ over the last axis."""
    return ops.softmax(x, axis=-1)


def softplus(x: Tensor) -> Tensor:
    """Return ln(1 + eˣ)."""
    return ops.softplus(x)


ACTIVATIONS: dict[str, Activation] = {f.__name__: f for f in (linear, relu, leaky_relu, elu, selu, gelu, sigmoid, tanh, softmax, softplus)}


ActivationLike: TypeAlias = Annotated[str | Activation | None, NamedFunction(lambda: ACTIVATIONS)]


def get(activation: str | Activation | None) -> Activation:
    """Return the activation of a name, or the function given; None is linear."""
    if activation is None:
        return linear
    if not isinstance(activation, str):
        return activation
    if activation not in ACTIVATIONS:
        raise unknown_name("An activation", activation, ACTIVATIONS)
    return ACTIVATIONS[activation]
