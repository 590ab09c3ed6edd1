"""Arithmetic, element by element."""

import jax.numpy as jnp

from chainrule.graph import ALL, EACH, FIRST, Op, Tensor, sample
from chainrule.ops.casting import cast
from chainrule.ops.comparison import equal, greater, less, where
from chainrule.ops.rules import STEP, elementwise, elementwise_float, elementwise_number, like_first
from chainrule.ops.transcendental import log

_PAIRS = (sample((2, 3), (3,)), sample((2, 1), (1, 3)), sample((), (2,)))

add = Op(
    "add",
    infer=elementwise,
    lower=jnp.add,
    pullback=lambda dy, y, a, b: (dy, dy),
    formula="a + b",
    elementwise=True,
    linear=ALL,
    symbol="+",
    samples=_PAIRS,
    broadcasts=True,
)

subtract = Op(
    "subtract",
    infer=elementwise_number,
    lower=jnp.subtract,
    pullback=lambda dy, y, a, b: (dy, -dy),
    formula="a − b",
    elementwise=True,
    linear=ALL,
    symbol="−",
    samples=_PAIRS,
    broadcasts=True,
)

multiply = Op(
    "multiply",
    infer=elementwise,
    lower=jnp.multiply,
    pullback=lambda dy, y, a, b: (dy * b, dy * a),
    formula="a · b",
    elementwise=True,
    linear=EACH,
    symbol="·",
    samples=_PAIRS,
    broadcasts=True,
)

divide = Op(
    "divide",
    infer=elementwise_float,
    lower=jnp.divide,
    pullback=lambda dy, y, a, b: (dy / b, -dy * y / b),
    formula="a / b",
    elementwise=True,
    linear=FIRST,
    symbol="/",
    samples=(sample((2, 3), (3,), within=(0.5, 2.0)), sample((2, 1), (1, 3), within=(-2.0, -0.5))),
    broadcasts=True,
)

power = Op(
    "power",
    infer=elementwise_float,
    lower=jnp.power,
    pullback=lambda dy, y, a, b: (dy * b * power(a, where(equal(b, 0), 1, b - 1)), dy * y * log(where(greater(a, 0), a, 1))),
    formula="a ** b",
    elementwise=True,
    samples=(sample((2, 3), (3,), within=(0.5, 2.0)), sample((2, 1), (1, 3), within=(0.5, 2.0))),
    broadcasts=True,
)

remainder = Op(
    "remainder",
    infer=elementwise_number,
    lower=jnp.remainder,
    pullback=lambda dy, y, a, b: (dy, -dy * floor(a / b)),
    formula="a − b · floor(a / b)",
    elementwise=True,
    samples=(sample((2, 3), (3,), within=(1.1, 1.9)),),
    broadcasts=True,
)

maximum = Op(
    "maximum",
    infer=elementwise,
    lower=jnp.maximum,
    pullback=lambda dy, y, a, b: (dy * _share(greater(a, b), equal(a, b), dy), dy * _share(less(a, b), equal(a, b), dy)),
    formula="max(a, b), the gradient shared equally where they tie",
    elementwise=True,
    moves=True,
    samples=_PAIRS,
    broadcasts=True,
)

minimum = Op(
    "minimum",
    infer=elementwise,
    lower=jnp.minimum,
    pullback=lambda dy, y, a, b: (dy * _share(less(a, b), equal(a, b), dy), dy * _share(greater(a, b), equal(a, b), dy)),
    formula="min(a, b), the gradient shared equally where they tie",
    elementwise=True,
    moves=True,
    samples=_PAIRS,
    broadcasts=True,
)

negative = Op(
    "negative",
    infer=elementwise_number,
    lower=jnp.negative,
    pullback=lambda dy, y, x: (-dy,),
    formula="−x",
    elementwise=True,
    linear=FIRST,
    symbol="−",
    samples=(sample((2, 3)),),
)

absolute = Op(
    "absolute",
    infer=like_first,
    lower=jnp.abs,
    pullback=lambda dy, y, x: (dy * sign(x),),
    formula="|x|, with derivative 0 at 0",
    elementwise=True,
    samples=(sample((2, 3)),),
)

square = Op(
    "square",
    infer=elementwise_number,
    lower=jnp.square,
    pullback=lambda dy, y, x: (dy * 2 * x,),
    formula="x²",
    elementwise=True,
    samples=(sample((2, 3)),),
)

sign = Op(
    "sign",
    infer=elementwise_number,
    lower=jnp.sign,
    pullback=STEP,
    formula="−1, 0 or 1",
    elementwise=True,
    limits=(-1.0, 1.0),
    samples=(sample((2, 3)),),
)
floor = Op("floor", infer=like_first, lower=jnp.floor, pullback=STEP, formula="⌊x⌋", elementwise=True, samples=(sample((2, 3)),))
round = Op(
    "round",
    infer=elementwise_number,
    lower=jnp.round,
    pullback=STEP,
    formula="nearest whole number, ties to even",
    elementwise=True,
    samples=(sample((2, 3)),),
)


def _share(wins: Tensor, ties: Tensor, dy: Tensor) -> Tensor:
    return cast(wins, dtype=dy.dtype) + cast(ties, dtype=dy.dtype) * 0.5
