"""Columns are chosen by names, patterns, kinds and dtypes, and all but some."""

import json
from fnmatch import fnmatch

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.configuration import from_config, to_config
from chainrule.data import Collection, DropMissing, DropOutliers, Holdout, Interactions, Log, Preparation, Standardize, columns
from chainrule.errors import ArgumentError, DataError

ROWS = Collection(
    pl.DataFrame(
        {
            "price_old": [1.5, 2.5, 3.5, 4.0] * 15,
            "price_new": [1.0, 3.0, 2.0, 5.0] * 15,
            "year": [1999, 2001, 2003, 2004] * 15,
            "bark": ["rough", "smooth"] * 30,
            "day": ["2024-02-28", "2024-03-01", "2024-03-02", "2024-03-05"] * 15,
            "kind": ["oak", "elm"] * 30,
        }
    ),
    target="kind",
)


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (columns("price_*"), ["price_old", "price_new"]),
        (columns("year", "price_*"), ["year", "price_old", "price_new"]),
        (columns(kinds="number"), ["price_old", "price_new", "year"]),
        (columns(kinds=("date", "category")), ["bark", "day", "kind"]),
        (columns(dtypes="integer"), ["year"]),
        (columns(dtypes=["float", "text"]), ["price_old", "price_new", "bark", "day", "kind"]),
        (columns(but=("price_*", "kind")), ["year", "bark", "day"]),
        (columns("price_*", but="price_old"), ["price_new"]),
        (columns("????"), ["year", "bark", "kind"]),
    ],
)
def test_a_selector_chooses(selector, expected):
    assert selector.of(ROWS) == expected
    assert from_config(json.loads(json.dumps(to_config(selector)))).of(ROWS) == expected


@given(
    st.lists(st.text("ab*?", min_size=1, max_size=4), min_size=1, max_size=3), st.lists(st.text("ab", min_size=1, max_size=3), unique=True)
)
def test_patterns_are_those_of_the_shell(patterns, names):
    chosen = columns(*patterns).among(dict.fromkeys(names, "number"))
    assert set(chosen) == {name for name in names if any(fnmatch(name, pattern) for pattern in patterns)}


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: columns("prise_old").of(ROWS), DataError, "Did you mean 'price_old'"),
        (lambda: columns("cost_*").of(ROWS), DataError, "no column's name is like 'cost_\\*'"),
        (lambda: columns(but="yaer").of(ROWS), DataError, "Did you mean 'year'"),
        (lambda: columns(kinds="numbr"), ArgumentError, "Did you mean 'number'"),
        (lambda: columns(dtypes="integr"), ArgumentError, "Did you mean 'integer'"),
        (lambda: columns(kinds="image").of(ROWS), DataError, "None of them is kinds=image"),
        (lambda: columns(3), ArgumentError, "names must be texts"),
        (lambda: Standardize(columns=3), ArgumentError, "Standardize: columns must be"),
        (lambda: Preparation(columns="prise_*").fit(ROWS), DataError, "no column's name is like 'prise_\\*'"),
    ],
)
def test_what_cannot_be_chosen_is_said(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("given_as", ["price_*", ("price_old", "price_new"), columns("price_*"), columns(dtypes="float")])
def test_a_step_is_for_the_columns_that_it_is_given(given_as):
    preparation = Preparation(transform=[Log(columns=given_as)], split=Holdout(0.2, 0.2))
    preparation.fit(ROWS)
    logs = {feature.name for feature in preparation.fitted.features for step in feature.steps if isinstance(step, Log) and step.always}
    assert logs == {"price_old", "price_new"}
    assert [type(step).__name__ for step in preparation.fitted.features[2].steps] == ["FillMissing", "Log", "Standardize"]


def test_steps_on_rows_and_across_columns_take_selectors():
    frame = ROWS.frame.with_columns(pl.when(pl.int_range(pl.len()) == 3).then(None).otherwise("price_old").alias("price_old"))
    assert DropMissing(columns("price_*")).fit_transform(frame).height == 59
    assert DropOutliers(columns=columns(kinds="number")).keeps(ROWS)[0].all()
    fitted = Interactions(columns("price_*")).fit(ROWS.frame.select("price_old", "price_new", "year"))
    assert fitted.names == ("price_old * price_new",)


@pytest.mark.parametrize("given_as", ["price_*", columns(kinds="number", but="year"), ("price_old", "price_new")])
def test_a_preparation_learns_from_the_columns_that_it_is_given(given_as, tmp_path):
    preparation = Preparation(columns=given_as)
    splits = preparation.fit(ROWS)
    assert splits.train.x.shape[1] == 2 and preparation.fitted.target.name == "kind"
    assert "column 'year' is left aside: it is not among the columns that were asked for" in "; ".join(preparation.facts)
    preparation.save(tmp_path / "preparation.json")
    again = Preparation.load(tmp_path / "preparation.json")
    assert (again.transform(ROWS) == preparation.transform(ROWS)).all()
