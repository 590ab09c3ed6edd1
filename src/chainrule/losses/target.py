"""Targets: what a loss takes as the right answer for an output, its shape and its values."""

import math
from enum import StrEnum
from typing import Any

import numpy as np

from chainrule.errors import DataError


class Target(StrEnum):
    """What the targets of a loss are. For outputs of shape (..., n), without the batch:

    - QUANTITY: numbers of any size, of shape (..., n).
    - PROBABILITY: a number from 0 to 1 for each output, of shape (..., n).
    - DISTRIBUTION: one-hot rows, or any probabilities over the n classes, of shape (..., n).
    - CLASS: the index of the right one of n classes, of shape (...).
    """

    QUANTITY = "quantity"
    PROBABILITY = "probability"
    DISTRIBUTION = "distribution"
    CLASS = "class"

    def shape(self, output_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of one example's target, for the shape of its output.

        Example:
            >>> Target.CLASS.shape((28, 10)), Target.DISTRIBUTION.shape((28, 10))
            ((28,), (28, 10))
        """
        return output_shape[:-1] if self is Target.CLASS else output_shape

    def check(self, targets: np.ndarray[Any, Any], output_shape: tuple[int, ...], loss: str) -> None:
        """Raise DataError where targets cannot be meant for outputs of `output_shape` (of one example); `loss` is named in the error."""
        wanted = self.shape(output_shape)
        also = (*wanted, 1) if self is Target.CLASS else wanted[:-1] if wanted[-1:] == (1,) else wanted
        if targets.shape[1:] not in (wanted, also):
            raise DataError(
                f"{loss} for outputs of shape {output_shape} needs targets of shape {wanted} for each example. "
                f"Got {targets.shape[1:]}, from an array of shape {targets.shape}."
            )
        if self is Target.CLASS:
            _check_classes(targets, output_shape[-1], loss)
        elif self is not Target.QUANTITY:
            _check_probabilities(targets, output_shape, loss)


def _check_classes(targets: np.ndarray[Any, Any], classes: int, loss: str) -> None:
    if targets.dtype.kind == "f" and (targets != np.floor(targets)).any():
        raise DataError(f"{loss} needs class indices, whole numbers. Got fractions: is this a regression?")
    outside = np.flatnonzero((targets < 0) | (targets >= classes))
    if len(outside):
        first = int(outside[0])
        raise DataError(
            f"The network has {classes} outputs, so class indices must lie in 0 to {classes - 1}. Got {targets.reshape(-1)[first]} "
            f"in row {first // max(math.prod(targets.shape[1:]), 1)} ({len(outside)} such targets)."
        )


def _check_probabilities(targets: np.ndarray[Any, Any], output_shape: tuple[int, ...], loss: str) -> None:
    low, high = float(targets.min()), float(targets.max())
    if low < 0 or high > 1:
        hint = "recode the classes as 0 and 1." if output_shape[-1:] == (1,) else "for class indices use SparseCategoricalCrossentropy."
        raise DataError(f"{loss} needs targets between 0 and 1. Got values from {low:g} to {high:g}: {hint}")
