"""Several series in one table that are of no use, or not all of it."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.data import Holdout, Preparation, Windows, collect
from chainrule.errors import DataError
from chainrule.tasks.problem import ProblemSpec, read_problem

DAYS = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 2, 9), eager=True)  # 40
SHOPS = pl.concat([pl.DataFrame({"day": DAYS, "shop": shop, "sold": [float(day) for day in range(40)]}) for shop in ("a", "b", "c")])


def test_a_series_that_is_kept_for_the_test_is_not_told_to_be_too_short():
    preparation = Preparation(transform=[Windows(input=5, horizon=2)], split=Holdout(0, 0.3, group="shop"))
    splits = preparation.fit(collect(SHOPS, time="day", target="sold"))
    assert len(splits.train) == 2 * (40 - 6) and len(splits.test) == 40 - 6
    assert not any("fewer than" in fact for fact in preparation.facts)


def test_a_horizon_longer_than_the_parts_is_refused_in_words(tmp_path):
    SHOPS.write_csv(tmp_path / "sales.csv")
    asked = {"source": str(tmp_path / "sales.csv"), "target": "sold", "group": "shop"}
    with pytest.raises(DataError, match="neither validation nor test has 9 rows in a row to be predicted.*Give a smaller --forecast"):
        read_problem(ProblemSpec(**asked, forecast=9))
    assert len(read_problem(ProblemSpec(**asked, forecast=6)).test) == 3


def test_times_met_twice_tell_how_series_are_told_apart(tmp_path):
    with pytest.raises(DataError, match="name the column that tells them apart with group=, or --group"):
        Preparation(transform=[Windows()]).fit(collect(SHOPS, time="day"))


@given(st.floats(-1e3, 1e3), st.integers(0, 99))
def test_no_later_row_of_any_series_changes_a_training_window(factor, seed):
    mixed = SHOPS.with_columns(sold=pl.col("sold") + pl.Series(np.random.default_rng(seed).normal(size=len(SHOPS))))
    later = pl.col("day") >= DAYS[28]  # 70 % of 40 days are learned from
    changed = mixed.with_columns(sold=pl.when(later).then(pl.col("sold") * factor + 7).otherwise(pl.col("sold")))
    first, second = (
        Preparation(transform=[Windows(input=5, horizon=2)]).fit(collect(frame, group="shop", target="sold")) for frame in (mixed, changed)
    )
    assert np.array_equal(first.train.x, second.train.x) and np.array_equal(first.train.y, second.train.y)
    assert len(first.train) == 3 * (28 - 6) and not np.array_equal(first.test.y, second.test.y)
