"""Backpropagation: from a graph to the graph of its gradient."""

from chainrule.backprop.gradient import differentiate, gradient
from chainrule.backprop.products import hessian_vector_product, jacobian_vector_product
from chainrule.graph import NoGradient

__all__ = ["NoGradient", "differentiate", "gradient", "hessian_vector_product", "jacobian_vector_product"]
