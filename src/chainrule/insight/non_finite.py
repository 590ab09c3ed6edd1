"""Where in a graph the first number came about that is not finite: NaN, or an infinity."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from chainrule import ops
from chainrule.graph import Array, Subgraph, Tensor, topological
from chainrule.xla import Program

Numbers: TypeAlias = np.ndarray[Any, Any]
Evaluate: TypeAlias = Callable[[Sequence[Tensor]], list[Numbers]]


@dataclass(frozen=True)
class NonFiniteSource:
    """A node that gave numbers that are not finite from inputs that all were.

    Args:
        node: the node; a leaf where such a number came in from outside.
        output: its array.
        inputs: the arrays of its inputs.
        turns: where it stands inside of loops, the number of the turn in each, the outermost first.
    """

    node: Tensor
    output: Numbers
    inputs: tuple[Numbers, ...]
    turns: tuple[int, ...] = ()


def find_source(targets: Sequence[Tensor], values: Evaluate) -> NonFiniteSource | None:
    """Return the first node, in the order of computation, from which a number that is not finite reached one of `targets`.

    What a condition leaves out (`where`) does not count, nor what nothing passes on.

    Args:
        targets: nodes with such numbers.
        values: gives the arrays of nodes.
    """
    order = [node for node in topological(targets) if _holds_floats(node)]
    counts = values([ops.stack([_count(node) for node in order])])[0]
    bad = {node for node, count in zip(order, counts, strict=True) if count}
    bad |= {node.inputs[0] for node in bad if node.op is ops.item}
    begun = [node for node in reached(targets, bad, values) if not any(source in bad for source in _through_items(node))]
    if not begun:
        return None
    node = min(begun, key=order.index)
    if node.op is ops.item and node.inputs[0].op is ops.loop:
        return _inside(node.inputs[0], values(list(node.inputs[0].inputs)))
    output, *inputs = values([node, *(source for source in node.inputs if len(source.types) == 1)])
    return NonFiniteSource(node, output, tuple(inputs))


def reached(targets: Iterable[Tensor], bad: set[Tensor], values: Evaluate) -> list[Tensor]:
    """Return the nodes of `bad` from which a number that is not finite comes to one of `targets`, these included."""
    stack = [node for node in targets if node in bad]
    seen: dict[Tensor, None] = {}
    while stack:
        node = stack.pop()
        if node not in seen:
            seen[node] = None
            sources = _chosen(node, bad, values) if node.op is not None and node.op.condition is not None else _through_items(node)
            stack += [source for source in sources if source in bad]
    return [node for node in seen if len(node.types) == 1]


def _through_items(node: Tensor) -> tuple[Tensor, ...]:
    """Return a node's inputs; of one output of a loop those of the loop."""
    return node.inputs[0].inputs if node.op is ops.item else node.inputs


def _chosen(node: Tensor, bad: set[Tensor], values: Evaluate) -> list[Tensor]:
    """Return those of the two inputs between which a condition chooses, from which a number was taken that is not finite."""
    assert node.op is not None and node.op.condition is not None
    place = node.op.condition
    output, condition = values([node, node.inputs[place]])
    lost, taken = ~np.isfinite(output), np.broadcast_to(condition, output.shape)
    found = [source for source, chosen in zip(node.inputs[place + 1 : place + 3], (taken, ~taken), strict=True) if (chosen & lost).any()]
    return [source for source in found if source in bad]


def _inside(loop: Tensor, arrays: Sequence[Array]) -> NonFiniteSource | None:
    """Return the source inside of a loop whose inputs are all finite: the turns are computed one after the other."""
    body: Subgraph = loop.attributes["body"]
    carries, sequences, length = (int(loop.attributes[name]) for name in ("carries", "sequences", "length"))
    step = Program(body.outputs, body.inputs)
    carried, constants = list(arrays[:carries]), list(arrays[carries + sequences :])
    turns = range(length - 1, -1, -1) if loop.attributes["reverse"] else range(length)
    for turn in turns:
        given = [*carried, *(array[turn] for array in arrays[carries : carries + sequences]), *constants]
        outputs = [np.asarray(array) for array in step(*given)]
        lost = [node for node, array in zip(body.outputs, outputs, strict=True) if not finite(array)]
        if lost:
            found = find_source(lost, lambda nodes, given=given: [np.asarray(a) for a in Program(nodes, body.inputs)(*given)])
            return None if found is None else replace(found, turns=(turn, *found.turns))
        carried = outputs[:carries]
    return None


def finite(array: Numbers) -> bool:
    """Return whether all numbers of an array are finite."""
    return array.dtype.kind != "f" or bool(np.isfinite(array).all())


def _holds_floats(node: Tensor) -> bool:
    return len(node.types) == 1 and node.dtype.kind == "f"


def _count(node: Tensor) -> Tensor:
    return ops.reduce_sum(ops.logical_not(ops.is_finite(node)).astype("int32"))
