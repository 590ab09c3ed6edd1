"""The examples of a run come back as they were, in their order."""

from pathlib import Path

import numpy as np

from chainrule.record.examples import read_plan, write_examples
from chainrule.training import Examples, Plan, Settings


def test_more_than_ten_inputs_keep_their_order(tmp_path: Path) -> None:
    inputs = tuple(np.full((4, 1), number, np.float32) for number in range(12))
    plan = Plan(Examples(inputs, (np.arange(4),)), Examples(inputs[::-1], (np.arange(4),), np.ones(4, np.float32)))
    (tmp_path / "run").mkdir()
    write_examples(tmp_path / "run", tmp_path, plan)
    found = read_plan(tmp_path / "run", Settings())
    assert [int(array[0, 0]) for array in found.train.x] == list(range(12))
    assert found.validation is not None
    assert [int(array[0, 0]) for array in found.validation.x] == list(range(11, -1, -1))
    assert found.train.weight is None and found.validation.weight is not None
