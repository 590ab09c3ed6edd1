"""Comparisons, logic and selection, element by element."""

import jax.numpy as jnp
import numpy as np

from chainrule.errors import DtypeError
from chainrule.graph import NoGradient, Op, Tensor, TensorType, sample
from chainrule.ops.rules import STEP, as_dtype, broadcast_shapes, comparison, same_dtype

_PAIRS = (sample((2, 3), (3,)), sample(np.array([1, 2, 3], np.int32), np.array([[2], [3]], np.int32)))
_FLAGS = np.array([[True, False, True], [False, False, True]])
_LOGICAL = (sample(_FLAGS, np.array([True, True, False])),)

equal = Op("equal", infer=comparison, lower=jnp.equal, pullback=STEP, formula="a = b", samples=_PAIRS)
not_equal = Op("not_equal", infer=comparison, lower=jnp.not_equal, pullback=STEP, formula="a ≠ b", samples=_PAIRS)
less = Op("less", infer=comparison, lower=jnp.less, pullback=STEP, formula="a < b", samples=_PAIRS)
less_equal = Op("less_equal", infer=comparison, lower=jnp.less_equal, pullback=STEP, formula="a ≤ b", samples=_PAIRS)
greater = Op("greater", infer=comparison, lower=jnp.greater, pullback=STEP, formula="a > b", samples=_PAIRS)
greater_equal = Op("greater_equal", infer=comparison, lower=jnp.greater_equal, pullback=STEP, formula="a ≥ b", samples=_PAIRS)
logical_and = Op("logical_and", infer=comparison, lower=jnp.logical_and, pullback=STEP, formula="a and b", samples=_LOGICAL)
logical_or = Op("logical_or", infer=comparison, lower=jnp.logical_or, pullback=STEP, formula="a or b", samples=_LOGICAL)
logical_not = Op("logical_not", infer=as_dtype(bool), lower=jnp.logical_not, pullback=STEP, formula="not x", samples=(sample(_FLAGS),))
is_finite = Op(
    "is_finite",
    infer=as_dtype(bool),
    lower=jnp.isfinite,
    pullback=STEP,
    formula="x is a finite number",
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
    samples=(sample(_FLAGS, (2, 3), (3,)), sample(np.array([True, False, True]), (2, 1), ())),
    broadcasts=True,
)
