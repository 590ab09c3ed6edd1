"""Penalties on weights, added to the loss."""

from typing import Annotated, TypeAlias

from chainrule import ops
from chainrule.arguments import Named, NotNegative
from chainrule.configuration import Configurable, find, names_in
from chainrule.graph import Tensor


class Regularizer(Configurable, abstract=True, room="layers"):
    """The base of regularisers."""

    def __call__(self, weight: Tensor) -> Tensor:
        """Return the penalty, a number."""
        raise NotImplementedError


class L1(Regularizer):
    """l1 · Σ |w|."""

    l1: NotNegative = 0.01

    def __call__(self, weight: Tensor) -> Tensor:
        return ops.absolute(weight).sum() * self.l1


class L2(Regularizer):
    """l2 · Σ w²."""

    l2: NotNegative = 0.01

    def __call__(self, weight: Tensor) -> Tensor:
        return ops.square(weight).sum() * self.l2


class L1L2(Regularizer):
    """l1 · Σ |w| + l2 · Σ w²."""

    l1: NotNegative = 0.0
    l2: NotNegative = 0.0

    def __call__(self, weight: Tensor) -> Tensor:
        return L1(self.l1)(weight) + L2(self.l2)(weight)


REGULARIZERS: dict[str, Regularizer] = {"l1": L1(), "l2": L2(), "l1_l2": L1L2(0.01, 0.01)}


def _names() -> list[str]:
    return [*REGULARIZERS, *names_in(Regularizer)]


_NAMED = Named(Regularizer, _names)
RegularizerLike: TypeAlias = Annotated[str | Regularizer | None, _NAMED]


def get(regularizer: str | Regularizer | None) -> Regularizer | None:
    """Return the regulariser of a name, or the one given.

    Example:
        >>> get("l2")
        L2()
    """
    if regularizer is None:
        return None
    _NAMED.take("A regularizer", regularizer)
    if isinstance(regularizer, Regularizer):
        return regularizer
    return REGULARIZERS[regularizer] if regularizer in REGULARIZERS else find(Regularizer, regularizer)()
