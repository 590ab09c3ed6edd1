"""Gradient times input: what each number of the input contributes, if the network were linear around it."""

from numpy.typing import ArrayLike

from chainrule.explain.passage import Floats, Quantity, Target, ask
from chainrule.models import Model


def gradient_times_input(model: Model, x: ArrayLike, target: Target = None, quantity: Quantity = "output") -> Floats:
    """Return each number of a row times the gradient of the row's answer with respect to it: xᵢ · ∂f/∂xᵢ.

    For a network of ReLUs without biases the contributions add up to the answer. A token's is the sum over its embedding.

    Args:
        model: any model with one input and one output.
        x: rows, as for `predict`.
        target: which output: its number, for all rows or for each; None for the largest of each row.
        quantity: "output", "logit" or "probability".

    Returns:
        An array of the shape of x.

    Raises:
        ArgumentError, ShapeError, DataError: rows, target or quantity that do not fit the model.

    Source: Shrikumar, Greenside, Shcherbina and Kundaje, "Not just a black box", 2016.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.set_weights([np.array([[3.0], [-1.0]], "float32"), np.zeros(1, "float32")])
        >>> cr.explain.gradient_times_input(model, np.array([[1.0, 2.0]])).tolist()
        [[3.0, -2.0]]
    """
    question = ask(model, x, target, quantity)
    return question.attribution(question.entries * question.passage.gradients(question.entries, question.target))
