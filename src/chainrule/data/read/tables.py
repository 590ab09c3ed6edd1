"""Collecting tables: files of every format, databases, and frames in memory."""

import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
from polars import selectors

from chainrule.data.collection import Collection
from chainrule.data.frame import DAMAGED, LeftOut, as_frame
from chainrule.data.read.table import read_table
from chainrule.data.read.table_size import refuse_large_columns, refuse_large_workbook
from chainrule.errors import ArgumentError, DataError

SQLITE = (".sqlite", ".sqlite3", ".db")
DUCKDB = (".duckdb", ".ddb")
DATABASES = (*SQLITE, *DUCKDB)
WORKBOOKS = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")
ARROW = (".arrow", ".feather", ".ipc")


def read_query(path: Path, query: str | None) -> pl.DataFrame:
    """Return the rows that a query selects.

    Args:
        path: of the database.
        query: SQL; None where the database has a single table, which is then read whole.

    Raises:
        DataError: no database, a query that cannot be carried out, several tables and no query.
    """
    return _from_sqlite(path, query) if path.suffix.lower() in SQLITE else _from_duckdb(path, query)


def _from_sqlite(path: Path, query: str | None) -> pl.DataFrame:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            if query is None:
                names = connection.execute("select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%'")
                query = _whole([str(name) for (name,) in names], path)
            found = connection.execute(query)
            columns = [str(entry[0]) for entry in found.description or ()]
            rows = found.fetchall()
    except (sqlite3.Error, sqlite3.Warning) as error:  # the latter of several statements, before Python 3.12
        raise DataError(f"{path}: the query cannot be carried out: {error}") from error
    _require_names(columns, path)
    try:
        return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
    except (TypeError, pl.exceptions.PolarsError) as error:
        raise DataError(f"{path}: a column of the query holds values of different types: {error}") from error


def _from_duckdb(path: Path, query: str | None) -> pl.DataFrame:
    try:
        duckdb = import_module("duckdb")
    except ModuleNotFoundError as error:
        raise DataError(f"{path}: DuckDB's files are read by duckdb: pip install 'chainrule[tables]'.") from error
    try:
        with closing(duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"})) as connection:
            if query is None:
                query = _whole([str(row[0]) for row in connection.execute("show tables").fetchall()], path)
            return as_frame(connection.sql(query))
    except duckdb.Error as error:
        raise DataError(f"{path}: the query cannot be carried out: {error}") from error


def _whole(tables: list[str], path: Path) -> str:
    if len(tables) != 1:
        raise DataError(
            f"{path}: it has {len(tables)} tables ({', '.join(tables)}). Say which rows: query='select ... from ...', or --query."
        )
    name = tables[0].replace('"', '""')
    return f'select * from "{name}"'


def _require_names(columns: list[str], path: Path) -> None:
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if not columns or twice is not None:
        raise DataError(f"{path}: the query must name each column once. Got {columns}: select them with names of their own.")


def from_frame(frame: pl.DataFrame, name: str = "table") -> Collection:
    """Return the collection of a table in memory."""
    return Collection(frame, name=name)


def from_table_file(
    path: Path, *, query: str | None = None, sheet: str | None = None, leave_out: bool = False, **reading: Any
) -> Collection:
    """Return the collection of a table file, with the line of each row where its format has lines.

    The ending tells the format: .parquet, .jsonl, .arrow or .feather, a workbook (.xls, .xlsx, .ods), a database (.sqlite, .duckdb),
    and delimited text for any other.

    Args:
        path: the file.
        query: the SQL that selects the rows of a database; None where it has a single table.
        sheet: the name of a workbook's sheet; None for its first.
        leave_out: whether rows of text that cannot be read are left out and named, rather than refused.
        reading: further arguments of `read_table`.

    Raises:
        DataError: a file that cannot be read.
        ArgumentError: a query for a file that is no database, a sheet for one that is no workbook.
    """
    ending, name = path.suffix.lower(), path.name.split(".")[0]
    for what, asked, endings in (("query", query, DATABASES), ("sheet", sheet, WORKBOOKS)):
        if asked is not None and ending not in endings:
            raise ArgumentError(f"{what} is for files that end in {', '.join(endings)}. Got {path.name} instead.")
    if ending in DATABASES:
        return Collection(_known(read_query(path, query), path), name=name)
    if ending in WORKBOOKS:
        return Collection(_known(_read_workbook(path, sheet), path), name=name)
    if ending in ARROW:
        return Collection(_known(_read_arrow(path), path), name=name)
    left_out: list[LeftOut] | None = [] if leave_out else None
    return Collection(read_table(path, lines=True, left_out=left_out, **reading), name=name, left_out=tuple(left_out or ()))


def _known(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Return a frame in which what is missing is null, and names are without spaces around them."""
    if frame.is_empty():
        raise DataError(f"{path}: the table has no rows.")
    names = [name.strip() for name in frame.columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"{path}: two columns are named {twice!r}. Each column needs a name of its own.")
    return frame.rename(dict(zip(frame.columns, names, strict=True))).with_columns(selectors.float().fill_nan(None))


def _read_workbook(path: Path, sheet: str | None) -> pl.DataFrame:
    refuse_large_workbook(path)
    try:
        return pl.read_excel(path, sheet_name=sheet, engine="calamine")
    except ModuleNotFoundError as error:
        raise DataError(f"{path}: workbooks are read by fastexcel: pip install 'chainrule[tables]', or save the sheet as CSV.") from error
    except Exception as error:  # the reader's own exceptions share no base
        met = str(error).partition("\n")[0]  # what follows names the file again
        raise DataError(f"{path}: this cannot be read as a workbook: {met}.") from error


def _read_arrow(path: Path) -> pl.DataFrame:
    try:
        refuse_large_columns(path, pl.scan_ipc(path))
        return pl.read_ipc(path)
    except DAMAGED as error:
        raise DataError(f"{path}: this cannot be read as an Arrow IPC (Feather) file: {error}") from error
