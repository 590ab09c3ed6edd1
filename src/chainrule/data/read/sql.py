"""Rows of a database: a query on SQLite or DuckDB. The file is opened for reading alone, and no other file is read or written."""

import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

import polars as pl

from chainrule.data.frame import as_frame
from chainrule.errors import DataError

SQLITE = (".sqlite", ".sqlite3", ".db")
DUCKDB = (".duckdb", ".ddb")
DATABASES = (*SQLITE, *DUCKDB)


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
