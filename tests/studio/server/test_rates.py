"""Learning rates that a schedule gives, and questions to runs whose targets are one-hot."""

from pathlib import Path

import numpy as np
import pytest
from studio_page import Page

import chainrule as cr


@pytest.fixture(scope="module")
def falling(runs: Path) -> str:
    """A run of three classes, its targets one-hot, its learning rate halved every two steps."""
    x = np.random.default_rng(3).standard_normal((48, 4)).astype("float32")
    y = np.eye(3, dtype="float32")[x[:, :3].argmax(axis=1)]
    model = cr.Sequential([cr.Input((4,)), cr.layers.Dense(6, "tanh"), cr.layers.Dense(3)], seed=2)
    rate = cr.optimizers.schedules.ExponentialDecay(0.5, 2, 0.5)
    model.compile(cr.optimizers.SGD(rate), cr.losses.CategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    model.fit(x, y, 8, epochs=2, verbose=0, validation_split=0.25, callbacks=[cr.Recorder(runs / "falling")])
    return "falling"


def test_the_rate_of_a_schedule_is_told(page: Page, falling: str) -> None:
    for step in (0, 2, 7):
        assert page.ask("seek", run=falling, step=step)["learning_rate"] == pytest.approx(0.5 * 0.5 ** (step / 2), rel=1e-5)
    found = page.ask("compare_moments", run=falling, step=4, other=falling, other_step=6)
    assert found["second"]["learning_rate"] == pytest.approx(0.5 * 0.5**3, rel=1e-5)


def test_a_plain_rate_is_told(page: Page) -> None:
    assert page.ask("seek", run="digits", step=2)["learning_rate"] == pytest.approx(0.01)


def test_who_taught_an_answer_is_ranked_where_targets_are_one_hot(page: Page, falling: str) -> None:
    found = page.ask("ask_influence", run=falling, given={"type": "in_part", "part": "train", "number": 4}, limit=3)
    assert len(found["helpful"]) == 3 and found["helpful"][0]["score"] > 0


def test_a_run_that_has_ended_is_judged_by_the_weights_at_its_end(page: Page, runs: Path) -> None:
    """As of one that was judged while it was paused, and then stopped: no step is new, but the weights at the end are there now."""
    x = np.random.default_rng(1).standard_normal((40, 3)).astype("float32")
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(1)], seed=2)
    model.compile("sgd", "mse")
    model.fit(x, x.sum(axis=1), 8, epochs=2, verbose=0, callbacks=[cr.Recorder(runs / "ended")])
    kept = (runs / "ended" / "model.safetensors").read_bytes()
    (runs / "ended" / "model.safetensors").unlink()
    before = page.ask("read_judgement", run="ended", part="train")["figures"]
    (runs / "ended" / "model.safetensors").write_bytes(kept)
    ended = cr.open_run(runs / "ended").model().evaluate(x, x.sum(axis=1))
    after = page.ask("read_judgement", run="ended", part="train")["figures"]
    assert after["RMSE"] == pytest.approx(ended["loss"] ** 0.5, rel=1e-4)
    assert after["RMSE"] != before["RMSE"]
