"""Walking a graph, always with an explicit stack: graphs are deeper than Python's."""

from collections.abc import Iterable, Mapping, Sequence

from chainrule.graph.tensor import Tensor


def topological(outputs: Iterable[Tensor], stop_at: Iterable[Tensor] = ()) -> list[Tensor]:
    """Return every node that `outputs` depend on, each after its inputs; the walk goes no further down than the nodes of `stop_at`."""
    order: list[Tensor] = []
    ends = set(stop_at)
    seen: set[Tensor] = set()
    stack = [(node, False) for node in reversed(list(outputs))]
    while stack:
        node, inputs_done = stack.pop()
        if inputs_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            sources = () if node in ends else reversed(node.inputs)
            stack.extend((source, False) for source in sources if source not in seen)
    return order


def dependents(order: Sequence[Tensor], sources: Iterable[Tensor]) -> set[Tensor]:
    """Return the nodes of `order` whose value depends on any of `sources`, these included."""
    found = set(sources)
    for node in order:
        if any(source in found for source in node.inputs):
            found.add(node)
    return found


def substitute(outputs: Sequence[Tensor], replacements: Mapping[Tensor, Tensor]) -> list[Tensor]:
    """Return `outputs` with nodes replaced; nodes that depend on a replaced one are made anew, the others are the same."""
    changed: dict[Tensor, Tensor] = dict(replacements)
    for node in topological(outputs):
        if node not in changed and any(changed.get(source, source) is not source for source in node.inputs):
            inputs = tuple(changed.get(source, source) for source in node.inputs)
            copy = Tensor(node.types, op=node.op, inputs=inputs, attributes=node.attributes, name=node.name)
            copy.origin = node.origin
            changed[node] = copy
    return [changed.get(node, node) for node in outputs]
