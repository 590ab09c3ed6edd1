"""What is asked for in vain, and what cannot be taken, is said in words: nothing of it changes an answer silently."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from chainrule.data import (
    CalendarFeatures,
    Formulas,
    Indices,
    Interactions,
    Log,
    MinMax,
    MultiHot,
    OneHot,
    Preparation,
    Standardize,
    TfIdf,
    Tokens,
    Windows,
)
from chainrule.errors import DataError

ROWS = {"height": [1.0, 2.0, 3.0, 4.0] * 10, "bark": ["rough", "smooth"] * 20, "kind": ["elm", "oak"] * 20}
PICTURES = np.random.default_rng(0).integers(0, 256, (40, 4, 4, 1)).astype(np.uint8)
CLASSES = np.arange(40) % 2


def test_a_step_for_a_column_that_is_not_there_is_refused():
    with pytest.raises(DataError, match="MinMax: the column 'heigth' is not in the table.*Did you mean 'height'"):
        Preparation(target="kind", scale=[MinMax().on("heigth")]).fit(ROWS)


def test_a_step_that_takes_no_column_is_told():
    preparation = Preparation(target="kind", encode=[Tokens(), OneHot()], scale=[MinMax().on("bark")])
    preparation.fit(ROWS)
    assert [fact for fact in preparation.facts if "asked for" in fact] == [
        "Tokens is asked for and takes no column: it is for columns of the kind reading or text"
    ]
    left = Preparation(target="kind", kinds={"height": "drop"}, scale=[MinMax().on("height")])
    left.fit(ROWS)
    assert "MinMax is asked for and takes no column: it is for 'height'" in left.facts
    series = Preparation(transform=[Windows(input=3), CalendarFeatures()], encode=[Tokens()])
    series.fit({"day": pl.date_range(dt.date(2024, 1, 1), dt.date(2024, 3, 1), eager=True), "sold": np.arange(61.0)})
    assert [fact.split(" ")[0] for fact in series.facts if "asked for" in fact] == ["Tokens"]


@pytest.mark.parametrize("step", [OneHot(), Indices(), TfIdf(), Tokens()])
def test_a_step_on_a_column_of_another_kind_is_refused(step):
    days = pl.date_range(dt.date(2024, 1, 1), dt.date(2024, 2, 9), eager=True)
    with pytest.raises(DataError, match=f"Column 'day', date: {type(step).__name__}, a step for columns of the kind .* cannot take it"):
        Preparation(target="kind", encode=[step.on("day")]).fit(pl.DataFrame(ROWS).with_columns(day=days))


@pytest.mark.parametrize("step", [OneHot(), Log(), Standardize()])
def test_lists_are_refused_where_each_row_must_be_one_thing(step):
    rows = pl.DataFrame({"tags": [["a"], ["a", "b"]] * 20, "kind": ROWS["kind"]})
    with pytest.raises(DataError, match="Column 'tags' must become numbers. Got List\\(String\\) after its steps"):
        Preparation(target="kind", encode=[]).fit(rows)
    with pytest.raises(DataError, match="Column 'tags', labels: " + type(step).__name__):
        Preparation(target="kind", **{"encode": [], step.verb: [step.on("tags")]}).fit(rows)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (pl.Series([b"a", b"b"] * 20), "it holds Binary"),
        (pl.Series([{"bytes": 1}, {"bytes": 2}] * 20), "it holds Struct"),
        (pl.Series([dt.time(1), dt.time(2)] * 20), "it holds Time"),
        (pl.Series([dt.timedelta(1), dt.timedelta(2)] * 20), "it holds Duration"),
        (pl.Series([object()] * 40, dtype=pl.Object), "it holds Object"),
        (pl.Series([[1.0, 2.0], [3.0, 4.0]] * 20, dtype=pl.Array(pl.Float64, 2)), "it holds Array"),
        (pl.Series([[]] * 40, dtype=pl.List(pl.String)), "all its lists are empty"),
    ],
)
def test_columns_that_nothing_is_learned_from_are_left_aside(values, said):
    preparation = Preparation(target="kind")
    splits = preparation.fit(pl.DataFrame(ROWS).with_columns(values.alias("other")))
    assert splits.train.x.shape[1] == 4
    assert [said in column.reason for column in preparation.fitted.left] == [True]
    preparation.report()


@pytest.mark.parametrize("given", [PICTURES / np.float32(255), PICTURES / 255])
def test_pictures_of_another_scale_than_training_s_are_refused(given):
    bytes_, fractions = Preparation(), Preparation()
    bytes_.fit((PICTURES, CLASSES))
    fractions.fit((given, CLASSES))
    with pytest.raises(DataError, match="images must be uint8 from 0 to 255, as in training. Got float.* from 0 to 1: bring them to"):
        bytes_.transform(given)
    with pytest.raises(DataError, match="images must be float.* from 0 to 1, as in training. Got uint8 from 0 to 255"):
        fractions.transform(PICTURES)
    for same in (PICTURES.astype(np.int64), PICTURES.astype(np.float32)):
        np.testing.assert_array_equal(bytes_.transform(same), bytes_.transform(PICTURES))


def test_one_row_may_have_several_labels():
    preparation = Preparation(target="kind")
    preparation.fit(pl.DataFrame(ROWS | {"tags": [["a"], ["a", "b"]] * 20}))
    one = {"height": 2.0, "bark": "rough", "tags": ["a", "b"]}
    assert (
        preparation.transform(one).tolist() == preparation.transform(pl.DataFrame({name: [value] for name, value in one.items()})).tolist()
    )
    assert preparation.feature_names[-2:] == ("tags=a", "tags=b") and preparation.transform(one)[0, -2:].tolist() == [1.0, 1.0]
    assert MultiHot().fit(pl.Series([1, 2, None]), None).categories == ("1", "2")


@pytest.mark.parametrize(
    ("step", "name"), [(Interactions(("height",), squares=True), "height \\* height"), (Formulas(("height^3",)), "height\\^3")]
)
def test_products_that_cannot_be_written_are_refused(step, name):
    preparation = Preparation(target="kind", scale=[], transform=step)
    preparation.fit(ROWS)
    with pytest.raises(DataError, match=f"'{name}' is too large to be written, first in row 2"):
        preparation.transform({"height": [1.0, 1e30], "bark": ["rough", "rough"]})
