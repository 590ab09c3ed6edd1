"""How much of a table is held out, down to nothing."""

from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import DataError
from chainrule.tasks.learning import learn
from chainrule.tasks.networks import Choices
from chainrule.tasks.problem import ProblemSpec, problem_from_notes, read_problem


def table(path: Path, rows: int) -> str:
    x = np.random.default_rng(0).uniform(-1, 1, (rows, 2)).round(3)
    lines = [f"{a},{b},{'orange' if i % 2 else 'blue'}" for i, (a, b) in enumerate(x.tolist())]
    path.write_text("\n".join(["x1,x2,class", *lines]) + "\n")
    return str(path)


def test_all_of_a_few_rows_are_learned_from(tmp_path: Path) -> None:
    spec = ProblemSpec(table(tmp_path / "few.csv", 4), held_out=0.0)
    problem = read_problem(spec)
    assert problem.train.rows.tolist() == problem.validation.rows.tolist() == problem.test.rows.tolist() == [0, 1, 2, 3]
    assert any("none is held out" in fact for fact in problem.facts) and problem.places == ["line 2", "line 3", "line 4", "line 5"]
    learn(problem, Choices(epochs=2), tmp_path / "run", verbose=0)
    again = problem_from_notes(cr.open_run(tmp_path / "run").notes)
    assert again.spec.held_out == 0 and len(again.train) == 4


def test_fewer_rows_than_can_be_learned_from_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="3 rows with a target are too few to learn from. Give at least 4"):
        read_problem(ProblemSpec(table(tmp_path / "few.csv", 3), held_out=0.0))
    with pytest.raises(DataError, match="19 rows with a target are too few to learn from and to test on. Give at least 20"):
        read_problem(ProblemSpec(table(tmp_path / "some.csv", 19)))


@pytest.mark.parametrize(("held_out", "parts"), [(0.3, (70, 15, 15)), (0.6, (40, 30, 30)), (0.0, (100, 100, 100))])
def test_the_share_is_that_of_the_rows(tmp_path: Path, held_out: float, parts: tuple[int, int, int]) -> None:
    problem = read_problem(ProblemSpec(table(tmp_path / "many.csv", 100), held_out=held_out))
    assert (len(problem.train), len(problem.validation), len(problem.test)) == parts


def test_parts_of_the_source_stay() -> None:
    usual, fewer = read_problem(ProblemSpec("exclusive-or")), read_problem(ProblemSpec("exclusive-or", held_out=0.6))
    assert usual.test.rows.tolist() == fewer.test.rows.tolist() and len(usual.train) == len(fewer.train)
