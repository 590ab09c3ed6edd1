"""Tables that would not fit into memory, refused before they are read."""

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from chainrule.counting import counted
from chainrule.data.machine import memory_limit
from chainrule.data.read.files import unpacked_size
from chainrule.errors import DataError

_NUMBER = 8  # bytes that a number takes in a column
_PARSED = 16  # those that it takes while it is read from text
_TEXT = 24  # bytes that a short text takes, beside its letters
_OBJECT = 48  # those that any value of JSON takes while it is read
_OBJECT_TEXT = 64  # those that a text takes beside them, and beside its letters


def refuse_large_columns(path: Path, table: pl.LazyFrame) -> None:
    """Raise DataError where a file's rows would take more than may be kept in memory: preparing them takes several times that.

    Args:
        path: the file.
        table: what is in it, not yet read: columns whose kinds are known.
    """
    columns, rows = table.collect_schema(), table.select(pl.len()).collect().item()
    needed, limit = rows * sum(_NUMBER if dtype.is_numeric() else _TEXT for dtype in columns.dtypes()), memory_limit()
    if needed > limit:
        raise DataError(
            f"{path}: a table to be prepared must take at most {_gigabytes(limit)}, a quarter of the memory here. Its {rows:,} rows and "
            f"{counted(len(columns), 'column')} take about {_gigabytes(needed)}. Give fewer of them, or train on cr.data.ParquetSource, "
            "which reads a file while it is used."
        )


def refuse_large_text(path: Path, sample: Sequence[str], delimiter: str, encoding: str) -> None:
    """Raise DataError where a delimited text would take more than may be kept in memory, by its size and by its first lines.

    A number is taken to need 16 bytes, 8 in its column and as many on the way there; any other value its letters and 24 bytes. Reading
    was measured to take 1.1 to 1.9 times that, and 3 times that of numbers in encodings other than UTF-8.

    Args:
        path: the file.
        sample: its first lines.
        delimiter: what stands between values.
        encoding: of the text.
    """
    size = unpacked_size(path)
    seen = len("".join(sample).encode(encoding, "surrogateescape")) or 1
    values = [value.strip() for line in sample[1:] for value in line.split(delimiter)]
    _refuse(path, size, size / seen * sum(_PARSED if _is_number(value) else _TEXT + len(value) for value in values), "scan_csv")


def refuse_large_json(path: Path, sample: Sequence[bytes]) -> None:
    """Raise DataError where JSON lines would take more than may be kept in memory, by their size and by the first of them.

    A value is taken to need 48 bytes, and a text 64 and its letters beside. Reading was measured to take 1.1 to 1.2 times that.

    Args:
        path: the file.
        sample: its first lines.
    """
    size = unpacked_size(path)
    values = [value for line in sample for value in _values(line)]
    each = sum(_OBJECT + (_OBJECT_TEXT + len(value) if isinstance(value, str) else 0) for value in values)
    _refuse(path, size, size / (sum(map(len, sample)) or 1) * each, "scan_ndjson")


def refuse_large_workbook(path: Path) -> None:
    """Raise DataError where a workbook would take more than may be kept in memory, by its unpacked size.

    Reading was measured to take 1.6 times that.
    """
    size = path.stat().st_size
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    _refuse(path, size, size, "the sheet saved as CSV, scan_csv")


def _refuse(path: Path, size: float, needed: float, scan: str) -> None:
    limit = memory_limit()
    if needed > limit:
        raise DataError(
            f"{path}: a table to be prepared must take at most {_gigabytes(limit)}, a quarter of the memory here. "
            f"Its {_gigabytes(size)} take about {_gigabytes(needed)}. Give fewer rows or columns, or, where all are numbers, write it "
            f"as Parquet (Polars: {scan}(...).sink_parquet(...)) and train on cr.data.ParquetSource, which reads a file while it is used."
        )


def _values(line: bytes) -> list[Any]:
    """Return the values of a line; none of one that the reader will refuse."""
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError):
        return []
    return list(row.values()) if isinstance(row, dict) else []  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return not value
    return True


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB"
