"""Tables that would not fit into memory, refused before they are read."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from chainrule.counting import counted
from chainrule.data.compressed import unpacked_size
from chainrule.data.memory import memory_limit
from chainrule.errors import DataError

_NUMBER = 8  # bytes that a number takes in a column
_PARSED = 16  # those that it takes while it is read from text
_TEXT = 24  # bytes that a short text takes, beside its letters


def refuse_large_parquet(path: Path) -> None:
    """Raise DataError where a file's rows would take more than may be kept in memory: preparing them takes several times that."""
    table = pl.scan_parquet(path)
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
    size, limit = unpacked_size(path), memory_limit()
    seen = len("".join(sample).encode(encoding, "surrogateescape")) or 1
    values = [value.strip() for line in sample[1:] for value in line.split(delimiter)]
    needed = size / seen * sum(_PARSED if _is_number(value) else _TEXT + len(value) for value in values)
    if needed > limit:
        raise DataError(
            f"{path}: a table to be prepared must take at most {_gigabytes(limit)}, a quarter of the memory here. "
            f"{_gigabytes(size)} of text take about {_gigabytes(needed)}. Give fewer rows or columns, or, where all are numbers, write it "
            "as Parquet (Polars: scan_csv(...).sink_parquet(...)) and train on cr.data.ParquetSource, which reads a file while it is used."
        )


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return not value
    return True


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB"
