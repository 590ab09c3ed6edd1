"""A graph as a picture: DOT for Graphviz, and SVG from it where Graphviz is installed."""

import shutil
import subprocess
from collections.abc import Sequence

from chainrule.errors import GraphError
from chainrule.graph.printing import shown
from chainrule.graph.tensor import Constant, Tensor
from chainrule.graph.walk import topological


def to_dot(outputs: Sequence[Tensor]) -> str:
    """Return the graph of `outputs` in Graphviz's DOT language; layers are boxes, backward nodes are dashed."""
    order = [node for node in topological(outputs) if not isinstance(node, Constant)]
    numbers = {node: index for index, node in enumerate(order)}
    lines = ["digraph {", '  node [shape=box, fontname="Helvetica", fontsize=10]']
    paths: dict[str, list[str]] = {}
    for node in order:
        paths.setdefault(node.origin.path if node.op else "", []).append(_node(node, numbers[node]))
    for index, (path, nodes) in enumerate(paths.items()):
        lines += [*nodes] if not path else [f"  subgraph cluster_{index} {{", f'    label="{path}"', *nodes, "  }"]
    lines += [f"  n{numbers[source]} -> n{numbers[node]}" for node in order for source in node.inputs if source in numbers]
    return "\n".join([*lines, "}"])


def to_svg(outputs: Sequence[Tensor]) -> str:
    """Return the graph of `outputs` as an SVG picture; needs Graphviz's `dot` on the PATH."""
    program = shutil.which("dot")
    if program is None:
        raise GraphError("Drawing a graph as SVG needs Graphviz's program `dot`: install Graphviz, or use to_dot().")
    return subprocess.run([program, "-Tsvg"], input=to_dot(outputs), capture_output=True, text=True, check=True).stdout


def _node(node: Tensor, number: int) -> str:
    kind = node.op.name if node.op else type(node).__name__.lower()
    attributes = "".join(f"\\n{key}={shown(value)}" for key, value in node.attributes.items())
    label = f"{kind} {node.name}".strip() + attributes + "\\n" + ", ".join(map(str, node.types))
    style = ', style="dashed"' if node.origin.forward is not None else ', style="filled", fillcolor="#eef"' if not node.op else ""
    return f'    n{number} [label="{label.replace(chr(34), chr(39))}"{style}]'
