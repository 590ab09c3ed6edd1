"""Two moments side by side: figures, weights and answers are those of the runs, and what differs is their difference."""

from pathlib import Path

import numpy as np
import pytest
from studio_page import Page

import chainrule as cr


@pytest.fixture(scope="module")
def fork(runs: Path) -> str:
    """A fork of the run "digits", with a tenth of its learning rate."""
    cr.open_run(runs / "digits").at(9).fork(runs / "digits-fork-9", learning_rate=0.001, verbose=0)
    return "digits-fork-9"


def pairs(found: dict) -> dict[str, dict]:
    return {pair["address"]: pair for pair in found["pairs"]}


def test_a_moment_is_like_itself(page: Page) -> None:
    found = page.ask("compare_moments", run="digits", step=7, other="digits", other_step=7)
    assert (found["first"]["loss"], found["first"]["figures"]) == (found["second"]["loss"], found["second"]["figures"])
    for pair in found["pairs"]:
        assert pair["distance"] == 0 and pair["cosine"] in (None, pytest.approx(1)) and not pair["change"]["block"].any()


def test_a_fork_begins_where_its_parent_was_and_then_differs(page: Page, runs: Path, fork: str) -> None:
    at_first = page.ask("compare_moments", run="digits", step=9, other=fork, other_step=9)
    assert {pair["distance"] for pair in at_first["pairs"]} == {0}
    assert (at_first["first"]["learning_rate"], at_first["second"]["learning_rate"]) == (pytest.approx(0.01), pytest.approx(0.001))
    found = page.ask("compare_moments", run="digits", step=12, other=fork, other_step=14, example=3)
    first, second = cr.open_run(runs / "digits").at(12), cr.open_run(runs / fork).at(14)
    for address, pair in pairs(found).items():
        if address not in first.state:
            continue
        a, b = first[address].astype(np.float64), second[address].astype(np.float64)
        assert pair["distance"] == pytest.approx(np.linalg.norm(b - a))
        assert pair["share"] == pytest.approx(np.linalg.norm(b - a) / np.linalg.norm(a))
        assert pair["cosine"] == pytest.approx((a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b))
        assert pair["change"]["statistics"]["norm"] == pytest.approx(pair["distance"])
    assert found["second"]["loss"] == pytest.approx(second.loss, rel=1e-5)
    assert found["first"]["step"] == 12 and found["second"]["step"] == 14


def test_both_networks_are_given_the_same_example(page: Page, runs: Path, fork: str) -> None:
    found = page.ask("compare_moments", run="digits", step=12, other=fork, other_step=14, example=3)
    moments = [cr.open_run(runs / name).at(step) for name, step in (("digits", 12), (fork, 14))]
    x = moments[0].x[3][None]
    row = int(moments[0].rows[3])
    for moment, side, name in zip(moments, (found["first"], found["second"]), ("first", "second"), strict=True):
        model = moment.run.new_model()
        for address, variable in model.named_weights().items():
            variable.assign(moment.state[address])
        outputs = model.predict(x)[0]
        assert side["example"]["number"] == row and side["example"]["answer"] == str(int(outputs.argmax()))
        last = found["pairs"][-1]
        assert last["address"].endswith("/output")
        np.testing.assert_allclose(last[name]["block"], outputs, rtol=1e-4, atol=1e-5)


def test_networks_that_have_little_in_common_stand_beside_one_another(page: Page) -> None:
    found = page.ask("compare_moments", run="digits", step=3, other="trees", other_step=2)
    assert found["second"]["example"] is None
    by = pairs(found)
    assert by["conv2d/kernel"]["second"] is None and by["conv2d/kernel"]["distance"] is None
    assert by["dense/kernel"]["first"]["shape"] != by["dense/kernel"]["second"]["shape"] and by["dense/kernel"]["change"] is None


def test_the_rate_of_either_step_is_told_where_a_schedule_gives_it(page: Page, runs: Path) -> None:
    x = np.random.default_rng(3).standard_normal((16, 4)).astype("float32")
    model = cr.Sequential([cr.Input((4,)), cr.layers.Dense(1)], seed=2)
    model.compile(cr.optimizers.SGD(cr.optimizers.schedules.ExponentialDecay(0.5, 2, 0.5)), "mse")
    model.fit(x, x.sum(axis=1), 2, epochs=1, verbose=0, callbacks=[cr.callbacks.Recorder(runs / "falling")])
    found = page.ask("compare_moments", run="falling", step=4, other="falling", other_step=6)
    assert (found["first"]["learning_rate"], found["second"]["learning_rate"]) == (pytest.approx(0.125), pytest.approx(0.0625))


def test_a_step_that_was_not_made_gives_way_to_the_nearest(page: Page, fork: str) -> None:
    found = page.ask("compare_moments", run="digits", step=10**9, other=fork, other_step=0)
    assert found["second"]["step"] == 9 and found["first"]["step"] == 20


def test_what_is_not_there_is_refused(page: Page) -> None:
    page.refused("compare_moments", run="digits", step=1, other="nothing", other_step=1)
    page.refused("compare_moments", run="digits", step=1, other="digits", other_step=1, example=10**6)
