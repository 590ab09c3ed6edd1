"""Eight kinds of leaks planted in real data: each is found and named, with its rows and columns; clean data give no error."""

from typing import Any

import numpy as np
import polars as pl
import pytest

import chainrule as cr
from chainrule.data import Holdout, Preparation
from chainrule.data.checks import (
    Issue,
    contradictions,
    copies_across_parts,
    drift,
    duplicates,
    equal_examples,
    groups_across_parts,
    identifier_predicts_target,
    leaking_columns,
    near_images,
    near_rows,
    near_texts,
    order_predicts_target,
    recorded_after_target,
    same_files,
    target_in_text,
    time_backwards,
    time_ignored,
)
from chainrule.errors import DataError

Array = np.ndarray[Any, Any]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def table(name: str) -> tuple[pl.DataFrame, pl.Series]:
    """Return the columns and the target of a named set, its rows in a random order."""
    data = cr.data.load(name)
    parts = [data.train] if data.test is None else [data.train, data.test]
    order = np.random.default_rng(1).permutation(sum(len(part.y) for part in parts))
    x, y = (np.concatenate([getattr(part, name) for part in parts])[order] for name in ("x", "y"))
    target = pl.Series("target", y if data.classes is None else [data.classes[label] for label in y])
    return pl.DataFrame(x.reshape(len(x), -1), schema=list(data.feature_names) or None), target


def parts_of(rows: int) -> Array:
    parts = np.full(rows, "train", "U10")
    for part, numbers in zip(("train", "validation", "test"), cr.data.split_rows(rows, (0.7, 0.15, 0.15), seed=2), strict=True):
        parts[numbers] = part
    return parts


@pytest.fixture
def digits() -> tuple[Array, list[str]]:
    data = cr.data.load("digits")
    assert data.test is not None
    parts = ["train"] * len(data.train.y) + ["test"] * len(data.test.y)
    return np.concatenate([data.train.x, data.test.x]), parts


def test_1_copies_across_parts(digits: tuple[Array, list[str]]) -> None:
    x, parts = digits
    x[1500:1510] = x[40:50]
    (issue,) = copies_across_parts(equal_examples(x), parts)
    assert (issue.severity, issue.rows, issue.count) == ("error", (*range(40, 50), *range(1500, 1510)), 10)
    assert issue.message.startswith("10 rows of the test part (2.8%) are copies of rows of the training part: rows 1500, 1501")


def test_1_a_single_copy_is_a_warning_and_copies_inside_a_part_are_no_leak(digits: tuple[Array, list[str]]) -> None:
    x, parts = digits
    x[7] = x[8]
    x[1600] = x[100]
    (issue,) = copies_across_parts(equal_examples(x), parts)
    assert (issue.severity, issue.rows) == ("warning", (100, 1600))
    assert "1 row of the test part (0.3%) is a copy of" in issue.message


def test_2_near_copies_across_parts(digits: tuple[Array, list[str]], rng: np.random.Generator) -> None:
    x, parts = digits
    x[1500:1520] = x[40:60] * 0.9 + rng.normal(0, 0.01, x[:20].shape)
    (issue,) = copies_across_parts(near_images(x), parts, near=True)
    assert (issue.severity, issue.rows) == ("error", (*range(40, 60), *range(1500, 1520)))


@pytest.mark.usefixtures("data_folder")
def test_2_near_copies_of_rows_of_a_table(rng: np.random.Generator) -> None:
    frame, _ = table("california-housing")
    x, parts = frame.to_numpy().astype(np.float64), parts_of(frame.height)
    test, train = np.flatnonzero(parts == "test")[:200], np.flatnonzero(parts == "train")[:200]
    x[test] = x[train] * (1 + rng.uniform(-1e-6, 1e-6, (200, x.shape[1])))
    (issue,) = copies_across_parts(near_rows(x), parts, near=True)
    assert issue.severity == "error"
    assert set(issue.rows) == {*test.tolist(), *train.tolist()}


def test_3_groups_across_parts() -> None:
    speakers = [f"speaker {row // 50}" for row in range(500)]
    parts = ["train"] * 375 + ["test"] * 125
    (issue,) = groups_across_parts(pl.Series("speaker", speakers), parts)
    assert (issue.severity, issue.rows, issue.columns) == ("error", tuple(range(350, 400)), ("speaker",))
    assert issue.message == "Column 'speaker': the rows of 1 group are divided between parts (training, test): 'speaker 7'."
    assert groups_across_parts(pl.Series("speaker", speakers), ["train"] * 350 + ["test"] * 150) == []


@pytest.mark.parametrize("written", [False, True])
def test_4_time_going_backwards(written: bool) -> None:
    days = pl.Series("day", np.datetime64("2016-07-01") + np.arange(100))
    parts = np.array(["train"] * 70 + ["validation"] * 15 + ["test"] * 15)
    assert time_backwards(days, parts) == []
    parts[[90, 95]] = "train"
    found = time_backwards(days.cast(pl.String) if written else days, parts)
    assert [(issue.severity, issue.rows, issue.columns) for issue in found] == [("error", (90, 95), ("day",))] * 2
    assert found[0].message.startswith("Column 'day': 2 rows of the training part are later than 2016-09-24, where the test part begins")


def test_4_what_has_no_order_in_time_is_refused() -> None:
    with pytest.raises(DataError, match="Column 'day' must hold moments in time"):
        time_backwards(pl.Series("day", ["monday", "tuesday"]), ["train", "test"])


@pytest.mark.usefixtures("data_folder")
def test_5_a_column_that_gives_classes_away(rng: np.random.Generator) -> None:
    frame, target = table("landsat")
    assert leaking_columns(frame, target) == []
    codes = target.rank("dense").to_numpy().astype(np.float64)
    noisy = pl.Series("made of it", codes * 1.7 + rng.normal(0, 0.1, len(codes)))
    nearly = pl.Series("nearly it", np.where(rng.random(len(codes)) < 0.05, 1.0, codes))
    renamed = pl.Series("renamed", [f"soil no. {code:.0f}" for code in codes])
    found = leaking_columns(frame.with_columns(noisy, nearly, renamed, target.alias("again")), target, parts_of(len(codes)))
    assert [(issue.columns[0], issue.severity) for issue in found] == [
        ("made of it", "error"),
        ("nearly it", "warning"),
        ("renamed", "error"),
        ("again", "error"),
    ]
    assert [issue.message for issue in found[2:]] == [
        "Column 'renamed' is the target under other names.",
        "Column 'again' is the target itself.",
    ]
    assert found[0].rows == tuple(range(len(codes)))


@pytest.mark.usefixtures("data_folder")
def test_5_a_column_that_gives_numbers_away(rng: np.random.Generator) -> None:
    frame, target = table("california-housing")
    dollars = (target.cast(pl.Float64) * 100_000 + 3).alias("dollars")
    curved = (target.cast(pl.Float64).exp() + rng.normal(0, 0.1, len(target))).alias("curved")
    missing = pl.Series("with gaps", np.where(rng.random(len(target)) < 0.2, np.nan, target.to_numpy() * -2)).fill_nan(None)
    found = leaking_columns(frame.with_columns(dollars, curved, missing), target, parts_of(len(target)))
    assert [issue.columns for issue in found] == [("dollars",), ("curved",), ("with gaps",)]
    assert found[0].message == "Column 'dollars' is the target in other units: 100000 · target + 3."
    assert found[2].message == "Column 'with gaps' is the target in other units: -2 · target."
    assert all(issue.severity == "error" for issue in found)


@pytest.mark.usefixtures("data_folder")
def test_6_an_identifier_or_the_order_of_rows_that_tells_the_target(rng: np.random.Generator) -> None:
    frame, target = table("wheat-seeds")
    by_class = target.arg_sort()
    numbers = np.empty(len(target), np.int64)
    numbers[by_class.to_numpy()] = np.arange(len(target))
    shuffled = pl.Series("shuffled", rng.permutation(len(target)))
    frame = pl.DataFrame({"number": numbers, "code": [f"kernel-{n:04d}" for n in numbers], "honest": [f"kernel-{n}" for n in shuffled]})
    found = identifier_predicts_target(frame.with_columns(shuffled), target, parts_of(len(target)))
    assert [(issue.columns, issue.severity) for issue in found] == [(("number",), "error"), (("code",), "error")]
    assert order_predicts_target(target) == []
    assert order_predicts_target(target[by_class])[0].severity == "warning"
    (issue,) = order_predicts_target(target[by_class], ["train"] * 140 + ["test"] * 70)
    assert (issue.severity, issue.rows) == ("error", tuple(range(210)))
    assert order_predicts_target(target[by_class], parts_of(210))[0].severity == "note"


@pytest.mark.usefixtures("data_folder")
def test_7_a_column_known_only_afterwards(rng: np.random.Generator) -> None:
    frame, target = table("landsat")
    soil = (target == "red soil").to_numpy()
    filled = pl.Series("harvest", np.where(soil, rng.normal(size=len(soil)), np.nan)).fill_nan(None)
    amount = pl.Series("amount", np.where(soil, 0.0, rng.uniform(1, 9, len(soil))))
    gaps = pl.Series("gaps by chance", np.where(rng.random(len(soil)) < 0.3, np.nan, 1.0 + rng.random(len(soil)))).fill_nan(None)
    found = recorded_after_target(frame.with_columns(filled, amount, gaps), target, parts_of(len(soil)))
    assert [(issue.columns[0], issue.severity) for issue in found] == [("harvest", "error"), ("amount", "warning")]
    assert found[0].rows == tuple(np.flatnonzero(~soil).tolist())
    assert found[1].rows == tuple(np.flatnonzero(soil).tolist())


def test_7_gaps_that_hang_on_a_number(rng: np.random.Generator) -> None:
    price = pl.Series("price", rng.normal(size=400))
    told = pl.DataFrame({"discount": np.where(price.to_numpy() > 0.5, 1.0, np.nan) * rng.random(400)}).with_columns(pl.all().fill_nan(None))
    (issue,) = recorded_after_target(told, price)
    assert issue.rows == tuple(np.flatnonzero(price.to_numpy() <= 0.5).tolist())


def messages(data_folder: str) -> tuple[pl.Series, pl.Series]:
    with open(f"{data_folder}/sms/SMSSpamCollection", encoding="utf-8") as file:
        pairs = [line.rstrip("\n").split("\t", 1) for line in file]
    return pl.Series("message", [text for _, text in pairs]), pl.Series("label", [label for label, _ in pairs])


def test_8_the_target_stands_in_a_text(data_folder: str, rng: np.random.Generator) -> None:
    texts, labels = messages(data_folder)
    assert target_in_text(texts, labels) == []
    rows = np.sort(rng.choice(len(texts), 600, replace=False))
    planted = texts.to_list()
    for row in rows.tolist():
        planted[row] += f" [{labels[row].upper()}]"
    (issue,) = target_in_text(pl.Series("message", planted), labels)
    assert issue.severity == "warning"
    assert issue.columns == ("message",)
    by_chance = {row for row, (text, label) in enumerate(zip(texts, labels, strict=True)) if f" {label} " in f" {text.lower()} "}
    assert set(rows.tolist()) <= set(issue.rows)
    assert len(set(issue.rows) - set(rows.tolist())) < 5 + len(by_chance)
    everywhere = pl.Series("message", [f"{label}: {text}" for text, label in zip(texts, labels, strict=True)])
    assert target_in_text(everywhere, labels)[0].severity == "error"


def test_8_numbers_in_a_text(rng: np.random.Generator) -> None:
    prices = pl.Series("price", rng.integers(100, 999, 200).astype(float))
    texts = pl.Series("note", [f"sold for {price:.0f} on day {row}" for row, price in enumerate(prices)])
    (issue,) = target_in_text(texts, prices)
    assert issue.rows == tuple(range(200))
    assert target_in_text(pl.Series("note", [f"sold on day {row}" for row in range(200)]), prices) == []


def test_8_one_file_in_two_parts() -> None:
    paths = [f"a/img_{row}.png" for row in range(20)] + [f"b/img_{row}.png" for row in range(18, 38)] + ["a/img_3.png"]
    parts = ["train"] * 20 + ["test"] * 21
    same, alike = same_files(paths, parts)
    assert (same.severity, same.rows) == ("error", (3, 40))
    assert (alike.severity, alike.rows, alike.columns) == ("warning", (18, 19, 20, 21), ("file",))
    assert same_files(["s1/1.pgm", "s2/1.pgm", "s1/2.pgm"], ["train", "test", "train"]) == []


@pytest.mark.parametrize("name", ["digits", "sonar-all", "wheat-seeds", "landsat", "california-housing"])
@pytest.mark.usefixtures("data_folder")
def test_clean_data_give_no_error(name: str) -> None:
    frame, target = table(name)
    parts = parts_of(frame.height)
    equal = equal_examples(frame.with_columns(target))
    near = near_rows(frame.to_numpy())
    found: list[Issue] = duplicates(equal) + copies_across_parts(equal, parts) + contradictions(equal_examples(frame), target.to_list())
    found += (
        copies_across_parts(near, parts, near=True) + leaking_columns(frame, target, parts) + recorded_after_target(frame, target, parts)
    )
    found += order_predicts_target(target, parts) + drift(frame, parts)
    assert [issue for issue in found if issue.severity == "error"] == []


def test_clean_texts_give_no_error_but_the_messages_that_were_sent_twice(data_folder: str) -> None:
    texts, _ = messages(data_folder)
    parts = parts_of(len(texts))
    copies = duplicates(equal_examples(texts))[0].rows
    seen: dict[str, int] = {}
    assert copies == tuple(row for row, text in enumerate(texts) if seen.setdefault(text, row) != row)
    errors = [issue for issue in copies_across_parts(equal_examples(texts), parts) if issue.severity == "error"]
    assert {issue.check for issue in errors} == {
        "duplicates across parts"
    }  # one message in eleven of the test part is in the training part
    assert len(near_texts(texts.to_list())) >= len(equal_examples(texts))


def test_unknown_parts_are_refused() -> None:
    with pytest.raises(DataError, match=r"parts, row 1: a part must be one of train, validation, test\. Got 'testing' instead"):
        copies_across_parts([], ["train", "testing"])
    with pytest.raises(DataError, match=r"one part for each of the 3 rows\. Got shape \(2,\) instead"):
        time_backwards(pl.Series([1, 2, 3]), ["train", "test"])


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_random_split_of_rows_in_the_order_of_time(newest_first) -> None:
    days = pl.Series("day", pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 4, 9), eager=True)).sort(descending=newest_first)
    drawn = np.where(np.random.default_rng(0).random(100) < 0.2, "test", "train")
    drawn[[0, -1]] = "train"
    (issue,) = time_ignored(days, drawn)
    assert (
        issue.severity == "warning"
        and list(issue.rows) == np.flatnonzero(drawn == "test").tolist()
        and "Holdout(time='day')" in issue.advice
    )
    later = np.where(np.arange(100) < 80, "train", "test")
    assert time_ignored(days, later[::-1] if newest_first else later) == []
    assert time_ignored(days.shuffle(seed=1), drawn) == []  # a date of birth, say: the rows are in no order of it


def test_a_preparation_tells_it_unless_it_splits_by_time() -> None:
    days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 4, 9), eager=True)
    table = {"day": days, "sales": np.random.default_rng(0).random(100)}
    told = [issue.check for issue in fitted(table).issues]
    assert "time ignored" in told
    assert "time ignored" not in [issue.check for issue in fitted(table, split=Holdout(time="day")).issues]


def fitted(table, **settings) -> Preparation:
    preparation = Preparation(target="sales", **settings)
    preparation.fit(table)
    return preparation
