"""Transforming: products of pairs of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from chainrule.configuration import configurable
from chainrule.data.preparing.feature import Feature
from chainrule.data.preparing.flat_step import FlatStep, places_of_numbers
from chainrule.errors import ArgumentError


@configurable
@dataclass(frozen=True)
class Interactions(FlatStep):
    """The products of pairs of number columns, x(i) · x(j), as features beside the columns themselves.

    They are made of what the columns have become after all their steps, scaled ones, so that a product says whether two columns are
    far from their means together. A linear network can then learn what two columns do only together.

    Args:
        columns: of numbers; none for all of them.
        squares: whether a column is also multiplied by itself.
        pairs: which entries of the flat input are multiplied; learned.
        names: of the products; learned.

    Raises:
        ArgumentError: when it is learned: a column that is no number, or too few columns for a pair.

    Example:
        >>> step = Interactions(pairs=((0, 1),), names=("width * height",))
        >>> step.apply(np.array([[2.0, 3.0], [4.0, 5.0]])).tolist()
        [[2.0, 3.0, 6.0], [4.0, 5.0, 20.0]]
    """

    keeps_columns: ClassVar[bool] = True

    columns: Sequence[str] = ()
    squares: bool = False
    pairs: Sequence[Sequence[int]] = ()
    names: Sequence[str] = ()

    def fit(self, features: Sequence[Feature]) -> Self:
        places = places_of_numbers(features)
        for name in self.columns:
            if name not in places:
                raise ArgumentError(
                    f"Interactions: {name!r} must be a column of numbers. These are {', '.join(map(repr, places)) or 'none'}."
                )
        chosen = list(self.columns) or list(places)
        pairs = [*combinations(chosen, 2), *((name, name) for name in chosen if self.squares)]
        if not pairs:
            raise ArgumentError(f"Interactions needs two columns of numbers or more. Got {', '.join(map(repr, chosen)) or 'none'}.")
        return replace(
            self,
            pairs=tuple((places[first], places[second]) for first, second in pairs),
            names=tuple(f"{first} * {second}" for first, second in pairs),
        )

    def apply(self, matrix: NDArray[Any]) -> NDArray[Any]:  # (rows, features + products)
        left, right = np.array(self.pairs).T
        return np.concatenate([matrix, matrix[:, left] * matrix[:, right]], axis=1)

    def feature_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return (*names, *self.names)
