"""Checks: the base of all, what they are given to look at, and the registry of those there are."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.configuration import Configurable, snake_case
from chainrule.data.checks.equal import Rows, equal_examples, near_rows
from chainrule.data.checks.issue import Issue, Parts
from chainrule.data.checks.predictability import task_of
from chainrule.data.columns import TargetTask
from chainrule.data.frame import Place
from chainrule.data.kind import Kind, get_kind, is_kind

ColumnValues: TypeAlias = pl.Series | NDArray[Any] | Sequence[NDArray[Any]]

_LAST = 1000  # rank of a check that says none
_ORDER = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, eq=False)
class CheckedData:
    """Data that checks look at.

    Args:
        columns: by name, without the target: series; arrays with one row for each example; decoded pictures or sounds as a sequence of
            arrays. A series of a kind of files, such as images, holds their paths.
        kinds: the name of the kind of each column; a column without one is only compared for copies.
        parts: the part of every row; None where there is no split yet.
        target: what is to be predicted; None where nothing is.
        asked: the task, where it is known; None to have it decided by what the target holds.
        group: the column whose groups must not be divided.
        time: when each row was observed.
        place: how messages name a row; None for by its number from 0.
        drawn: whether the parts were drawn at random, rather than given or cut by time or group.
        compares: whether rows are compared with one another.
    """

    columns: Mapping[str, ColumnValues]
    kinds: Mapping[str, str]
    parts: Parts | None = None
    target: pl.Series | None = None
    asked: TargetTask | None = None
    group: pl.Series | None = None
    time: pl.Series | None = None
    place: Place | None = None
    drawn: bool = False
    compares: bool = True

    @cached_property
    def task(self) -> TargetTask | None:
        """What is learned: the task that was asked for, or the one that the target's values suggest."""
        return None if self.target is None else task_of(self.target, self.asked)

    def series(self, check: "Check") -> pl.DataFrame:
        """Return the columns that a check examines and that are series."""
        return pl.DataFrame([column.alias(name) for name, column in self._for(check) if isinstance(column, pl.Series)])

    def arrays(self, check: "Check") -> dict[str, NDArray[Any] | Sequence[NDArray[Any]]]:
        """Return the columns that a check examines and that are arrays."""
        return {name: column for name, column in self._for(check) if not isinstance(column, pl.Series)}

    def _for(self, check: "Check") -> Iterable[tuple[str, ColumnValues]]:
        return ((name, column) for name, column in self.columns.items() if name in self.kinds and check.takes(get_kind(self.kinds[name])))

    @cached_property
    def equal(self) -> list[Rows]:
        """Groups of rows that are equal in all columns but identifiers."""
        compared = {name: column for name, column in self.columns.items() if not is_kind(self.kinds.get(name), "identifier")}
        nested = any(isinstance(column, pl.Series) and column.dtype.is_nested() for column in compared.values())
        if not self.compares or nested:
            return []
        return equal_examples(pl.DataFrame([_coded(name, column) for name, column in compared.items()]))

    @cached_property
    def near(self) -> list[Rows]:
        """Groups of rows that are nearly the same and not equal, where one column says all, or all columns are numbers."""
        known = {tuple(group.tolist()) for group in self.equal}
        return [group for group in self._near() if tuple(group.tolist()) not in known]

    def _near(self) -> list[Rows]:
        for name, column in self.columns.items():
            if name in self.kinds and (len(self.columns) == 1 or not isinstance(column, pl.Series)):
                found = get_kind(self.kinds[name]).near_copies(column)
                if found is not None:
                    return found
        numbers = [column for name, column in self.columns.items() if is_kind(self.kinds.get(name), "number")]
        table = [column for column in numbers if isinstance(column, pl.Series)]
        return near_rows(pl.DataFrame(table).to_numpy()) if table and len(table) == len(self.columns) else []


def _coded(name: str, column: ColumnValues) -> pl.Series:
    """Return a column as a series: of an array, the number of the first row that is equal."""
    if isinstance(column, pl.Series):
        return column.alias(name)
    codes = np.arange(len(column))
    for group in equal_examples(column):
        codes[group] = group[0]
    return pl.Series(name, codes)


class Check(Configurable, abstract=True, eq=False):
    """One thing that can be wrong with data. A subclass is known from where it is defined on: nothing else has to name it.

    Attributes:
        name: what it is called; the words of the class's name where it is not given.
        needs: what data must have for it, of "parts", "target", "group", "time".
        tasks: the tasks that it is for; none for all.
        examines: the names of the kinds whose columns it looks at; a kind can name further checks of its own.
        always: whether every preparation makes it, rather than `examine` alone.
        rank: its place among the checks, the lowest first.

    Example:
        >>> class NegativeAge(Check):
        ...     examines = ("number",)
        ...     def examine(self, data):
        ...         for column in data.series(self):
        ...             if column.name == "age" and (column < 0).any():
        ...                 yield Issue("negative age", "error", "An age is negative.", (), ("age",), 1, "Correct it.")
        >>> [issue.message for issue in run_checks(CheckedData({"age": pl.Series([31, -4])}, {"age": "number"}))]
        ['An age is negative.']
        >>> forget_check("negative age")
    """

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    tasks: ClassVar[tuple[str, ...]] = ()
    examines: ClassVar[tuple[str, ...]] = ()
    always: ClassVar[bool] = False
    rank: ClassVar[int] = _LAST

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" not in vars(cls):
            cls.name = snake_case(cls.__name__).replace("_", " ")
        _CHECKS[cls.name] = cls

    def takes(self, kind: Kind) -> bool:
        """Return whether it looks at columns of a kind."""
        return is_kind(kind.name, *self.examines) or type(self) in kind.checks

    def fits(self, data: CheckedData) -> bool:
        """Return whether the data have what it needs."""
        return all(getattr(data, name) is not None for name in self.needs) and (not self.tasks or data.task in self.tasks)

    @abstractmethod
    def examine(self, data: CheckedData) -> Iterable[Issue]:
        """Yield what it finds."""


_CHECKS: dict[str, type[Check]] = {}


def all_checks() -> tuple[Check, ...]:
    """Return every check, in the order in which they are made."""
    return tuple(check() for check in sorted(_CHECKS.values(), key=lambda check: check.rank))


def forget_check(name: str) -> None:
    """Take a check of the user's own out of the registry."""
    del _CHECKS[name]


def run_checks(data: CheckedData, *, always: bool = False) -> list[Issue]:
    """Return what the checks find that the data allow, the most serious first.

    Args:
        data: to be looked at.
        always: whether to make only those that every preparation makes.
    """
    chosen = [check for check in all_checks() if (check.always or not always) and check.fits(data)]
    return sorted((issue for check in chosen for issue in check.examine(data)), key=lambda issue: _ORDER[issue.severity])


def examine(
    columns: Mapping[str, ColumnValues],
    kinds: Mapping[str, str],
    parts: Parts | None = None,
    *,
    target: pl.Series | None = None,
    task: TargetTask | None = None,
    group: pl.Series | None = None,
    time: pl.Series | None = None,
) -> list[Issue]:
    """Return what every check finds that the columns allow, errors first.

    Args:
        columns: by name, without the target: series; arrays with one row for each example; decoded pictures or sounds as a sequence of
            arrays. A series of a kind of files, such as images, holds their paths.
        kinds: what each column is, by the name of its kind. Columns that no check is for are only compared for copies.
        parts: the part of every row; None where there is no split yet: then there are no leaks between parts to find.
        target: what is to be predicted, if anything is.
        task: None to have it decided by what the target holds.
        group: the column whose groups must not be divided.
        time: when each row was observed.

    Example:
        >>> heights = pl.Series("height", [1.0, 2.0, 3.0, 2.0])
        >>> [issue.message for issue in examine({"height": heights}, {"height": "number"}, ["train", "train", "train", "test"])]
        ['1 row is a copy of an earlier one: row 3.', '1 row of the test part (100.0%) is a copy of rows of the training part: row 3.']
    """
    return run_checks(CheckedData(columns, kinds, parts, target, task, group, time))
