"""All checks together: what is planted in a table, in pictures and in texts is found, and clean data give no error."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import chainrule as cr
from chainrule.data.checks import examine


def parts_of(y: Any) -> list[str]:
    parts = np.full(len(y), "train", "U10")
    parts[cr.data.split_rows(len(y), (0.75, 0.25), seed=0, stratify=y)[1]] = "test"
    return parts.tolist()


@pytest.mark.usefixtures("data_folder")
def test_a_table_with_everything_planted() -> None:
    wheat = cr.data.load("wheat-seeds").train
    order = np.random.default_rng(0).permutation(210)
    x, y = wheat.x[order], wheat.y[order]
    x[[9, 10, 11]], y[[9, 10, 11]] = x[[100, 101, 102]], y[[100, 101, 102]]
    columns = {name: pl.Series(name, x[:, number]) for number, name in enumerate(["area", "perimeter", "length"])}
    kinds = dict.fromkeys(columns, "number")
    parts = parts_of(y)
    parts[9:12], parts[100:103] = ["train"] * 3, ["test"] * 3
    target = pl.Series("variety", [f"no. {label}" for label in y])
    columns["copy of it"], kinds["copy of it"] = pl.Series(y + 1), "category"
    columns["name"], kinds["name"] = pl.Series([f"{label}{row}" for row, label in enumerate(y)]), "identifier"
    group = pl.Series("field", [row // 7 for row in range(210)])
    time = pl.Series("day", list(range(210)))
    found = examine(columns, kinds, parts, target=target, group=group, time=time)
    errors = {issue.check: issue for issue in found if issue.severity == "error"}
    assert set(errors) == {
        "duplicates across parts",
        "a column reveals the target",
        "groups across parts",
        "time going backwards",
    }
    assert errors["duplicates across parts"].rows == (9, 10, 11, 100, 101, 102)
    assert errors["a column reveals the target"].columns == ("copy of it",)
    assert [issue.severity for issue in found] == sorted((issue.severity for issue in found), key=["error", "warning", "note"].index)


@pytest.mark.usefixtures("data_folder")
def test_clean_tables_give_no_error() -> None:
    for name in ("sonar", "landsat"):
        data = cr.data.load(name)
        assert data.test is not None and data.classes is not None
        x, y = (np.concatenate([data.train.x, data.test.x]), np.concatenate([data.train.y, data.test.y]))
        columns = {label: pl.Series(label, x[:, number]) for number, label in enumerate(data.feature_names)}
        target = pl.Series("class", [data.classes[label] for label in y])
        parts = ["train"] * len(data.train.y) + ["test"] * len(data.test.y)
        found = examine(columns, dict.fromkeys(columns, "number"), parts, target=target)
        assert [issue.message for issue in found if issue.severity == "error"] == []


def test_pictures_with_their_paths() -> None:
    digits = cr.data.load("digits").train
    x = (digits.x[:300] * 255).astype(np.uint8)
    x[250], x[251] = x[3], np.clip(x[4].astype(int) + 20, 0, 255)
    x[7] = 40
    parts = ["train"] * 200 + ["test"] * 100
    paths = pl.Series("file", [f"scan_{row}.png" for row in range(300)]).scatter(270, "scan_5.png")
    found = examine({"image": x}, {"image": "image"}, parts, target=pl.Series("digit", digits.y[:300]))
    by_check = {issue.check: issue.rows for issue in found}
    assert by_check["duplicates across parts"] == (3, 250)
    assert by_check["near duplicates across parts"] == (4, 251)
    assert by_check["blank image"] == (7,)
    found = examine({"file": paths}, {"file": "image"}, parts)
    assert {issue.check: issue.rows for issue in found}["same file in two parts"] == (5, 270)


def test_texts_and_rows_without_parts_or_target() -> None:
    texts = pl.Series("text", ["It rains in the north.", "it rains in the North", "Snow.", "Snow.", None])
    found = examine({"text": texts}, {"text": "text"})
    assert {issue.check: issue.rows for issue in found} == {"exact duplicates": (3,), "near duplicates": (1,), "missing values": (4,)}


NUMBERS = st.one_of(st.none(), st.floats(-1e6, 1e6), st.just(float("nan")))
WORDS = st.one_of(st.none(), st.sampled_from(["a", "b", "", "c d", "Ä 7", "7"]))


@given(st.integers(1, 60).flatmap(lambda rows: st.tuples(
    st.lists(NUMBERS, min_size=rows, max_size=rows), st.lists(WORDS, min_size=rows, max_size=rows),
    st.lists(st.one_of(st.none(), st.booleans()), min_size=rows, max_size=rows), st.lists(st.dates(), min_size=rows, max_size=rows),
    st.lists(st.sampled_from(["train", "validation", "test"]), min_size=rows, max_size=rows),
)))  # fmt: skip
def test_any_columns_are_taken_and_rows_lie_within_them(drawn: tuple[list[Any], ...]) -> None:
    numbers, words, truths, dates, parts = drawn
    columns = {
        "number": pl.Series(numbers, dtype=pl.Float64).fill_nan(None),
        "word": pl.Series(words, dtype=pl.String),
        "truth": pl.Series(truths, dtype=pl.Boolean),
        "note": pl.Series(words, dtype=pl.String),
        "date": pl.Series(dates, dtype=pl.Date),
        "name": pl.Series(words, dtype=pl.String),
    }
    kinds = {"number": "number", "word": "category", "truth": "number", "note": "text", "date": "date", "name": "identifier"}
    for target in (columns["word"], columns["number"], columns["truth"]):
        for issue in examine(columns, kinds, parts, target=target.alias("target"), group=columns["word"], time=columns["date"]):
            assert all(0 <= row < len(parts) for row in issue.rows)
            assert list(issue.rows) == sorted(set(issue.rows))
            assert issue.message and issue.advice
