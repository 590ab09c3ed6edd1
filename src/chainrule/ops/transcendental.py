"""Exponentials, logarithms, roots, trigonometric and sigmoid functions, element by element."""

import math

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


exp = Op("exp", infer=_float, lower=jnp.exp, pullback=lambda dy, y, x: (dy * y,), formula="eˣ", samples=_ANY)
expm1 = Op("expm1", infer=_float, lower=jnp.expm1, pullback=lambda dy, y, x: (dy * (y + 1),), formula="eˣ − 1", samples=_ANY)
log = Op("log", infer=_float, lower=jnp.log, pullback=lambda dy, y, x: (dy / x,), formula="ln x", samples=_POSITIVE)
log1p = Op("log1p", infer=_float, lower=jnp.log1p, pullback=lambda dy, y, x: (dy / (x + 1),), formula="ln(1 + x)", samples=_POSITIVE)
sqrt = Op("sqrt", infer=_float, lower=jnp.sqrt, pullback=lambda dy, y, x: (dy * 0.5 / y,), formula="√x", samples=_POSITIVE)
rsqrt = Op(
    "rsqrt",
    infer=_float,
    lower=jax.lax.rsqrt,
    pullback=lambda dy, y, x: (dy * -0.5 * y / x,),
    formula="1 / √x",
    samples=_POSITIVE,
)
sin = Op("sin", infer=_float, lower=jnp.sin, pullback=lambda dy, y, x: (dy * cos(x),), formula="sin x", samples=_ANY)
cos = Op("cos", infer=_float, lower=jnp.cos, pullback=lambda dy, y, x: (-dy * sin(x),), formula="cos x", samples=_ANY)
tanh = Op("tanh", infer=_float, lower=jnp.tanh, pullback=lambda dy, y, x: (dy * (1 - y * y),), formula="tanh x", samples=_ANY)
sigmoid = Op(
    "sigmoid",
    infer=_float,
    lower=jax.nn.sigmoid,
    pullback=lambda dy, y, x: (dy * y * (1 - y),),
    formula="1 / (1 + e⁻ˣ)",
    samples=_ANY,
)
softplus = Op(
    "softplus",
    infer=_float,
    lower=lambda x: jnp.maximum(x, 0) + jnp.log1p(jnp.exp(-jnp.abs(x))),
    pullback=lambda dy, y, x: (dy * sigmoid(x),),
    formula="ln(1 + eˣ)",
    samples=_ANY,
)
erf = Op(
    "erf",
    infer=_float,
    lower=jax.lax.erf,
    pullback=lambda dy, y, x: (dy * (2 / math.sqrt(math.pi)) * exp(-x * x),),
    formula="2/√π · ∫₀ˣ exp(−t²) dt",
    samples=_ANY,
)
relu = Op(
    "relu",
    infer=_float,
    lower=lambda x: jnp.maximum(x, 0),
    pullback=lambda dy, y, x: (where(y > 0, dy, 0),),
    formula="max(x, 0), with derivative 0 at 0",
    samples=_ANY,
)
