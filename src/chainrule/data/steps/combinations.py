"""Combinations of columns of numbers: products of pairs, and formulas in place of the columns."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field, replace
from itertools import combinations, permutations
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from chainrule.data.selector import Columns, as_selector
from chainrule.data.steps.step import FlatStep, places_of_numbers
from chainrule.errors import ArgumentError, unknown_name

Numbers = NDArray[Any]  # (rows, features)


class Interactions(FlatStep):
    """The products of pairs of number columns, x(i) · x(j), as features beside the columns themselves.

    They are made of what the columns have become after all their steps, scaled ones, so that a product says whether two columns are
    far from their means together. A linear network can then learn what two columns do only together.

    Args:
        columns: of numbers, by name, pattern or `columns(...)`; none for all of them.
        squares: whether a column is also multiplied by itself.
        pairs: which entries of the flat input are multiplied; learned.
        names: of the products; learned.

    Raises:
        ArgumentError: when it is learned: a column that is no number, or too few columns for a pair.

    Example:
        >>> step = Interactions(pairs=((0, 1),), names=("width * height",))
        >>> step.transform(np.array([[2.0, 3.0], [4.0, 5.0]])).tolist()
        [[2.0, 3.0, 6.0], [4.0, 5.0, 20.0]]
    """

    keeps_columns: ClassVar[bool] = True

    columns: Columns = ()
    squares: bool = False
    pairs: Sequence[Sequence[int]] = ()
    names: Sequence[str] = ()

    def learn(self, values: Numbers, columns: Sequence[str]) -> Self:
        places = places_of_numbers(columns)
        selector = as_selector(self.columns)
        for name in selector.exact:
            if name not in places:
                raise ArgumentError(
                    f"Interactions: {name!r} must be a column of numbers. These are {', '.join(map(repr, places)) or 'none'}."
                )
        chosen = selector.among(dict.fromkeys(places, "number"))
        pairs = [*combinations(chosen, 2), *((name, name) for name in chosen if self.squares)]
        if not pairs:
            raise ArgumentError(f"Interactions needs two columns of numbers or more. Got {', '.join(map(repr, chosen)) or 'none'}.")
        return replace(
            self,
            pairs=tuple((places[first], places[second]) for first, second in pairs),
            names=tuple(f"{first} * {second}" for first, second in pairs),
        )

    def apply(self, matrix: NDArray[Any]) -> NDArray[Any]:  # (rows, features + products)
        if not self.pairs:
            raise self.not_fitted()
        left, right = np.array(self.pairs).T
        return np.concatenate([matrix, matrix[:, left] * matrix[:, right]], axis=1)

    def feature_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return (*names, *self.names)


_OF_ONE: dict[str, Callable[[Numbers], Numbers]] = {
    "{}": lambda x: x,
    "{}^2": lambda x: x * x,
    "{}^3": lambda x: x * x * x,
    "sin(pi*{})": lambda x: np.sin(np.pi * x),
    "cos(pi*{})": lambda x: np.cos(np.pi * x),
}
_PRODUCT = "{}*{}"


class Formulas(FlatStep):
    """Formulas of number columns, as features in place of the columns themselves: x, x², x³, sin πx, cos πx, x(i) · x(j).

    They are made of what the columns have become after all their steps, scaled ones: a sine has come round after two standard
    deviations. What is not the number of a column, such as a category, or whether a number was missing, stays behind them. With the
    right formulas a small network, even a linear one, learns what otherwise takes layers.

    Args:
        features: the formulas, of columns called a and b: "a", "a^2", "a^3", "sin(pi*a)", "cos(pi*a)", "a*b".
        terms: of each the function and the places of its columns; learned.
        others: the places of what stays; learned.

    Raises:
        ArgumentError: no formula.

    Example:
        >>> import chainrule as cr
        >>> rows = {"a": [-1.0, 0.0, 1.0] * 10, "b": [2.0, 4.0] * 15, "y": [1.0, 0.0, 1.0] * 10}
        >>> preparation = cr.data.Preparation(target="y", scale=[], transform=Formulas(("a^2", "a*b")))
        >>> splits = preparation.fit(rows)
        >>> preparation.feature_names, preparation.transform({"a": [3.0], "b": [2.0]}).tolist()
        (('a^2', 'a*b'), [[9.0, 6.0]])
    """

    keeps_columns: ClassVar[bool] = False

    features: Sequence[str]
    terms: Sequence[Sequence[Any]] = field(default=(), repr=False)
    others: Sequence[int] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if not self.features:
            raise ArgumentError("Formulas: features must name one formula or more. Got none.")

    def learn(self, values: Numbers, columns: Sequence[str]) -> Self:
        places = places_of_numbers(columns)
        known = {name: term for name, *term in _terms(places, permutations(places, 2))}
        for name in self.features:
            if name not in known:
                raise unknown_name("A formula", name, known)
        terms = tuple((function, *(places[column] for column in columns)) for function, *columns in map(known.__getitem__, self.features))
        return replace(self, terms=terms, others=tuple(place for place in range(len(columns)) if place not in places.values()))

    def apply(self, matrix: Numbers) -> Numbers:  # (rows, features) becomes (rows, formulas + others)
        if not self.terms:
            raise self.not_fitted()
        made = [_value(function, [matrix[:, place] for place in places]) for function, *places in self.terms]
        return np.concatenate([np.stack(made, axis=1), matrix[:, list(self.others)]], axis=1)

    def feature_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return (*self.features, *(names[place] for place in self.others))


def formulas_of(columns: Iterable[str]) -> list[str]:
    """Return every formula of some columns, each product once.

    Example:
        >>> formulas_of(["a", "b"])
        ['a', 'b', 'a^2', 'b^2', 'a^3', 'b^3', 'sin(pi*a)', 'sin(pi*b)', 'cos(pi*a)', 'cos(pi*b)', 'a*b']
    """
    names = list(columns)
    return [name for name, *_ in _terms(names, combinations(names, 2))]


def _terms(columns: Iterable[str], pairs: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Return each formula with its function and its columns."""
    names = list(columns)
    of_one = [(function.format(name), function, name) for function in _OF_ONE for name in names]
    return [*of_one, *((_PRODUCT.format(first, second), _PRODUCT, first, second) for first, second in pairs)]


def _value(function: str, columns: Sequence[Numbers]) -> Numbers:
    return columns[0] * columns[1] if function == _PRODUCT else _OF_ONE[function](columns[0])
