"""Turning a table into the numbers that a network takes, as learned from the training rows alone."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.data.columns import CategoryColumn, Column, DroppedColumn, Kind, column_from_config, learn_column
from chainrule.data.frame import LINE, TableLike, as_frame, place_in, require_column
from chainrule.data.target import Target, Task, learn_target, require_known, target_from_config
from chainrule.errors import ArgumentError, DataError


class TablePreparation:
    """What the training rows of a table say of its columns, and the encoding that follows from it.

    Numbers are standardised, z = (x - mean) / standard deviation; where values were missing in training they become the mean, and
    a further feature is 1. Categories become one feature each (one-hot), and one more for all that are rare or unknown. A
    target of text or truth values is classified. So is one of two whole numbers, or of at most 20 with 5 rows each on average.
    Any other is a number to be foretold, and standardised.

    Args:
        columns: what was learned of each column except the target.
        target: what was learned of the target.
        reasons: why the task is what it is, why columns are left out, and which have categories too rare for a feature, for
            people to read.

    Attributes:
        task: "classification" or "regression".
        feature_names: name of each number that `transform` gives for a row.
        class_names: the classes' names in the order of their numbers; None for regression.
        reasons: as above.
        notes: what the last `transform` met that training had not: unknown categories, missing values, further columns.
        extra_columns: the columns that the last `transform` left aside because training had none of that name.

    Source:
        LeCun, Bottou, Orr and Müller (1998), Efficient BackProp, section 4.3 (standardised inputs).

    Example:
        >>> rows = {"height": [1.0, 2.0, 3.0, 2.0], "bark": ["rough", "rough", "smooth", "smooth"], "kind": ["oak", "oak", "elm", "elm"]}
        >>> preparation = TablePreparation.fit(rows, "kind")
        >>> preparation.feature_names
        ('height', 'bark=rough', 'bark=smooth', 'bark other')
        >>> preparation.transform(rows).shape, preparation.transform_target(rows).tolist()
        ((4, 4), [1, 1, 0, 0])
    """

    def __init__(self, columns: Sequence[Column], target: Target, reasons: Sequence[str] = ()) -> None:
        self.columns = tuple(columns)
        self.target = target
        self.reasons = list(reasons)
        self.notes: list[str] = []
        self.extra_columns: list[str] = []

    @classmethod
    def fit(cls, table: TableLike, target: str, task: Task | None = None, *, kinds: Mapping[str, Kind] | None = None) -> "TablePreparation":
        """Learn from the training rows.

        Args:
            table: the training rows, with the target.
            target: name of the target's column.
            task: "classification" or "regression"; None to have it decided by the rule above.
            kinds: for single columns what they are: "number", "category" or "drop"; others are decided by the rule of
                `learn_column`.

        Raises:
            DataError: with the column and the row (its line where the table was read with lines=True): no such column, a
                target that is missing or constant, text in a column of numbers, infinite values, no column of use.
            ArgumentError: an unknown task or kind.
        """
        frame = as_frame(table)
        kinds = kinds or {}
        require_column("The target", target, frame.columns)
        _check_choices(task, kinds, frame)
        place = place_in(frame)
        learned_target, reason = learn_target(frame[target], task, place)
        columns = [learn_column(column, kinds.get(column.name), place) for column in frame if column.name not in {target, LINE}]
        dropped = [f"column {column.name!r} is left out: {column.reason}" for column in columns if isinstance(column, DroppedColumn)]
        shared = [column.sharing for column in columns if isinstance(column, CategoryColumn) and column.rare]
        if len(dropped) == len(columns):
            raise DataError(f"No column is left to learn {target!r} from. " + "; ".join(dropped or ["the table has no other column"]) + ".")
        return cls(columns, learned_target, [reason, *dropped, *shared])

    @property
    def task(self) -> Task:
        """Whether classes are told apart or a number is foretold."""
        return "regression" if self.target.class_names is None else "classification"

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The name of each number that `transform` gives for a row."""
        return tuple(name for column in self.columns if not isinstance(column, DroppedColumn) for name in column.feature_names)

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """The classes' names in the order of their numbers; None for regression."""
        return self.target.class_names

    def transform(self, table: TableLike) -> NDArray[np.float32]:
        """Return the features of each row, of shape (rows, features) and dtype float32.

        Args:
            table: rows with the columns that training had, in any order; the target may be among them.

        Raises:
            DataError: a column that is missing, text where training had numbers, infinite values.
        """
        frame = as_frame(table)
        used = [column for column in self.columns if not isinstance(column, DroppedColumn)]
        for column in used:
            require_column("The column", column.name, frame.columns)
        place, notes = place_in(frame), list[str]()
        encoded = [column.encode(frame[column.name], place, notes) for column in used]
        known = {self.target.name, LINE, *(column.name for column in self.columns)}
        self.extra_columns = [name for name in frame.columns if name not in known]
        if self.extra_columns:
            notes.append(f"columns that training did not have are left aside: {', '.join(self.extra_columns)}")
        self.notes = notes
        return np.concatenate(encoded, axis=1)

    def transform_target(self, table: TableLike) -> NDArray[np.int32] | NDArray[np.float32]:
        """Return the target of each row, of shape (rows,): class numbers (int32), or standardised numbers (float32).

        Raises:
            DataError: a target that is missing, a class that training did not have, text where training had numbers.
        """
        frame = as_frame(table)
        require_column("The target", self.target.name, frame.columns)
        place = place_in(frame)
        require_known(frame[self.target.name], place)
        return self.target.encode(frame[self.target.name], place)

    def inverse_target(self, y: ArrayLike) -> NDArray[Any]:
        """Return the table's own classes for class numbers, or the target in its own unit for standardised numbers.

        Args:
            y: class numbers, or standardised numbers, of any shape.

        Raises:
            ArgumentError: class numbers that are not whole, or outside of the classes.
        """
        return self.target.decode(y)

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data, from which `from_config` makes a preparation that gives the same bits."""
        columns = [column.to_config() for column in self.columns]
        return {"class": "TablePreparation", "columns": columns, "target": self.target.to_config(), "reasons": list(self.reasons)}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "TablePreparation":
        """Return the preparation that `to_config` described.

        Raises:
            DataError: a configuration that is not one of a table's preparation.
        """
        try:
            columns = [column_from_config(column) for column in config["columns"]]
            return cls(columns, target_from_config(config["target"]), config["reasons"])
        except (KeyError, TypeError) as error:
            raise DataError(f"This is not the configuration of a TablePreparation: {error!r} is amiss.") from error


def _check_choices(task: str | None, kinds: Mapping[str, str], frame: pl.DataFrame) -> None:
    if task not in {None, "classification", "regression"}:
        raise ArgumentError(f"task must be 'classification', 'regression' or None. Got {task!r} instead.")
    for name, kind in kinds.items():
        require_column("The column", name, frame.columns)
        if kind not in {"number", "category", "drop"}:
            raise ArgumentError(f"The kind of column {name!r} must be 'number', 'category' or 'drop'. Got {kind!r} instead.")
