"""Saliency: how much the answer would change with each number of the input."""

import numpy as np
from numpy.typing import ArrayLike

from chainrule.explain.passage import Floats, Quantity, Target, ask
from chainrule.models import Model


def saliency(model: Model, x: ArrayLike, target: Target = None, quantity: Quantity = "output") -> Floats:
    """Return the gradient of each row's answer with respect to the row: ∂f/∂xᵢ.

    It keeps its sign; Simonyan et al. draw its absolute value. For a token it is the norm of the gradient with respect to its
    embedding, as a sum over the embedding's numbers would mean nothing.

    Args:
        model: any model with one input and one output.
        x: rows, as for `predict`.
        target: which output: its number, for all rows or for each; None for the largest of each row.
        quantity: "output", "logit" or "probability".

    Returns:
        An array of the shape of x.

    Raises:
        ArgumentError, ShapeError, DataError: rows, target or quantity that do not fit the model.

    Source: Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", 2014.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.set_weights([np.array([[3.0], [-1.0]], "float32"), np.zeros(1, "float32")])
        >>> cr.explain.saliency(model, np.array([[1.0, 2.0]])).tolist()
        [[3.0, -1.0]]
    """
    question = ask(model, x, target, quantity)
    found = question.passage.gradients(question.entries, question.target)
    return np.linalg.norm(found, axis=-1) if question.passage.embedded else found
