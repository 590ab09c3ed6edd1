"""The chain between a weight and the loss: the nodes that every path of the chain rule passes, one stage after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

from chainrule.backprop import Rules
from chainrule.graph import NoGradient, Tensor, topological


@dataclass(frozen=True)
class ChainStage:
    """A piece of the chain.

    Args:
        name: of what the stage ends in, such as "dense/output" or "dense/weighted sum".
        node: that value.
        ops: the operations from the stage before to this value, in the order of computation.
    """

    name: str
    node: Tensor
    ops: tuple[Tensor, ...]


def between(target: Tensor, sources: Sequence[Tensor], rules: Rules) -> list[Tensor]:
    """Return the nodes through which a gradient passes from `target` to `sources`, in the order of computation, without these."""
    order = topological([target])
    reached = set(sources)
    for node in order:
        if node.op is not None and not isinstance(rules[node.op], NoGradient) and any(used in reached for used in node.inputs):
            reached.add(node)
    needed = {target}
    for node in reversed(order):
        if node in needed:
            needed.update(used for used in node.inputs if used in reached)
    return [node for node in order if node in reached and node in needed and node not in sources]


def bottlenecks(inside: Sequence[Tensor], source: Tensor) -> list[Tensor]:
    """Return the nodes of `inside` that every path from `source` passes: no edge leads from a node before them to a node after them."""
    place = {node: position for position, node in enumerate(inside)}
    last_use = {used: place[node] for node in inside for used in node.inputs}
    furthest = last_use.get(source, 0)
    found: list[Tensor] = []
    for position, node in enumerate(inside):
        if furthest <= position and len(node.types) == 1:
            found.append(node)
        furthest = max(furthest, last_use.get(node, 0))
    return found


def chain_of(losses: Tensor, weight: Tensor, rules: Rules) -> list[ChainStage]:
    """Return the stages from a weight to the examples' losses: for each layer its weighted sum, where there is one, and its output.

    Args:
        losses: each example's loss, of shape (batch,).
        weight: what they depend on.
        rules: the table of pullbacks by which gradients are passed back.
    """
    inside = between(losses, [weight], rules)
    passed = {weight, *inside}
    ends: dict[Tensor, str] = {}
    for path, group in groupby(bottlenecks(inside, weight), key=lambda node: node.origin.path):
        ends |= _ends(path, list(group), passed, losses.shape[0])
    ends[losses] = "loss of the example"
    stages: list[ChainStage] = []
    begin = 0
    for position, node in enumerate(inside):
        if node in ends:
            stages.append(ChainStage(ends[node], node, tuple(inside[begin : position + 1])))
            begin = position + 1
    return stages


def _ends(path: str, group: Sequence[Tensor], passed: set[Tensor], batch: int) -> dict[Tensor, str]:
    """Return the values at which a layer's part of the chain is cut, with their names."""
    if not path:  # between layers, and in the loss, nothing has a name of its own
        return {}
    linear = [*takewhile(lambda node: _is_affine(node, passed), group)]
    by_example = [node for node in linear if node.shape[:1] == (batch,)]
    sums = {by_example[-1]: f"{path}/weighted sum"} if by_example and len(linear) < len(group) else {}
    return sums | {group[-1]: f"{path}/output"}


def _is_affine(node: Tensor, passed: set[Tensor]) -> bool:
    """Whether a node is a weighted sum, up to a constant, of the inputs that lie on the chain."""
    return node.op is not None and node.op.is_affine_in([place for place, source in enumerate(node.inputs) if source in passed])
