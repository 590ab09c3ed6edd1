"""The base of augmentations, and what they share: ranges of factors, draws for each example, and the dtype that inputs came in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from chainrule import ops
from chainrule.errors import ArgumentError
from chainrule.graph import Tensor
from chainrule.layer.checks import within
from chainrule.layer.layer import Layer
from chainrule.layer.trace import current_trace

Factor: TypeAlias = float | Sequence[float]  # a number f for the range from -f to f, or a pair: the lowest and the highest


@dataclass(eq=False)
class Augmentation(Layer):
    """The base of layers that vary each example at random in training, and pass it as it is otherwise.

    What is drawn hangs on the step's random key, the layer's path, and the seed: the same step draws the same numbers, however
    often it is computed.

    Args:
        seed: a whole number from 0 that changes what is drawn.
    """

    seed: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        within(self, 0, 2**32 - 1, seed=self.seed or 0)

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


def factor_range(layer: Layer, name: str, factor: Factor, low: float, high: float) -> tuple[float, float]:
    """Return a factor's range: a number f stands for -f to f, cut at `low`, and a pair for itself.

    Raises:
        ArgumentError: a factor that is neither, or reaches beyond `low` or `high`.
    """
    pair = isinstance(factor, list | tuple) and len(factor) == 2
    ends = tuple(factor) if pair else (max(-factor, low), factor) if isinstance(factor, int | float) and factor >= 0 else ()  # pyright: ignore[reportArgumentType]
    if not ends or any(not isinstance(end, int | float) or not low <= end <= high for end in ends) or ends[0] > ends[1]:
        raise ArgumentError(
            f"{type(layer).__name__}: {name} must be a number from 0 to {high}, or a pair, the lower end first, between {low} and {high}. "
            f"Got {factor!r} instead."
        )
    return float(ends[0]), float(ends[1])


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
