"""Encoding: categories and labels as numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, Self
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.arguments import PositiveCount
from chainrule.data.kind import Values
from chainrule.data.steps.step import ColumnStep, Verb
from chainrule.data.steps.values import At, as_texts

MOST_CATEGORIES = 100  # that have a feature each


class _Categories(ColumnStep, abstract=True):
    """A column of categories that training has shown; rare and unknown ones share a place."""

    verb: ClassVar[Verb] = "encode"
    kinds: ClassVar[frozenset[str]] = frozenset({"category"})

    most: PositiveCount = MOST_CATEGORIES
    at_least: PositiveCount = 2
    categories: Sequence[str] | None = None
    rare: Sequence[str] = ()
    met_missing: bool = False

    def learn(self, values: Values, at: At) -> Self:
        known = as_texts(values, at).drop_nulls()
        table = known.rename("value").value_counts().sort(["count", "value"], descending=[True, False])
        kept = table.filter(pl.col("count") >= min(self.at_least, len(known)))["value"].head(self.most).to_list()
        rare = sorted(set(table["value"].to_list()) - set(kept))
        return replace(self, categories=tuple(sorted(kept)), rare=tuple(rare), met_missing=len(known) < len(values))

    def codes(self, values: Values, at: At) -> NDArray[np.int64]:  # (rows,)
        """Return the number of each row's category; those after the last are: other, missing."""
        if self.categories is None:
            raise self.not_fitted()
        series = as_texts(values, at)
        other = len(self.categories)
        codes = series.cast(pl.Enum(self.categories), strict=False).to_physical().cast(pl.Int64).fill_null(other).to_numpy(writable=True)
        self._note(series, series.filter(codes == other), at)
        if self.met_missing:
            codes[series.is_null().to_numpy()] = other + 1
        return codes

    def _note(self, series: pl.Series, others: pl.Series, at: At) -> None:
        """Note what was not met in training, among the values that are of no category."""
        known = others.drop_nulls()
        unknown = known.filter(~known.is_in(list(self.rare)))
        if len(unknown):
            shown = ", ".join(repr(value) for value in unknown.unique(maintain_order=True).head(5))
            at.notes.append(
                f"column {at.column!r}: {len(unknown)} of {len(series)} values were not met in training and count as other: {shown}"
            )
        if series.null_count() and not self.met_missing:
            at.notes.append(f"column {at.column!r}: {series.null_count()} missing, as none was in training; they count as other")

    def describe(self) -> str:
        if self.categories is None:
            return type(self).__name__
        shared = f", {len(self.rare)} rare ones share one" if self.rare else ""
        return f"{len(self.categories)} categories have a place each{shared}"


class OneHot(_Categories):
    """One feature for each category, one for all others, and one for missing values where training had such.

    Args:
        most: categories that have a feature of their own, the most frequent first.
        at_least: how often a category must occur in training to have one.
        categories: learned.
        rare: met in training, but without a feature of their own; learned.
        met_missing: whether values were missing in training; learned.

    Example:
        >>> step = OneHot(at_least=1).fit(pl.Series(["oak", "elm", "oak"]))
        >>> step.feature_names(["kind"]), step.transform(pl.Series(["oak", "ash"])).tolist()
        (['kind=elm', 'kind=oak', 'kind other'], [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    """

    def apply(self, values: Values, at: At) -> NDArray[np.float32]:
        codes = self.codes(values, at)
        encoded = np.zeros((len(codes), len(self.categories or ()) + 1 + self.met_missing), np.float32)
        encoded[np.arange(len(codes)), codes] = 1
        return encoded

    def feature_names(self, names: list[str]) -> list[str]:
        named = [f"{names[0]}={category}" for category in self.categories or ()]
        return [*named, f"{names[0]} other", *([f"{names[0]} missing"] if self.met_missing else [])]


class Ordinal(_Categories):
    """The number of each category, for categories with an order: other and missing come last. `Indices` is for an `Embedding`.

    Args:
        most: categories that have a number of their own, the most frequent first.
        at_least: how often a category must occur in training to have one.
        categories: in the order of their numbers: the alphabet's, unless given; learned.
        rare: learned.
        met_missing: learned.

    Example:
        >>> Ordinal(at_least=1).fit(pl.Series(["oak", "elm"])).transform(pl.Series(["oak", "elm", "ash"])).tolist()
        [[1], [0], [2]]
    """

    def apply(self, values: Values, at: At) -> NDArray[np.int32]:
        return self.codes(values, at).astype(np.int32)[:, None]


class Indices(_Categories):
    """The number of each category as an input of its own, int32, for an `Embedding` layer: other and missing come last.

    Args:
        most: categories that have a number of their own, the most frequent first.
        at_least: how often a category must occur in training to have one.
        categories: in the order of their numbers; learned.
        rare: learned.
        met_missing: learned.

    Example:
        >>> step = Indices(at_least=1).fit(pl.Series(["oak", "elm"]))
        >>> step.vocabulary_size, step.transform(pl.Series(["oak", "elm", "ash"])).tolist()
        (3, [[1], [0], [2]])
    """

    gives_indices: ClassVar[bool] = True

    @property
    def vocabulary_size(self) -> int:
        """How many numbers there are: one for each category, one for others, one for missing where training had such."""
        return len(self.categories or ()) + 1 + self.met_missing

    def apply(self, values: Values, at: At) -> NDArray[np.int32]:
        return self.codes(values, at).astype(np.int32)[:, None]


class Hashing(ColumnStep):
    """One of so many features for each category, by a hash of its name: nothing is learned, unknown categories have a place.

    feature(category) = CRC-32(name) mod features. Different categories may share a feature.

    Args:
        features: how many there are.

    Source:
        Weinberger, Dasgupta, Langford, Smola and Attenberg (2009), Feature hashing for large scale multitask learning.

    Example:
        >>> Hashing(4).transform(pl.Series(["oak", "elm"])).sum(axis=1).tolist()
        [1.0, 1.0]
    """

    verb: ClassVar[Verb] = "encode"
    kinds: ClassVar[frozenset[str]] = frozenset({"category"})

    features: PositiveCount = 32

    def apply(self, values: Values, at: At) -> NDArray[np.float32]:
        names = ["" if value is None else value for value in as_texts(values, at)]
        return np.eye(self.features, dtype=np.float32)[[crc32(name.encode()) % self.features for name in names]]

    def feature_names(self, names: list[str]) -> list[str]:
        return [f"{names[0]} #{number}" for number in range(self.features)]

    def describe(self) -> str:
        return f"each category to one of {self.features} features by its hash"


class MultiHot(ColumnStep):
    """One feature for each label that a row may have several of: 1 where it has it.

    A row's labels are a list, or text with a separator between labels.

    Args:
        separator: between the labels in a text.
        categories: in the order of their features; learned.

    Example:
        >>> step = MultiHot().fit(pl.Series(["red|round", "red"]))
        >>> step.categories, step.transform(pl.Series(["round"])).tolist()
        (('red', 'round'), [[0.0, 1.0]])
    """

    verb: ClassVar[Verb] = "encode"
    kinds: ClassVar[frozenset[str]] = frozenset({"labels"})

    separator: str = "|"
    categories: Sequence[str] | None = None

    def learn(self, values: Values, at: At) -> Self:
        return replace(self, categories=tuple(sorted({label for labels in self.lists(values) for label in labels})))

    def lists(self, values: Values) -> list[list[str]]:
        """Return the labels of each row."""
        rows = values.to_list() if isinstance(values, pl.Series) else list(values)
        split = [row.split(self.separator) if isinstance(row, str) else row if isinstance(row, Iterable) else [row] for row in rows]
        return [[str(label).strip() for label in row if label is not None and str(label).strip()] for row in split]

    def apply(self, values: Values, at: At) -> NDArray[np.float32]:
        if self.categories is None:
            raise self.not_fitted()
        index = {label: number for number, label in enumerate(self.categories)}
        rows = self.lists(values)
        encoded = np.zeros((len(rows), len(index)), np.float32)
        unknown: set[str] = set()
        for row, labels in enumerate(rows):
            encoded[row, [index[label] for label in labels if label in index]] = 1
            unknown |= {label for label in labels if label not in index}
        if unknown:
            at.notes.append(f"column {at.column!r}: labels that training had not are left aside: {', '.join(sorted(unknown)[:5])}")
        return encoded

    def feature_names(self, names: list[str]) -> list[str]:
        return [f"{names[0]}={category}" for category in self.categories or ()]

    def describe(self) -> str:
        return f"{len(self.categories or ())} labels have a feature each"
