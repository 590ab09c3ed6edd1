"""Penalties on weights, added to the loss."""

from dataclasses import dataclass

from chainrule import ops
from chainrule.configuration import configurable
from chainrule.errors import unknown_name
from chainrule.graph import Tensor


class Regularizer:
    """The base of regularisers."""

    def __call__(self, weight: Tensor) -> Tensor:
        """Return the penalty, a number."""
        raise NotImplementedError


@configurable
@dataclass
class L1(Regularizer):
    """l1 · Σ |w|."""

    l1: float = 0.01

    def __call__(self, weight: Tensor) -> Tensor:
        return ops.absolute(weight).sum() * self.l1


@configurable
@dataclass
class L2(Regularizer):
    """l2 · Σ w²."""

    l2: float = 0.01

    def __call__(self, weight: Tensor) -> Tensor:
        return ops.square(weight).sum() * self.l2


@configurable
@dataclass
class L1L2(Regularizer):
    """l1 · Σ |w| + l2 · Σ w²."""

    l1: float = 0.0
    l2: float = 0.0

    def __call__(self, weight: Tensor) -> Tensor:
        return L1(self.l1)(weight) + L2(self.l2)(weight)


_NAMES: dict[str, Regularizer] = {"l1": L1(), "l2": L2(), "l1_l2": L1L2(0.01, 0.01)}


def get(regularizer: "str | Regularizer | None") -> Regularizer | None:
    """Return the regulariser of a name, or the one given."""
    if not isinstance(regularizer, str):
        return regularizer
    if regularizer not in _NAMES:
        raise unknown_name("A regularizer", regularizer, _NAMES)
    return _NAMES[regularizer]
