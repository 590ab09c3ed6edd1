"""Reading tables written as JSON lines: one object for each row."""

import json
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from chainrule.data.frame import LINE, LeftOut
from chainrule.data.read.files import GZIP_ERRORS, broken_gzip, open_bytes
from chainrule.data.read.table_size import refuse_large_json
from chainrule.errors import DataError

_SAMPLE = 100  # lines from which the memory that all take is estimated


def read_json_lines(path: Path, missing: Collection[str], *, lines: bool, left_out: list[LeftOut] | None = None) -> pl.DataFrame:
    """Return the rows of a JSON-lines file; names in the order in which they first come, null where a row lacks one.

    Rows that cannot be read are an error, or are put into `left_out`, where that is given.
    """
    try:
        with open_bytes(path) as stream:
            refuse_large_json(path, list(islice(stream, _SAMPLE)))
    except GZIP_ERRORS as error:
        raise broken_gzip(path, error) from error
    numbers: list[int] = []
    columns: dict[str, list[Any]] = {}
    for line, row in _rows(path, left_out):
        for name, value in row.items():
            column = columns.setdefault(name, [])
            column.extend([None] * (len(numbers) - len(column)))
            column.append(None if value in missing or value != value else value)  # NaN is not itself
        numbers.append(line)
    if not columns:
        raise left_out[0].error() if left_out else DataError(f"{path}: the file has no rows.")
    series = [_series(name, values + [None] * (len(numbers) - len(values))) for name, values in columns.items()]
    return pl.DataFrame([*series, pl.Series(LINE, numbers)] if lines else series)


def _rows(path: Path, left_out: list[LeftOut] | None) -> Iterator[tuple[int, dict[str, Any]]]:
    listed: dict[str, bool] = {}
    try:
        with open_bytes(path) as stream:
            for number, line in enumerate(stream, 1):
                if not line.strip():
                    continue
                place = f"{path}, line {number}"
                try:
                    row = _row(line, place, listed)
                except DataError as error:
                    if left_out is None:
                        raise
                    left_out.append(LeftOut.of(place, error))
                else:
                    yield number, row
    except GZIP_ERRORS as error:
        raise broken_gzip(path, error) from error


def _row(line: bytes, place: str, listed: dict[str, bool]) -> dict[str, Any]:
    """Return the row in a line; `listed` keeps of each column whether it holds lists."""
    try:
        row: Any = json.loads(line.decode("utf-8-sig").rstrip())
    except UnicodeDecodeError as error:
        raise DataError(f"{place}: JSON lines must be UTF-8 ({error}). Save the file as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise DataError(f"{place}, position {error.colno}: this is not JSON: {error.msg}.") from error
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits, brackets within brackets
        raise DataError(f"{place}: this JSON cannot be read: {error}.") from error
    if not isinstance(row, dict):
        raise DataError(f"{place}: each line must be one JSON object. Met {type(row).__name__}.")
    if LINE in row:
        raise DataError(f"{place}: a column is named {LINE!r}, which is kept for line numbers. Rename it.")
    for name, value in row.items():  # pyright: ignore[reportUnknownVariableType]
        _require_value(value, f"{place}, column {name!r}", listed, name)  # pyright: ignore[reportUnknownArgumentType]
    return row  # pyright: ignore[reportUnknownVariableType]


def _require_value(value: object, place: str, listed: dict[str, bool], name: str) -> None:
    """Raise DataError for what is no value of a column; one that holds lists in the first row that has it holds lists in all."""
    if value is None:
        return
    entries, is_list = (value, True) if isinstance(value, list) else ([value], False)
    known = "a list" if listed.get(name) else "a number, a text, true, false or null" + ("" if name in listed else ", or a list of such")
    if any(isinstance(entry, dict | list) for entry in entries) or listed.setdefault(name, is_list) != is_list:
        raise DataError(f"{place}: a value must be {known}. Met {value!r}.")


def _series(name: str, values: list[object]) -> pl.Series:
    """Return a column of one type: truth values, whole numbers, numbers, lists of texts, or else text."""
    types = {type(value) for value in values} - {type(None)}
    if not types:
        return pl.Series(name, values, pl.String)
    if types == {bool}:
        return pl.Series(name, values, pl.Boolean)
    if types <= {int, float}:
        whole = types == {int} and all(value is None or (isinstance(value, int) and -(2**63) <= value < 2**63) for value in values)
        return pl.Series(name, values, pl.Int64 if whole else pl.Float64, strict=False)
    if list in types:
        lists = [[_text(entry) for entry in value] if isinstance(value, list) else None for value in values]
        return pl.Series(name, lists, pl.List(pl.String))
    return pl.Series(name, [_text(value) for value in values], pl.String)


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)
