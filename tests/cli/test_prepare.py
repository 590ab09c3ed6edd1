"""`chainrule prepare`, and learning from a database."""

import json
import sqlite3

import polars as pl
from PIL import Image

import chainrule as cr


def test_choices_are_told_and_can_be_made_otherwise(command, place, tmp_path) -> None:
    found = command("prepare", place.trees, "--report", tmp_path / "r.html", "--save", tmp_path / "p.json", "--kind", "bark=drop")
    flat = " ".join(found.output.split())
    assert found.exit_code == 0 and "84 for training, 18 for validation, 18 for test" in flat
    assert "missing values become the mean" in flat and "left aside as asked" in flat
    assert "<svg" in (tmp_path / "r.html").read_text()
    preparation = cr.data.Preparation.load(tmp_path / "p.json")
    assert preparation.feature_names == ("height", "height missing")
    assert preparation.transform(pl.read_csv(place.trees)).shape == (120, 2)


def test_options_that_cannot_be_meant(command, place) -> None:
    for more, message in (
        (["--kind", "bark"], "--kind must be COLUMN=KIND"),
        (["--kind", "bark=colour"], "The kind of column 'bark'"),
        (["--forecast", "0"], "--forecast must be a whole number from 1"),
        (["--query", "select 1"], "query is for files that end in .sqlite"),
        (["--pattern", "{class}"], "pattern is for folders and archives"),
    ):
        found = command("prepare", place.trees, *more)
        assert found.exit_code == 2 and message in " ".join(found.output.split())


def test_a_database_is_learned_from_and_its_report_is_kept(command, place, tmp_path) -> None:
    path = tmp_path / "forest.sqlite"
    frame = pl.read_csv(place.trees)
    with sqlite3.connect(path) as connection:
        connection.execute("create table trees (height real, bark text, kind text)")
        connection.executemany("insert into trees values (?, ?, ?)", frame.rows())
    connection.close()
    runs = tmp_path / "runs"
    query = "select height, kind from trees where height is not null"
    done = command("learn", path, "--query", query, "--epochs", 3, "--runs", runs, "--name", "t", "--quiet")
    assert done.exit_code == 0, done.output
    notes = cr.open_run(runs / "t").notes
    assert notes["spec"]["query"] == query and sum(notes["report"]["parts"].values()) == frame["height"].drop_nulls().len()
    assert json.dumps(notes["report"]) and command("evaluate", "t", "--runs", runs).exit_code == 0


def test_classes_that_stand_in_the_names_of_files(command, tmp_path) -> None:
    for number in range(12):
        for kind, grey in (("dark", 20), ("bright", 230)):
            Image.new("L", (6, 6), grey + number).save(tmp_path / f"{kind}_{number}.png")
    found = command("prepare", tmp_path, "--pattern", "{class}_{index}", "--save", tmp_path / "p.json")
    assert found.exit_code == 0, found.output
    assert cr.data.Preparation.load(tmp_path / "p.json").class_names == ("bright", "dark")
