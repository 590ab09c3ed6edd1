"""Reading tables written as JSON lines: one object for each row."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import polars as pl

from chainrule.data.compressed import GZIP_ERRORS, broken_gzip, open_bytes
from chainrule.data.frame import LINE
from chainrule.errors import DataError


def read_json_lines(path: Path, missing: Collection[str], *, lines: bool) -> pl.DataFrame:
    """Return the rows of a JSON-lines file; names in the order in which they first come, null where a row lacks one."""
    numbers: list[int] = []
    columns: dict[str, list[Any]] = {}
    for line, row in _rows(path):
        for name, value in row.items():
            if isinstance(value, dict | list):
                raise DataError(
                    f"{path}, line {line}, column {name!r}: a value must be a number, a text, true, false or null. Met {value!r}."
                )
            column = columns.setdefault(name, [])
            column.extend([None] * (len(numbers) - len(column)))
            column.append(None if value in missing or value != value else value)  # NaN is not itself
        numbers.append(line)
    if not columns:
        raise DataError(f"{path}: the file has no rows.")
    series = [_series(name, values + [None] * (len(numbers) - len(values))) for name, values in columns.items()]
    return pl.DataFrame([*series, pl.Series(LINE, numbers)] if lines else series)


def _rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    rows: list[tuple[int, dict[str, Any]]] = []
    number = 0
    try:
        with open_bytes(path) as stream:
            for number, line in enumerate(stream, 1):
                if not line.strip():
                    continue
                row = json.loads(line.decode("utf-8-sig").rstrip())
                if not isinstance(row, dict):
                    raise DataError(f"{path}, line {number}: each line must be one JSON object. Met {type(row).__name__}.")
                rows.append((number, row))  # pyright: ignore[reportUnknownArgumentType]
    except GZIP_ERRORS as error:
        raise broken_gzip(path, error) from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}, line {number}: JSON lines must be UTF-8 ({error}). Save the file as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise DataError(f"{path}, line {number}, position {error.colno}: this is not JSON: {error.msg}.") from error
    return rows


def _series(name: str, values: list[object]) -> pl.Series:
    """Return a column of one type: truth values, whole numbers, numbers, or else text."""
    types = {type(value) for value in values} - {type(None)}
    if not types:
        return pl.Series(name, values, pl.String)
    if types == {bool}:
        return pl.Series(name, values, pl.Boolean)
    if types <= {int, float}:
        whole = types == {int} and all(value is None or (isinstance(value, int) and -(2**63) <= value < 2**63) for value in values)
        return pl.Series(name, values, pl.Int64 if whole else pl.Float64, strict=False)
    return pl.Series(name, [value if value is None or isinstance(value, str) else json.dumps(value) for value in values], pl.String)
