"""From a graph to a function on arrays: each node's lowering, in order."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import jax.numpy as jnp

from chainrule.errors import GraphError
from chainrule.graph import Array, Constant, Op, Subgraph, Tensor, substitute, topological

Lowering: TypeAlias = Callable[..., Any]
Policy: TypeAlias = Mapping[Op, Lowering]


def lower(outputs: Sequence[Tensor], inputs: Sequence[Tensor], policy: Policy) -> Callable[..., list[Array]]:
    """Return the function that computes `outputs` from arrays for `inputs`.

    Args:
        outputs: the nodes wanted.
        inputs: the leaves (or any nodes) whose arrays the function takes, in order.
        policy: lowerings to use instead of the ops' own, by op.

    Raises:
        GraphError: the outputs need a placeholder that is not among the inputs.
    """
    given = set(inputs)
    wanted = merge_loops(outputs)
    order = [node for node in topological(wanted, given) if node not in given]
    for node in order:
        if node.op is None and not isinstance(node, Constant):
            raise GraphError(f"{node} (at {node.origin}) has no value here: it is not among the inputs of the program.")

    def run(*arrays: Array) -> list[Array]:
        values: dict[Tensor, Array] = dict(zip(inputs, arrays, strict=True))
        for node in order:
            values[node] = _compute(node, values, policy)
        return [values[node] for node in wanted]

    return run


def _compute(node: Tensor, values: Mapping[Tensor, Array], policy: Policy) -> Array:
    if isinstance(node, Constant):
        return jnp.asarray(node.data, node.dtype)
    assert node.op is not None
    attributes = {key: _as_function(value, policy) for key, value in node.attributes.items()}
    return policy.get(node.op, node.op.lower)(*(values[source] for source in node.inputs), **attributes)


def _as_function(attribute: Any, policy: Policy) -> Any:
    return lower(attribute.outputs, attribute.inputs, policy) if isinstance(attribute, Subgraph) else attribute


def merge_loops(outputs: Sequence[Tensor]) -> list[Tensor]:
    """Return `outputs` with each loop replaced by the one that extends it, where both are met: one run serves both."""
    merged = list(outputs)
    while True:
        loops = {body: node for node in topological(merged) if isinstance(body := node.attributes.get("body"), Subgraph)}
        pairs = {loops[body.extends]: node for body, node in loops.items() if body.extends in loops}
        pairs = {old: new for old, new in pairs.items() if old.inputs == new.inputs}
        if not pairs:
            return merged
        old, new = next(iter(pairs.items()))
        merged = substitute(merged, {old: new})
