"""The base of augmentations, and what they share: ranges of factors, draws for each example, and the dtype that inputs came in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, TypeAlias

import numpy as np

from chainrule import ops
from chainrule.arguments import Either, Interval, Meaning, Number, Seed
from chainrule.errors import ArgumentError
from chainrule.graph import Tensor
from chainrule.networks.layer import Layer, Role
from chainrule.networks.trace import current_trace


@dataclass(frozen=True)
class FactorRange(Meaning):
    """A number f for the range from -f to f, or a pair, the lowest and the highest.

    Args:
        low: the lowest that either may be; 0 makes f stand for the range from 0 to f.
        high: the highest.
    """

    low: float
    high: float

    @property
    def wanted(self) -> str:
        return f"a number from 0 to {self.high:g}, or a pair, the lower end first, between {self.low:g} and {self.high:g}"

    def take(self, where: str, value: Any) -> Any:
        try:
            return Either((Interval(self.low, self.high), Number(0, self.high))).take(where, value)
        except ArgumentError:
            raise self.refuse(where, value) from None

    def ends(self, factor: float | Sequence[float]) -> tuple[float, float]:
        """Return the ends of a factor's range."""
        low, high = (max(-factor, self.low), factor) if isinstance(factor, int | float) else factor
        return float(low), float(high)


AROUND = FactorRange(-1, 1)
PART = FactorRange(0, 1)

Factor: TypeAlias = float | Sequence[float]
SignedFactor: TypeAlias = Annotated[Factor, AROUND]  # a number f for the range from -f to f, or a pair between -1 and 1
PartFactor: TypeAlias = Annotated[Factor, PART]  # a number f for the range from 0 to f, or a pair between 0 and 1
ValueRange: TypeAlias = Annotated[Sequence[float], Interval(equal=False)]


class Augmentation(Layer, abstract=True, room="layers"):
    """The base of layers that vary each example at random in training, and pass it as it is otherwise.

    What is drawn depends on the step's random key, the layer's path, and the seed: the same step draws the same numbers, however
    often it is computed.

    Args:
        seed: a whole number from 0 that changes what is drawn.
    """

    role: ClassVar[Role] = "augmentation"

    seed: Seed | None = field(default=None, kw_only=True)

    def call(self, inputs: Tensor) -> Tensor:
        """Return the inputs, varied in training."""
        return self.apart(self.vary(inputs), inputs) if current_trace().training else inputs

    def apart(self, value: Tensor, *given: Tensor) -> Tensor:
        """Return what was computed from some nodes and the layer's draws, as a part of the program of its own."""
        key = current_trace().key
        return value if key is None else ops.barrier(value, [key, *given])

    def vary(self, inputs: Tensor) -> Tensor:
        """Return a variation of each example, of the same shape and dtype."""
        raise NotImplementedError

    def vary_target(self, inputs: Tensor, target: Tensor) -> Tensor:
        """Return the targets that belong to the varied `inputs`: the same ones, unless the layer moves images and targets are images."""
        return target

    def check(self, inputs: np.ndarray[Any, Any]) -> None:
        """Raise DataError where the inputs of training cannot be meant for the layer's arguments."""

    def random_key(self) -> Tensor:
        """Return the key of the layer's draws in this step."""
        key = current_trace().random_key()
        return key if self.seed is None else ops.random_fold(key, self.seed)

    def draws(self, examples: int, count: int = 1) -> list[Tensor]:
        """Return `count` times a number evenly between 0 and 1 for each example, each of shape (examples,)."""
        drawn = ops.random_uniform(self.random_key(), shape=(count, examples), dtype="float32")
        return [drawn[place] for place in range(count)]

    def seeds(self, count: int) -> list[Tensor]:
        """Return keys for `count` draws that need one of their own."""
        return [ops.random_fold(self.random_key(), place) for place in range(count)]


def spread(drawn: Tensor, ends: tuple[float, float]) -> Tensor:
    """Return numbers between 0 and 1 as numbers between the ends of a range."""
    return drawn * (ends[1] - ends[0]) + ends[0]


def for_each(drawn: Tensor, inputs: Tensor) -> Tensor:
    """Return a number for each example with the axes and dtype of the inputs, to be broadcast against them."""
    return drawn.reshape(-1, *[1] * (inputs.ndim - 1)).astype(inputs.dtype)


def as_float(inputs: Tensor) -> Tensor:
    """Return inputs to be calculated with: whole numbers as float32."""
    return inputs if inputs.dtype.kind == "f" else inputs.astype("float32")


def in_dtype_of(values: Tensor, inputs: Tensor) -> Tensor:
    """Return values in the dtype that the inputs came in; whole numbers are rounded, and stay within what the dtype holds."""
    if inputs.dtype.kind == "f":
        return values
    ends = np.iinfo(inputs.dtype)
    return ops.minimum(ops.maximum(ops.round(values), float(ends.min)), float(ends.max)).astype(inputs.dtype)
