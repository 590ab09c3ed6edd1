"""Conditions and barriers: a part of the graph that is computed only where a predicate holds, or separately from the rest."""

from collections.abc import Callable, Sequence
from functools import partial

import jax
import jax.numpy as jnp
from jax import lax

from chainrule.errors import DtypeError, ShapeError
from chainrule.graph import NoGradient, Op, Subgraph, Tensor, TensorType, placeholder_like, substitute
from chainrule.ops.rules import Differentiate


def cond(predicate: Tensor, value: Tensor, operands: Sequence[Tensor]) -> Tensor:
    """Return `value` where `predicate` is true, zeros where it is not: what lies between `operands` and `value` is then not computed.

    Args:
        predicate: one truth value.
        value: a tensor that is computed from `operands` alone.
        operands: the nodes that are computed in any case.

    Raises:
        ShapeError, DtypeError: a predicate that is not one truth value.

    Example:
        >>> import chainrule as cr
        >>> x = cr.Variable(3.0)
        >>> [float(cr.ops.cond(x > limit, x * x, [x]).value) for limit in (2.0, 4.0)]
        [9.0, 0.0]
    """
    return branch(predicate, *operands, body=_subgraph(value, operands))


def barrier(value: Tensor, operands: Sequence[Tensor]) -> Tensor:
    """Return `value`, computed once and in full before anything that uses it, and not fused with what comes before or after.

    A compiler that fuses freely may compute a value again for each place that reads it. A barrier stops that.

    Args:
        value: a tensor that is computed from `operands` alone.
        operands: the nodes that stay outside.

    Example:
        >>> import chainrule as cr
        >>> x = cr.Variable(3.0)
        >>> float(cr.ops.barrier(x * x, [x]).value)
        9.0
    """
    return region(*operands, body=_subgraph(value, operands))


def _subgraph(value: Tensor, operands: Sequence[Tensor]) -> Subgraph:
    stand_ins = [placeholder_like(node) for node in operands]
    (inner,) = substitute([value], dict(zip(operands, stand_ins, strict=True)))
    return Subgraph(tuple(stand_ins), (inner,))


def _chosen(predicate: Tensor, *_: Tensor, body: Subgraph) -> TensorType:
    if predicate.shape != ():
        raise ShapeError(f"the predicate must be one truth value. Got shape {predicate.shape} instead.")
    if predicate.dtype.kind != "b":
        raise DtypeError(f"the predicate must be a truth value. Got {predicate.dtype} instead: compare it with something.")
    return body.outputs[0].type


def _run(predicate: jax.Array, *inputs: jax.Array, body: Callable[..., Sequence[jax.Array]]) -> jax.Array:
    kind = jax.eval_shape(lambda *arrays: body(*arrays)[0], *inputs)
    return lax.cond(predicate, lambda *arrays: body(*arrays)[0], lambda *_: jnp.zeros(kind.shape, kind.dtype), *inputs)


def _pull_back(
    make: Callable[..., Tensor], dys: Sequence[Tensor | None], inputs: Sequence[Tensor], differentiate: Differentiate, body: Subgraph
) -> list[Tensor | NoGradient]:
    """Return the gradient of each input of a body: each a body of its own, which `make` makes a node of."""
    (dy,) = dys
    assert dy is not None
    seed = placeholder_like(dy)
    found = differentiate({body.outputs[0]: seed}, body.inputs)
    outer = dict(zip([*body.inputs, seed], [*inputs, dy], strict=True))
    return [make(*outer.values(), body=Subgraph(tuple(outer), (dx,))) if isinstance(dx, Tensor) else dx for dx in found]


def _branch_pullback(
    dys: Sequence[Tensor | None], y: Tensor, predicate: Tensor, *inputs: Tensor, differentiate: Differentiate, body: Subgraph
) -> list[Tensor | NoGradient]:
    return [NoGradient("a condition only selects"), *_pull_back(partial(branch, predicate), dys, inputs, differentiate, body)]


branch = Op(
    "branch",
    infer=_chosen,
    lower=_run,
    pullback=_branch_pullback,
    formula="body(inputs) where the predicate is true, 0 where it is not",
    higher_order=True,
)


def _region_pullback(
    dys: Sequence[Tensor | None], y: Tensor, *inputs: Tensor, differentiate: Differentiate, body: Subgraph
) -> list[Tensor | NoGradient]:
    return _pull_back(region, dys, inputs, differentiate, body)


region = Op(
    "region",
    infer=lambda *inputs, body: body.outputs[0].type,
    lower=lambda *inputs, body: body(*inputs)[0],
    pullback=_region_pullback,
    formula="body(inputs), not fused with what surrounds it",
    higher_order=True,
)
