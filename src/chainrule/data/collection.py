"""Collected data: one row for each example, each column of one kind, whatever it was read from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.data.frame import LINE, LeftOut, Place, require_column
from chainrule.data.kind import Kind, Values, get_kind, infer_kind
from chainrule.errors import DataError

PARTS = ("train", "validation", "test")
PART = "__part__"  # the column that says to which part its source gave a row: "train", "validation" or "test"
HIDDEN = frozenset({LINE, PART})


@dataclass(frozen=True)
class Schema:
    """What the columns of a collection are: printed, a line for each.

    Args:
        columns: name, kind and the reason for it, in order.
        target: the column to predict; None where there is none.
    """

    columns: tuple[tuple[str, str, str], ...]
    target: str | None = None

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of each column by its name; changed, it can be given as `kinds`."""
        return {name: kind for name, kind, _ in self.columns}

    def __repr__(self) -> str:
        width = max(len(name) for name, _, _ in self.columns)
        role = {self.target: ", the target"}
        return "\n".join(f"{name:<{width}}  {kind:<10}  {reason}{role.get(name, '')}" for name, kind, reason in self.columns)


@dataclass(frozen=True)
class Found:
    """Where examples were found, so that they can be found again.

    Args:
        source: the name of a data set, the path of a file or a folder, or the path of each part by its name.
        reading: further arguments for the reader.
    """

    source: str | Mapping[str, str]
    reading: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, eq=False)
class Collection:
    """Examples as they were found, before anything is done to them.

    Args:
        frame: a row for each example. Columns of images and sounds hold the paths of files. `__line__` is the line of each row
            in its file, `__part__` the part that its source gave it to, where there are such.
        arrays: columns that are arrays already, of shape (rows, ...).
        kinds: what columns are, where that is known or was asked for; any other is inferred from its training rows.
        target: the column to predict; None where nothing is to be predicted.
        group: the column of what must not be divided between parts, such as the speaker.
        time: the column that orders the rows.
        name: what it is called.
        facts: what was found and decided in collecting, for people to read.
        left_out: what could not be read.
        class_names: names of a target's classes in the order of their numbers, where the source gives an order.
        found: where all of these examples, and no others, were found; None where they are made, chosen or changed.

    Example:
        >>> rows = Collection(pl.DataFrame({"height": [1.5, 2.5], "kind": ["oak", "elm"]}), target="kind")
        >>> len(rows), rows.features, rows.values("kind").to_list()
        (2, ('height',), ['oak', 'elm'])
    """

    frame: pl.DataFrame
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict[str, NDArray[Any]])
    kinds: Mapping[str, str] = field(default_factory=dict[str, str])
    target: str | None = None
    group: str | None = None
    time: str | None = None
    name: str = "data"
    facts: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    class_names: tuple[str, ...] | None = None
    found: Found | None = None

    def __post_init__(self) -> None:
        kinds: Mapping[str, str | type[Kind]] = self.kinds
        for column in kinds:
            require_column("The column", column, self.columns)
        named = {column: get_kind(kind, f"The kind of column {column!r}").name for column, kind in kinds.items()}
        object.__setattr__(self, "kinds", named)
        for what, column in (("The target", self.target), ("The group", self.group), ("The time", self.time)):
            if column is not None:
                require_column(what, column, self.columns)
        lengths = {name: len(array) for name, array in self.arrays.items()}
        if self.frame.width:
            lengths["the table"] = self.frame.height
        if len(set(lengths.values())) > 1:
            raise DataError(f"All columns of {self.name} must have equally many rows. Got {lengths}.")
        if not lengths or not len(self):
            raise DataError(f"{self.name}: there are no examples in it.")

    def __repr__(self) -> str:
        return f"{self.name}: {len(self):,} examples\n{self.schema()!r}"

    def __len__(self) -> int:
        return self.frame.height if self.frame.width else len(next(iter(self.arrays.values())))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns: arrays first, then those of the table."""
        return (*self.arrays, *(name for name in self.frame.columns if name not in HIDDEN))

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the columns that something may be learned from: neither target nor group, nor of an unused kind."""
        apart = {self.target, self.group}
        return tuple(name for name in self.columns if name not in apart and self._may_be_used(name))

    def _may_be_used(self, column: str) -> bool:
        return column not in self.kinds or get_kind(self.kinds[column]).is_used

    @property
    def parts(self) -> NDArray[np.str_] | None:
        """The part that the source gave each row to, of shape (rows,); None where it gave none."""
        return self.frame[PART].to_numpy().astype(str) if PART in self.frame.columns else None

    @property
    def place(self) -> Place:
        """How to name a row to people: by its file, its line, else its number from 1."""
        return self.own_place or (lambda row: f"row {row + 1}")

    @property
    def own_place(self) -> Place | None:
        """How its source names a row: by its file, or its line; None where it has neither."""
        files = next((name for name in self.frame.columns if name in self.kinds and get_kind(self.kinds[name]).holds_files), None)
        if files is not None:
            return lambda row: str(self.frame[files][row])
        if LINE in self.frame.columns:
            return lambda row: f"line {self.frame[LINE][row]}"
        if self.kinds.get("file") == "drop":
            return lambda row: str(self.frame["file"][row])
        return None

    def values(self, column: str) -> Values:
        """Return a column: an array, or a series of the table.

        Raises:
            DataError: there is none of this name.
        """
        require_column("The column", column, self.columns)
        return self.arrays[column] if column in self.arrays else self.frame[column]

    def kind_of(self, column: str) -> Kind:
        """Return the kind of a column: the one that is known or asked for, else the one that its values are of."""
        return get_kind(self.kinds[column] if column in self.kinds else infer_kind(column, self.values(column))[0])

    def schema(self) -> Schema:
        """Return what each column is, and why. A preparation judges by the training rows alone; this, for people, by all rows.

        Example:
            >>> Collection(pl.DataFrame({"height": [1.5, 2.5] * 3, "kind": ["oak", "elm"] * 3}), target="kind").schema()
            height  number      its values are numbers
            kind    category    2 different values in 6 rows, the target
        """
        columns: list[tuple[str, str, str]] = []
        for name in self.columns:
            known = self.kinds.get(name)
            kind, reason = (known, "as its source says, or as asked") if known is not None else infer_kind(name, self.values(name))
            columns.append((name, kind, reason))
        return Schema(tuple(columns), self.target)

    def take(self, rows: ArrayLike) -> "Collection":
        """Return the collection of these rows alone, in this order; rows are numbers, or a truth value for each row."""
        chosen = np.asarray(rows)
        chosen = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen
        arrays = {name: array[chosen] for name, array in self.arrays.items()}
        return replace(self, frame=self.frame[chosen] if self.frame.width else self.frame, arrays=arrays, found=None)

    def taken_as(self, **changes: Any) -> "Collection":
        """Return the same rows with another target, group, time or name, or further kinds.

        Example:
            >>> rows = Collection(pl.DataFrame({"height": [1.5, 2.5], "code": [1, 2]}))
            >>> rows.taken_as(target="height", kinds={"code": "category"}).kinds
            {'code': 'category'}
        """
        kinds = dict(self.kinds) | dict(changes.pop("kinds", None) or {})
        return replace(self, kinds=kinds, **changes)


def parts_column(parts: Sequence[str] | NDArray[np.str_]) -> pl.Series:
    """Return the hidden column that keeps the part of each row."""
    return pl.Series(PART, [str(part) for part in parts], pl.String)


def _one_below_the_other(parts: Mapping[str, Collection]) -> pl.DataFrame:
    """Return the tables of parts as one; a column that is empty in one part is of the type that it has in the others."""
    lines = [] if all(LINE in part.frame.columns for part in parts.values()) else [LINE]
    frames = [part.frame.drop(PART, *lines, strict=False) for part in parts.values()]
    typed = [frame.with_columns(column.cast(pl.Null) for column in frame if column.null_count() == len(column)) for frame in frames]
    for name in typed[0].columns:
        met = {part: frame[name].dtype for part, frame in zip(parts, typed, strict=True) if frame[name].dtype != pl.Null}
        if len({dtype == pl.String for dtype in met.values()}) > 1:
            said = ", ".join(f"{dtype} in {part!r}" for part, dtype in met.items())
            raise DataError(f"Column {name!r} must hold text in all parts, or in none. It holds {said}: look for what is no number.")
    try:
        return pl.concat(typed, how="vertical_relaxed")
    except pl.exceptions.PolarsError as error:
        raise DataError(f"The parts' columns do not fit together: {error}") from error


def joined(parts: Mapping[str, Collection]) -> Collection:
    """Return the collection of collections that are the given parts of one data set.

    Args:
        parts: the collection of each part by its name: "train", "validation" or "test".

    Raises:
        DataError: parts whose columns differ.

    Example:
        >>> rows = Collection(pl.DataFrame({"height": [1.5, 2.5]}))
        >>> joined({"train": rows, "test": rows}).parts.tolist()
        ['train', 'train', 'test', 'test']
    """
    first = next(iter(parts.values()))
    for name, part in parts.items():
        if part.columns != first.columns:
            raise DataError(f"All parts must have the columns {', '.join(first.columns)}. The part {name!r} has {', '.join(part.columns)}.")
    sizes = {name: len(part) for name, part in parts.items()}
    arrays = {name: np.concatenate([part.arrays[name] for part in parts.values()]) for name in first.arrays}
    frame = _one_below_the_other(parts).with_columns(parts_column([name for name, size in sizes.items() for _ in range(size)]))
    left_out = tuple(entry for part in parts.values() for entry in part.left_out)
    return replace(first, frame=frame, arrays=arrays, left_out=left_out)
