"""A piece of graph as a formula in one line."""

from collections.abc import Mapping

from chainrule.graph import Constant, Tensor

_LONGEST = 160
_HIDDEN = {"shape", "dtype"}  # attributes that say nothing about what is computed


def expression(node: Tensor, names: Mapping[Tensor, str]) -> str:
    """Return what a node computes from the nodes that have names.

    Example:
        >>> import chainrule as cr
        >>> dy, x = cr.Placeholder((2,)), cr.Placeholder((2,))
        >>> expression(dy * cr.ops.cos(x), {dy: "dy", x: "x"})
        'dy · cos(x)'
    """
    text = _text(node, names)
    text = text[1:-1] if node not in names and _stands_between(node) else text
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _text(node: Tensor, names: Mapping[Tensor, str]) -> str:
    if node in names:
        return names[node]
    if node.op is None:
        return f"{node.data.item():g}" if isinstance(node, Constant) and node.size == 1 else "constants"
    inputs = [_text(source, names) for source in node.inputs]
    if _stands_between(node):
        return f"({inputs[0]} {node.op.symbol} {inputs[1]})"
    if node.op.symbol:
        return f"{node.op.symbol}{inputs[0]}"
    attributes = [f"{key}={value}" for key, value in node.attributes.items() if key not in _HIDDEN]
    return f"{node.op.name}({', '.join([*inputs, *attributes])})"


def _stands_between(node: Tensor) -> bool:
    return node.op is not None and bool(node.op.symbol) and len(node.inputs) == 2
