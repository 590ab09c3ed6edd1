"""Checks that a graph is well formed; run after every pass."""

from collections.abc import Sequence

from chainrule.errors import GraphError
from chainrule.graph.subgraph import within
from chainrule.graph.tensor import Placeholder, Tensor
from chainrule.graph.walk import topological


def verify(outputs: Sequence[Tensor], inputs: Sequence[Placeholder] | None = None) -> None:
    """Raise GraphError unless `outputs` form a sound graph.

    Each node comes after its inputs, its recorded types are those of the op's shape rule, the bodies of loops are sound
    themselves, and, where `inputs` are given, every placeholder met is among them.
    """
    placed: set[Tensor] = set()
    allowed = None if inputs is None else set(inputs)
    for node in topological(outputs):
        missing = [source for source in node.inputs if source not in placed]
        if missing:
            raise GraphError(f"{node} (at {node.origin}) depends on itself through {missing[0]}.")
        placed.add(node)
        for body in within(node):
            verify(body.outputs, body.inputs)
        if node.op is not None:
            types = node.op.infer(*node.inputs, **node.attributes)
            found = types if type(types) is tuple else (types,)
            if found != node.types:
                raise GraphError(f"{node} (at {node.origin}) is recorded as {node.types}, but its op gives {found}.")
        elif isinstance(node, Placeholder) and allowed is not None and node not in allowed:
            raise GraphError(f"{node} (at {node.origin}) awaits a value, but it is not among the inputs of the program.")
