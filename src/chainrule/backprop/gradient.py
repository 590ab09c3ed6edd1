"""The chain rule: a walk back over the graph that makes, of the same ops, the graph of the gradient."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from chainrule.backprop.rules import PULLBACKS, Rules
from chainrule.errors import ArgumentError, GraphError
from chainrule.graph import NoGradient, Tensor, TensorLike, TensorType, as_tensor, backward_of, dependents, topological, verify
from chainrule.ops import add, item, reduce_sum, reshape


def gradient(
    target: Tensor, sources: Sequence[Tensor], seed: TensorLike | None = None, rules: Rules = PULLBACKS
) -> list[Tensor | NoGradient]:
    """Return the gradient of `target` with respect to each of `sources`, as new nodes of the same graph.

    For y = f(x) and a seed s it is sᵀ ∂y/∂x: where a node is reached on several paths, the products of the local
    derivatives along them add up. The result can be printed, drawn, computed, and differentiated again.

    Args:
        target: what is differentiated; a single number, unless a seed is given.
        sources: with respect to what; any nodes of the graph.
        seed: the gradient of something else with respect to `target`, of its shape; 1 when None.
        rules: the table of pullbacks by op; where it is not `PULLBACKS`, what is returned is that table's instead of the derivative.

    Returns:
        One entry for each source: a tensor of its shape, or a `NoGradient` that says why there is none.

    Raises:
        ArgumentError: a target that is not a floating-point number, and no seed.

    Example:
        >>> import chainrule as cr
        >>> x = cr.Variable(3.0)
        >>> dx, = cr.gradient(x * x, [x])
        >>> ddx, = cr.gradient(dx, [x])
        >>> float(dx.value), float(ddx.value)
        (6.0, 2.0)
    """
    if target.dtype.kind in "iub":
        raise ArgumentError(f"gradient: the target must be floating point. Got {target} instead.")
    if seed is None and target.size != 1:
        raise ArgumentError(f"gradient: the target must be one number. Got shape {target.shape}: take its sum() or mean(), or give a seed.")
    start = as_tensor(np.ones(target.shape, target.dtype) if seed is None else seed)
    if start.type != target.type:
        raise ArgumentError(f"gradient: the seed must be {target.type}, like the target. Got {start.type} instead.")
    return differentiate({target: start}, sources, rules)


def differentiate(seeds: Mapping[Tensor, Tensor], sources: Sequence[Tensor], rules: Rules = PULLBACKS) -> list[Tensor | NoGradient]:
    """Return the gradient with respect to each source of Σ seed · target, over the targets that `seeds` maps to seeds."""
    order = topological(seeds)
    needed = dependents(order, sources)
    found: dict[tuple[Tensor, int], Tensor] = {(target, 0): seed for target, seed in seeds.items()}
    stopped: dict[Tensor, NoGradient] = {}
    for node in reversed(order):
        dys = [found.get((node, index)) for index in range(len(node.types))]
        if node.op is None or node not in needed or not any(dy is not None for dy in dys):
            continue
        with backward_of(node):
            for source, part in zip(node.inputs, pull_back(node, dys, rules), strict=True):
                index = node.attributes["index"] if node.op is item else 0
                if source not in needed:
                    continue
                if isinstance(part, NoGradient) or source.types[index].dtype.kind in "iub":
                    stopped.setdefault(source, _obstacle(node, source, index, part, rules))
                    continue
                key = (source, index)
                found[key] = add(found[key], part) if key in found else part
    results = [found[source, 0] if (source, 0) in found else _absence(source, order, stopped) for source in sources]
    verify([result for result in results if isinstance(result, Tensor)])
    return results


def pull_back(node: Tensor, dys: Sequence[Tensor | None], rules: Rules = PULLBACKS) -> list[Tensor | NoGradient]:
    """Return what one node passes back to each of its inputs.

    Args:
        node: an op on inputs.
        dys: the gradient that has arrived at each of its outputs; None where none has.
        rules: the table of pullbacks by op.

    Returns:
        One entry for each input, of its shape: where the op repeated an input, summed over the repetitions.
    """
    assert node.op is not None
    rule = rules[node.op]
    if isinstance(rule, NoGradient):
        return [rule] * len(node.inputs)
    if node.op.higher_order:
        parts = rule(dys, node, *node.inputs, differentiate=partial(differentiate, rules=rules), **node.attributes)
    else:
        parts = rule(dys[0], node, *node.inputs, **node.attributes)
    index = node.attributes["index"] if node.op is item else 0
    pairs = zip(node.inputs, parts, strict=True)
    return [part if isinstance(part, NoGradient) else _fit(part, source.types[index], node) for source, part in pairs]


def _obstacle(node: Tensor, source: Tensor, index: int, part: Tensor | NoGradient, rules: Rules) -> NoGradient:
    """Return why no gradient passes from `node` to `source`: the node's own reason, or what makes the source discrete."""
    if not isinstance(part, NoGradient) and source.op is not None and isinstance(rule := rules[source.op], NoGradient):
        node, part = source, rule
    dtype = source.types[index].dtype
    reason = part.reason if isinstance(part, NoGradient) else f"{dtype} holds {'truth values' if dtype.kind == 'b' else 'whole numbers'}"
    return NoGradient(f"{node.op.name if node.op else node} at {node.origin}: {reason}")


def _fit(part: Tensor, wanted: TensorType, node: Tensor) -> Tensor:
    """Return `part` summed over the axes along which the op repeated its input."""
    if part.shape == wanted.shape:
        return part
    assert node.op is not None
    if not node.op.broadcasts:
        raise GraphError(f"The pullback of {node.op.name} gives a gradient of shape {part.shape} for an input of shape {wanted.shape}.")
    leading = part.ndim - len(wanted.shape)
    repeated = [axis for axis in range(part.ndim) if axis < leading or wanted.shape[axis - leading] == 1 != part.shape[axis]]
    return reshape(reduce_sum(part, axis=tuple(repeated)), shape=wanted.shape)


def _absence(source: Tensor, order: list[Tensor], stopped: dict[Tensor, NoGradient]) -> NoGradient:
    if source not in order:
        return NoGradient("no path leads from it to the target")
    reached = dependents(order, [source])
    return next((reason for node, reason in stopped.items() if node in reached), NoGradient("its every path to the target is cut"))
