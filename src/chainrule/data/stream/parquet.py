"""Parquet files larger than memory, read a block of rows at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from chainrule.configuration import configurable
from chainrule.data.frame import DAMAGED
from chainrule.data.stream.blocks import (
    BLOCK_BYTES,
    WINDOW_BYTES,
    BlockSource,
    fingerprint,
    require_fingerprint,
    require_unchanged,
    stamp_of,
)
from chainrule.data.stream.source import Order, Rows
from chainrule.errors import ArgumentError, DataError, unknown_name


@configurable
@dataclass(frozen=True, eq=False)
class ParquetSource(BlockSource):
    """The rows of Parquet files, one after the other. An epoch takes blocks of rows in random order, a window of them at a time.

    Columns of numbers are the entries of x, of shape (rows, columns); one column of arrays of equal length is x by itself.

    Args:
        paths: a file, a folder of them (by name), or a list.
        target: the column of targets; None where there is none.
        features: the columns of x; None for all others.
        weight: the column of weights; None where all examples count alike.
        block: how many rows are read at once; best the files' row groups or a part of them. None for about 8 MB.
        window: how many blocks are shuffled together, and in memory at once. None for about 64 MB.
        fingerprint: of the files, when a run was begun on them; empty for files as they are now.

    Raises:
        DataError: files that are missing, damaged, changed or of other columns; columns that are not numbers.
        ArgumentError: a column that there is not.

    Example:
        >>> import os, tempfile, polars as pl
        >>> path = os.path.join(tempfile.mkdtemp(), "sums.parquet")
        >>> pl.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0], "sum": [5.0, 7.0, 9.0]}).write_parquet(path)
        >>> x, y, _ = ParquetSource(path, target="sum").take([2, 0])
        >>> x[0].tolist(), y[0].tolist()
        ([[3.0, 6.0], [1.0, 4.0]], [9.0, 5.0])
    """

    paths: str | Sequence[str]
    target: str | None = None
    features: Sequence[str] | None = None
    weight: str | None = None
    block: int | None = None
    window: int | None = None
    fingerprint: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "paths", _files(self.paths))
        for name in ("block", "window"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ArgumentError(f"ParquetSource: {name} must be a whole number from 1. Got {value!r} instead.")
        found = fingerprint(self._files, self._stamps)
        require_fingerprint(found, self.fingerprint, self.name)
        object.__setattr__(self, "fingerprint", found)
        twice = next((name for name in self._columns if self._columns.count(name) > 1), None)
        if twice is not None:
            raise ArgumentError(f"ParquetSource: the column {twice!r} must be one of features, target and weight. Got it as two of them.")
        for path in self._files:
            self._require_columns(path)

    @property
    def name(self) -> str:
        return self._files[0] if len(self._files) == 1 else f"{self._files[0]} and {len(self._files) - 1} more"

    def place(self, row: int) -> str:
        file = int(np.searchsorted(np.cumsum(self._lengths), row, side="right"))
        return f"{self._files[file]}, row {row - sum(self._lengths[:file])}"

    @cached_property
    def order(self) -> Order:
        size = self._block_rows
        blocks = [min(size, length - start) for length in self._lengths for start in range(0, length, size)]
        return Order(tuple(blocks), self.window or max(1, WINDOW_BYTES // (size * self._row_bytes)))

    def read_block(self, number: int) -> Rows:
        file, start = self._starts[number]
        require_unchanged(self._files[file], self._stamps[file])
        return self._rows(file, start, self.order.blocks[number])

    def _rows(self, file: int, start: int, count: int) -> Rows:
        path = self._files[file]
        columns = self._columns
        try:
            frame = pl.scan_parquet(path, glob=False).select(columns).slice(start, count).collect()
        except DAMAGED as error:
            raise DataError(f"{path}, rows {start} to {start + count - 1}, cannot be read: {error}. The file is damaged.") from error
        if len(frame) != count:
            raise DataError(f"{path}, rows {start} to {start + count - 1}: only {len(frame)} of them are there. The file is damaged.")
        holes = [(name, column.null_count()) for name, column in zip(columns, frame, strict=True) if column.null_count()]
        if holes:
            raise DataError(
                f"{path}, rows {start} to {start + count - 1}: column {holes[0][0]!r} has {holes[0][1]} gaps. Fill them in first."
            )
        x = frame[self._features[0]].to_numpy() if self._whole else _narrow(frame.select(self._features)).to_numpy()
        y = () if self.target is None else (frame[self.target].to_numpy(),)
        return Rows((x,), y, None if self.weight is None else frame[self.weight].to_numpy())

    def _require_columns(self, path: str) -> None:
        schema = self._schema(path)
        for name in self._columns:
            if name not in schema:
                raise unknown_name(f"A column of {path}", name, schema)
        for name in self._columns:
            kind, of_arrays = schema[name], self._whole or name == self.target
            if not (kind.is_numeric() or kind == pl.Boolean or (of_arrays and isinstance(kind, pl.Array))):
                raise DataError(
                    f"{path}: column {name!r} must hold numbers. Got {kind} instead: leave it out with features=[...], or turn it into "
                    "numbers (classes into their numbers, a column of lists into one of arrays of fixed length)."
                )

    @cached_property
    def _files(self) -> list[str]:
        return list(self.paths)

    @cached_property
    def _stamps(self) -> list[tuple[int, int]]:
        return [stamp_of(path) for path in self._files]

    @cached_property
    def _lengths(self) -> list[int]:
        return [int(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()) for path in self._files]

    @cached_property
    def _starts(self) -> list[tuple[int, int]]:
        """For each block its file, and its first row there."""
        return [(file, start) for file, length in enumerate(self._lengths) for start in range(0, length, self._block_rows)]

    @cached_property
    def _features(self) -> list[str]:
        taken = (self.target, self.weight)
        return list(self.features) if self.features is not None else [name for name in self._schema(self._files[0]) if name not in taken]

    @cached_property
    def _columns(self) -> list[str]:
        """All columns that are read: those of x, and the target and the weight where there are such."""
        return [*self._features, *(name for name in (self.target, self.weight) if name is not None)]

    @cached_property
    def _whole(self) -> bool:
        """Whether x is one column of arrays."""
        return len(self._features) == 1 and isinstance(self._schema(self._files[0])[self._features[0]], pl.Array)

    @cached_property
    def _block_rows(self) -> int:
        return self.block or max(1, BLOCK_BYTES // self._row_bytes)

    @cached_property
    def _row_bytes(self) -> int:
        file = next((number for number, length in enumerate(self._lengths) if length), None)
        if file is None:
            raise DataError(f"{self.name}: a source must have at least one row. Got files without any.")
        return max(1, sum(array.nbytes for _, array in self._rows(file, 0, 1).arrays))

    def _schema(self, path: str) -> dict[str, Any]:
        try:
            return dict(pl.read_parquet_schema(path))
        except DAMAGED as error:
            raise DataError(f"{path} is not a Parquet file, or is damaged: {error}.") from error


def _files(paths: str | Path | Sequence[str]) -> tuple[str, ...]:
    if isinstance(paths, str | Path):
        folder = Path(paths)
        given = sorted(folder.glob("*.parquet")) if folder.is_dir() else [folder]
    else:
        given = [Path(path) for path in paths]
    if not given:
        raise DataError(f"{paths} must hold at least one .parquet file. Got none.")
    return tuple(str(path.absolute()) for path in given)


def _narrow(frame: pl.DataFrame) -> pl.DataFrame:
    """Return all columns as float32 where any holds fractions, before they become one array: half of the memory of float64."""
    return frame.cast(pl.Float32) if any(column.dtype.is_float() for column in frame) else frame
