"""A method of explanation: it says of each number of the input how much it contributes to an answer."""

from abc import abstractmethod
from typing import ClassVar

from numpy.typing import ArrayLike

from chainrule.configuration import Configurable, subclasses
from chainrule.explain.forward_pass import Floats, OutputChoice
from chainrule.models import Model


class Method(Configurable, abstract=True):
    """A way to explain one answer. A subclass is offered by name from its definition on, on the command line and in the studio.

    Attributes:
        name: in small letters, with hyphens between words.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> class InputAlone(cr.explain.Method):
        ...     "The input itself, whatever the network."
        ...     name = "input-alone"
        ...     def contributions(self, model, x, target=None):
        ...         return np.asarray(x)
        >>> "input-alone" in cr.explain.methods()
        True
    """

    name: ClassVar[str]

    def fits(self, model: Model) -> bool:
        """Return whether it can explain the answers of a model."""
        return True

    @abstractmethod
    def contributions(self, model: Model, x: ArrayLike, target: OutputChoice = None) -> Floats:
        """Return how much each number of each row contributes to the row's answer, before the softmax or sigmoid at its end.

        Args:
            model: with one input and one output.
            x: rows, as for `predict`.
            target: which output: its number, for all rows or for each; None for the largest of each row.
        """


def methods() -> dict[str, Method]:
    """Return all methods by name, those of Chainrule and the user's, in the order of their definition."""
    return {cls.name: cls() for cls in subclasses(Method)}  # pyright: ignore[reportAbstractUsage]
