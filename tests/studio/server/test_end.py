"""Runs with a schedule and one-hot targets, and a run that ends while it is questioned."""

from pathlib import Path

import numpy as np
import pytest
from studio_page import Page, copy

import chainrule as cr
from chainrule.record.recorder import MODEL_FILE
from chainrule.studio.open_run import OpenRun


@pytest.fixture
def scheduled(runs: Path) -> Path:
    """A run of 20 steps whose rate falls along a cosine, with one-hot targets."""
    path = runs / "scheduled"
    if not path.exists():
        random = np.random.default_rng(1)
        x, y = random.standard_normal((40, 3)).astype("float32"), np.eye(3, dtype="float32")[random.integers(0, 3, 40)]
        model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(4, "tanh"), cr.layers.Dense(3)], seed=2)
        rate = cr.optimizers.schedules.CosineDecay(0.1, 20)
        model.compile(cr.optimizers.SGD(rate), cr.losses.CategoricalCrossentropy(from_logits=True))
        model.fit(x, y, 8, epochs=4, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
    return path


def test_the_learning_rate_of_a_moment_is_that_of_the_schedule(page: Page, scheduled: Path) -> None:
    read = cr.open_run(scheduled).probes("learning rate")["learning rate"]
    for step, rate in zip(read.steps.tolist(), read.values.tolist(), strict=True):
        assert page.ask("seek", run="scheduled", step=step)["learning_rate"] == pytest.approx(rate, rel=1e-6)
    assert page.ask("seek", run="bare", step=1)["learning_rate"] == pytest.approx(0.01)


def test_who_taught_a_class_can_be_asked_where_targets_are_one_hot(page: Page, scheduled: Path) -> None:
    found = page.ask("ask_influence", run=scheduled.name, input={"type": "in_part", "part": "train", "number": 0}, limit=3)
    assert found["answer"] in ("0", "1", "2") and len(found["helpful"]) == 3


def test_the_model_at_the_end_is_not_the_snapshot_that_was_asked_before(runs: Path, tmp_path: Path) -> None:
    path = copy(runs / "digits", tmp_path / "digits")
    kept = (path / MODEL_FILE).rename(tmp_path / MODEL_FILE)  # as of a run that waits, and is then stopped
    room = OpenRun(path)
    before = room.outputs("validation", None)
    kept.rename(path / MODEL_FILE)
    after = room.outputs("validation", None)
    expected = cr.open_run(path).model().predict(room.rows("validation").x, 256)
    np.testing.assert_array_equal(after, np.asarray(expected))
    assert not np.array_equal(before, after)
