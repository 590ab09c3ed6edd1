"""Changing dtype, and stopping a gradient."""

import jax.numpy as jnp
import numpy as np

from chainrule.graph import FIRST, NoGradient, Op, TensorType, sample
from chainrule.ops.rules import like_first

cast = Op(
    "cast",
    infer=lambda x, dtype: TensorType(x.shape, np.dtype(dtype)),
    lower=lambda x, dtype: jnp.asarray(x, dtype),
    pullback=lambda dy, y, x, dtype: (cast(dy, dtype=x.dtype),),
    formula="x as another dtype",
    elementwise=True,
    linear=FIRST,
    samples=(sample((2, 3), dtype=np.dtype("float64")), sample(np.array([[0, 1], [2, -3]], np.int32), dtype=np.dtype("float64"))),
)

stop_gradient = Op(
    "stop_gradient",
    infer=like_first,
    lower=lambda x: x,
    pullback=NoGradient("stop_gradient holds it constant"),
    formula="x, held constant",
    elementwise=True,
    moves=True,
    samples=(sample((2, 3)),),
)
