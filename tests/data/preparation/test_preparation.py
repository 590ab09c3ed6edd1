"""The core of a preparation: learned from training alone, the same bits after loading, nothing dropped in silence."""

import json
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.data import At, Collection, FillMissing, Holdout, MultiHot, Preparation, Resize, Robust, collect
from chainrule.data.collection import PART
from chainrule.data.preparation.answers import answers
from chainrule.data.targets.masks import MasksTarget
from chainrule.errors import ArgumentError, DataError


def plants(rows: int = 60) -> pl.DataFrame:
    random = np.random.default_rng(0)
    height = random.normal(10, 3, rows)
    height[::7] = np.nan
    return pl.DataFrame(
        {
            "id": range(rows),
            "height": height,
            "bark": random.choice(["rough", "smooth", "scaly"], rows),
            "kind": ["oak", "elm", "ash"] * (rows // 3),
        },
        strict=False,
    )


def test_what_is_learned_is_kept_to_the_bit(tmp_path):
    table = plants()
    preparation = Preparation(target="kind")
    splits = preparation.fit(table)
    preparation.save(tmp_path / "plants.json")
    again = Preparation.load(tmp_path / "plants.json")
    assert again.to_config() == json.loads(json.dumps(preparation.to_config()))
    assert np.array_equal(again.transform(table[splits.test.rows.tolist()]), splits.test.x)
    assert np.array_equal(again.transform_target(table[splits.test.rows.tolist()]), splits.test.y)
    assert again.inverse_target(splits.test.y).tolist() == table["kind"][splits.test.rows.tolist()].to_list()


def test_one_raw_row_is_enough_to_predict():
    table = plants()
    preparation = Preparation(target="kind")
    preparation.fit(table)
    row = table.row(3, named=True)
    assert np.array_equal(preparation.transform({"height": row["height"], "bark": row["bark"]}), preparation.transform(table[3]))


def test_numbers_are_those_of_scikit_learn():
    impute = pytest.importorskip("sklearn.impute")
    scale = pytest.importorskip("sklearn.preprocessing")
    table = plants()
    preparation = Preparation(target="kind", kinds={"bark": "drop"})
    splits = preparation.fit(table)
    training = table[splits.train.rows.tolist()].select("height").to_numpy()
    filled = impute.SimpleImputer(add_indicator=True).fit_transform(np.where(np.isnan(training), np.nan, training))
    assert splits.train.x == pytest.approx(scale.StandardScaler().fit_transform(filled), abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**16), factor=st.floats(-1e3, 1e3))
def test_no_row_outside_training_can_change_a_training_tensor(seed, factor):
    table = plants()
    preparation = Preparation(target="kind", split=Holdout(seed=seed))
    before = preparation.fit(table)
    apart = np.concatenate([before.validation.rows, before.test.rows])
    changed = table.with_columns(
        pl.when(pl.int_range(len(table)).is_in(apart)).then(pl.col("height") * factor + 7).otherwise(pl.col("height")).alias("height"),
        pl.when(pl.int_range(len(table)).is_in(apart)).then(pl.lit("unheard of")).otherwise(pl.col("bark")).alias("bark"),
    )
    after = Preparation(target="kind", split=Holdout(seed=seed)).fit(changed)
    assert np.array_equal(before.train.rows, after.train.rows)
    assert np.array_equal(before.train.x, after.train.x)


def test_steps_asked_for_replace_the_default_ones_of_their_verb():
    table = plants()
    preparation = Preparation(target="kind", clean=[FillMissing("median", indicator=False)], scale=[Robust().on("height")])
    splits = preparation.fit(table)
    training = table["height"].to_numpy()[splits.train.rows]
    filled = np.where(np.isnan(training), np.nanmedian(training), training)
    low, middle, high = np.percentile(filled, [25, 50, 75])
    assert splits.train.x[:, 0] == pytest.approx((filled - middle) / (high - low), abs=1e-5)
    assert preparation.feature_names == ("height", "bark=rough", "bark=scaly", "bark=smooth", "bark other")


def test_rows_without_a_target_are_left_out_and_counted():
    table = plants().with_columns(pl.when(pl.int_range(60) < 2).then(None).otherwise(pl.col("kind")).alias("kind"))
    preparation = Preparation(target="kind")
    splits = preparation.fit(table)
    assert len(splits.train) + len(splits.validation) + len(splits.test) == 58
    assert preparation.changes[0].rows == (0, 1)
    assert "2 rows are left out: missing 'kind'" in preparation.facts


def test_given_parts_stay_and_groups_are_not_divided():
    table = plants().with_columns(pl.Series(PART, ["train"] * 40 + ["test"] * 20), pl.Series("person", [str(i // 5) for i in range(60)]))
    splits = Preparation(target="kind", split=Holdout(group="person"), kinds={"person": "drop"}).fit(Collection(table))
    assert splits.test.rows.tolist() == list(range(40, 60))
    people = table["person"].to_numpy()
    assert not set(people[splits.train.rows]) & set(people[splits.validation.rows])


def test_time_is_not_shuffled():
    table = plants().with_columns(pl.Series("day", np.random.default_rng(1).permutation(60)))
    splits = Preparation(target="kind", split=Holdout(time="day", stratify=False)).fit(table)
    day = table["day"].to_numpy()
    assert (
        day[splits.train.rows].max() < day[splits.validation.rows].min() <= day[splits.validation.rows].max() < day[splits.test.rows].min()
    )


@pytest.mark.parametrize("written", ["%d.%m.%Y", "%m/%d/%Y", "%d %B %Y"])
def test_time_written_as_text_is_put_in_order_as_time(written):
    weeks = [date(2020, 1, 1) + timedelta(weeks=number) for number in range(60)]
    order = np.random.default_rng(1).permutation(60)
    table = plants().with_columns(pl.Series("day", [weeks[place].strftime(written) for place in order]))
    preparation = Preparation(target="kind", split=Holdout(stratify=False))
    splits = preparation.fit(Collection(table, time="day"))
    assert not [issue for issue in preparation.issues if issue.check == "time going backwards"]
    assert (
        order[splits.train.rows].max()
        < order[splits.validation.rows].min()
        <= order[splits.validation.rows].max()
        < order[splits.test.rows].min()
    )


def test_what_was_found_is_of_the_last_fit():
    preparation = Preparation(target="kind")
    preparation.fit(plants().with_columns(pl.col("kind").alias("species")))
    assert preparation.issues
    with pytest.raises(DataError):
        preparation.fit(plants()[:1])
    assert not preparation.issues and preparation.data is None


@pytest.mark.parametrize("seed", range(5))
def test_many_rare_classes_are_all_in_training(seed):
    rows = {"height": np.random.default_rng(0).normal(size=84), "kind": [f"kind {number % 28}" for number in range(84)]}
    preparation = Preparation(target="kind", split=Holdout(seed=seed))
    splits = preparation.fit(rows)
    assert set(splits.train.y.tolist()) == set(range(28)) and len(splits.validation) and len(splits.test)
    assert len(splits.train) + len(splits.validation) + len(splits.test) == 84
    assert preparation.facts[-1].endswith(f"at random (seed {seed}); classes that training would lack stay in it")
    asked = Preparation(target="kind", split=Holdout(seed=seed, stratify=False)).split.parts(Collection(pl.DataFrame(rows), target="kind"))
    assert len(splits.train) >= (asked == "train").sum()


def test_rare_classes_are_in_the_training_of_every_fold():
    rows = Collection(pl.DataFrame({"x": np.arange(54.0), "kind": ["elm"] * 25 + ["oak"] * 25 + ["ash"] * 4}), target="kind")
    folds = list(Holdout(validation=0).folds(rows, 5))
    assert all((fold[50:] == "train").all() for fold in folds)
    assert (sum((fold == "test").astype(int) for fold in folds)[:50] == 1).all()


def test_each_fold_tests_each_row_once():
    folds = list(Holdout(validation=0.1, seed=3).folds(collect(plants(), target="kind"), 5))
    assert (sum((fold == "test").astype(int) for fold in folds) == 1).all()


@pytest.mark.parametrize(("balance", "sizes"), [("oversample", {30}), ("undersample", {10})])
def test_balancing_is_of_training_alone(balance, sizes):
    table = pl.DataFrame(
        {"x": np.arange(56.0), "y": ["a"] * 42 + ["b"] * 14, PART: ["train"] * 30 + ["test"] * 12 + ["train"] * 10 + ["test"] * 4}
    )
    splits = Preparation(target="y", balance=balance, split=Holdout(validation=0)).fit(Collection(table))
    assert set(np.bincount(splits.train.y).tolist()) == sizes
    assert np.bincount(splits.test.y).tolist() == [12, 4]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scale": [FillMissing()]}, "FillMissing belongs to clean"),
        ({"balance": "weight"}, "Did you mean 'weights'"),
        ({"target": "kin"}, "Did you mean 'kind'"),
        ({"kinds": {"height": "numbr"}}, "Did you mean 'number'"),
    ],
)
def test_settings_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises((ArgumentError, DataError), match=message):
        Preparation(**{"target": "kind"} | arguments).fit(plants())


def test_the_schema_is_what_the_preparation_uses():
    collection = collect(plants(), target="kind", kinds={"bark": "text"})
    schema = collection.schema()
    assert schema.kinds == {"id": "identifier", "height": "number", "bark": "text", "kind": "category"}
    lines = repr(collection).splitlines()
    assert len(lines) == 5 and "60 examples" in lines[0] and "as asked" in lines[3] and lines[4].endswith(", the target")
    changed = collection.taken_as(kinds=schema.kinds | {"bark": "category"})
    assert changed.schema().kinds["bark"] == "category"


@pytest.mark.parametrize(("value", "said"), [(1e39, "1e\\+39 does not fit into float32"), (-1e200, "-1e\\+200 does not fit into float32")])
def test_what_no_tensor_can_hold_is_named(value, said):
    rows = {"x": [1.0, 2.0, value, 4.0] * 10, "kind": ["elm", "oak"] * 20}
    with pytest.raises(DataError, match=f"Column 'x', row [0-9]+: {said} after its steps. Scale it"):
        Preparation(target="kind", transform=[], scale=[], checks=False).fit(rows)


def test_parts_in_files_of_their_own_are_of_one_type(tmp_path):
    (tmp_path / "train.csv").write_text("x,y\n" + "\n".join(f"{number},{number / 3}" for number in range(40)))
    (tmp_path / "test.csv").write_text("x,y\n1,\n2,\n")
    pl.DataFrame({"x": [1.5, 2.5], "y": [0.5, 1.5]}).write_parquet(tmp_path / "test.parquet")
    empty = collect({"train": tmp_path / "train.csv", "test": tmp_path / "test.csv"}, target="y")
    assert empty.frame["y"].dtype == pl.Float64
    other = collect({"train": tmp_path / "train.csv", "test": tmp_path / "test.parquet"}, target="y")
    assert len(other) == 42 and other.place(41) == "row 42"
    (tmp_path / "test.csv").write_text("x,y\n1,2\noops,3\n")
    with pytest.raises(DataError, match="Column 'x' must hold text in all parts, or in none. It holds Int64 in 'train', String in 'test'"):
        collect({"train": tmp_path / "train.csv", "test": tmp_path / "test.csv"})


def test_labels_that_are_missing_are_no_label():
    assert MultiHot().fit(pl.Series([["red", None], ["round"], None]), At("tags")).categories == ("red", "round")


@pytest.mark.parametrize("seed", range(3))
def test_a_word_among_numbers_is_refused_whichever_part_has_it(seed):
    heights = [str(number / 7) for number in range(100)]
    heights[57] = "tall"
    with pytest.raises(DataError, match="Column 'height', row 58: 'tall' is not a number, but nearly all values of this column are"):
        Preparation(target="kind", split=Holdout(seed=seed)).fit({"height": heights, "kind": ["elm", "oak"] * 50})


def test_nothing_is_learned_from_what_the_split_keeps_together():
    preparation = Preparation(target="kind", split=Holdout(group="wood"))
    preparation.fit(plants().with_columns(pl.Series("wood", [f"wood {number // 5}" for number in range(60)])))
    assert "wood" not in {feature.name for feature in preparation.fitted.features}
    assert preparation.data.collection.group == "wood" and not [issue for issue in preparation.issues if "group" in issue.check]


def test_new_rows_that_are_no_table_are_refused_in_words(tmp_path):
    preparation = Preparation(target="kind", checks=False)
    preparation.fit({"height": [1.0, 2.0, 3.0, 4.0] * 10, "kind": ["elm", "oak"] * 20})
    for rows in ({"height": [1, "tall"]}, {"height": [1, 2], "kind": ["elm"]}):
        with pytest.raises(DataError, match="This dict cannot be read as a table"):
            preparation.transform(rows)
    assert np.array_equal(preparation.transform(np.array([[2.5], [1.0]])), preparation.transform([2.5, 1.0]))
    images = Preparation(checks=False)
    images.fit((np.zeros((20, 4, 4, 1), np.uint8), np.array([0, 1] * 10)))
    np.savez(tmp_path / "objects.npz", x=np.array([None, "a"], object))
    (tmp_path / "damaged.npz").write_bytes(b"PK\x03\x04 no archive")
    for name in ("objects.npz", "damaged.npz"):
        with pytest.raises(DataError, match=f"{name}: this cannot be read as arrays of NumPy"):
            images.transform(tmp_path / name)


def test_masks_are_where_the_probability_is_above_a_half():
    target = MasksTarget("masks", Resize(1, 3))
    logits = np.array([-1.0, 0.2, 3.0]).reshape(1, 1, 3, 1)
    assert answers(target, logits).row(0) == (False, True, True)
    assert answers(target, 1 / (1 + np.exp(-logits)), from_logits=False).row(0) == (False, True, True)
