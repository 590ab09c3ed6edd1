"""Several labels for one example: learned, judged, explained and written from lists and from text alike."""

import json

import numpy as np
import polars as pl
import pytest
from sklearn.preprocessing import MultiLabelBinarizer
from typer.testing import CliRunner

from chainrule.cli import app
from chainrule.data import Holdout, Preparation, collect
from chainrule.errors import DataError

NAMES = ("red", "round", "tall")


def things(rows: int = 120) -> pl.DataFrame:
    values = np.random.default_rng(0).normal(size=(rows, 3))
    tags = [[name for name, value in zip(NAMES, row, strict=True) if value > 0] for row in values]
    return pl.DataFrame({"a": values[:, 0], "b": values[:, 1], "c": values[:, 2], "tags": pl.Series(tags, dtype=pl.List(pl.String))})


def test_lists_become_what_scikit_learn_makes_of_them():
    preparation = Preparation(target="tags")
    splits = preparation.fit(things())
    expected = MultiLabelBinarizer(classes=NAMES).fit_transform(things()["tags"][splits.train.rows.tolist()].to_list())
    assert preparation.fitted.task == "multi-label"
    np.testing.assert_array_equal(splits.train.y, expected)
    assert [list(row) for row in preparation.inverse_target(splits.test.y)] == things()["tags"][splits.test.rows.tolist()].to_list()
    report = preparation.report()
    assert dict(zip(report.target.before.names, report.target.before.counts["train"], strict=True)) == dict(
        zip(NAMES, expected.sum(axis=0).tolist(), strict=True)
    )
    first = things()["tags"][int(splits.train.rows[0])]
    assert report.examples[0].label == ", ".join(first)


def test_lists_are_not_classes_to_stratify_by():
    with pytest.raises(DataError, match="Column 'tags' must hold one text or number in each row. It holds List\\(String\\)"):
        Preparation(target="tags", split=Holdout(stratify=True)).fit(things())


def test_lists_of_json_lines_are_labels(tmp_path):
    path = tmp_path / "things.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in things().to_dicts()))
    assert collect(path).frame["tags"].to_list() == things()["tags"].to_list()
    path.write_text('{"tags": null}\n{"tags": [1, null, "a"]}\n{"tags": []}\n')
    assert collect(path).frame["tags"].to_list() == [None, ["1", None, "a"], []]
    for rows, met in (
        ('{"a": 1}\n{"a": [1]}', "line 2, column 'a': a value must be a number, a text, true, false or null. Met \\[1\\]"),
        ('{"a": [1]}\n{"a": 1}', "line 2, column 'a': a value must be a list. Met 1"),
        ('{"a": [[1]]}', "line 1, column 'a': a value must be a number, .* or a list of such. Met"),
    ):
        path.write_text(rows)
        with pytest.raises(DataError, match=met):
            collect(path)
    path.write_text('{"a": 1}\n{"a": [1]}\n')
    assert [entry.place for entry in collect(path, leave_out=True).left_out] == [f"{path}, line 2"]


def test_from_a_file_to_answers_and_reasons(tmp_path):
    things().write_parquet(tmp_path / "things.parquet")
    runs, run = ["--runs", str(tmp_path / "runs")], CliRunner()

    def told(*words: str) -> str:
        found = run.invoke(app, [*words, *runs], env={"COLUMNS": "200"}, catch_exceptions=False)
        assert found.exit_code == 0, found.output
        return found.output

    assert "always the most frequent labels" in told(
        "learn", str(tmp_path / "things.parquet"), "--target", "tags", "--epochs", "3", "--quiet"
    )
    reasons = told("explain", "things-1", "--influential")
    assert "explained is" in reasons and "in truth" in reasons
    told("predict", "things-1", str(tmp_path / "things.parquet"), "--output", str(tmp_path / "out.csv"))
    written = pl.read_csv(tmp_path / "out.csv")
    assert written["tags"].fill_null("").to_list() == things()["tags"].list.join("|").to_list()
