"""Building: what can be chosen can be made; what does not fit is named; the code that is shown trains the same network."""

import copy
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from studio_page import DIGITS, TREES, Page, own_layers, train

import chainrule as cr
from chainrule.errors import ChainruleError
from chainrule.studio import components
from chainrule.studio.settings import Choice
from chainrule.studio.settings_model import layer_of, loss_of, optimizer_of

REQUIRED: dict[str, Any] = {"whole": 3, "sizes": 2, "share": 0.5, "number": 1.0, "text": "x"}


def needed_by(kind: Any) -> dict[str, Any]:
    """Return a value for each argument that must be given."""
    if kind.kind in ("Reshape", "Permute"):
        return {"target_shape": [-1]} if kind.kind == "Reshape" else {"dims": [1]}
    return {one.name: one.choices[0] if one.choices else REQUIRED[one.kind] for one in kind.arguments if one.required}


def changed(settings: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return copy.deepcopy(settings) | fields


@pytest.mark.parametrize("kind", own_layers(), ids=lambda kind: kind.kind)
def test_every_layer_can_be_made_from_what_is_said_of_it(kind: Any) -> None:
    assert type(layer_of(Choice(kind.kind, needed_by(kind)))).__name__ == kind.kind
    assert kind.takes and kind.text


@pytest.mark.parametrize("kind", own_layers(), ids=lambda kind: kind.kind)
def test_every_default_is_taken_when_it_is_said(kind: Any) -> None:
    given = {argument.name: argument.default for argument in kind.arguments if not argument.required}
    needed = needed_by(kind)
    plain, said = layer_of(Choice(kind.kind, needed)), layer_of(Choice(kind.kind, needed | given))
    for name in given:
        left, right = getattr(plain, name), getattr(said, name)
        assert left == right or tuple(left) == tuple(right)


def test_every_loss_and_optimizer_can_be_made() -> None:
    for kind in components.loss_components():
        assert type(loss_of(Choice(kind.kind))).__name__ == kind.kind
    for kind in components.optimizer_components():
        assert type(optimizer_of(Choice(kind.kind))).__name__ == kind.kind


def test_what_is_chosen_is_listed(page: Page) -> None:
    found = page.ask("list_components")
    dense = next(kind for kind in found["layers"] if kind["kind"] == "Dense")
    units, activation = dense["arguments"][:2]
    assert units["required"] and units["kind"] == "whole" and units["text"] == "the number of outputs."
    assert activation["optional"] and "relu" in activation["choices"]
    assert next(kind for kind in found["layers"] if kind["kind"] == "Conv2D")["takes"] == [3]


def test_data_sets_and_uploads_are_listed(page: Page) -> None:
    sets = {one["source"]: one for one in page.ask("list_data")["sets"]}
    assert sets["digits"]["here"] and "upload:trees.csv" in sets


@pytest.mark.parametrize("source", ["digits", "upload:trees.csv"])
def test_data_are_described_and_the_suggested_settings_fits(page: Page, source: str) -> None:
    found = page.ask("describe_data", data={"source": source}, samples=5)
    assert len(found["samples"]) == 5 and found["parts"]["train"] == sum(count["train"] for count in found["counts"])
    checked = page.ask("check_settings", settings=found["suggested"])
    assert checked["problems"] == [] and checked["parameters"] > 0


def test_a_settings_is_checked(page: Page) -> None:
    found = page.ask("check_settings", settings=DIGITS)
    assert [layer["shape"] for layer in found["layers"]] == [[8, 8, 1], [4, 4, 4], [64], [8], [10]]
    assert found["problems"] == [] and found["parameters"] == 40 + 65 * 8 + 9 * 10


WRONG: list[tuple[dict[str, Any], int | None, str]] = [
    ({"layers": [DIGITS["layers"][0], {"kind": "MaxPooling2D", "arguments": {"pool_size": 9}}]}, 1, ""),
    ({"layers": [{"kind": "Dens"}]}, 0, ""),
    ({"layers": [{"kind": "Flatten"}, {"kind": "Dense", "arguments": {"unit": 3}}]}, 1, ""),
    ({"layers": [{"kind": "Flatten"}, {"kind": "Dense", "arguments": {"units": -3}}]}, 1, ""),
    ({"layers": [{"kind": "Flatten"}, {"kind": "Dense", "arguments": {"units": "many"}}]}, 1, ""),
    ({"layers": [{"kind": "Flatten"}, {"kind": "Dense"}]}, 1, ""),
    ({"layers": [{"kind": "Dense", "arguments": {"units": 3, "activation": "rely"}}]}, 0, ""),
    ({"layers": []}, None, "layers"),
    ({"loss": {"kind": "nothing"}}, None, "loss"),
    ({"optimizer": {"kind": "Adam", "arguments": {"learning_rate": "fast"}}}, None, "optimizer"),
    ({"augment": [{"kind": "RandomFlop"}]}, None, "augment"),
    ({"metrics": ["nothing"]}, None, "metrics"),
    ({"data": {"source": "nothing"}}, None, "data"),
    ({"data": {"source": "upload:nothing.csv"}}, None, "data"),
]


@pytest.mark.parametrize(("fields", "layer", "field"), WRONG)
def test_what_does_not_fit_is_named_with_its_place(page: Page, fields: dict[str, Any], layer: int | None, field: str) -> None:
    (problem,) = page.ask("check_settings", settings=changed(DIGITS, **fields))["problems"]
    assert (problem["layer"], problem["field"]) == (layer, field) and problem["message"]
    assert ".py" not in problem["message"]


@pytest.mark.parametrize(("fields", "layer", "field"), WRONG)
def test_what_does_not_fit_is_not_trained(page: Page, fields: dict[str, Any], layer: int | None, field: str) -> None:
    page.refused("train", settings=changed(DIGITS, **fields))


@pytest.mark.parametrize("name", ["../x", "a/b", ".x", "digits", ""])
def test_a_run_gets_no_name_that_leads_elsewhere_or_is_taken(page: Page, name: str) -> None:
    page.refused("train", settings=DIGITS, name=name)


@pytest.mark.parametrize("name", ["digits", "trees"])
def test_the_code_trains_what_the_studio_trained(page: Page, runs: Path, name: str, tmp_path: Path, monkeypatch: Any) -> None:
    code = page.ask("read_run", run=name)["code"]
    assert code == page.ask("check_settings", settings={"digits": DIGITS, "trees": TREES}[name])["code"]
    (tmp_path / "program.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    made = runpy.run_path("program.py")["model"].named_weights()
    for address, weight in cr.open_run(runs / name).model().named_weights().items():
        np.testing.assert_array_equal(np.asarray(made[address].value), np.asarray(weight.value), err_msg=address)


def test_the_report_counts_every_example(page: Page) -> None:
    found = page.ask("read_report", data={"source": "upload:trees.csv"})
    assert found["run"] is None
    report = found["report"]
    for column in (report["target"], *report["columns"]):
        for part, counts in column["before"]["counts"].items():
            assert sum(counts) + (column["missing"][part] if column["before"]["edges"] else 0) == report["parts"][part]
    assert {column["name"] for column in report["columns"]} == {"height", "bark"} and report["target"]["name"] == "kind"


def test_the_report_of_a_run_is_the_one_that_it_keeps(page: Page, runs: Path) -> None:
    found = page.ask("read_report", run="trees", data={"source": "digits"})
    kept = cr.open_run(runs / "trees").notes["report"]
    assert found["run"] == "trees" and found["data"] is None
    assert found["report"]["parts"] == kept["parts"] and found["report"]["facts"] == kept["facts"]
    assert [column["steps"] for column in found["report"]["columns"]] == [column["steps"] for column in kept["columns"]]


def test_a_run_that_keeps_no_report_gives_way_to_data(page: Page) -> None:
    assert page.ask("read_report", run="bare", data={"source": "digits"})["report"]["name"] == "digits"
    page.refused("read_report", run="bare")
    page.refused("read_report")
    page.refused("read_report", run="nothing")


def test_what_augmentation_makes_of_the_examples_of_a_run(page: Page, runs: Path) -> None:
    verbs = [{"kind": "RandomTranslation", "arguments": {"height_factor": 0.2, "width_factor": 0.2}}]
    found = page.ask("show_preparation", run="digits", verbs=verbs, examples=3, copies=2)
    x = cr.open_run(runs / "digits").plan().train.x[0][:3]
    for picture, one in zip(found["stages"][0]["examples"], x, strict=True):
        np.testing.assert_array_equal(picture["block"], one[..., 0])
    assert len(found["stages"][1]["examples"]) == 6 and len(found["labels"]) == 3
    page.refused("show_preparation", verbs=verbs)


def test_verbs_are_shown_one_after_the_other(page: Page) -> None:
    verbs = [{"kind": "Rescaling", "arguments": {"scale": 2.0}}, {"kind": "RandomFlip", "arguments": {"mode": "horizontal"}}]
    found = page.ask("show_preparation", data={"source": "digits"}, verbs=verbs, examples=3, copies=2)
    assert [len(stage["examples"]) for stage in found["stages"]] == [3, 6, 6] and len(found["labels"]) == 3
    before, scaled, flipped = (np.stack([one["block"] for one in stage["examples"]]) for stage in found["stages"])
    np.testing.assert_allclose(scaled[::2], 2 * before, rtol=1e-6)
    assert all((flip == one).all() or (flip == one[:, ::-1]).all() for flip, one in zip(flipped, scaled, strict=True))
    refused = page.refused("show_preparation", data={"source": "digits"}, verbs=[verbs[0], {"kind": "nothing"}])
    assert refused["layer"] is None or refused["layer"] == 1


PLANE: dict[str, Any] = {
    "data": {"source": "circle", "features": ["x1^2", "sin(pi*x2)", "x1*x2"]},
    "layers": [{"kind": "Dense", "arguments": {"units": 3, "activation": "tanh"}}, {"kind": "Dense", "arguments": {"units": 2}}],
    "loss": TREES["loss"],
    "optimizer": {"kind": "Adam", "arguments": {"learning_rate": 0.05}},
    "epochs": 2,
}


def test_formulas_of_a_plane_are_listed_and_drawn_through(page: Page, runs: Path, tmp_path: Path, monkeypatch: Any) -> None:
    found = page.ask("describe_data", data={"source": "circle"}, samples=1)
    assert {"x1", "x2", "x1^2", "sin(pi*x1)", "x1*x2"} <= set(found["formulas"])
    assert page.ask("describe_data", data={"source": "digits"}, samples=1)["formulas"] == []
    train(runs, "formulas", PLANE)
    drawn = page.ask("read_plane", run="formulas", cells=9, step=None)
    low, high = np.array(drawn["low"]), np.array(drawn["high"])
    shares = (np.arange(9) + 0.5) / 9
    x1, x2 = np.meshgrid(low[0] + shares * (high[0] - low[0]), (low[1] + shares * (high[1] - low[1]))[::-1])
    assert drawn["formulas"] == ["x1^2", "sin(pi*x2)", "x1*x2"] and drawn["layers"][0]["layer"] == "formulas"
    np.testing.assert_allclose(drawn["layers"][0]["block"], [x1 * x1, np.sin(np.pi * x2), x1 * x2], atol=1e-5)
    plain = cr.data.Preparation(checks=False).fit(cr.data.collect("circle"))  # the same points, of which the plain columns are told
    assert drawn["training"] == len(cr.open_run(runs / "formulas").plan().train.x[0])
    np.testing.assert_allclose(sorted(drawn["points"][drawn["training"] :, 0]), sorted(plain.test.x[:, 0]), atol=0.05)
    answer = cr.open_run(runs / "formulas").model().predict(np.stack([x1 * x1, np.sin(np.pi * x2), x1 * x2], axis=-1).reshape(81, 3))
    chances = np.exp(answer) / np.exp(answer).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(drawn["output"].reshape(2, 81).T, chances, atol=1e-5)
    code = page.ask("read_run", run="formulas")["code"]
    assert 'read_problem("circle", seed=0, features=["x1^2", "sin(pi*x2)", "x1*x2"])' in code
    (tmp_path / "program.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    made = runpy.run_path("program.py")["model"].named_weights()
    for address, weight in cr.open_run(runs / "formulas").model().named_weights().items():
        np.testing.assert_array_equal(np.asarray(made[address].value), np.asarray(weight.value), err_msg=address)
    answered = page.ask("ask_answer", run="formulas", input={"type": "row", "cells": {"x1": 0.3, "x2": 0.1}}, step=None)
    assert answered["probabilities"]


def test_a_quantity_over_the_plane_is_described_trained_and_drawn(page: Page, runs: Path) -> None:
    found = page.ask("describe_data", data={"source": "hills"}, samples=3)
    assert found["counts"] == [] and len(found["samples"]) == 3 and found["task"]["kind"] == "table"
    settings = found["suggested"] | {"epochs": 2}
    assert page.ask("check_settings", settings=settings)["problems"] == []
    train(runs, "hills", settings)
    drawn = page.ask("read_plane", run="hills", cells=5, step=None)
    assert drawn["classes"] == [] and drawn["output"].shape == (1, 5, 5)
    low, high = np.array(drawn["low"]), np.array(drawn["high"])
    corner = low + 0.1 * (high - low)  # the middle of the lowest cell on the left
    answer = cr.open_run(runs / "hills").model().predict(corner[None].astype("float32"))
    np.testing.assert_allclose(drawn["output"][0, -1, 0], answer[0, 0], atol=1e-4)
    assert drawn["targets"].min() < 0 < drawn["targets"].max()


def test_a_formula_that_there_is_not_is_named(page: Page) -> None:
    wrong = changed(PLANE, data={"source": "circle", "features": ["x1^9"]})
    (problem,) = page.ask("check_settings", settings=wrong)["problems"]
    assert problem["field"] == "data" and "x1^9" in problem["message"]


def test_steering_what_is_not_trained_here_is_refused(page: Page) -> None:
    page.refused("steer", run="digits", do="pause")


def test_a_kind_that_there_is_not_is_told_with_the_nearest() -> None:
    with pytest.raises(ChainruleError, match="Did you mean 'Dense'"):
        layer_of(Choice("dense"))


def descending(schedule: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    return changed(DIGITS, optimizer={"kind": "SGD", "arguments": {"learning_rate": schedule, **arguments}})


def chosen(kind: str, **arguments: Any) -> dict[str, Any]:
    return {"kind": kind, "arguments": arguments}


SCHEDULES = [
    (chosen("ExponentialDecay", initial_learning_rate=0.5, decay_steps=10, decay_rate=0.5), lambda n: 0.5 * 0.5 ** (n / 10)),
    (chosen("CosineDecay", initial_learning_rate=0.2, decay_steps=21), lambda n: 0.1 * (1 + np.cos(np.pi * np.minimum(n / 21, 1)))),
    (chosen("PiecewiseConstantDecay", boundaries=4, values=[0.3, 0.1]), lambda n: np.where(n > 4, 0.1, 0.3)),
    (
        chosen("WarmUp", schedule=chosen("ExponentialDecay", initial_learning_rate=0.4, decay_steps=1, decay_rate=0.9), steps=5),
        lambda n: np.where(n < 5, 0.4 * n / 5, 0.4 * 0.9 ** np.maximum(n - 5, 0)),
    ),
]


@pytest.mark.parametrize(("schedule", "rates"), SCHEDULES, ids=lambda one: one["kind"] if isinstance(one, dict) else "")
def test_a_schedule_is_told_over_the_updates_that_are_planned(page: Page, schedule: dict[str, Any], rates: Any) -> None:
    descent = page.ask("check_settings", settings=descending(schedule))["updates"]
    assert descent["updates"] == 3 * 7 and descent["steps"] == list(range(21))
    np.testing.assert_allclose(descent["rates"], rates(np.arange(21)), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    "schedule",
    [
        chosen("CosineDecay", initial_learning_rate=None, decay_steps=3),
        chosen("CosineDecay", initial_learning_rate=[1, 2], decay_steps=3),
        chosen("CosineDecay", initial_learning_rate=0.1),
        chosen("L2", l2=0.1),
        chosen("WarmUp", schedule=chosen("Dense", units=3), steps=3),
    ],
    ids=str,
)
def test_a_schedule_that_gives_no_rates_is_refused_at_the_optimizer(page: Page, schedule: dict[str, Any]) -> None:
    (problem,) = page.ask("check_settings", settings=descending(schedule))["problems"]
    assert problem["field"] == "optimizer" and ".py" not in problem["message"]


def test_what_takes_a_plain_value_is_not_chosen(page: Page) -> None:
    (problem,) = page.ask("check_settings", settings=descending(0.1, momentum=chosen("L2", l2=0.1)))["problems"]
    assert "momentum must be a plain value" in problem["message"]


def test_penalties_and_schedules_are_trained_as_the_code_says(page: Page, tmp_path: Path, monkeypatch: Any) -> None:
    settings = descending(SCHEDULES[-1][0], momentum=0.5)
    settings["layers"][2]["arguments"]["kernel_regularizer"] = chosen("L2", l2=0.02)
    settings["layers"].insert(3, chosen("Dropout", rate=0.25))
    code = page.ask("check_settings", settings=settings)["code"]
    assert "kernel_regularizer=cr.regularizers.L2(l2=0.02)" in code
    assert "cr.optimizers.schedules.WarmUp(schedule=cr.optimizers.schedules.ExponentialDecay(" in code
    train(tmp_path, "made", settings)
    (tmp_path / "program.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    made = runpy.run_path("program.py")["model"].named_weights()
    for address, weight in cr.open_run(tmp_path / "made").model().named_weights().items():
        np.testing.assert_array_equal(np.asarray(made[address].value), np.asarray(weight.value), err_msg=address)
    training = cr.open_run(tmp_path / "made").new_model()
    assert training.layers[2].kernel_regularizer == cr.regularizers.L2(0.02)
