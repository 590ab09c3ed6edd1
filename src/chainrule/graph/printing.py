"""A graph as text: one node a line, in the order of computation."""

import os
from collections.abc import Sequence
from typing import Any

from chainrule.graph.tensor import Constant, Tensor
from chainrule.graph.walk import topological


def to_text(outputs: Sequence[Tensor]) -> str:
    """Return the graph of `outputs` as a page of text.

    Each line reads `number = op(inputs) attributes : type  # where it comes from`; a backward node names the node
    whose gradient it serves.

    Example:
        >>> import chainrule as cr
        >>> x = cr.Variable(3.0, name="x")
        >>> print(cr.graph.to_text([x * x]))  # doctest: +ELLIPSIS
        %0 = variable x : float32[]
        %1 = multiply(%0, %0) : float32[]  # ...
    """
    numbers: dict[Tensor, int] = {}
    lines: list[str] = []
    for node in topological(outputs):
        numbers[node] = len(numbers)
        lines.append(_line(node, numbers))
    return "\n".join(lines)


def _line(node: Tensor, numbers: dict[Tensor, int]) -> str:
    types = ", ".join(map(str, node.types))
    if node.op is None:
        held = f" {node.data.item()}" if isinstance(node, Constant) and node.size == 1 else ""
        name = f" {node.name}" if node.name else ""
        return f"%{numbers[node]} = {type(node).__name__.lower()}{name}{held} : {types}"
    inputs = ", ".join(f"%{numbers[source]}" for source in node.inputs)
    attributes = "".join(f" {key}={shown(value)}" for key, value in node.attributes.items())
    return f"%{numbers[node]} = {node.op.name}({inputs}){attributes} : {types}  # {_where(node, numbers)}"


def shown(value: Any) -> str:
    """Return an attribute as text short enough for one line."""
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _where(node: Tensor, numbers: dict[Tensor, int]) -> str:
    file, _, line = node.origin.line.rpartition(":")
    place = f"{os.path.basename(file)}:{line}"
    path = f"{node.origin.path} " if node.origin.path else ""
    forward = node.origin.forward
    serves = f" gradient of %{numbers[forward]}" if forward is not None and forward in numbers else ""
    return f"{path}{place}{serves}"
