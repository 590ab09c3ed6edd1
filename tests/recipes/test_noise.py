"""Noise on number columns: as much as was asked for, on nothing else, the same each time."""

import json

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ArgumentError
from chainrule.recipes.noise import noisy
from chainrule.recipes.problem import read_problem, same_problem

COUNT = 5000
ROWS = {
    "width": [float(i % 100) for i in range(COUNT)],
    "flat": [1e-3 * (i % 7) if i % 5 else None for i in range(COUNT)],
    "colour": ["red", "blue"] * (COUNT // 2),
    "y": [float(i % 3) for i in range(COUNT)],
}


def test_numbers_are_off_by_a_share_of_their_deviation_and_all_else_stays() -> None:
    plain = cr.data.collect(ROWS, target="y")
    found = noisy(plain, 0.5, seed=3)
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
    first, again, other = (noisy(plain, 0.1, seed).frame for seed in (1, 1, 2))
    assert first.equals(again) and not first.equals(other)
    assert not first["a"].equals(first["b"])


@pytest.mark.parametrize("noise", [-0.1, float("nan"), float("inf")])
def test_a_noise_that_is_none_is_refused(noise: float) -> None:
    with pytest.raises(ArgumentError, match="0 or more"):
        noisy(cr.data.collect(ROWS, target="y"), noise, 0)


def test_the_problem_of_a_run_with_noise_is_read_again() -> None:
    problem = read_problem("gauss", noise=0.7)
    again = same_problem(json.loads(json.dumps(problem.to_notes())))
    np.testing.assert_array_equal(again.test.x, problem.test.x)
    assert not np.array_equal(problem.test.x, read_problem("gauss").test.x)
