"""Building: what can be chosen can be made; what does not fit is named; the code that is shown trains the same network."""

import copy
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from studio_page import DIGITS, TREES, Page

import chainrule as cr
from chainrule.errors import ChainruleError
from chainrule.studio import kinds
from chainrule.studio.messages.shared import Choice
from chainrule.studio.situation import layer_of, loss_of, optimizer_of

REQUIRED: dict[str, Any] = {"whole": 3, "sizes": 2, "share": 0.5, "number": 1.0, "text": "x"}


def changed(situation: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return copy.deepcopy(situation) | fields


@pytest.mark.parametrize("kind", kinds.layer_kinds(), ids=lambda kind: kind.kind)
def test_every_layer_can_be_made_from_what_is_said_of_it(kind: Any) -> None:
    given = {argument.name: REQUIRED[argument.kind] for argument in kind.arguments if argument.required}
    if kind.kind == "Reshape":
        given = {"target_shape": [-1]}
    assert type(layer_of(Choice(kind.kind, given))).__name__ == kind.kind
    assert kind.takes and kind.text


@pytest.mark.parametrize("kind", kinds.layer_kinds(), ids=lambda kind: kind.kind)
def test_every_default_is_taken_when_it_is_said(kind: Any) -> None:
    given = {argument.name: argument.default for argument in kind.arguments if not argument.required}
    needed = {argument.name: REQUIRED[argument.kind] for argument in kind.arguments if argument.required}
    if kind.kind == "Reshape":
        needed = {"target_shape": [-1]}
    plain, said = layer_of(Choice(kind.kind, needed)), layer_of(Choice(kind.kind, needed | given))
    for name in given:
        left, right = getattr(plain, name), getattr(said, name)
        assert left == right or tuple(left) == tuple(right)


def test_every_loss_and_optimizer_can_be_made() -> None:
    for kind in kinds.loss_kinds():
        assert type(loss_of(Choice(kind.kind))).__name__ == kind.kind
    for kind in kinds.optimizer_kinds():
        assert type(optimizer_of(Choice(kind.kind))).__name__ == kind.kind


def test_what_is_chosen_is_listed(page: Page) -> None:
    found = page.ask("list_kinds")
    dense = next(kind for kind in found["layers"] if kind["kind"] == "Dense")
    units, activation = dense["arguments"][:2]
    assert units["required"] and units["kind"] == "whole" and units["text"] == "the number of outputs."
    assert activation["optional"] and "relu" in activation["choices"]
    assert next(kind for kind in found["layers"] if kind["kind"] == "Conv2D")["takes"] == [3]


def test_data_sets_and_uploads_are_listed(page: Page) -> None:
    sets = {one["source"]: one for one in page.ask("list_data")["sets"]}
    assert sets["digits"]["here"] and "upload:trees.csv" in sets


@pytest.mark.parametrize("source", ["digits", "upload:trees.csv"])
def test_data_are_described_and_the_suggested_situation_fits(page: Page, source: str) -> None:
    found = page.ask("describe_data", data={"source": source}, samples=5)
    assert len(found["samples"]) == 5 and found["parts"]["train"] == sum(count["train"] for count in found["counts"])
    checked = page.ask("check_situation", situation=found["suggested"])
    assert checked["problems"] == [] and checked["parameters"] > 0


def test_a_situation_is_checked(page: Page) -> None:
    found = page.ask("check_situation", situation=DIGITS)
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
    (problem,) = page.ask("check_situation", situation=changed(DIGITS, **fields))["problems"]
    assert (problem["layer"], problem["field"]) == (layer, field) and problem["message"]
    assert ".py" not in problem["message"]


@pytest.mark.parametrize(("fields", "layer", "field"), WRONG)
def test_what_does_not_fit_is_not_trained(page: Page, fields: dict[str, Any], layer: int | None, field: str) -> None:
    page.refused("train", situation=changed(DIGITS, **fields))


@pytest.mark.parametrize("name", ["../x", "a/b", ".x", "digits", ""])
def test_a_run_gets_no_name_that_leads_elsewhere_or_is_taken(page: Page, name: str) -> None:
    page.refused("train", situation=DIGITS, name=name)


@pytest.mark.parametrize("name", ["digits", "trees"])
def test_the_code_trains_what_the_studio_trained(page: Page, runs: Path, name: str, tmp_path: Path, monkeypatch: Any) -> None:
    code = page.ask("open_run", run=name)["code"]
    assert code == page.ask("check_situation", situation={"digits": DIGITS, "trees": TREES}[name])["code"]
    (tmp_path / "program.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    made = runpy.run_path("program.py")["model"].named_weights()
    for address, weight in cr.open_run(runs / name).model().named_weights().items():
        np.testing.assert_array_equal(np.asarray(made[address].value), np.asarray(weight.value), err_msg=address)


def test_the_report_counts_every_example(page: Page) -> None:
    found = page.ask("read_report", data={"source": "upload:trees.csv"})
    for distribution in found["distributions"]:
        for part in ("train", "validation", "test"):
            assert sum(distribution[part]) + (distribution["missing"] if part == "train" else 0) == found["parts"][part]
    assert {distribution["name"] for distribution in found["distributions"]} == {"kind", "height", "bark"}


def test_verbs_are_shown_one_after_the_other(page: Page) -> None:
    verbs = [{"kind": "Rescaling", "arguments": {"scale": 2.0}}, {"kind": "RandomFlip", "arguments": {"mode": "horizontal"}}]
    found = page.ask("show_preparation", data={"source": "digits"}, verbs=verbs, examples=3, copies=2)
    assert [len(stage["examples"]) for stage in found["stages"]] == [3, 6, 6] and len(found["labels"]) == 3
    before, scaled, flipped = (np.stack([one["block"] for one in stage["examples"]]) for stage in found["stages"])
    np.testing.assert_allclose(scaled[::2], 2 * before, rtol=1e-6)
    assert all((flip == one).all() or (flip == one[:, ::-1]).all() for flip, one in zip(flipped, scaled, strict=True))
    refused = page.refused("show_preparation", data={"source": "digits"}, verbs=[verbs[0], {"kind": "nothing"}])
    assert refused["layer"] is None or refused["layer"] == 1


def test_steering_what_is_not_trained_here_is_refused(page: Page) -> None:
    page.refused("steer", run="digits", do="pause")


def test_a_kind_that_there_is_not_is_told_with_the_nearest() -> None:
    with pytest.raises(ChainruleError, match="Did you mean 'Dense'"):
        layer_of(Choice("dense"))
