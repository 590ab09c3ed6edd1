"""Comparisons, logic and selection, element by element."""

from functools import partial

import jax.numpy as jnp
import numpy as np

from chainrule.errors import DtypeError
from chainrule.graph import NoGradient, Op, Tensor, TensorType, sample
from chainrule.ops.rules import STEP, as_dtype, broadcast_shapes, comparison, same_dtype

_PAIRS = (sample((2, 3), (3,)), sample(np.array([1, 2, 3], np.int32), np.array([[2], [3]], np.int32)))
_FLAGS = np.array([[True, False, True], [False, False, True]])
_LOGICAL = (sample(_FLAGS, np.array([True, True, False])),)

_compare = partial(Op, infer=comparison, pullback=STEP, elementwise=True)

equal = _compare("equal", lower=jnp.equal, formula="a = b", samples=_PAIRS)
not_equal = _compare("not_equal", lower=jnp.not_equal, formula="a ≠ b", samples=_PAIRS)
less = _compare("less", lower=jnp.less, formula="a < b", samples=_PAIRS)
less_equal = _compare("less_equal", lower=jnp.less_equal, formula="a ≤ b", samples=_PAIRS)
greater = _compare("greater", lower=jnp.greater, formula="a > b", samples=_PAIRS)
greater_equal = _compare("greater_equal", lower=jnp.greater_equal, formula="a ≥ b", samples=_PAIRS)
logical_and = _compare("logical_and", lower=jnp.logical_and, formula="a and b", samples=_LOGICAL)
logical_or = _compare("logical_or", lower=jnp.logical_or, formula="a or b", samples=_LOGICAL)
logical_not = Op(
    "logical_not", infer=as_dtype(bool), lower=jnp.logical_not, pullback=STEP, formula="not x", elementwise=True, samples=(sample(_FLAGS),)
)
is_finite = Op(
    "is_finite",
    infer=as_dtype(bool),
    lower=jnp.isfinite,
    pullback=STEP,
    formula="x is a finite number",
    elementwise=True,
    samples=(sample(np.array([1.0, np.inf, -np.inf, np.nan])), sample((2, 3))),
)


def _where_type(condition: Tensor, a: Tensor, b: Tensor) -> TensorType:
    if condition.dtype.kind != "b":
        raise DtypeError(f"the condition must be boolean. Got {condition.dtype} instead: compare it with something.")
    return TensorType(broadcast_shapes(condition.shape, a.shape, b.shape), same_dtype(a, b))


where = Op(
    "where",
    infer=_where_type,
    lower=jnp.where,
    pullback=lambda dy, y, condition, a, b: (
        NoGradient("a condition only selects"),
        where(condition, dy, 0),
        where(condition, 0, dy),
    ),
    formula="a where the condition holds, else b",
    elementwise=True,
    linear=({1, 2},),
    moves=True,
    condition=0,
    samples=(sample(_FLAGS, (2, 3), (3,)), sample(np.array([True, False, True]), (2, 1), ())),
    broadcasts=True,
)
