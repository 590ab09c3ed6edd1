"""A graph as a value: what the body of a loop is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chainrule.graph.tensor import Constant, Placeholder, Tensor
from chainrule.graph.walk import dependents, substitute, topological


@dataclass(frozen=True, eq=False)
class Subgraph:
    """`outputs` as a function of `inputs`. One that `extends` another gives the other's outputs first, then more."""

    inputs: tuple[Placeholder, ...]
    outputs: tuple[Tensor, ...]
    extends: "Subgraph | None" = None


def within(node: Tensor) -> list[Subgraph]:
    """Return the subgraphs that a node holds as attributes."""
    return [value for value in node.attributes.values() if isinstance(value, Subgraph)]


def placeholder_like(tensor: Tensor, name: str = "") -> Placeholder:
    """Return a placeholder of the tensor's type."""
    return Placeholder(tensor.shape, tensor.dtype, name)


def frontier(outputs: Sequence[Tensor], inside: Iterable[Tensor]) -> list[Tensor]:
    """Return the nodes that `outputs` need and that do not depend on `inside`, nearest first, without constants."""
    order = topological(outputs)
    dependent = dependents(order, inside)
    needed = [source for node in order if node in dependent for source in node.inputs] + list(outputs)
    return [node for node in dict.fromkeys(needed) if node not in dependent and not isinstance(node, Constant)]


def close(inputs: Sequence[Placeholder], outputs: Sequence[Tensor]) -> tuple[Subgraph, list[Tensor]]:
    """Return a subgraph of `inputs` and of what `outputs` take from outside, and a list of the latter."""
    outside = frontier(outputs, inputs)
    stand_ins = [placeholder_like(node) for node in outside]
    closed = substitute(outputs, dict(zip(outside, stand_ins, strict=True)))
    return Subgraph((*inputs, *stand_ins), tuple(closed)), outside
