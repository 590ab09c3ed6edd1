"""Selectors of columns: by name, pattern, kind or dtype, and all but some."""

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TypeAlias

import numpy as np
import polars as pl

from chainrule.configuration import Configurable
from chainrule.data.collection import Collection
from chainrule.data.frame import require_column
from chainrule.data.kind import Values, get_kind, is_kind
from chainrule.errors import ArgumentError, DataError, unknown_name

_DTYPES: dict[str, Callable[[pl.DataType], bool]] = {
    "number": lambda dtype: dtype.is_numeric(),
    "integer": lambda dtype: dtype.is_integer(),
    "float": lambda dtype: dtype.is_float(),
    "boolean": lambda dtype: dtype == pl.Boolean,
    "text": lambda dtype: isinstance(dtype, pl.String | pl.Categorical | pl.Enum),
    "date": lambda dtype: dtype.is_temporal(),
    "list": lambda dtype: isinstance(dtype, pl.List | pl.Array),
}


class ColumnSelector(Configurable, frozen=True):
    """Columns chosen by what they are called and what they hold; see `columns`, which makes it.

    Args:
        names: names, and patterns of names; none for every name.
        kinds: names of kinds; none for every kind.
        dtypes: names of dtypes; none for every dtype.
        but: names and patterns of those that are left out.

    Raises:
        ArgumentError: a kind or a dtype that is not known.
    """

    names: Sequence[str] = ()
    kinds: Sequence[str] = ()
    dtypes: Sequence[str] = ()
    but: Sequence[str] = ()

    def __post_init__(self) -> None:
        for kind in self.kinds:
            get_kind(kind)
        for dtype in self.dtypes:
            if dtype not in _DTYPES:
                raise unknown_name("The dtype of columns", dtype, _DTYPES)

    def __str__(self) -> str:
        said = [*map(repr, self.names), *(f"{what}={', '.join(of)}" for what, of in (("kinds", self.kinds), ("dtypes", self.dtypes)) if of)]
        return (", ".join(said) or "every column") + (f", but {', '.join(map(repr, self.but))}" if self.but else "")

    def takes(self, name: str, kind: str | None, dtype: pl.DataType | None = None) -> bool:
        """Return whether a column of this name, kind and dtype is among them; an array has the dtype of its numbers."""
        if self.names and not any(_named(name, pattern) for pattern in self.names):
            return False
        if any(_named(name, pattern) for pattern in self.but) or (self.kinds and not is_kind(kind, *self.kinds)):
            return False
        return not self.dtypes or (dtype is not None and any(_DTYPES[wanted](dtype) for wanted in self.dtypes))

    def among(self, kinds: Mapping[str, str], dtypes: Mapping[str, pl.DataType] | None = None) -> list[str]:
        """Return the names among these that fit, in the order of the selector's names, else in theirs.

        Args:
            kinds: the kind of each column by its name.
            dtypes: what each holds; None where that is not known.
        """
        ordered = dict.fromkeys(name for pattern in self.names or ("*",) for name in kinds if _named(name, pattern))
        return [name for name in ordered if self.takes(name, kinds[name], (dtypes or {}).get(name))]

    def of(self, collection: Collection, what: str = "The column") -> list[str]:
        """Return the names of the columns of a collection that are among them: in the order of their names here, else of the table.

        Args:
            collection: the rows.
            what: who asks for them, for the error.

        Raises:
            DataError: a name that no column has, a pattern that none fits, or no column at all.
        """
        self.require(collection.columns, what)
        kinds = {name: collection.kind_of(name).name if self.kinds else "" for name in collection.columns}
        found = self.among(kinds, {name: dtype_of(collection.values(name)) for name in collection.columns})
        if not found:
            raise DataError(f"{what}s must be among {', '.join(collection.columns)}. None of them is {self}.")
        return found

    def require(self, columns: Sequence[str], what: str = "The column") -> None:
        """Raise DataError for a name that is none of these columns', with what may have been meant, or a pattern that fits none."""
        for name in (*self.names, *self.but):
            if not _is_pattern(name):
                require_column(what, name, columns)
            elif not any(_named(column, name) for column in columns):
                raise DataError(f"{what}: no column's name is like {name!r}. The columns are {', '.join(columns)}.")

    @property
    def exact(self) -> list[str]:
        """The names that are no patterns."""
        return [name for name in self.names if not _is_pattern(name)]


Columns: TypeAlias = str | Sequence[str] | ColumnSelector  # a name or a pattern of columns, several, or a selector


def columns(
    *names: str, kinds: str | Sequence[str] = (), dtypes: str | Sequence[str] = (), but: str | Sequence[str] = ()
) -> ColumnSelector:
    """Return a selector of columns, for the `columns` of a step or of a preparation: those that everything given holds of.

    Args:
        names: of columns, or patterns of them, in which * stands for any letters and ? for one; none for every name.
        kinds: what the columns are: "number", "category", "date", ...; a kind's special cases are among them.
        dtypes: what they hold: "number", "integer", "float", "boolean", "text", "date" or "list".
        but: names and patterns of columns that are left out.

    Raises:
        ArgumentError: a name that is no text; a kind or a dtype that is not known.

    Example:
        >>> rows = Collection(pl.DataFrame({"price_old": [1.5, 2.5], "price_new": [1.5, 3.5], "year": [1999, 2003]}))
        >>> columns("price_*").of(rows), columns(dtypes="integer").of(rows), columns(but="year").of(rows)
        (['price_old', 'price_new'], ['year'], ['price_old', 'price_new'])
    """
    lists = {"names": names, "kinds": kinds, "dtypes": dtypes, "but": but}
    given = {what: (values,) if isinstance(values, str) else tuple(values) for what, values in lists.items()}
    for what, values in given.items():
        if not all(isinstance(value, str) for value in values):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(f"columns: {what} must be texts. Got {values!r} instead.")
    return ColumnSelector(**given)


def as_selector(given: Columns) -> ColumnSelector:
    """Return what was given for columns as a selector."""
    return given if isinstance(given, ColumnSelector) else ColumnSelector((given,) if isinstance(given, str) else tuple(given))


def dtype_of(values: Values) -> pl.DataType:
    """Return what a column holds: of an array, what its numbers are."""
    return pl.Series(np.empty(0, values.dtype)).dtype if isinstance(values, np.ndarray) else values.dtype


def _is_pattern(name: str) -> bool:
    return any(sign in name for sign in "*?[")


def _named(name: str, pattern: str) -> bool:
    return name == pattern or (_is_pattern(pattern) and fnmatchcase(name, pattern))
