"""Traits of an op: what is true of it and other rooms read, such as that it is linear, or works element by element."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

FIRST: tuple[Collection[int], ...] = ({0},)  # linear in its first input
EACH: tuple[Collection[int], ...] = ({0}, {1})  # linear in each of two inputs while the other is held
ALL: tuple[Collection[int], ...] = (range(1 << 31),)  # linear in all of its inputs together


@dataclass(frozen=True)
class NoGradient:
    """The absence of a gradient, as a value that says why."""

    reason: str


@dataclass(frozen=True)
class Sample:
    """Inputs on which an op is tested: arrays, or shapes to fill with random numbers from `within`."""

    inputs: tuple[Any, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    within: tuple[float, float] = (-2.0, 2.0)


def sample(*inputs: Any, within: tuple[float, float] = (-2.0, 2.0), **attributes: Any) -> Sample:
    """Return a sample: a tuple stands for the shape of a random float input, an array for itself."""
    return Sample(inputs, attributes, within)


@dataclass(frozen=True, eq=False, kw_only=True)
class Traits:
    """What is true of an op. Each trait is tested on the op's samples.

    Args:
        elementwise: each element of the output depends on one element of each input: the one at its place, in row-major order.
        linear: groups of inputs, by their places: the op is linear in those of a group together while the others are held.
        moves: each element of the output is an element of an input, or 0: moved, repeated or picked, never computed.
        broadcasts: inputs may be smaller than the output; the gradient pass then sums what was repeated.
        condition: the place of the input that says, element by element, which of the next two inputs is taken.
        limits: of an increasing function of one number, what it tends to for small and for large numbers; infinity where it grows
            without end. A function without an end on either side needs none.
        random: the output is drawn with a key: the same key gives the same numbers.
        symbol: the sign that stands between two inputs, or before one, where a formula is printed.
    """

    elementwise: bool = False
    linear: tuple[Collection[int], ...] = ()
    moves: bool = False
    broadcasts: bool = False
    condition: int | None = None
    limits: tuple[float, float] | None = None
    random: bool = False
    symbol: str = ""

    def is_affine_in(self, places: Collection[int]) -> bool:
        """Whether the op is linear, up to a constant, in the inputs at `places` together while the others are held."""
        return any(all(place in group for place in places) for group in self.linear)

    @property
    def is_sum(self) -> bool:
        """Whether an element of the output is a weighted sum of many elements of an input."""
        return bool(self.linear) and not self.elementwise and not self.moves

    @property
    def is_product(self) -> bool:
        """Whether an element of the output is a sum of products, each of an element of one input and one of another."""
        return self.is_sum and len(self.linear) > 1
