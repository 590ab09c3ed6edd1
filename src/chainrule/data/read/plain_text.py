"""The quick way through a delimited text whose every line is one record: read by Polars, or left to the careful reader."""

import math
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from polars import selectors

from chainrule.data.frame import LINE

_MARK = b"\xef\xbb\xbf"  # of UTF-8
_FIRST = 100  # lines by which columns are taken for numbers
_PIECE = 1 << 18  # bytes


def read_plain(
    path: Path, delimiter: str, names: Sequence[str], header: bool, missing: Collection[str] = (), text: Collection[str] = ()
) -> pl.DataFrame | None:
    """Return the records of a file, with their lines; None where it is not plain, and must be read with care.

    Plain is UTF-8 without quotes, zeros and empty lines, with as many fields on every line as there are names. Columns are of text, but
    those whose values are all numbers or missing may be of numbers already.

    Args:
        path: the file.
        delimiter: what stands between values.
        names: of the columns.
        header: whether the first line is theirs.
        missing: values that are not known; none to have all columns as text.
        text: columns that stay text although they hold numbers.
    """
    if path.suffix == ".gz" or len(names) < 2 or LINE in names:
        return None
    data = path.read_bytes().removeprefix(_MARK)
    if b'"' in data or b"\0" in data or (b"\r" in data and data.count(b"\r") != data.count(b"\r\n")):
        return None
    lines = _count(data, b"\n") + (not data.endswith(b"\n"))
    if _count(data, delimiter.encode()) != lines * (len(names) - 1):  # too few fields on a line; Polars itself refuses too many
        return None
    read = partial(
        pl.read_csv, data, separator=delimiter, has_header=False, skip_rows=int(header), new_columns=list(names), infer_schema=False,
        quote_char=None, raise_if_empty=False,
    )  # fmt: skip
    try:
        frame = _with_numbers(read, missing, text)
        frame = read() if frame is None else frame
    except pl.exceptions.PolarsError:
        return None
    if frame.width != len(names) or frame.height != lines - header or not frame.height:
        return None
    first = 1 + int(header)
    return frame.with_columns(selectors.string().fill_null("")).with_columns(
        pl.int_range(first, first + frame.height, dtype=pl.Int64).alias(LINE)
    )


def _with_numbers(read: Callable[..., pl.DataFrame], missing: Collection[str], text: Collection[str]) -> pl.DataFrame | None:
    """Return the records with columns of numbers where the first lines have such; None where there is none, or others follow."""
    if "" not in missing or any(_is_number(value) for value in missing):
        return None
    first = read(n_rows=_FIRST)
    dtypes = {name: dtype for name in first.columns if name not in text and (dtype := _dtype(first[name], missing)) is not None}
    if not dtypes:
        return None
    try:
        frame = read(schema_overrides=[dtypes.get(name, pl.String()) for name in first.columns], null_values=list(missing))
    except pl.exceptions.PolarsError:
        return None
    return None if any(bool(column.is_nan().any()) for column in frame.select(selectors.float())) else frame


def _dtype(column: pl.Series, missing: Collection[str]) -> pl.DataType | None:
    known = column.filter(~column.is_in(list(missing))).drop_nulls()
    numbers = (pl.Int64(), pl.Float64()) if len(known) else ()
    return next((dtype for dtype in numbers if not known.cast(dtype, strict=False).null_count()), None)


def _is_number(value: str) -> bool:
    number = pl.Series([value]).str.strip_chars().cast(pl.Float64, strict=False)[0]
    return number is not None and not math.isnan(number)


def _count(data: bytes, character: bytes) -> int:
    """Return how often a character is met, by pieces that stay in the processor's cache: `bytes.count` is slow where it is frequent."""
    if len(character) > 1:
        return data.count(character)
    values = np.frombuffer(data, np.uint8)
    return sum(int(np.count_nonzero(values[start : start + _PIECE] == character[0])) for start in range(0, len(values), _PIECE))
