"""Noise on number columns: as much as was asked for, on nothing else, the same each time."""

import json

import numpy as np
import polars as pl
import pytest

import chainrule as cr
from chainrule.errors import ArgumentError
from chainrule.tasks.noise import noisy
from chainrule.tasks.problem import ProblemSpec, problem_from_notes, read_problem

COUNT = 5000
ALL = np.arange(COUNT)
ROWS = {
    "width": [float(i % 100) for i in range(COUNT)],
    "flat": [1e-3 * (i % 7) if i % 5 else None for i in range(COUNT)],
    "colour": ["red", "blue"] * (COUNT // 2),
    "y": [float(i % 3) for i in range(COUNT)],
}


def test_numbers_are_off_by_a_share_of_their_deviation_and_all_else_stays() -> None:
    plain = cr.data.collect(ROWS, target="y")
    found = noisy(plain, 0.5, seed=3, training=ALL)
    for name in ("width", "flat"):
        before, after = (one.frame[name].drop_nulls().to_numpy() for one in (plain, found))
        off = (after - before) / before.std()
        assert abs(off.mean()) < 0.05 and off.std() == pytest.approx(0.5, rel=0.05)
    assert found.frame["flat"].null_count() == plain.frame["flat"].null_count()
    for name in ("colour", "y"):
        assert found.frame[name].equals(plain.frame[name])
    assert "noise of 0.5" in found.facts[-1]


def test_the_same_seed_gives_the_same_bits_and_columns_have_their_own() -> None:
    plain = cr.data.collect({"a": ROWS["width"], "b": ROWS["width"], "y": ROWS["y"]}, target="y")
    first, again, other = (noisy(plain, 0.1, seed, ALL).frame for seed in (1, 1, 2))
    assert first.equals(again) and not first.equals(other)
    assert not first["a"].equals(first["b"])


@pytest.mark.parametrize("noise", [-0.1, float("nan"), float("inf")])
def test_a_noise_that_is_none_is_refused(noise: float) -> None:
    with pytest.raises(ArgumentError, match="0 or more"):
        noisy(cr.data.collect(ROWS, target="y"), noise, 0, ALL)


def test_the_problem_of_a_run_with_noise_is_read_again() -> None:
    problem = read_problem("gauss", noise=0.7)
    again = problem_from_notes(json.loads(json.dumps(problem.to_notes())))
    np.testing.assert_array_equal(again.test.x, problem.test.x)
    assert not np.array_equal(problem.test.x, read_problem("gauss").test.x)


@pytest.mark.parametrize("forecast", [None, 1])
def test_rows_outside_training_have_no_say_in_the_noise_of_training(tmp_path, forecast):
    """The other rows' numbers are a thousand times as far apart in the second table: training stays what it was, to the bit."""
    random = np.random.default_rng(0)
    rows = pl.DataFrame({"day": pl.date_range(pl.date(2020, 1, 1), pl.date(2020, 4, 9), eager=True), "x": random.normal(size=100)})
    rows = rows.with_columns(y=pl.col("x") + 1)
    rows = rows if forecast else rows.with_columns(pl.Series("y", ["a", "b", None, "c"] * 25), day=pl.lit("at noon"))
    path = tmp_path / "rows.csv"
    spec = ProblemSpec(str(path), None if forecast else "y", forecast=forecast, noise=0.5)
    rows.write_csv(path)
    before = read_problem(spec)
    length = before.train.x.shape[1] if forecast else 0  # a window is read up to its first predicted row
    training = np.unique(before.train.rows[:, None] - np.arange(length + 1))
    far = pl.when(pl.int_range(len(rows)).is_in(training)).then(pl.col("x")).otherwise(pl.col("x") * 1000)
    rows.with_columns(x=far).write_csv(path)
    after = read_problem(spec)
    np.testing.assert_array_equal(after.train.x, before.train.x)
    assert not np.array_equal(after.test.x, before.test.x)


def test_what_groups_and_codes_say_is_no_number_to_be_off() -> None:
    rows = {"shop": [1, 2, 3, 4] * 25, "code": [10, 20] * 50, "x": [float(i % 7) for i in range(100)], "y": [0.0, 1.0] * 50}
    plain = cr.data.collect(rows, target="y", group="shop").taken_as(kinds={"code": "category"})
    found = noisy(plain, 0.5, 0, np.arange(100))
    changed = [name for name in rows if not found.frame[name].equals(plain.frame[name])]
    assert changed == ["x"]
