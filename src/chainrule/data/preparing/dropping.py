"""Cleaning: rows that are there twice, and training rows with values far from all others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.configuration import configurable
from chainrule.data.checks import equal_examples
from chainrule.data.checks.columns import FAR, robust_distances
from chainrule.data.collecting.kinds import infer_kind
from chainrule.data.collection import UNUSED, Collection, Kind
from chainrule.data.frame import require_column
from chainrule.data.preparing.missing import missing
from chainrule.data.preparing.step import RowStep, TrainingStep
from chainrule.errors import ArgumentError, DataError


@configurable
@dataclass(frozen=True)
class DropDuplicates(RowStep):
    """Leave out rows that are equal to an earlier one, so that no copy of a training row judges what was learned from it.

    Values that are missing in both are equal. Rows with the same values and different targets are not: they contradict one another,
    and stay. Files are compared by their paths; what is nearly the same is found by `checks.near_images` and its kin.

    Args:
        columns: that must be equal; none for all but identifiers, the target among them.

    Example:
        >>> rows = Collection(pl.DataFrame({"height": [1.5, 2.5, 1.5, 1.5], "kind": ["oak", "elm", "oak", "elm"]}))
        >>> DropDuplicates().keeps(rows)[0].tolist()
        [True, True, False, True]
    """

    columns: Sequence[str] = ()

    def keeps(self, collection: Collection) -> tuple[NDArray[np.bool_], str]:
        for column in self.columns:
            require_column("DropDuplicates: the column", column, collection.columns)
        columns = self.columns or [name for name in collection.columns if _kind(collection, name) not in UNUSED]
        kept = np.ones(len(collection), np.bool_)
        if columns:
            for group in equal_examples(pl.DataFrame([_comparable(collection, name) for name in columns])):
                kept[group[1:]] = False
        return kept, "copies of an earlier row" + (f" in {', '.join(map(repr, self.columns))}" if self.columns else "")


@configurable
@dataclass(frozen=True)
class DropOutliers(TrainingStep):
    """Leave out training rows in which a number lies far from all others: z = |x - median| / (1.4826 · median |x - median|) > far.

    Validation and test keep such rows, as what comes later will have them too. Missing values are no outliers.

    Args:
        far: the z from which on a value is an outlier.
        columns: of numbers; none for all columns of numbers but the target.

    Raises:
        ArgumentError: a limit that is not positive.

    Source:
        Iglewicz and Hoaglin (1993), How to detect and handle outliers.

    Example:
        >>> rows = Collection(pl.DataFrame({"height": [1.6, 1.7, 1.8, 1.75, 1.65, 170.0]}))
        >>> DropOutliers().keeps(rows)[0].tolist()
        [True, True, True, True, True, False]
    """

    far: float = FAR
    columns: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not self.far > 0:
            raise ArgumentError(f"far must be a positive number of robust standard deviations. Got {self.far!r} instead.")

    def keeps(self, training: Collection) -> tuple[NDArray[np.bool_], str]:
        columns = self.columns or [name for name in training.features if _kind(training, name) == "number"]
        kept, met = np.ones(len(training), np.bool_), list[str]()
        for column in columns:
            values = training.values(column)
            if not isinstance(values, pl.Series) or not values.dtype.is_numeric():
                raise DataError(f"DropOutliers: column {column!r} must be a column of numbers. It is {_kind(training, column)}.")
            far = (robust_distances(values) > self.far) & ~missing(values)
            if far.any():
                met.append(column)
            kept &= ~far
        said = f"more than {self.far:g} robust standard deviations from the median"
        return kept, f"training rows with values {said} in {', '.join(map(repr, met))}"


def _kind(collection: Collection, name: str) -> Kind:
    return collection.kinds[name] if name in collection.kinds else infer_kind(name, collection.values(name))[0]


def _comparable(collection: Collection, name: str) -> pl.Series:
    """Return a column whose values are equal where the examples are: for arrays, the row of the first that is equal."""
    values = collection.values(name)
    if isinstance(values, pl.Series):
        return values
    first = np.arange(len(values))
    for group in equal_examples(values):
        first[group] = group[0]
    return pl.Series(name, first)
