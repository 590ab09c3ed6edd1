"""The checks of a preparation name rows as other messages do: by the lines or the files of their source."""

from pathlib import Path

import polars as pl

import chainrule as cr


def copies(data: object) -> cr.data.checks.Issue:
    """Return what is found where the last two of 40 rows, the test part, are copies of the first of training."""
    preparation = cr.data.Preparation(target="kind", split=cr.data.Holdout(validation=0, test=0.1, time="day"))
    preparation.fit(data)
    (issue,) = [issue for issue in preparation.issues if "copies" in issue.message or "copy" in issue.message]
    return issue


ROWS = [(day, round(1.0 + 0.1 * height, 1), "oak" if height % 2 else "elm") for day, height in enumerate([*range(38), 0, 1], 2001)]


def test_lines_of_a_file(tmp_path: Path) -> None:
    lines = ["day,height,kind", "", *(f"{day},{height},{kind}" for day, height, kind in ROWS)]
    (tmp_path / "trees.csv").write_text("\n".join(lines) + "\n")
    frame = cr.data.collect(tmp_path / "trees.csv", kinds={"day": "drop"})
    issue = copies(frame)
    assert issue.rows == (0, 1, 38, 39)
    assert issue.message.endswith("of rows of the training part: lines 41 and 42.")
    assert lines[41 - 1].endswith(",1.0,elm") and lines[42 - 1].endswith(",1.1,oak")


def test_rows_of_a_table_in_memory() -> None:
    frame = pl.DataFrame(ROWS, ["day", "height", "kind"], orient="row")
    issue = copies(cr.data.collect(frame, kinds={"day": "drop"}))
    assert issue.rows == (0, 1, 38, 39) and issue.message.endswith("of the training part: rows 38 and 39.")
