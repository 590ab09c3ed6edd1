"""A step of a preparation that is done to the numbers of all columns at once, after the steps of each."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from numpy.typing import NDArray

from chainrule.data.preparing.feature import Feature
from chainrule.data.preparing.step import Verb


@dataclass(frozen=True)
class FlatStep(ABC):
    """One thing done to the numbers that stand side by side in one input: settings, and after `fit` also where the columns stand."""

    verb: ClassVar[Verb] = "transform"
    keeps_columns: ClassVar[bool]  # whether the columns' numbers stay where they were, before all others

    @abstractmethod
    def fit(self, features: Sequence[Feature]) -> Self:
        """Return the step for the features that stand side by side in one input, in this order.

        Raises:
            ArgumentError: a column that is no number in this input.
        """

    @abstractmethod
    def apply(self, matrix: NDArray[Any]) -> NDArray[Any]:
        """Return the flat input, of shape (rows, features), after the step."""

    @abstractmethod
    def feature_names(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the numbers of a row after the step, from those before it."""


def places_of_numbers(features: Sequence[Feature]) -> dict[str, int]:
    """Return where each column of numbers stands among the numbers of a row, by its name; its first, where it has become several."""
    places: dict[str, int] = {}
    begin = 0
    for feature in features:
        if feature.kind == "number":
            places[feature.name] = begin
        begin += feature.shape[0]
    return places
