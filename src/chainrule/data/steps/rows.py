"""Rows that are left out: whose target is missing, whose files cannot be used, which are there twice, or lie far from all others."""

from functools import partial
from typing import ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.arguments import Positive
from chainrule.data.checks import equal_examples
from chainrule.data.checks.columns import FAR, robust_distances
from chainrule.data.collection import Collection
from chainrule.data.kind import Kind, is_kind
from chainrule.data.machine import in_threads
from chainrule.data.selector import Columns
from chainrule.data.steps.step import RowStep
from chainrule.data.steps.values import missing
from chainrule.errors import DataError


class DropMissing(RowStep):
    """Leave out the rows in which one of these columns is missing; without columns, the rows whose target is.

    Example:
        >>> rows = Collection(pl.DataFrame({"height": [1.0, None, 2.0]}), target="height")
        >>> DropMissing().keeps(rows)[0].tolist()
        [True, False, True]
    """

    columns: Columns = ()

    def keeps(self, collection: Collection) -> tuple[NDArray[np.bool_], str]:
        columns = self.chosen(self.columns, collection) or ([collection.target] if collection.target is not None else [])
        kept = np.ones(len(collection), np.bool_)
        for column in columns:
            kept &= ~missing(collection.values(column))
        return kept, f"missing {' or '.join(repr(column) for column in columns)}"


_NAMED = 5  # files that are named with what is wrong with them


class DropBroken(RowStep):
    """Leave out the rows whose files cannot be used: images that cannot be read or are cut off, sounds likewise, empty or silent.

    Every file is decoded once for it. The first are named with what is wrong with each; the rows of all are in `changes`.

    Args:
        columns: those that hold files; none for all of images, sounds and masks.
        silent: whether sounds whose loudness (root mean square) is below -60 dB of full scale are left out as well.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> path = tempfile.mkdtemp() + "/a.png"
        >>> Path(path).write_text("no picture")
        10
        >>> DropBroken().keeps(Collection(pl.DataFrame({"image": [path, None]}), kinds={"image": "image"}))[0].tolist()
        [False, True]
    """

    columns: Columns = ()
    silent: bool = True

    def keeps(self, collection: Collection) -> tuple[NDArray[np.bool_], str]:
        kept, named = np.ones(len(collection), np.bool_), list[str]()
        for column in self.chosen(self.columns, collection) or [name for name in collection.columns if _holds_files(collection, name)]:
            trouble_of = partial(_trouble, kind=collection.kind_of(column), empty=self.silent)
            troubles = in_threads(trouble_of, collection.frame[column].cast(pl.String).to_list())
            named += [trouble for row, trouble in enumerate(troubles) if trouble is not None and kept[row]]
            kept &= np.array([trouble is None for trouble in troubles])
        more = f"; and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        return kept, "files that cannot be used: " + "; ".join(named[:_NAMED]) + more


def has_files(collection: Collection) -> bool:
    """Return whether any column holds the paths of images, sounds or masks."""
    return any(_holds_files(collection, name) for name in collection.columns)


def _trouble(path: str | None, kind: Kind, empty: bool) -> str | None:
    """Return what is wrong with a file, where `empty` also that there is nothing in it; a path that is missing is none."""
    if path is None:
        return None
    try:
        emptiness = kind.emptiness(kind.read(path))
    except DataError as error:
        return str(error).rstrip(".")
    return f"{path}: {emptiness}" if empty and emptiness is not None else None


def _holds_files(collection: Collection, column: str) -> bool:
    series = column in collection.frame.columns and collection.frame[column].dtype == pl.String
    return series and collection.kind_of(column).by_path


class DropDuplicates(RowStep):
    """Leave out rows that are equal to an earlier one, so that no copy of a training row is in the test.

    Values that are missing in both are equal. Rows with the same values and different targets are not: they contradict one another,
    and stay. Files are compared by their paths; what is nearly the same is found by `checks.near_images` and its kin.

    Args:
        columns: that must be equal; none for all but identifiers, the target among them.

    Example:
        >>> rows = Collection(pl.DataFrame({"height": [1.5, 2.5, 1.5, 1.5], "kind": ["oak", "elm", "oak", "elm"]}))
        >>> DropDuplicates().keeps(rows)[0].tolist()
        [True, True, False, True]
    """

    columns: Columns = ()

    def keeps(self, collection: Collection) -> tuple[NDArray[np.bool_], str]:
        asked = self.chosen(self.columns, collection)
        columns = asked or [name for name in collection.columns if collection.kind_of(name).is_used]
        kept = np.ones(len(collection), np.bool_)
        if columns:
            for group in equal_examples(pl.DataFrame([_comparable(collection, name) for name in columns])):
                kept[group[1:]] = False
        return kept, "copies of an earlier row" + (f" in {', '.join(map(repr, asked))}" if asked else "")


class DropOutliers(RowStep):
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

    training_only: ClassVar[bool] = True

    far: Positive = FAR
    columns: Columns = ()

    def keeps(self, collection: Collection) -> tuple[NDArray[np.bool_], str]:
        columns = self.chosen(self.columns, collection) or [
            name for name in collection.features if is_kind(collection.kind_of(name).name, "number")
        ]
        kept, met = np.ones(len(collection), np.bool_), list[str]()
        for column in columns:
            values = collection.values(column)
            if not isinstance(values, pl.Series) or not values.dtype.is_numeric():
                raise DataError(f"DropOutliers: column {column!r} must be a column of numbers. It is {collection.kind_of(column).name}.")
            far = (robust_distances(values) > self.far) & ~missing(values)
            if far.any():
                met.append(column)
            kept &= ~far
        said = f"more than {self.far:g} robust standard deviations from the median"
        return kept, f"training rows with values {said} in {', '.join(map(repr, met))}"


def _comparable(collection: Collection, name: str) -> pl.Series:
    """Return a column whose values are equal where the examples are: for arrays, the row of the first that is equal."""
    values = collection.values(name)
    if isinstance(values, pl.Series):
        return values
    first = np.arange(len(values))
    for group in equal_examples(values):
        first[group] = group[0]
    return pl.Series(name, first)
