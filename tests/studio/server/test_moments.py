"""Moments: what the page is told of a step is what the step was, reduced to what the screen can show."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from studio_page import Page

import chainrule as cr
from chainrule.studio.example_pass import pass_through
from chainrule.studio.tensors import shrunk, statistics
from chainrule.studio.units import terms_of


@pytest.fixture(scope="module")
def moment(runs: Path) -> cr.Moment:
    return cr.open_run(runs / "digits").at(9)


def tensors(page: Page, *selected: dict[str, Any]) -> list[dict[str, Any]]:
    return page.ask("read_tensors", run="digits", step=9, tensors=list(selected))["tensors"]


def test_an_exact_seek_is_at_the_step(page: Page, moment: cr.Moment) -> None:
    found = page.ask("seek", run="digits", step=9)
    assert (found["step"], found["epoch"], found["position"], found["batch"]) == (9, moment.epoch, moment.position, len(moment.rows))
    assert found["loss"] == pytest.approx(moment.loss, rel=1e-5) and found["disagreement"] < 1e-5


def test_a_coarse_seek_is_at_a_moment_at_hand(page: Page, runs: Path) -> None:
    found = page.ask("seek", run="trees", step=7, coarse=True)
    assert found["step"] in cr.open_run(runs / "trees").snapshot_steps() and found["disagreement"] is None


def test_a_seek_past_the_end_is_at_the_end(page: Page, runs: Path) -> None:
    made = cr.open_run(runs / "digits").steps_made()
    assert made is not None and page.ask("seek", run="digits", step=10**9)["step"] == made[1]


def test_of_seeks_that_wait_the_newest_is_answered(page: Page) -> None:
    ids = [page.send("seek", run="bare", step=step) for step in (1, 2, 3, 4, 5)]
    answers = {answer["id"]: answer for answer in (page.receive() for _ in ids)}
    assert answers[ids[-1]]["step"] == 5
    assert {answer["type"] for answer in answers.values()} <= {"response", "superseded"}


def test_tensors_are_those_of_the_moment(page: Page, moment: cr.Moment) -> None:
    kernel, maps, gradient, update, column = tensors(
        page,
        {"address": "conv2d/kernel"},
        {"address": "conv2d/output", "example": 2},
        {"address": "dense/kernel", "quantity": "gradient"},
        {"address": "dense/kernel", "quantity": "update"},
        {"address": "dense/output", "example": 1},
    )
    np.testing.assert_array_equal(kernel["block"], np.moveaxis(moment["conv2d/kernel"].reshape(3, 3, 4), -1, 0))
    assert kernel["layout"] == ["map", "row", "column"]
    np.testing.assert_array_equal(maps["block"], np.moveaxis(moment["conv2d/output"][2], -1, 0))
    np.testing.assert_array_equal(gradient["block"], moment.gradient("dense/kernel"))
    np.testing.assert_array_equal(update["block"], moment.update("dense/kernel"))
    np.testing.assert_array_equal(column["block"], moment["dense/output"][1])
    assert gradient["statistics"]["norm"] == pytest.approx(np.linalg.norm(moment.gradient("dense/kernel")), rel=1e-6)


def test_tensors_that_there_are_not_are_left_out(page: Page) -> None:
    found = tensors(page, {"address": "nothing"}, {"address": "dense/kernel"}, {"address": "dense/output", "example": 4000})
    assert [one["address"] for one in found] == ["dense/kernel"]


def test_tensors_are_no_larger_than_the_screen(page: Page, moment: cr.Moment) -> None:
    (found,) = tensors(page, {"address": "dense/kernel", "width": 4, "height": 16})
    assert found["block"].shape == (16, 4) and found["of"] == [4.0, 2.0] and found["whole"] == [64, 8]
    np.testing.assert_allclose(found["block"], moment["dense/kernel"].reshape(16, 4, 4, 2).mean(axis=(1, 3)), rtol=1e-5, atol=1e-7)


@given(rows=st.integers(1, 40), columns=st.integers(1, 40), height=st.integers(1, 50), width=st.integers(1, 50))
def test_shrinking_keeps_the_size_of_small_ones_and_the_range_of_all(rows: int, columns: int, height: int, width: int) -> None:
    array = np.random.default_rng(rows * 41 + columns).standard_normal((rows, columns)).astype("float32")
    small = shrunk(array, height, width)
    assert small.shape == (min(rows, height), min(columns, width))
    assert small.min() >= array.min() - 1e-6 and small.max() <= array.max() + 1e-6
    if rows % small.shape[0] == 0 and columns % small.shape[1] == 0:
        assert small.mean() == pytest.approx(array.mean(), abs=1e-5)


def test_statistics_pass_over_what_is_not_finite() -> None:
    found = statistics(np.array([1.0, np.nan, 3.0, -np.inf]))
    assert (found.mean, found.low, found.high, found.lost) == (2.0, 1.0, 3.0, 2)
    assert sum(found.bins) == pytest.approx(1)


def test_the_batch_is_that_of_the_step(page: Page, moment: cr.Moment) -> None:
    found = page.ask("read_batch", run="digits", step=9, limit=5)
    assert [example["number"] for example in found["examples"]] == moment.rows[:5].tolist()
    for place, example in enumerate(found["examples"]):
        np.testing.assert_array_equal(example["picture"]["block"], moment.x[place][..., 0])
        assert example["target"] == moment.y[place]


def test_why_is_that_of_the_moment(page: Page, moment: cr.Moment) -> None:
    answer, why = page.ask("ask_why", run="digits", step=9, address="dense_1/kernel", place=[3, 7]), moment.why("dense_1/kernel", (3, 7))
    found = answer["why"]
    assert found["gradient"] == pytest.approx(why.gradient) and answer["text"] == str(why)
    np.testing.assert_array_equal(found["contributions"], why.contributions.astype(np.float32))
    assert answer["total"] == pytest.approx(sum(why.contributions) + found["penalty"])
    assert [path["value"] for path in found["paths"]] == [path.value for path in why.paths]


def test_a_nudge_is_that_of_the_moment(page: Page, moment: cr.Moment) -> None:
    found = page.ask("ask_nudge", run="digits", step=9, address="dense_1/bias", place=[2], change=0.25)
    assert found["nudge"]["loss"] == pytest.approx(moment.nudge("dense_1/bias", 2, 0.25).loss)


def test_a_walk_begins_at_the_loss(page: Page, moment: cr.Moment) -> None:
    found = page.ask("ask_walk", run="digits", step=9)["steps"]
    assert [step["op"] for step in found] == [step.op for step in moment.walk()]


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("ask_why", {"address": "nothing", "place": [0]}),
        ("ask_why", {"address": "dense/kernel", "place": [0]}),
        ("ask_why", {"address": "dense/kernel", "place": [64, 0]}),
        ("ask_nudge", {"address": "dense/kernel", "place": [99, 99], "change": 1.0}),
        ("ask_walk", {"layer": "nothing"}),
        ("read_unit", {"input": {"type": "in_batch", "place": 0}, "layer": "nothing", "place": [0]}),
        ("read_unit", {"input": {"type": "in_batch", "place": 0}, "layer": "dense", "place": [8]}),
        ("read_example_pass", {"input": {"type": "in_batch", "place": 999}}),
        ("read_example_pass", {"input": {"type": "in_part", "part": "train", "number": 10**9}}),
    ],
)
def test_what_there_is_not_is_refused(page: Page, question: str, fields: dict[str, Any]) -> None:
    page.refused(question, run="digits", step=9, **fields)


def test_a_moment_that_was_never_made_is_refused(page: Page) -> None:
    page.refused("read_tensors", run="digits", step=10**6, tensors=[{"address": "dense/kernel"}])


def test_an_example_travels_as_the_model_predicts(page: Page, runs: Path, moment: cr.Moment) -> None:
    found = page.ask("read_example_pass", run="digits", step=9, input={"type": "in_batch", "place": 3})
    x, y, model = moment.x[3:4], moment.y[3:4], moment.model()
    np.testing.assert_allclose(found["outputs"], model.predict(x)[0], rtol=1e-4, atol=1e-5)
    assert [layer["path"] for layer in found["layers"]] == ["conv2d", "flatten", "dense", "dense_1"]
    loss = float(model.evaluate(x, y, return_dict=True)["loss"])
    assert found["loss"]["value"] == pytest.approx(loss, rel=1e-4) == pytest.approx(found["example"]["loss"], rel=1e-4)
    expected = np.array(found["probabilities"]) - np.eye(10)[int(y[0])]  # d crossentropy / d logit = p - 1[the true class]
    np.testing.assert_allclose(found["loss"]["gradients"], expected, atol=1e-5)
    np.testing.assert_allclose(found["layers"][-1]["gradient"]["block"], expected, atol=1e-5)


def test_a_unit_is_written_out_with_its_numbers(page: Page) -> None:
    ask = {"run": "digits", "step": 9, "input": {"type": "in_part", "part": "validation", "number": 0}}
    unit = page.ask("read_unit", layer="dense", place=[5], terms=10, **ask)
    assert unit["count"] == 64 and len(unit["terms"]) == 10
    total = sum(term["x"] * term["w"] for term in unit["terms"]) + unit["others"] + unit["bias"]
    assert unit["total"] == pytest.approx(total) and unit["output"] == pytest.approx(np.tanh(total), abs=1e-5)
    assert unit["slope"] == pytest.approx(1 - np.tanh(total) ** 2, abs=1e-5)


@pytest.mark.parametrize(
    ("shape", "layer"),
    [
        ((7, 6, 3), lambda: cr.layers.Conv2D(4, 3)),
        ((7, 6, 3), lambda: cr.layers.Conv2D(4, (3, 2), padding="same", strides=2)),
        ((7, 6, 2), lambda: cr.layers.Conv2D(4, 2, dilation_rate=2)),
        ((8, 3), lambda: cr.layers.Conv1D(4, 3, padding="same")),
        ((8, 3), lambda: cr.layers.Conv1D(4, 3, padding="causal", strides=2)),
        ((5, 3), lambda: cr.layers.Dense(4)),
        ((6,), lambda: cr.layers.Dense(4, use_bias=False)),
    ],
)
def test_the_terms_of_every_unit_add_up_to_its_output(shape: tuple[int, ...], layer: Any) -> None:
    made = layer()
    model = cr.Sequential([cr.Input(shape), made, cr.layers.Flatten(), cr.layers.Dense(1)], seed=3)
    x = np.random.default_rng(0).standard_normal(shape).astype("float32")
    output = pass_through(model, x, None).values[f"{made.default_name}/output"]
    for place in np.ndindex(*output.shape):
        terms = terms_of(made, x, place)
        assert terms is not None and terms.total == pytest.approx(output[place], abs=1e-5)
        for value, below in zip(terms.x, terms.below, strict=True):
            assert x[tuple(below)] == value


def test_a_fork_of_a_step_that_was_never_made_is_refused(page: Page) -> None:
    page.refused("fork", run="digits", step=10**6)
