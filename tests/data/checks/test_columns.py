"""Outliers, gaps, classes, drift, blank pictures and silent sounds: against hand-computed values and SciPy."""

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import chainrule as cr
from chainrule.counting import counted
from chainrule.data.checks import (
    blank_images,
    class_imbalance,
    constant_columns,
    drift,
    identifier_columns,
    missing_values,
    outliers,
    silent_or_clipped,
)
from chainrule.data.checks.issue import name_rows
from chainrule.errors import DataError


@given(st.lists(st.floats(-100, 100, width=16), min_size=3, max_size=40), st.floats(1, 20))
def test_outliers_are_those_of_the_median_absolute_deviation(values: list[float], far: float) -> None:
    array = np.array(values)
    spread = stats.median_abs_deviation(array, scale=1 / 1.4826) or 1.2533 * np.abs(array - np.median(array)).mean()
    z = np.abs(array - np.median(array)) / spread if spread else np.zeros(len(array))
    if (np.abs(z - far) < 1e-9).any():
        return  # rounding decides
    rows = tuple(np.flatnonzero(z > far).tolist())
    found = outliers(pl.DataFrame({"x": array}), far)
    assert [(issue.rows, issue.columns) for issue in found] == ([(rows, ("x",))] if rows else [])


def test_planted_outliers_are_named_and_gaps_are_none() -> None:
    x = np.random.default_rng(0).normal(size=200)
    x[[9, 120]] = [40, -55]
    frame = pl.DataFrame({"x": [None, *x.tolist()], "same": [1] * 201, "mostly": [0] * 200 + [5], "word": ["a"] * 201})
    first, second = outliers(frame)
    assert (first.rows, second.rows) == ((10, 121), (200,))
    assert "Column 'x': 2 values, from -55 to 40, lie more than 10 robust standard deviations" in first.message
    with pytest.raises(DataError, match="Column 'x', row 1: the value is infinite"):
        outliers(pl.DataFrame({"x": [1.0, float("inf"), 2.0]}))


def test_constant_and_identifier_columns() -> None:
    frame = pl.DataFrame({
        "unit": ["cm"] * 30,
        "nothing": pl.Series([None] * 30, dtype=pl.String),
        "some": ["a"] * 29 + [None],
        "id": range(100, 130),
        "code": [f"k{n}" for n in range(30)],
        "sentence": [f"number {n}" for n in range(30)],
        "measure": [n * n for n in range(30)],
    })  # fmt: skip
    assert [issue.columns[0] for issue in constant_columns(frame)] == ["unit", "nothing"]
    assert constant_columns(frame)[1].message == "Column 'nothing' has no value in any of the 30 rows."
    assert [issue.columns[0] for issue in identifier_columns(frame)] == ["id", "code"]


def test_gaps_are_counted_and_compared_between_parts() -> None:
    rng = np.random.default_rng(1)
    parts = ["train"] * 700 + ["test"] * 300
    even = np.where(rng.random(1000) < 0.1, np.nan, 1.0)
    uneven = even.copy()
    uneven[700:790] = np.nan
    frame = pl.DataFrame({"even": even, "uneven": uneven, "full": np.ones(1000)}).fill_nan(None)
    found = missing_values(frame, parts)
    assert [(issue.check, issue.severity, issue.columns[0]) for issue in found] == [
        ("missing values", "note", "even"),
        ("missing values", "note", "uneven"),
        ("missing values differ between parts", "warning", "uneven"),
    ]
    assert found[0].rows == tuple(np.flatnonzero(np.isnan(even)).tolist())
    test, train = np.isnan(uneven[700:]).mean(), np.isnan(uneven[:700]).mean()
    assert f"in {test:.1%} of the test part, and in {train:.1%} of the training part" in found[2].message


def test_small_and_lacking_classes() -> None:
    target = pl.Series("kind", ["a"] * 100 + ["b"] * 40 + ["c"] * 4 + [None])
    parts = ["train"] * 120 + ["test"] * 25
    found = class_imbalance(target, parts)
    assert [(issue.check, issue.severity) for issue in found] == [
        ("class imbalance", "warning"),
        ("class with few rows", "warning"),
        ("class missing in a part", "error"),
        ("class missing in a part", "warning"),
    ]
    assert found[0].rows == (140, 141, 142, 143)
    assert found[2].message == "Column 'kind': class 'c' has no row in the training part."
    assert found[3].message == "Column 'kind': class 'a' has no row in the test part."
    assert class_imbalance(pl.Series("kind", ["a", "b"] * 50)) == []


def test_distances_between_parts_are_those_of_scipy() -> None:
    rng = np.random.default_rng(2)
    parts = ["train"] * 400 + ["test"] * 300
    still, moved = rng.normal(size=700), np.concatenate([rng.normal(size=400), rng.normal(0.6, 1.3, 300)])
    words = np.concatenate([rng.choice(["x", "y", "z"], 400), rng.choice(["x", "y", "z"], 300, p=[0.6, 0.3, 0.1])])
    found = drift(pl.DataFrame({"still": still, "moved": moved, "word": words}), parts)
    assert [issue.columns[0] for issue in found] == ["moved", "word"]
    assert f"distance {stats.ks_2samp(moved[:400], moved[400:]).statistic:.2f} of" in found[0].message
    assert "mostly 'x' here" in found[1].message


@given(st.integers(0, 1000))
def test_chance_is_that_of_kolmogorov_and_smirnov(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.normal(size=60), rng.normal(rng.uniform(0, 1.5), 1, 80)])
    test = stats.ks_2samp(x[:60], x[60:], method="asymp")
    wanted = test.statistic >= 0.15 and stats.kstwobign.sf(test.statistic * np.sqrt(60 * 80 / 140)) < 1e-3
    assert bool(drift(pl.DataFrame({"x": x}), ["train"] * 60 + ["test"] * 80)) is bool(wanted)


def test_parts_drawn_at_random_do_not_drift() -> None:
    rng = np.random.default_rng(3)
    frame = pl.DataFrame(rng.normal(size=(2000, 30)))
    assert drift(frame, rng.permutation(["train"] * 1500 + ["test"] * 500)) == []


def test_blank_pictures_are_named() -> None:
    digits = (cr.data.load("digits").train.x[:30] * 255).astype(np.uint8)
    digits[4] = 255
    digits[11] = np.random.default_rng(0).integers(100, 103, digits[11].shape)
    (issue,) = blank_images(digits)
    assert (issue.rows, issue.severity) == ((4, 11), "warning")
    assert blank_images(list(digits.astype(float) / 255))[0].rows == (4, 11)


def test_silent_and_clipped_sounds_are_named() -> None:
    rng = np.random.default_rng(0)
    good = rng.normal(0, 0.1, 4000)
    sounds = [good, np.zeros(4000), good * 1e-3, np.clip(good * 9, -1, 1), np.zeros(0), (good * 32767).astype(np.int16)]
    sounds += [np.clip(good * 9 * 32767, -32768, 32767).astype(np.int16), (good * 127 + 128).astype(np.uint8)]
    silent, clipped = silent_or_clipped(sounds)
    assert (silent.rows, clipped.rows) == ((1, 2, 4), (3, 6))
    with pytest.raises(DataError, match="row 1: a sound must be numbers of shape"):
        silent_or_clipped([good, np.array(["a"])])


def test_issues_are_ready_for_json_and_name_rows_in_words() -> None:
    (issue,) = constant_columns(pl.DataFrame({"a": [1, 1]}))
    assert json.loads(json.dumps(issue.to_dict())) == issue.to_dict()
    assert name_rows([4]) == "row 4"
    assert name_rows([4, 9]) == "rows 4 and 9"
    assert name_rows(range(0, 200, 2)) == "rows 0, 2, 4, 6, 8 and 95 more"
    assert counted(1200, "class", "classes") == "1,200 classes"
