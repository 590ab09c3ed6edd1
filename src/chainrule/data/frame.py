"""Tables in memory: whatever speaks Arrow becomes a Polars frame, and a row is named as its owner knows it."""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import polars as pl
from polars import selectors

from chainrule.errors import DataError

DAMAGED = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)  # what Polars raises on files that are damaged
LINE = "__line__"  # the column in which read_table keeps the line of each row, where it is asked to
_LIKE = 0.6  # share of characters that a name and what it may be meant for have in common

Place: TypeAlias = Callable[[int], str]


@dataclass(frozen=True)
class LeftOut:
    """What was in a source and could not be taken.

    Args:
        place: where it stands: a file, a line.
        reason: why it could not be taken.
    """

    place: str
    reason: str

    @classmethod
    def of(cls, place: str, error: DataError) -> "LeftOut":
        """Return what an error left out, whose message may begin with its place."""
        return cls(place, str(error).removeprefix(place).lstrip(",: "))

    def error(self) -> DataError:
        """Return the error for a source of which nothing else is left."""
        return DataError(f"{self.place}: {self.reason}")


@runtime_checkable
class ArrowStream(Protocol):
    """What offers its data through the Arrow PyCapsule interface: frames of pandas, Polars, DuckDB, PyArrow and others."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


TableLike: TypeAlias = pl.DataFrame | ArrowStream | Mapping[str, Sequence[object]]


def as_frame(table: TableLike) -> pl.DataFrame:
    """Return a table as a Polars frame in which what is missing is null, not NaN.

    Args:
        table: a Polars frame, anything with the Arrow PyCapsule interface, or columns of values by name.

    Raises:
        DataError: something else, columns of unequal length or of mixed types, or no rows.

    Example:
        >>> as_frame({"height": [1.5, float("nan")]})["height"].to_list()
        [1.5, None]
    """
    if not isinstance(table, pl.DataFrame | ArrowStream | Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DataError(f"A table must be a frame (Polars, pandas, Arrow) or columns by name. Got {type(table).__name__} instead.")
    try:
        frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(table)
    except (TypeError, ValueError, ImportError, pl.exceptions.PolarsError) as error:
        raise DataError(f"This {type(table).__name__} cannot be read as a table: {error}") from error
    if frame.is_empty():
        raise DataError(f"The table has no rows. Its columns are {', '.join(frame.columns) or 'none either'}.")
    return frame.with_columns(selectors.float().fill_nan(None))


def place_in(frame: pl.DataFrame) -> Place:
    """Return how to name a row: by its line in the file where the frame knows it, else by its number, from 1."""
    lines = frame[LINE] if LINE in frame.columns else None
    return lambda row: f"row {row + 1}" if lines is None else f"line {lines[row]}"


def drop_missing(table: TableLike, column: str) -> tuple[pl.DataFrame, int]:
    """Leave out the rows whose entry in one column is missing.

    Args:
        table: the table.
        column: name of the column, usually the target.

    Returns:
        The frame without these rows, and how many they were.

    Raises:
        DataError: no such column, or no row that is left.

    Example:
        >>> frame, count = drop_missing({"price": [10.0, None, 12.0]}, "price")
        >>> frame.height, count
        (2, 1)
    """
    frame = as_frame(table)
    require_column("The column", column, frame.columns)
    kept = frame.filter(pl.col(column).is_not_null())
    if kept.is_empty():
        raise DataError(f"Column {column!r} has no values at all: every row would be left out.")
    return kept, frame.height - kept.height


def require_column(what: str, name: str, columns: Sequence[str]) -> None:
    """Raise DataError, with the nearest names, unless a table has a column."""
    known = [column for column in columns if column != LINE]
    if name in known:
        return
    near = nearest_column(name, known)
    hint = "" if near is None else f" Did you mean {near!r}?"
    shown = ", ".join(known[:20]) + (f" and {len(known) - 20} more" if len(known) > 20 else "")
    raise DataError(f"{what} {name!r} is not in the table, whose columns are {shown}.{hint}")


def nearest_column(name: str, columns: Sequence[str]) -> str | None:
    """Return the column that a name may be meant for: most like it as a whole or in one of its words; None where none is.

    Example:
        >>> nearest_column("strenght", ["age (day)", "compressive strength (MPa)"])
        'compressive strength (MPa)'
    """

    def likeness(column: str) -> float:
        pieces = {column.lower(), *re.findall(r"\w+", column.lower())}
        return max(difflib.SequenceMatcher(None, name.lower(), piece).ratio() for piece in pieces)

    best = max(columns, key=likeness, default=None)
    return best if best is not None and likeness(best) >= _LIKE else None
