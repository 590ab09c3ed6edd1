"""A step of a preparation: one thing done to the rows, to a column, or to the numbers of all columns."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.data.collection import Collection, Values
from chainrule.data.frame import Place
from chainrule.data.kind import is_kind
from chainrule.errors import ArgumentError

Verb: TypeAlias = Literal["clean", "transform", "encode", "scale"]
SERIES = "series"  # what steps know of the rows: the name of the series that each belongs to
VERBS: tuple[Verb, ...] = ("clean", "transform", "encode", "scale")


@dataclass(frozen=True)
class At:
    """Where a step is at work, for its messages.

    Args:
        column: the name of the column.
        place: how to name one of its rows.
        notes: takes what people should hear of: what training had not met.
        known: what a step leaves for those after it: the rate of the sounds that it has read; and the series that each row belongs to.
    """

    column: str
    place: Place = lambda row: f"row {row + 1}"
    notes: list[str] = field(default_factory=list[str])
    known: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class ColumnStep(ABC):
    """One thing done to a column: settings, and after `fit` also what the training rows taught.

    Args:
        columns: the columns it is for; none for all of its kinds.
    """

    verb: ClassVar[Verb]
    kinds: ClassVar[frozenset[str]]
    gives_indices: ClassVar[bool] = False  # whether its whole numbers are to be embedded, and so are an input of their own
    is_input: ClassVar[bool] = False  # whether, as the last step, its vectors are an input of their own, apart from other columns

    columns: Sequence[str] = field(default=(), kw_only=True)

    def on(self, *columns: str) -> Self:
        """Return the same step for these columns alone."""
        return replace(self, columns=columns)

    def takes(self, column: str, kind: str) -> bool:
        """Return whether it is for a column of this name and kind."""
        return column in self.columns if self.columns else is_kind(kind, *self.kinds)

    @property
    def vocabulary_size(self) -> int:
        """How many different whole numbers a step whose numbers are to be embedded gives."""
        raise ArgumentError(f"{type(self).__name__} gives numbers, not indices: it has no vocabulary.")

    def fit(self, values: Values, at: At) -> Self:
        """Return the step with what the training rows teach; most have nothing to learn."""
        return self

    @abstractmethod
    def apply(self, values: Values, at: At) -> Values:
        """Return the column's values after the step."""

    def inverse_transform(self, values: NDArray[Any]) -> Any:
        """Return what the values of a column were, from what they are after the step.

        Raises:
            ArgumentError: a step that has no inverse.
        """
        raise ArgumentError(f"{type(self).__name__} has no inverse: what the values were cannot be known from what it gives.")

    @property
    def has_inverse(self) -> bool:
        """Whether `inverse_transform` says what the values were."""
        return type(self).inverse_transform is not ColumnStep.inverse_transform

    def feature_names(self, names: list[str]) -> list[str]:
        """Return the names of the numbers of a row after the step, from those before it."""
        return names

    def describe(self) -> str:
        """Return in a few words what it does, with what it has learned."""
        return type(self).__name__

    def remark(self) -> str | None:
        """Return what people should hear of before they train, such as files of several kinds that became one; most have nothing to say."""
        return None


@dataclass(frozen=True)
class RowStep(ABC):
    """One thing that leaves rows out, before the parts are made: it looks at no part, and learns nothing.

    Rows are left out of training, validation and test alike, and counted; at prediction nothing is left out.
    """

    verb: ClassVar[Verb] = "clean"

    @abstractmethod
    def keeps(self, collection: Collection) -> tuple[NDArray[np.bool_], str]:
        """Return for each row whether it stays, and why others do not, in words that can follow a count."""


@dataclass(frozen=True)
class TrainingStep(ABC):
    """One thing that leaves rows out of the training part alone, after the parts are made; it looks at training rows only.

    Validation and test stay as they are: they are to be like what comes later.
    """

    verb: ClassVar[Verb] = "clean"

    @abstractmethod
    def keeps(self, training: Collection) -> tuple[NDArray[np.bool_], str]:
        """Return for each training row whether it stays, and why others do not, in words that can follow a count."""


@dataclass(frozen=True)
class FlatStep(ABC):
    """One thing done to the numbers that stand side by side in one input: settings, and after `fit` also where the columns stand."""

    verb: ClassVar[Verb] = "transform"
    keeps_columns: ClassVar[bool]  # whether the columns' numbers stay where they were, before all others

    @abstractmethod
    def fit(self, values: NDArray[Any], columns: Sequence[str]) -> Self:
        """Return the step with what the training rows teach.

        Args:
            values: what the columns of the training rows have become, of shape (rows, features).
            columns: of which column each feature is the number; "" for one that says something else, such as a category.

        Raises:
            ArgumentError: a column that is no number in this input.
        """

    @abstractmethod
    def apply(self, matrix: NDArray[Any]) -> NDArray[Any]:
        """Return the flat input, of shape (rows, features), after the step."""

    @abstractmethod
    def feature_names(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the numbers of a row after the step, from those before it."""


Step: TypeAlias = ColumnStep | RowStep | TrainingStep | FlatStep


def places_of_numbers(columns: Sequence[str]) -> dict[str, int]:
    """Return where each column of numbers stands among the features, by its name.

    Args:
        columns: of which column each feature is the number; "" for one that says something else.
    """
    return {name: place for place, name in enumerate(columns) if name}


def inverse(steps: Sequence[ColumnStep], values: ArrayLike) -> NDArray[np.float64]:
    """Return what the numbers of a column were before these steps, from what its first feature is after them.

    Steps that leave a known number what it is, such as `FillMissing`, are passed over, and so are those that have no inverse.

    Example:
        >>> from chainrule.data import Log, Rescale
        >>> steps = [Log(scale=3.0), Rescale(2.0)]
        >>> inverse(steps, 2 * np.log([2.0, 4.0])).round(6).tolist()
        [3.0, 9.0]
    """
    numbers = np.asarray(values, np.float64)
    for step in reversed(steps):
        if step.has_inverse and "number" in step.kinds:
            numbers = np.asarray(step.inverse_transform(numbers[..., None]), np.float64)[..., 0]
    return numbers
