"""Matrix products, with leading axes as batches."""

import jax.numpy as jnp

from chainrule.errors import ShapeError
from chainrule.graph import EACH, Op, Tensor, TensorType, sample
from chainrule.ops.rules import broadcast_shapes, require_float
from chainrule.ops.shaping import reshape, transpose


def _product(a: Tensor, b: Tensor) -> TensorType:
    if a.ndim < 2 or b.ndim < 2:
        raise ShapeError(f"inputs must have at least two axes. Got shapes {a.shape} and {b.shape}: reshape a vector to a row or a column.")
    if a.shape[-1] != b.shape[-2]:
        raise ShapeError(
            f"the last axis of the first input must equal the last axis but one of the second. Got shapes {a.shape} and {b.shape}."
        )
    batch = broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return TensorType((*batch, a.shape[-2], b.shape[-1]), require_float(a, b))


def swap_last(x: Tensor) -> Tensor:
    """Return x with its last two axes exchanged."""
    return transpose(x, axes=(*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


def transposed_product(node: Tensor) -> tuple[Tensor, Tensor] | None:
    """Return a and b where a node is aᵀ b, a product of two matrices; None where it is not. The gradient of a weight often is."""
    if node.op is not matmul_op or node.ndim != 2:
        return None
    left, right = node.inputs
    exchanges = left.op is transpose and tuple(left.attributes["axes"]) == (1, 0)
    return (left.inputs[0], right) if exchanges and right.ndim == 2 else None


matmul_op = Op(
    "matmul",
    infer=_product,
    lower=jnp.matmul,
    pullback=lambda dy, y, a, b: (matmul_op(dy, swap_last(b)), matmul_op(swap_last(a), dy)),
    formula="yᵢₖ = Σⱼ aᵢⱼ bⱼₖ",
    linear=EACH,
    samples=(sample((2, 3), (3, 4)), sample((5, 2, 3), (5, 3, 4)), sample((2, 3), (5, 3, 4))),
    broadcasts=True,
)


def matmul(a: Tensor, b: Tensor) -> Tensor:
    """Return the matrix product; a matrix `b` meets all leading axes of `a` as one long batch of rows."""
    if a.ndim > 2 and b.ndim == 2 and a.shape[-1] == b.shape[0]:
        rows = matmul_op(reshape(a, shape=(-1, a.shape[-1])), b)
        return reshape(rows, shape=(*a.shape[:-1], b.shape[-1]))
    return matmul_op(a, b)
