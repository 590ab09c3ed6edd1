"""A step of a preparation: one thing done to the rows, to a column, or to the numbers of all columns; each can be used alone."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import field, replace
from typing import Any, ClassVar, Literal, Self, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.configuration import Configurable
from chainrule.data.collection import Collection, Values
from chainrule.data.frame import as_frame
from chainrule.data.kind import is_kind
from chainrule.data.selector import Columns, ColumnSelector, as_selector
from chainrule.data.steps.values import At, as_values
from chainrule.errors import ArgumentError

Verb: TypeAlias = Literal["clean", "transform", "encode", "scale"]
SERIES = "series"  # what steps know of the rows: the name of the series that each belongs to
VERBS: tuple[Verb, ...] = ("clean", "transform", "encode", "scale")
_UNCHANGING: dict[str, Any] = {"frozen": True}  # which type checkers would want to be repeated in every subclass


class Step(Configurable, abstract=True, **_UNCHANGING):
    """One thing done to data: settings, and what the training rows taught. Steps do not change: `fit` returns the step that has learned.

    As in scikit-learn, `fit` learns from training values, `transform` returns values after the step, `fit_transform` does both, and
    `inverse_transform`, where there is one, returns what the values were.

    Attributes:
        verb: to what in a preparation it belongs: "clean", "transform", "encode" or "scale".
        drops_rows: whether it leaves rows out.
        training_only: whether it is for the training part alone; validation and test stay as they are.
    """

    verb: ClassVar[Verb]
    drops_rows: ClassVar[bool] = False
    training_only: ClassVar[bool] = False

    @abstractmethod
    def fit(self, values: Any) -> Self:
        """Return the step with what the training values teach."""

    @abstractmethod
    def transform(self, values: Any) -> Any:
        """Return the values after the step.

        Raises:
            ArgumentError: a step that has to learn from training values first.
            DataError: values that it cannot take.
        """

    def fit_transform(self, values: Any) -> Any:
        """Return training values after the step, which has learned from them: `fit(values).transform(values)`."""
        return self.fit(values).transform(values)

    def inverse_transform(self, values: NDArray[Any]) -> Any:
        """Return what values were, from what they are after the step.

        Raises:
            ArgumentError: a step that has no inverse.
        """
        raise ArgumentError(f"{type(self).__name__} has no inverse: what the values were cannot be known from what it gives.")

    @property
    def has_inverse(self) -> bool:
        """Whether `inverse_transform` says what the values were."""
        return type(self).inverse_transform is not Step.inverse_transform

    def describe(self) -> str:
        """Return in a few words what it does, with what it has learned."""
        return type(self).__name__

    def remark(self) -> str | None:
        """Return what people should hear of before they train, such as files of several kinds that became one; most have nothing to say."""
        return None

    def not_fitted(self) -> ArgumentError:
        """Return the error of a step that has nothing learned yet."""
        return ArgumentError(f"{type(self).__name__} has not learned from training rows yet: use the step that fit returns.")


class ColumnStep(Step, abstract=True):
    """One thing done to a column. A step of your own defines `apply`, and `learn` where it has something to learn.

    Args:
        columns: the columns it is for, by name, pattern or `columns(...)`; none for all of its kinds.

    Attributes:
        kinds: the kinds of columns that it is for.
        gives_indices: whether its whole numbers are to be embedded, and so are an input of their own.
        is_input: whether, as the last step, its vectors are an input of their own, apart from other columns.

    Example:
        >>> from dataclasses import replace
        >>> import chainrule as cr
        >>> class Centre(cr.data.ColumnStep):
        ...     "Each number less the mean of training."
        ...     verb, kinds = "scale", frozenset({"number"})
        ...     mean: float = 0.0
        ...     def learn(self, values, at):
        ...         return replace(self, mean=float(np.asarray(values).mean()))
        ...     def apply(self, values, at):
        ...         return np.asarray(values) - self.mean
        >>> Centre().fit([1.0, 3.0]).transform([5.0]).tolist()
        [3.0]
    """

    kinds: ClassVar[frozenset[str]]
    gives_indices: ClassVar[bool] = False
    is_input: ClassVar[bool] = False

    columns: Columns = field(default=(), kw_only=True)

    def on(self, *columns: str | ColumnSelector) -> Self:
        """Return the same step for these columns alone: names, patterns, or one `columns(...)`."""
        selector = next((entry for entry in columns if isinstance(entry, ColumnSelector)), None)
        if selector is not None and len(columns) > 1:
            raise ArgumentError(f"on takes names and patterns, or one selector. Got {columns!r} instead.")
        return replace(self, columns=columns if selector is None else selector)

    def takes(self, column: str, kind: str | None, dtype: pl.DataType | None = None) -> bool:
        """Return whether it is for a column of this name, kind and dtype."""
        return as_selector(self.columns).takes(column, kind, dtype) if self.columns else is_kind(kind, *self.kinds)

    @property
    def vocabulary_size(self) -> int:
        """How many different whole numbers a step whose numbers are to be embedded gives."""
        raise ArgumentError(f"{type(self).__name__} gives numbers, not indices: it has no vocabulary.")

    @property
    def rows_before(self) -> int:
        """How many rows before a row its value is computed from; where there are any, it cannot be undone from the value alone."""
        return 0

    def quantity(self, name: str) -> str:
        """Return in words what a quantity of this name has become, where that cannot be undone: "change of sales since 1 row before"."""
        return name

    def fit(self, values: Any, at: At | None = None) -> Self:
        """Return the step with what the training values teach.

        Args:
            values: a series, a list, or an array of shape (rows, ...).
            at: the column's name and rows, for messages.
        """
        return self.learn(as_values(values), at or At())

    def transform(self, values: Any, at: At | None = None) -> Values:
        """Return a column's values after the step.

        Args:
            values: as for `fit`.
            at: the column's name and rows, for messages; its `notes` take what training had not met.
        """
        return self.apply(as_values(values), at or At())

    def fit_transform(self, values: Any, at: At | None = None) -> Values:
        """Return training values after the step, which has learned from them."""
        column, at = as_values(values), at or At()
        return self.learn(column, at).apply(column, at)

    def learn(self, values: Values, at: At) -> Self:
        """Return the step with what the training rows teach; most have nothing to learn."""
        return self

    @abstractmethod
    def apply(self, values: Values, at: At) -> Values:
        """Return the column's values after the step."""

    def feature_names(self, names: list[str]) -> list[str]:
        """Return the names of the numbers of a row after the step, from those before it."""
        return names


class RowStep(Step, abstract=True):
    """One thing that leaves rows out, and learns nothing. A step of your own defines `keeps`.

    Before the parts are made, rows are left out of training, validation and test alike, and counted; with `training_only`, out of
    the training part alone, after the parts are made: validation and test are to be like what comes later. At prediction nothing is
    left out.
    """

    verb: ClassVar[Verb] = "clean"
    drops_rows: ClassVar[bool] = True

    def fit(self, values: Any) -> Self:
        """Return the step itself."""
        return self

    def transform(self, values: Any) -> Any:
        """Return the rows that stay, of a collection or of a table: a frame, or columns by name."""
        collection = values if isinstance(values, Collection) else Collection(as_frame(values))
        kept = collection.take(self.keeps(collection)[0])
        return kept if isinstance(values, Collection) else kept.frame

    @abstractmethod
    def keeps(self, collection: Collection) -> tuple[NDArray[np.bool_], str]:
        """Return for each row whether it stays, and why others do not, in words that can follow a count."""

    def chosen(self, columns: Columns, collection: Collection) -> list[str]:
        """Return the names of the columns of a collection that were given to the step; none where none were given."""
        return as_selector(columns).of(collection, f"{type(self).__name__}: the column") if columns else []


class FlatStep(Step, abstract=True):
    """One thing done to the numbers that stand side by side in one input, after the steps of each column.

    A step of your own defines `apply` and `feature_names`, and `learn` where it has something to learn.

    Attributes:
        keeps_columns: whether the columns' numbers stay where they were, before all others.
    """

    verb: ClassVar[Verb] = "transform"
    keeps_columns: ClassVar[bool] = False

    def fit(self, values: Any, columns: Sequence[str] | None = None) -> Self:
        """Return the step with what the training rows teach.

        Args:
            values: what the columns of the training rows have become: a table, or an array of shape (rows, features).
            columns: of which column each feature is the number, "" for one that says something else, such as a category; None for the
                names of the table's columns, or for x1, x2, ...

        Raises:
            ArgumentError: a column that is no number in this input.
        """
        matrix = as_matrix(values)
        if columns is None:
            columns = (
                [f"x{number + 1}" for number in range(matrix.shape[1])] if isinstance(values, np.ndarray) else as_frame(values).columns
            )
        return self.learn(matrix, columns)

    def transform(self, values: Any) -> NDArray[Any]:
        """Return the features of rows after the step, of shape (rows, features); values are as for `fit`."""
        return self.apply(as_matrix(values))

    def learn(self, values: NDArray[Any], columns: Sequence[str]) -> Self:
        """Return the step with what the training rows teach; see `fit`."""
        return self

    @abstractmethod
    def apply(self, matrix: NDArray[Any]) -> NDArray[Any]:
        """Return the flat input, of shape (rows, features), after the step."""

    @abstractmethod
    def feature_names(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the numbers of a row after the step, from those before it."""


def as_matrix(values: Any) -> NDArray[Any]:  # (rows, features)
    """Return a table of numbers, or an array, as an array."""
    return values if isinstance(values, np.ndarray) else as_frame(values).to_numpy()


def places_of_numbers(columns: Sequence[str]) -> dict[str, int]:
    """Return where each column of numbers stands among the features, by its name.

    Args:
        columns: of which column each feature is the number; "" for one that says something else.
    """
    return {name: place for place, name in enumerate(columns) if name}


def inverse(steps: Sequence[Step], values: ArrayLike) -> NDArray[np.float64]:
    """Return what the numbers of a column were before these steps, from what its first feature is after them.

    Steps that leave a known number what it is, such as `FillMissing`, are passed over, and so are those that have no inverse, or one
    that gives no number.

    Example:
        >>> from chainrule.data import Log, Rescale
        >>> steps = [Log(scale=3.0), Rescale(2.0)]
        >>> inverse(steps, 2 * np.log([2.0, 4.0])).round(6).tolist()
        [3.0, 9.0]
    """
    numbers = np.asarray(values, np.float64)
    for step in reversed(steps):
        if isinstance(step, ColumnStep) and step.has_inverse and "number" in step.kinds:
            numbers = np.asarray(step.inverse_transform(numbers[..., None]), np.float64)[..., 0]
    return numbers
