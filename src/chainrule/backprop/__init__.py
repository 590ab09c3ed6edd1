"""Backpropagation: from a graph to the graph of its gradient."""

from chainrule.backprop.gradient import differentiate, gradient
from chainrule.graph import NoGradient

__all__ = ["NoGradient", "differentiate", "gradient"]
