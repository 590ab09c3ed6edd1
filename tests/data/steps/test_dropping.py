"""Rows left out: copies against Polars and plain loops, outliers of training alone; products of columns against scikit-learn."""

import json

import numpy as np
import polars as pl
import pytest

from chainrule.data import Collection, DropDuplicates, DropOutliers, Holdout, Interactions, Preparation, Windows
from chainrule.data.collection import PART
from chainrule.errors import ArgumentError, DataError


def test_copies_are_those_of_polars_and_identifiers_do_not_count():
    random = np.random.default_rng(0)
    frame = pl.DataFrame({"a": random.integers(0, 3, 60), "b": ["x", "y", None] * 20})
    kept, reason = DropDuplicates().keeps(Collection(frame.with_columns(pl.int_range(60).alias("id"))))
    assert np.flatnonzero(kept).tolist() == frame.with_row_index().unique(["a", "b"], keep="first", maintain_order=True)["index"].to_list()
    assert reason == "copies of an earlier row"
    only = DropDuplicates(["a"]).keeps(Collection(frame))[0]
    assert only.sum() == frame["a"].n_unique()
    with pytest.raises(DataError, match="Did you mean 'a'"):
        DropDuplicates(["A"]).keeps(Collection(frame))


def test_equal_arrays_are_copies():
    images = np.random.default_rng(1).integers(0, 255, (5, 4, 4, 1), dtype=np.uint8)
    images[4] = images[1]
    kept, _ = DropDuplicates().keeps(Collection(pl.DataFrame({"y": [0, 1, 0, 1, 1]}), {"image": images}))
    assert kept.tolist() == [True] * 4 + [False]


def rows_with_outliers():
    size = np.random.default_rng(2).normal(size=50)
    size[[3, 45]] = 1e4
    return Collection(pl.DataFrame({"size": size, "kind": ["a", "b"] * 25, PART: ["train"] * 40 + ["test"] * 10}), target="kind")


def test_outliers_leave_training_alone():
    preparation = Preparation(clean=[DropOutliers()], split=Holdout(validation=0))
    splits = preparation.fit(rows_with_outliers())
    assert splits.train.rows.tolist() == [row for row in range(40) if row != 3]
    assert splits.test.rows.tolist() == list(range(40, 50))
    assert preparation.changes[0].rows == (3,) and preparation.changes[0].step == "DropOutliers"
    assert any(fact.startswith("1 row is left out: training rows with values more than 10 robust") for fact in preparation.facts)
    assert sum(preparation.report().parts.values()) == 49
    again = Preparation.from_config(json.loads(json.dumps(preparation.to_config())))
    assert np.array_equal(again.transform(rows_with_outliers().frame.select("size")[40:]), splits.test.x)


def test_no_value_outside_training_can_make_an_outlier():
    collection = rows_with_outliers()
    apart = pl.when(pl.int_range(50) >= 40).then(pl.col("size") * 1e9)
    changed = collection.frame.with_columns(apart.otherwise(pl.col("size")).alias("size"))
    pair = (collection, Collection(changed, target="kind"))
    fits = [Preparation(clean=[DropOutliers(5)], split=Holdout(validation=0)).fit(data) for data in pair]
    assert np.array_equal(fits[0].train.x, fits[1].train.x)


def test_settings_of_outliers_that_cannot_be_meant():
    with pytest.raises(ArgumentError, match="a number above 0"):
        DropOutliers(0)
    with pytest.raises(DataError, match="'kind' must be a column of numbers"):
        Preparation(clean=[DropOutliers(columns=["kind"])]).fit(rows_with_outliers())


@pytest.mark.parametrize("squares", [False, True])
def test_products_are_those_of_scikit_learn(squares):
    polynomial = pytest.importorskip("sklearn.preprocessing").PolynomialFeatures
    random = np.random.default_rng(3)
    frame = pl.DataFrame({name: random.normal(size=40) for name in "abc"} | {"kind": ["x", "y"] * 20, "y": random.normal(size=40)})
    preparation = Preparation(target="y", transform=[Interactions(squares=squares)])
    splits = preparation.fit(frame)
    own = splits.train.x[:, :3]
    wanted = polynomial(2, interaction_only=not squares, include_bias=False).fit_transform(own)[:, 3:]
    found = {name: column for name, column in zip(preparation.feature_names, splits.train.x.T, strict=True) if " * " in name}
    assert list(found)[:3] == ["a * b", "a * c", "b * c"] and len(found) == wanted.shape[1]
    assert np.sort(np.stack(list(found.values()), 1), axis=1) == pytest.approx(np.sort(wanted, axis=1), abs=1e-5)
    assert preparation.inputs == {"features": (splits.train.x.shape[1],)}
    again = Preparation.from_config(json.loads(json.dumps(preparation.to_config())))
    assert np.array_equal(again.transform(frame[splits.test.rows.tolist()]), splits.test.x)


def test_products_need_two_numbers_and_no_series():
    frame = pl.DataFrame({"a": [0.5, 2.5, 1.0, 3.0] * 10, "kind": ["x", "y"] * 20})
    with pytest.raises(ArgumentError, match="two columns of numbers"):
        Preparation(target="kind", transform=Interactions()).fit(frame)
    with pytest.raises(ArgumentError, match="'kind' must be a column of numbers"):
        Preparation(target="kind", transform=Interactions(["a", "kind"])).fit(frame)
    days = pl.DataFrame({"day": pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 2, 9), eager=True), "a": range(40)})
    for more in ({"clean": [DropOutliers()]}, {}):
        with pytest.raises(ArgumentError, match="is not for windows of a series"):
            Preparation(transform=[Windows(horizon=2), *([] if more else [Interactions()])], **more).fit(days)
