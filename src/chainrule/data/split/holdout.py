"""Splitting a collection: at random, by class, by group, by time, or as its source gives it."""

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.arguments import Number
from chainrule.configuration import Configurable
from chainrule.data.collection import Collection
from chainrule.data.dates import as_times, find_format
from chainrule.data.kind import get_kind, is_kind
from chainrule.data.split.rows import split_rows
from chainrule.data.steps.values import At, as_texts
from chainrule.errors import ArgumentError, DataError

PartName: TypeAlias = Literal["train", "validation", "test"]
PARTS: tuple[PartName, ...] = ("train", "validation", "test")
Parts: TypeAlias = NDArray[np.str_]  # the part of each row
FEWEST_OF_CLASS = 5  # rows, of each class, from which on a split is stratified without being asked
_MOST_RARE = 0.1  # share of rows of rare classes from which on a split is not stratified


class Holdout(Configurable, frozen=True):
    """How examples are divided into training, validation and test.

    Where the source gives parts, they stay: a share for validation is then taken from its training part, if it gives no
    validation part. Rows in an order of time are never shuffled: the last are the test. A group is never divided,
    but for the series of a forecast, each of which is divided by itself, the last of it being the test, unless a group is given here.

    Args:
        validation: the part of all rows for validation, from 0 to below 1; 0 for none.
        test: the part of all rows for the test, likewise.
        stratify: whether each class is shared out in proportion; None: where there are classes, those with fewer than five rows staying in
            training.
        group: a column whose values are never divided between parts, such as the speaker; None for the collection's own.
        time: a column by which rows are put in order: training first, then validation, then test; None for the collection's own.
        seed: of the random order.
        given: whether the parts that the source gives are kept.

    Example:
        >>> rows = Collection(pl.DataFrame({"height": list(range(20)), "kind": ["oak", "elm"] * 10}), target="kind")
        >>> parts = Holdout(validation=0.2, test=0.2, seed=7).parts(rows)
        >>> [int((parts == part).sum()) for part in PARTS]
        [12, 4, 4]
    """

    validation: Annotated[float, Number(0, 1, below=True)] = 0.15
    test: Annotated[float, Number(0, 1, below=True)] = 0.15
    stratify: bool | None = None
    group: str | None = None
    time: str | None = None
    seed: int = 0
    given: bool = True

    def __post_init__(self) -> None:
        if self.validation + self.test >= 1:
            raise ArgumentError(f"Holdout: validation and test leave nothing to train on. Got {self.validation} and {self.test}.")
        if self.stratify and (self.group or self.time):
            raise ArgumentError("Holdout: give one of stratify, group and time: rows kept together by one cannot be shared out by another.")

    def parts(self, collection: Collection, series: bool = False) -> Parts:
        """Return the part of each row.

        Args:
            collection: the rows.
            series: whether the collection's group tells several series apart, each of which is divided in the order of time.

        Raises:
            DataError: too few rows, groups or examples of a class; a column that is not there.
        """
        found = collection.parts if self.given else None
        if found is None:
            shares = {"train": 1 - self.validation - self.test, "validation": self.validation, "test": self.test}
            return self._divide(collection, shares, series)
        parts = found.astype("U10")
        unknown = sorted(set(parts.tolist()) - set(PARTS))
        if unknown:
            raise DataError(f"{collection.name}: parts must be {', '.join(PARTS)}. Got {unknown[0]!r} instead.")
        if self.validation and "validation" not in parts:
            training = np.flatnonzero(parts == "train")
            shares = {"train": 1 - self.validation, "validation": self.validation}
            parts[training] = self._divide(collection.take(training), shares, series)
        return parts

    def _divide(self, collection: Collection, shares: dict[str, float], series: bool = False) -> Parts:
        names, fractions = zip(*((name, share) for name, share in shares.items() if share > 0), strict=True)
        first = names[0]
        parts = np.full(len(collection), first, dtype="U10")
        if len(names) > 1:
            for name, rows in zip(names, self._rows(collection, fractions, series), strict=True):
                parts[rows] = name
        labels = self._named(collection, series)
        if labels is not None:
            parts[~labels.is_in(labels.filter(parts == first).implode()).to_numpy()] = first
        return parts

    def _named(self, collection: Collection, series: bool) -> pl.Series | None:
        """Return the classes of which none may be in other parts and not in training, where they are names and rows can be moved."""
        apart, target = self._kept_whole(collection, series) or self.time or collection.time, collection.target
        if apart is not None or self.stratify is not None or target not in collection.frame.columns:
            return None
        is_text = isinstance(collection.frame[target].dtype, pl.String | pl.Categorical | pl.Enum)
        return _labels(collection, target) if is_text and is_kind(collection.kinds.get(target, "category"), "category") else None

    def _rows(self, collection: Collection, fractions: tuple[float, ...], series: bool = False) -> list[NDArray[np.int64]]:
        size, time, group = len(collection), self.time or collection.time, self._kept_whole(collection, series)
        if group is not None:
            return split_rows(size, fractions, self.seed, groups=_labels(collection, group))
        if time is not None:
            return self._by_time(collection, time, fractions, collection.group if series else None)
        labels = self._classes(collection)
        if labels is None:
            return split_rows(size, fractions, self.seed)
        is_rare = labels.is_in(self._rare(labels).implode()).to_numpy()
        rare, others = np.flatnonzero(is_rare), np.flatnonzero(~is_rare)
        first, *rest = [others[piece] for piece in split_rows(len(others), fractions, self.seed, stratify=labels.filter(~is_rare))]
        return [np.sort(np.concatenate([first, rare])) if len(rare) else first, *rest]

    def _kept_whole(self, collection: Collection, series: bool) -> str | None:
        """Return the column whose values are not divided between parts; the series of a forecast are, unless a group was asked for."""
        return self.group if series else self.group or collection.group

    def _by_time(self, collection: Collection, time: str, fractions: tuple[float, ...], group: str | None) -> list[NDArray[np.int64]]:
        """Return the rows of each part, in the order of time within each series that a group tells apart."""
        values = collection.values(time)
        if isinstance(values, pl.Series):
            form = find_format(values) if values.dtype == pl.String else None
            times = values if form is None else as_times(values, form, collection.place)
            values = times.rank("dense").fill_null(0).to_numpy()
        series = np.zeros(len(collection), np.int64) if group is None else _labels(collection, group).rank("dense").to_numpy() - 1
        order, sizes = np.lexsort([values, series]), np.bincount(series)
        place = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)  # of a row in its series
        bounds = np.round(np.cumsum(fractions)[:-1, None] * sizes)  # (parts but the last, series)
        part = (place >= np.repeat(bounds, sizes, axis=1)).sum(axis=0)
        return [np.sort(order[part == number]) for number in range(len(fractions))]

    def _classes(self, collection: Collection) -> pl.Series | None:
        """Return the classes to stratify by: as asked, or where most rows are of classes that are frequent enough."""
        if self.stratify is False or collection.target is None:
            return None
        if not self.stratify and not has_classes(collection):
            return None
        labels = _labels(collection, collection.target)
        few = labels.is_in(self._rare(labels).implode()).sum() / len(labels)
        return labels if self.stratify or few < _MOST_RARE else None

    def _staying(self, collection: Collection) -> NDArray[np.bool_]:
        """Return which rows are always for training, their classes being too rare to be shared out."""
        apart = self.time or collection.time or self.group or collection.group
        labels = None if apart is not None else self._classes(collection)
        return np.zeros(len(collection), np.bool_) if labels is None else labels.is_in(self._rare(labels).implode()).to_numpy()

    def _rare(self, labels: pl.Series) -> pl.Series:
        """Return the classes with too few rows to be shared out, which all stay in training; none where stratifying was asked for."""
        counts = labels.rename("label").value_counts()
        return counts["label"].head(0) if self.stratify else counts.filter(pl.col("count") < FEWEST_OF_CLASS)["label"].sort()

    def folds(self, collection: Collection, count: int) -> Iterator[Parts]:
        """Yield `count` times the part of each row: each row is in the test once, and else in training (k-fold cross-validation).

        Classes are shared out and groups kept together as in `parts`, so that rows of a class that is too rare to be shared out are in
        no test; a share for validation is taken from each fold's training.

        Raises:
            ArgumentError: fewer than two folds.
        """
        if count < 2:
            raise ArgumentError(f"folds: there must be at least 2. Got {count} instead.")
        pieces, stays = self._rows(collection, tuple([1 / count] * count)), self._staying(collection)
        for piece in pieces:
            parts = np.full(len(collection), "train", dtype="U10")
            parts[piece] = "test"
            parts[stays] = "train"
            rest = np.flatnonzero(parts == "train")
            if self.validation:
                parts[rest] = self._divide(collection.take(rest), {"train": 1 - self.validation, "validation": self.validation})
            yield parts

    def describe(self, collection: Collection, series: bool = False) -> str:
        """Return in words how the rows of a collection are divided; the arguments are those of `parts`."""
        if self.given and collection.parts is not None:
            more = f"; {self.validation:.0%} of training for validation" if self.validation and "validation" not in collection.parts else ""
            return f"the parts that the source gives{more}" + (f" (seed {self.seed})" if more else "")
        group, time = self._kept_whole(collection, series), self.time or collection.time
        rest = 1 - self.validation - self.test
        shares = f"{rest:.0%}, {self.validation:.0%} and {self.test:.0%} for training, validation and test"
        if group is not None:
            return f"{shares}, no {group!r} divided (seed {self.seed})"
        if time is not None:
            return f"{shares}, in the order of {time!r}" + (f" within each {collection.group!r}" if series and collection.group else "")
        labels = self._classes(collection)
        if labels is None:
            more = "" if self._named(collection, series) is None else "; classes that training would lack stay in it"
            return f"{shares}, at random (seed {self.seed}){more}"
        rare = self._rare(labels).to_list()
        more = f"; with fewer than {FEWEST_OF_CLASS} rows, {', '.join(map(repr, rare))} stay in training" if rare else ""
        return f"{shares}, in proportion to the classes, at random (seed {self.seed}){more}"


def has_classes(collection: Collection) -> bool:
    """Return whether the target looks like classes: text, truth values, or few whole numbers."""
    if collection.target is None:
        return False
    kind = get_kind(collection.kinds[collection.target]) if collection.target in collection.kinds else None
    if kind is not None and (kind.task not in {None, "span"} or (kind.is_used and not kind.can_be_target)):
        return kind.task == "classification"
    values = collection.values(collection.target)
    if not isinstance(values, pl.Series):
        return values.ndim == 1 and values.dtype.kind in "iub"
    if values.dtype.is_nested():
        return False
    distinct = values.n_unique()
    return not values.dtype.is_float() and distinct <= max(20, len(values) // FEWEST_OF_CLASS)


def _labels(collection: Collection, column: str) -> pl.Series:
    return as_texts(collection.values(column), At(column, collection.place)).fill_null("")
