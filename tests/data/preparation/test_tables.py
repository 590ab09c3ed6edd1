"""Preparing tables: what is decided, what is learned, what is refused."""

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from chainrule.data import Holdout, Preparation, drop_missing, load, read_table, split_rows
from chainrule.data.frame import LINE
from chainrule.errors import ArgumentError, DataError

FLOATS = st.floats(-1e6, 1e6, allow_subnormal=False)


@st.composite
def tables(draw):
    rows = draw(st.integers(8, 40))
    column = lambda values: draw(st.lists(values, min_size=rows, max_size=rows))  # noqa: E731
    return pl.DataFrame(
        {
            "real": pl.Series(column(st.none() | FLOATS), dtype=pl.Float64),
            "whole": pl.Series(column(st.integers(-5, 5)), dtype=pl.Int64),
            "text": pl.Series(column(st.none() | st.sampled_from(["a", "b", "c", "ä"])), dtype=pl.String),
            "more": pl.Series(column(st.sampled_from(["ß", "", " x", "y z"])), dtype=pl.String),
            "spread": pl.Series(np.arange(rows) % 3 * 1.5, dtype=pl.Float64),
            "class": pl.Series(np.arange(rows) % 2, dtype=pl.Int64),
            "price": pl.Series([*column(FLOATS)[:-1], 0.25], dtype=pl.Float64) + np.arange(rows),
        }
    )


def plants(**columns) -> pl.DataFrame:
    return pl.DataFrame({"height": np.linspace(1, 4, 40), "kind": ["oak", "elm"] * 20} | columns)


def learned_from(table, target: str, task=None, *, kinds=None) -> Preparation:
    """Return a preparation that has learned from all rows of a table."""
    preparation = Preparation(target=target, task=task, kinds=kinds, split=Holdout(0, 0))
    preparation.fit(table)
    return preparation


def same_bits(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


@settings(max_examples=25, deadline=None)
@given(tables(), st.sampled_from(["class", "price"]))
def test_a_configuration_gives_the_same_bits_after_json(table, target):
    preparation = learned_from(table, target)
    again = Preparation.from_config(json.loads(json.dumps(preparation.to_config(), allow_nan=False)))
    assert same_bits(again.transform(table), preparation.transform(table))
    assert same_bits(again.transform_target(table), preparation.transform_target(table))
    assert (again.feature_names, again.class_names, again.facts) == (preparation.feature_names, preparation.class_names, preparation.facts)
    assert again.to_config() == preparation.to_config()


@settings(max_examples=25, deadline=None)
@given(tables())
def test_features_are_finite_named_and_one_hot(table):
    preparation = learned_from(table, "class")
    x = preparation.transform(table)
    assert x.shape == (table.height, len(preparation.feature_names))
    assert x.dtype == np.float32
    assert np.isfinite(x).all()
    hot = [index for index, name in enumerate(preparation.feature_names) if name.startswith(("text=", "text other", "text missing"))]
    if hot:
        assert np.array_equal(x[:, hot].sum(1), np.ones(table.height))
    assert preparation.notes == []


@settings(max_examples=25, deadline=None)
@given(tables(), st.integers(0, 100))
def test_what_is_learned_does_not_hang_on_other_rows(table, seed):
    training, rest = split_rows(table.height, (0.7, 0.3), seed)
    alone = learned_from(table[training.tolist()], "price")
    other = table.with_columns(
        pl.when(pl.int_range(pl.len()).is_in(rest.tolist())).then(pl.col("real") * 1000 + 7).otherwise("real").alias("real")
    )
    assert learned_from(other[training.tolist()], "price").to_config() == alone.to_config()
    both = alone.transform(table)
    assert same_bits(both[rest], alone.transform(table[rest.tolist()]))


@settings(max_examples=25, deadline=None)
@given(st.lists(FLOATS, min_size=4, max_size=50))
def test_numbers_are_standardised_as_by_scikit_learn(values):
    values = [*values, values[0] + 1]
    table = pl.DataFrame({"x": values * 2, "y": ["a", "b"] * len(values)})
    met = learned_from(table, "y", kinds={"x": "number"}).transform(table)
    expected = StandardScaler().fit_transform(np.array(values * 2)[:, None])
    assert met == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_categories_are_one_hot_as_by_scikit_learn():
    table = plants(bark=["rough", "smooth", "rough", "thorny"] * 10)
    preparation = learned_from(table.drop("height"), "kind")
    expected = OneHotEncoder(sparse_output=False).fit_transform(table.select("bark").to_numpy())
    assert np.array_equal(preparation.transform(table)[:, :3], expected)
    assert preparation.feature_names == ("bark=rough", "bark=smooth", "bark=thorny", "bark other")


def test_missing_numbers_become_the_mean_and_say_so():
    height = [1.0, None, 3.0, float("nan")] * 5
    table = pl.DataFrame({"height": height, "kind": ["oak", "elm"] * 10})
    preparation = learned_from(table, "kind")
    assert preparation.feature_names == ("height", "height missing")
    filled = np.array([[1, 0], [2, 1], [3, 0], [2, 1]] * 5)
    assert preparation.transform(table) == pytest.approx(StandardScaler().fit_transform(filled), rel=1e-6)


def test_missing_values_that_training_did_not_have_are_noted():
    preparation = learned_from(plants(bark=["rough", "smooth"] * 20), "kind")
    x = preparation.transform({"height": [None, 2.5], "bark": [None, "rough"]})
    assert x.tolist() == [[0, 0, 0, 1], [0, 1, 0, 0]]
    assert [note.split(" missing")[0] for note in preparation.notes] == ["column 'height': 1", "column 'bark': 1"]


def test_missing_categories_have_a_feature_of_their_own():
    table = plants(bark=["rough", None, "smooth", None] * 10)
    preparation = learned_from(table, "kind")
    assert preparation.feature_names[1:] == ("bark=rough", "bark=smooth", "bark other", "bark missing")
    assert preparation.transform(table)[:4, 1:].tolist() == [[1, 0, 0, 0], [0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 1]]


def test_notes_are_those_of_the_last_transform():
    preparation = learned_from(plants(), "kind")
    preparation.transform({"height": [None], "more": [1]})
    assert len(preparation.notes) == 2
    preparation.transform({"height": [2.0]})
    assert preparation.notes == []


def test_rare_and_unknown_categories_share_a_feature():
    bark = ["rough"] * 20 + ["smooth"] * 18 + ["thorny", "red"]
    preparation = learned_from(plants(bark=bark), "kind")
    assert preparation.feature_names == ("height", "bark=rough", "bark=smooth", "bark other")
    assert "2 rare ones share one" in preparation.fitted.features[1].steps[-1].describe()
    x = preparation.transform({"height": [2.5] * 3, "bark": ["thorny", "blue", "blue"]})
    assert np.array_equal(x[:, 1:], [[0, 0, 1]] * 3)
    assert preparation.notes == ["column 'bark': 2 of 3 values were not met in training and count as other: 'blue'"]


def test_at_most_a_hundred_categories_have_a_feature():
    names = [f"town {number}" for number in range(150)]
    table = {"town": names * 4 + names[:75] * 20, "y": [1.5, 2.5] * ((600 + 1500) // 2)}
    preparation = learned_from(table, "y")
    assert len(preparation.feature_names) == 101
    assert set(preparation.feature_names) >= {f"town={name}" for name in names[:75]}


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ({"empty": [None] * 40}, "all its values are missing"),
        ({"same": ["x"] * 40}, "every value is 'x'"),
        ({"same": [1.5] * 40}, "every value is 1.5"),
        ({"id": list(range(500, 540))}, "identifier-like"),
        ({"PassengerId": list(range(40, 0, -1))}, "identifier-like"),
        ({"customer_id": [float(n * n) for n in range(40)]}, "identifier-like"),
        ({"column_1": list(range(40))}, "without a name"),
        ({"ticket": [f"A {n}" for n in range(40)]}, "each of its 40 values is different"),
        ({"words": [f"w{n // 2}" for n in range(10)] + [f"v{n}" for n in range(30)]}, "35 different single words in 40 rows"),
        ({"partly": [str(n) for n in range(30)] + ["low", "high"] * 5}, "32 different single words in 40 rows"),
    ],
)
def test_columns_that_are_left_out_say_why(column, reason):
    table = plants(**column)
    preparation = learned_from(table, "kind")
    name = next(iter(column))
    told = [told for told in preparation.facts if f"column {name!r} is left aside" in told]
    assert reason in told[0]
    assert preparation.feature_names == ("height",)
    preparation.transform(table.drop(name))
    assert preparation.notes == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("size", [float(n) for n in range(40)]),
        ("size", list(range(0, 4000, 100))),
        ("year", list(range(1950, 1990))),
        ("column_1", list(range(0, 4000, 100))),
        ("id", [*range(39), 5]),
        ("id", [n + 0.5 for n in range(40)]),
        ("id", [*range(39), None]),
    ],
)
def test_numbers_that_merely_differ_are_no_identifiers(name, values):
    assert name in learned_from(plants(**{name: values}), "kind").feature_names


def test_what_a_column_is_can_be_said():
    table = plants(code=[1, 2] * 20, id=list(range(40)))
    assert "code" in learned_from(table, "kind").feature_names
    preparation = learned_from(table, "kind", kinds={"code": "category", "id": "number", "height": "drop"})
    assert preparation.feature_names == ("code=1", "code=2", "code other", "id")
    assert preparation.transform({"code": [1.0, 2.0], "id": [3, 4]})[:, :3].tolist() == [[1, 0, 0], [0, 1, 0]]


def test_truth_values_are_numbers_and_classes():
    table = plants(wet=[True, False, None, True] * 10)
    assert "wet missing" in learned_from(table, "kind").feature_names
    preparation = learned_from(plants(wet=[True, False] * 20), "wet")
    assert preparation.class_names == ("false", "true")
    assert preparation.transform_target({"wet": [True, False]}).tolist() == [1, 0]
    assert preparation.inverse_target([1, 0]).tolist() == [True, False]


@pytest.mark.parametrize(
    ("values", "task", "classes"),
    [
        (["oak", "elm"] * 20, "classification", ("elm", "oak")),
        (pl.Series(["oak", "elm"] * 20, dtype=pl.Categorical), "classification", ("elm", "oak")),
        ([1, 7, 3, 10] * 10, "classification", ("1", "3", "7", "10")),
        ([1.0, 2.0] * 20, "classification", ("1", "2")),
        (list(range(20)) * 2, "regression", None),
        (list(range(8)) * 5, "classification", tuple("01234567")),
        ([0.5, 1.0] * 20, "regression", None),
    ],
)
def test_the_task_follows_from_the_target_and_says_why(values, task, classes):
    preparation = learned_from(plants(target=values), "target", kinds={"kind": "drop"})
    assert preparation.fitted.task == task
    assert preparation.class_names == classes
    assert any(fact.startswith(f"{task}: the target 'target' holds") for fact in preparation.facts)
    y = preparation.transform_target(plants(target=values))
    assert y.dtype == (np.int32 if classes else np.float32)
    back = preparation.inverse_target(y)
    expected = np.array(pl.Series(values).to_list())
    assert np.array_equal(back, expected) if classes else back == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_the_task_can_be_said():
    table = plants(points=[1, 2, 3, 4] * 10)
    regression = learned_from(table, "points", task="regression")
    assert regression.fitted.task == "regression"
    assert "regression: as asked" in regression.facts
    assert regression.transform_target(table) == pytest.approx(StandardScaler().fit_transform(table.select("points").to_numpy())[:, 0])
    assert regression.inverse_target([[0.0]]).tolist() == [[2.5]]
    halves = learned_from(plants(half=[0.5, 1.0] * 20), "half", task="classification")
    assert halves.class_names == ("0.5", "1")
    assert halves.inverse_target(halves.transform_target({"half": [0.5, 1.0]})).tolist() == [0.5, 1.0]


def test_other_tables_and_the_order_of_columns_do_not_matter():
    table = plants(bark=["rough", "smooth"] * 20)
    preparation = learned_from(table, "kind")
    expected = preparation.transform(table)
    assert np.array_equal(preparation.transform(table.select("kind", "bark", "height")), expected)
    assert np.array_equal(preparation.transform(table.to_dict(as_series=False)), expected)
    assert preparation.notes == []
    preparation.transform(table.with_columns(weight=1, age=2))
    assert preparation.notes == ["columns that training did not have are left aside: weight, age"]


def test_numbers_written_as_text_are_numbers_at_prediction():
    preparation = learned_from(plants(), "kind")
    assert preparation.transform({"height": [" 2.5", None]}).tolist() == [[0], [0]]


LINES = {LINE: list(range(2, 42))}


def fit(target: str = "kind", task=None, kinds=None, **columns) -> Preparation:
    return learned_from(plants(**columns), target, task, kinds=kinds)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target": "Kind of"}, "The target 'Kind of' is not in the table, whose columns are height, kind. Did you mean 'kind'"),
        ({"target": "y", "y": [1.5] * 40}, "is 1.5 in every row"),
        ({"target": "y", "y": [None] * 40}, "DropMissing would leave out every row"),
        ({"target": "y", "y": [f"w{n}" for n in range(40)]}, "40 different values in 40 rows: too many to be classes"),
        ({"target": "y", "y": [*(str(n) for n in range(39)), "many"]}, "Column 'y', row 40: 'many' is not a number"),
        ({"task": "regression"}, "Column 'kind', row 1: 'oak' is not a number, and 40 of 40"),
        ({"age": ["12"] * 38 + ["abc", "13"]} | LINES, r"'age', line 40: 'abc' is not a number, but nearly all .*\(1 of 40.*kinds"),
        ({"age": ["1,5", "2,7"] * 20}, "'age', row 1: '1,5' looks like a number written for people.*decimal=','"),
        ({"pay": ["$1,200", "$ 950"] * 20}, "looks like a number written for people"),
        ({"age": [1.0, float("inf")] * 20}, "'age', row 2: the value is infinite"),
        ({"age": [1e308, 1e308, 1.0, 2.0] * 10}, "too large to average"),
        ({"kinds": {"height": "drop"}}, "no column is left to learn kind from: 'height': as asked"),
        ({"kinds": {"hight": "drop"}}, "'hight' is not in the table.*Did you mean 'height'"),
        ({"kinds": {"bark": "number"}, "bark": ["a", "b"] * 20}, "'a' is not a number, and 40 of 40"),
        ({"pair": [[1], [2]] * 20, "kinds": {"pair": "number"}}, "must be numbers. It holds List"),
    ],
)
def test_training_rows_that_cannot_be_learned_from(arguments, message):
    with pytest.raises(DataError, match=message):
        fit(**arguments)


def test_arguments_that_are_unknown():
    with pytest.raises(ArgumentError, match=r"'classification', 'regression', 'span' or None. Got 'ranking'"):
        fit(task="ranking")
    with pytest.raises(ArgumentError, match="kind of column 'height'.*Did you mean 'number'"):
        fit(kinds={"height": "numbr"})


@pytest.mark.parametrize("table", [{"a": [1, 2], "b": [1]}, {"a": []}, {"a": [1, "x"]}])
def test_what_is_no_table(table):
    with pytest.raises(DataError, match="table"):
        learned_from(table, "a")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"bark": ["rough"]}, "The column 'height' is not in the table"),
        ({"Height": [1.0], "bark": ["rough"]}, "Did you mean 'Height'"),
        ({"height": ["1", "tall"], "bark": ["rough"] * 2, LINE: [2, 3]}, "'height', line 3: 'tall' is not a number"),
        ({"height": [float("-inf")], "bark": ["rough"]}, "row 1: the value is infinite"),
        ({"height": [1e300], "bark": ["rough"]}, r"row 1: 1e\+300 is too far"),
        ({"height": [1.0], "bark": [float("inf")]}, "'bark', row 1: the value is infinite"),
    ],
)
def test_rows_that_cannot_be_transformed(table, message):
    preparation = fit(bark=["rough", "smooth"] * 20)
    with pytest.raises(DataError, match=message):
        preparation.transform(table)


def test_targets_that_cannot_be_transformed_or_inverted():
    preparation = fit()
    with pytest.raises(DataError, match="row 2: 'ash' is not one of the classes met in training: elm, oak"):
        preparation.transform_target({"kind": ["oak", "ash"]})
    with pytest.raises(DataError, match="missing in 1 of 2 rows"):
        preparation.transform_target({"kind": ["oak", None]})
    with pytest.raises(DataError, match="The target 'kind' is not in the table"):
        preparation.transform_target({"height": [1.0]})
    for wrong in ([2], [-1], [0.5], []):
        with pytest.raises(ArgumentError, match="whole numbers from 0 to 1"):
            preparation.inverse_target(wrong)
    for broken in ({}, {"columns": [{}], "target": {}, "reasons": []}, {"columns": [{"class": "Odd"}], "target": {}, "reasons": []}):
        with pytest.raises(DataError, match="not the configuration"):
            Preparation.from_config(broken)


def test_rows_with_a_missing_target_are_left_out_when_asked():
    table = plants(y=[1.5, None, float("nan"), 2.5] * 10)
    kept, count = drop_missing(table, "y")
    assert (kept.height, count) == (20, 20)
    assert learned_from(kept, "y").fitted.task == "regression"
    with pytest.raises(DataError, match="no values at all"):
        drop_missing({"y": [None, None]}, "y")
    with pytest.raises(DataError, match="Did you mean 'y'"):
        drop_missing(table, "Y")


def test_a_file_with_a_bad_value_is_named_by_its_line_after_a_split(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("height,note,y\n" + "".join(f'{n},"two\nlines",{n % 2}\n' for n in range(50)) + "tall,x,0\n")
    frame = read_table(path, lines=True)
    with pytest.raises(DataError, match="'height', line 102: 'tall'"):
        learned_from(frame[20:], "y")


def test_a_real_table_is_prepared(data_folder):
    frame = read_table(f"{data_folder}/california_housing/fetch_california_housing.csv", lines=True)
    preparation = learned_from(frame, "target")
    assert preparation.fitted.task == "regression"
    assert preparation.feature_names == load("california-housing").feature_names
    plain = Preparation(target="target", transform=[], split=Holdout(validation=0, test=0), checks=False)
    plain.fit(frame)
    expected = StandardScaler().fit_transform(frame.drop("target", LINE).to_numpy())
    assert plain.transform(frame) == pytest.approx(expected, rel=1e-4, abs=1e-5)
    sonar = learned_from(read_table(f"{data_folder}/sonar/sonar.all-data"), "column_61")
    assert (sonar.class_names, len(sonar.feature_names)) == (("M", "R"), 60)
    seeds = learned_from(read_table(f"{data_folder}/seeds/wheat-seeds.csv"), "column_8")
    assert seeds.class_names == ("1", "2", "3")


@pytest.mark.parametrize("batch", [0, -1])
def test_a_batch_of_no_example_is_refused(batch):
    with pytest.raises(ArgumentError, match=f"batch must be a whole number from 1. Got {batch} instead"):
        Preparation(batch=batch)
