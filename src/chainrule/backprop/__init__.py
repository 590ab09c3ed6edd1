"""Backpropagation: from a graph to the graph of its gradient, by a table of pullbacks."""

from chainrule.backprop.gradient import differentiate, gradient, pull_back
from chainrule.backprop.products import hessian_vector_product, jacobian_vector_product
from chainrule.backprop.rules import PULLBACKS, Rules
from chainrule.graph import NoGradient

__all__ = [
    "PULLBACKS",
    "NoGradient",
    "Rules",
    "differentiate",
    "gradient",
    "hessian_vector_product",
    "jacobian_vector_product",
    "pull_back",
]
