"""Tables in workbooks, databases and Arrow files: the same rows, whatever holds them."""

import sqlite3
from pathlib import Path

import duckdb
import polars as pl
import pytest

import chainrule as cr
from chainrule.errors import ArgumentError, DataError

FRAME = pl.DataFrame({"height": [1.5, None, 2.5], "kind": ["oak", "elm", "oak"]})


def write(path: Path) -> Path:
    """Write the table in the format that the ending names, by a library of its own."""
    if path.suffix == ".sqlite":
        with sqlite3.connect(path) as connection:
            connection.execute("create table trees (height real, kind text)")
            connection.executemany("insert into trees values (?, ?)", FRAME.rows())
        connection.close()
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path)) as connection:
            connection.execute("create table trees (height double, kind varchar)")
            connection.executemany("insert into trees values (?, ?)", FRAME.rows())
    else:
        {".parquet": FRAME.write_parquet, ".jsonl": FRAME.write_ndjson, ".arrow": FRAME.write_ipc, ".csv": FRAME.write_csv}[path.suffix](
            path
        )
    return path


@pytest.mark.parametrize("ending", ["parquet", "jsonl", "arrow", "csv", "sqlite", "duckdb"])
def test_the_same_rows_come_from_every_format(tmp_path: Path, ending: str) -> None:
    found = cr.data.collect(write(tmp_path / f"trees.{ending}"))
    assert found.frame.select("height", "kind").rows() == FRAME.rows()
    assert (found.name, found.columns) == ("trees", ("height", "kind"))


@pytest.mark.parametrize("ending", ["sqlite", "duckdb"])
def test_a_query_selects_rows(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"trees.{ending}")
    found = cr.data.collect(path, query="select kind, count(*) as times from trees group by kind order by kind")
    assert found.frame.rows() == [("elm", 1), ("oak", 2)]
    for query, message in (("select bark from trees", "cannot be carried out"), ("drop table trees", "cannot be carried out")):
        with pytest.raises(DataError, match=message):
            cr.data.collect(path, query=query)
    assert len(cr.data.collect(path)) == 3


@pytest.mark.parametrize(
    ("ending", "query"),
    [
        ("sqlite", "attach '{other}' as other"),
        ("sqlite", "select 1; select 2"),
        ("duckdb", "copy (select 1) to '{other}'"),
        ("duckdb", "attach '{other}' as other"),
        ("duckdb", "select * from read_csv('{table}')"),
    ],
)
def test_a_query_reaches_no_other_file(tmp_path: Path, ending: str, query: str) -> None:
    path, table = write(tmp_path / f"trees.{ending}"), write(tmp_path / "table.csv")
    with pytest.raises(DataError, match="the query cannot be carried out"):
        cr.data.collect(path, query=query.format(other=tmp_path / "other.file", table=table))
    assert not (tmp_path / "other.file").exists()


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "trees.xls"
    broken.write_text("height;kind\n")
    with pytest.raises(DataError, match="trees.xls: this cannot be read as a workbook"):
        cr.data.collect(broken)
    with pytest.raises(ArgumentError, match="query is for files that end in .sqlite"):
        cr.data.collect(write(tmp_path / "trees.csv"), query="select 1")
    path = tmp_path / "two.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table a (x)")
        connection.execute("create table b (x)")
    connection.close()
    with pytest.raises(DataError, match=r"two.db: it has 2 tables \(a, b\)"):
        cr.data.collect(path)
    (tmp_path / "t.arrow").write_bytes(b"no")
    with pytest.raises(DataError, match="Arrow IPC"):
        cr.data.collect(tmp_path / "t.arrow")


def test_concrete_comes_from_its_workbook(data_folder: str) -> None:
    named = cr.data.collect("concrete")
    assert (len(named), len(named.features), named.target) == (1030, 8, "strength")
    assert named.values("strength").mean() == pytest.approx(35.82, abs=0.005)
    assert len(cr.data.collect(Path(data_folder) / "concrete" / "Concrete_Data.xls")) == 1030
