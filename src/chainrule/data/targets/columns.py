"""The target of a table: classes, or a number to be predicted."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.data.columns import GREAT_MAJORITY, MOST_CLASSES, TargetTask, numbers, share_of_numbers, standardisation, texts
from chainrule.data.frame import Place
from chainrule.errors import ArgumentError, DataError

FEWEST_ROWS_OF_CLASS = 5  # on average, for the same


@dataclass(frozen=True)
class ClassTarget:
    """A target of classes, numbered in the order of their values."""

    name: str
    classes: tuple[str | int | float | bool, ...]

    task: ClassVar[str] = "classification"

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes as text, in the order of their numbers."""
        return tuple(_text(value) for value in self.classes)

    def encode(self, column: pl.Series, place: Place) -> NDArray[np.int32]:  # (rows,)
        """Return the number of each row's class."""
        numbers_of = {name: number for number, name in enumerate(self.class_names)}
        values = texts(column, place)
        codes = values.cast(pl.Enum(list(numbers_of)), strict=False).to_physical()
        if codes.null_count():
            row, shown = int(codes.is_null().arg_true()[0]), ", ".join(self.class_names[:20])
            raise DataError(f"Column {self.name!r}, {place(row)}: {values[row]!r} is not one of the classes met in training: {shown}.")
        return np.array(list(numbers_of.values()), np.int32)[codes.to_numpy()]

    def decode(self, y: ArrayLike) -> NDArray[Any]:
        """Return the classes of these numbers."""
        array = np.asarray(y)
        met = f"{array.dtype} from {array.min()} to {array.max()}" if array.size else "none"
        if array.dtype.kind not in "iu" or not 0 <= array.min() <= array.max() < len(self.classes):
            raise ArgumentError(f"Classes must be whole numbers from 0 to {len(self.classes) - 1}. Got {met} instead.")
        return np.array(self.classes)[array]

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return {"class": "ClassTarget", "name": self.name, "classes": list(self.classes)}


@dataclass(frozen=True)
class NumberTarget:
    """A target of numbers, standardised."""

    name: str
    mean: float
    standard_deviation: float

    task: ClassVar[str] = "regression"

    @property
    def class_names(self) -> None:
        """None: there are no classes."""
        return None

    def encode(self, column: pl.Series, place: Place) -> NDArray[np.float32]:  # (rows,)
        """Return the standardised values."""
        return ((numbers(column, place) - self.mean) / self.standard_deviation).astype(np.float32)

    def decode(self, y: ArrayLike) -> NDArray[np.float64]:
        """Return these values in the target's own unit."""
        return np.asarray(y, np.float64) * self.standard_deviation + self.mean

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return {"class": "NumberTarget"} | asdict(self)


Target: TypeAlias = ClassTarget | NumberTarget


def target_from_config(config: Mapping[str, Any]) -> Target:
    """Return the target that `to_config` described."""
    if config["class"] == "ClassTarget":
        return ClassTarget(config["name"], tuple(config["classes"]))
    if config["class"] != "NumberTarget":
        raise ArgumentError(f"The class of a target must be one that is known here. Got {config['class']!r} instead: update Chainrule.")
    return NumberTarget(config["name"], config["mean"], config["standard_deviation"])


def require_known(column: pl.Series, place: Place) -> None:
    """Raise DataError where a target is missing."""
    if column.null_count():
        raise DataError(
            f"Column {column.name!r}, the target, is missing in {column.null_count()} of {len(column)} rows, first in "
            f"{place(column.is_null().arg_true()[0])}. Fill it in, or leave these rows out with drop_missing(table, {column.name!r})."
        )


def learn_target(column: pl.Series, task: TargetTask | None, place: Place) -> tuple[Target, str]:
    """Return the target as the training rows show it, and why it is the one or the other."""
    require_known(column, place)
    distinct = column.n_unique()
    if distinct == 1:
        raise DataError(f"Column {column.name!r}, the target, is {column[0]!r} in every row: there is nothing to learn.")
    reason = "as asked"
    if task is None:
        task, reason = _decide(column, distinct, place)
    if task == "regression":
        mean, deviation, _ = standardisation(column, place)
        return NumberTarget(column.name, mean, deviation), f"regression: {reason}"
    if 2 * distinct > len(column):
        raise DataError(
            f"Column {column.name!r}, the target, has {distinct} different values in {len(column)} rows: too many to be classes. "
            "Choose another target, or task='regression' for numbers."
        )
    return ClassTarget(column.name, _classes(column, place)), f"classification: {reason}"


def _decide(column: pl.Series, distinct: int, place: Place) -> tuple[TargetTask, str]:
    if column.dtype == pl.String and distinct > MOST_CLASSES and share_of_numbers(column) >= GREAT_MAJORITY:
        numbers(column, place)  # raises with the first that is none
    if column.dtype == pl.Boolean or not column.dtype.is_numeric():
        return "classification", f"the target {column.name!r} holds {'truth values' if column.dtype == pl.Boolean else 'text'}"
    values = numbers(column, place)
    if not (values == np.floor(values)).all():
        return "regression", f"the target {column.name!r} holds numbers that are not whole"
    few = distinct == 2 or (distinct <= MOST_CLASSES and distinct * FEWEST_ROWS_OF_CLASS <= len(column))
    what = f"the target {column.name!r} holds {distinct} different whole numbers in {len(column)} rows"
    rule = f"two, or at most {MOST_CLASSES} with {FEWEST_ROWS_OF_CLASS} rows each on average, are taken for classes"
    return (
        "classification" if few else "regression"
    ), f"{what} ({rule}); pass task={'regression' if few else 'classification'!r} to change it"


def _classes(column: pl.Series, place: Place) -> tuple[str | int | float | bool, ...]:
    if column.dtype == pl.Boolean:
        return (False, True)
    if column.dtype.is_numeric():
        values = sorted(set(numbers(column, place).tolist()))
        return tuple(int(value) if value.is_integer() else value for value in values)
    return tuple(sorted(texts(column, place).unique().to_list()))


def _text(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and math.isfinite(value) and value.is_integer() else str(value)
