"""Sums and extremes over axes, running sums, and where extremes lie."""

from collections.abc import Sequence
from typing import TypeAlias

import jax.numpy as jnp
import numpy as np

from chainrule.errors import ShapeError
from chainrule.graph import FIRST, Op, Tensor, TensorType, sample
from chainrule.ops.casting import cast, stop_gradient
from chainrule.ops.comparison import equal
from chainrule.ops.rules import DISCRETE, like_along, normal_axes, require_number, without_axes
from chainrule.ops.shaping import broadcast_to, reshape
from chainrule.ops.transcendental import exp, log

Axis: TypeAlias = int | Sequence[int] | None


def _reduced(x: Tensor, axis: Axis = None, keepdims: bool = False) -> TensorType:
    return TensorType(without_axes(x.shape, normal_axes(axis, x.ndim), keepdims), x.dtype)


def _summed(x: Tensor, axis: Axis = None, keepdims: bool = False) -> TensorType:
    require_number(x)
    return _reduced(x, axis, keepdims)


def _summed_along(x: Tensor, axis: int) -> TensorType:
    require_number(x)
    return like_along(x, axis)


def _reduced_nonempty(x: Tensor, axis: Axis = None, keepdims: bool = False) -> TensorType:
    if 0 in [x.shape[i] for i in normal_axes(axis, x.ndim)]:
        raise ShapeError(f"an empty axis has no extreme: the input has shape {x.shape}.")
    return _reduced(x, axis, keepdims)


def _expand(reduced: Tensor, x: Tensor, axis: Axis) -> Tensor:
    return broadcast_to(reshape(reduced, shape=without_axes(x.shape, normal_axes(axis, x.ndim), True)), shape=x.shape)


def _extreme_pullback(dy: Tensor, y: Tensor, x: Tensor, axis: Axis = None, keepdims: bool = False) -> tuple[Tensor]:
    hits = cast(equal(x, _expand(y, x, axis)), dtype=x.dtype)
    ties = reduce_sum(hits, axis=axis, keepdims=keepdims)
    return (hits * _expand(dy / ties, x, axis),)


_AXES = (sample((2, 3)), sample((2, 3, 4), axis=1, keepdims=True), sample((2, 3, 4), axis=(0, -1)))

reduce_sum = Op(
    "reduce_sum",
    infer=_summed,
    lower=lambda x, axis=None, keepdims=False: jnp.sum(x, axis, keepdims=keepdims, dtype=x.dtype),
    pullback=lambda dy, y, x, axis=None, keepdims=False: (_expand(dy, x, axis),),
    formula="Σ x over axes",
    linear=FIRST,
    samples=_AXES,
)

reduce_max = Op(
    "reduce_max",
    infer=_reduced_nonempty,
    lower=jnp.max,
    pullback=_extreme_pullback,
    formula="the largest over axes, the gradient shared equally where several tie",
    moves=True,
    samples=_AXES,
)

reduce_min = Op(
    "reduce_min",
    infer=_reduced_nonempty,
    lower=jnp.min,
    pullback=_extreme_pullback,
    formula="the smallest over axes, the gradient shared equally where several tie",
    moves=True,
    samples=_AXES,
)


def _position(x: Tensor, axis: int) -> TensorType:
    return TensorType(_reduced_nonempty(x, axis).shape, np.dtype(np.int32))


argmax = Op(
    "argmax",
    infer=_position,
    lower=lambda x, axis: jnp.argmax(x, axis).astype(jnp.int32),
    pullback=DISCRETE,
    formula="the position of the largest, the first where several tie",
    samples=(sample((3, 4), axis=-1),),
)

argmin = Op(
    "argmin",
    infer=_position,
    lower=lambda x, axis: jnp.argmin(x, axis).astype(jnp.int32),
    pullback=DISCRETE,
    formula="the position of the smallest, the first where several tie",
    samples=(sample((3, 4), axis=0),),
)

flip = Op(
    "flip",
    infer=like_along,
    lower=lambda x, axis: jnp.flip(x, axis),
    pullback=lambda dy, y, x, axis: (flip(dy, axis=axis),),
    formula="x in reverse along an axis",
    linear=FIRST,
    moves=True,
    samples=(sample((2, 3), axis=1),),
)

cumulative_sum = Op(
    "cumulative_sum",
    infer=_summed_along,
    lower=lambda x, axis: jnp.cumsum(x, axis, dtype=x.dtype),
    pullback=lambda dy, y, x, axis: (flip(cumulative_sum(flip(dy, axis=axis), axis=axis), axis=axis),),
    formula="yᵢ = x₀ + … + xᵢ along an axis",
    linear=FIRST,
    samples=(sample((2, 3), axis=1), sample((4,), axis=0)),
)


def logsumexp(x: Tensor, axis: Axis = -1, keepdims: bool = False) -> Tensor:
    """Return ln Σ eˣ over `axis`, safe for large and small x."""
    top = stop_gradient(reduce_max(x, axis=axis, keepdims=True))
    total = log(reduce_sum(exp(x - top), axis=axis, keepdims=True)) + top
    return total if keepdims else reshape(total, shape=_reduced(x, axis).shape)


def log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """Return x − ln Σ eˣ over `axis`, safe for large and small x."""
    shifted = x - stop_gradient(reduce_max(x, axis=axis, keepdims=True))
    return shifted - log(reduce_sum(exp(shifted), axis=axis, keepdims=True))


def softmax(x: Tensor, axis: int = -1) -> Tensor:
    """Return eˣ / Σ eˣ over `axis`, safe for large and small x."""
    powers = exp(x - stop_gradient(reduce_max(x, axis=axis, keepdims=True)))
    return powers / reduce_sum(powers, axis=axis, keepdims=True)


def variance(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the mean squared distance from the mean over `axis`."""
    distance = x - x.mean(axis, keepdims=True)  # pyright: ignore[reportArgumentType]
    return (distance * distance).mean(axis, keepdims)  # pyright: ignore[reportArgumentType]
