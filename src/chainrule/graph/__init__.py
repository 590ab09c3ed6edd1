"""The graph: tensors as nodes, ops as their kinds, and ways to walk, verify, print and draw."""

from chainrule.graph.drawing import to_dot, to_svg
from chainrule.graph.origin import Origin, backward_of, current_path, here, layer_scope
from chainrule.graph.printing import to_text
from chainrule.graph.subgraph import Subgraph, close, frontier, placeholder_like, within
from chainrule.graph.tensor import (
    OPS,
    Array,
    Constant,
    Op,
    Placeholder,
    Pullback,
    Tensor,
    TensorLike,
    TensorType,
    Variable,
    as_tensor,
    as_tensors,
)
from chainrule.graph.traits import ALL, EACH, FIRST, NoGradient, Sample, Traits, sample
from chainrule.graph.verify import verify
from chainrule.graph.walk import dependents, substitute, topological

__all__ = [
    "ALL",
    "EACH",
    "FIRST",
    "OPS",
    "Array",
    "Constant",
    "NoGradient",
    "Op",
    "Origin",
    "Placeholder",
    "Pullback",
    "Sample",
    "Subgraph",
    "Tensor",
    "TensorLike",
    "TensorType",
    "Traits",
    "Variable",
    "as_tensor",
    "as_tensors",
    "backward_of",
    "close",
    "current_path",
    "dependents",
    "frontier",
    "here",
    "layer_scope",
    "placeholder_like",
    "sample",
    "substitute",
    "to_dot",
    "to_svg",
    "to_text",
    "topological",
    "verify",
    "within",
]
