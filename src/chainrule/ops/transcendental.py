"""Exponentials, logarithms, roots, trigonometric and sigmoid functions, element by element."""

import math
from functools import partial

import jax
import jax.numpy as jnp

from chainrule.graph import Op, Tensor, TensorType, sample
from chainrule.ops.comparison import where
from chainrule.ops.rules import require_float

_ANY = (sample((2, 3)),)
_POSITIVE = (sample((2, 3), within=(0.5, 2.0)),)


def _float(x: Tensor) -> TensorType:
    require_float(x)
    return x.type


_function = partial(Op, infer=_float, elementwise=True)


exp = _function("exp", lower=jnp.exp, pullback=lambda dy, y, x: (dy * y,), formula="eˣ", limits=(0.0, math.inf), samples=_ANY)
expm1 = _function(
    "expm1", lower=jnp.expm1, pullback=lambda dy, y, x: (dy * (y + 1),), formula="eˣ − 1", limits=(-1.0, math.inf), samples=_ANY
)
log = _function("log", lower=jnp.log, pullback=lambda dy, y, x: (dy / x,), formula="ln x", samples=_POSITIVE)
log1p = _function("log1p", lower=jnp.log1p, pullback=lambda dy, y, x: (dy / (x + 1),), formula="ln(1 + x)", samples=_POSITIVE)
sqrt = _function("sqrt", lower=jnp.sqrt, pullback=lambda dy, y, x: (dy * 0.5 / y,), formula="√x", samples=_POSITIVE)
rsqrt = _function(
    "rsqrt",
    lower=jax.lax.rsqrt,
    pullback=lambda dy, y, x: (dy * -0.5 * y / x,),
    formula="1 / √x",
    samples=_POSITIVE,
)
sin = _function("sin", lower=jnp.sin, pullback=lambda dy, y, x: (dy * cos(x),), formula="sin x", samples=_ANY)
cos = _function("cos", lower=jnp.cos, pullback=lambda dy, y, x: (-dy * sin(x),), formula="cos x", samples=_ANY)
tanh = _function("tanh", lower=jnp.tanh, pullback=lambda dy, y, x: (dy * (1 - y * y),), formula="tanh x", limits=(-1.0, 1.0), samples=_ANY)
sigmoid = _function(
    "sigmoid",
    lower=jax.nn.sigmoid,
    pullback=lambda dy, y, x: (dy * y * (1 - y),),
    formula="1 / (1 + e⁻ˣ)",
    limits=(0.0, 1.0),
    samples=_ANY,
)
softplus = _function(
    "softplus",
    lower=lambda x: jnp.maximum(x, 0) + jnp.log1p(jnp.exp(-jnp.abs(x))),
    pullback=lambda dy, y, x: (dy * sigmoid(x),),
    formula="ln(1 + eˣ)",
    limits=(0.0, math.inf),
    samples=_ANY,
)
erf = _function(
    "erf",
    lower=jax.lax.erf,
    pullback=lambda dy, y, x: (dy * (2 / math.sqrt(math.pi)) * exp(-x * x),),
    formula="2/√π · ∫₀ˣ exp(−t²) dt",
    limits=(-1.0, 1.0),
    samples=_ANY,
)
relu = _function(
    "relu",
    lower=lambda x: jnp.maximum(x, 0),
    pullback=lambda dy, y, x: (where(y > 0, dy, 0),),
    formula="max(x, 0), with derivative 0 at 0",
    limits=(0.0, math.inf),
    moves=True,
    samples=_ANY,
)
