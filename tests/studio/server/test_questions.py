"""Questions to the model: answers and reasons are those that the library gives."""

import base64
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient
from studio_page import FROM_HERE, Page, train

import chainrule as cr


def test_the_judgement_is_what_evaluate_says(page: Page, runs: Path) -> None:
    found = page.ask("read_evaluation", run="digits", part="validation")
    run = cr.open_run(runs / "digits")
    validation = run.plan().validation
    assert validation is not None
    figures = run.model().evaluate(list(validation.x), list(validation.y), return_dict=True)
    assert found["evaluation"]["figures"]["accuracy"] == pytest.approx(figures["accuracy"])
    assert found["evaluation"]["figures"]["cross-entropy"] == pytest.approx(figures["loss"], rel=1e-4)
    assert sum(map(sum, found["evaluation"]["confusion"])) == found["examples"] == len(validation)


def test_every_cell_holds_the_examples_that_it_counts(page: Page) -> None:
    confusion = np.array(page.ask("read_evaluation", run="digits")["evaluation"]["confusion"])
    true, given = (int(i) for i in np.unravel_index(int((confusion - np.diag(np.diag(confusion))).argmax()), confusion.shape))
    cell = page.ask("read_cell", run="digits", true=true, predicted=given)
    assert cell["of"] == confusion[true, given] == len(cell["examples"])
    assert all((example["target"], example["answer"]) == (true, str(given)) for example in cell["examples"])


def test_mistakes_begin_with_the_worst(page: Page) -> None:
    losses = [example["loss"] for example in page.ask("read_evaluation", run="digits", mistakes=10)["mistakes"]]
    assert losses == sorted(losses, reverse=True) and len(losses) == 10


def test_a_quantity_is_judged_by_its_distance(page: Page) -> None:
    found = page.ask("read_evaluation", run="bare", part="train")
    assert {"RMSE", "MAE", "R²"} == found["evaluation"]["figures"].keys() and found["evaluation"]["confusion"] is None
    page.refused("read_cell", run="bare", true=0, input=0, part="train")
    page.refused("read_evaluation", run="bare", part="test")


def test_the_model_can_be_judged_before_any_step(page: Page) -> None:
    first, last = (page.ask("read_evaluation", run="digits", step=step)["evaluation"]["figures"]["accuracy"] for step in (0, 20))
    assert first < last


def test_suspects_are_those_with_the_highest_loss(page: Page) -> None:
    found = page.ask("read_suspects", run="digits", limit=200)["examples"]
    losses = [example["loss"] for example in found]
    assert losses == sorted(losses, reverse=True) and found[0]["answer"] != found[0]["label"]


def test_examples_can_be_leafed_through(page: Page) -> None:
    found = page.ask("read_examples", run="trees", part="train", first=3, limit=4)
    assert [example["number"] for example in found["examples"]] == [3, 4, 5, 6]
    assert set(found["examples"][0]["cells"]) == {"height", "bark"}
    assert page.ask("read_examples", run="trees", part="train", first=10**6)["examples"] == []


def test_a_drawn_one_is_read_and_explained(page: Page) -> None:
    drawing = np.zeros((64, 64), "u1")
    drawing[8:56, 28:36] = 255
    given = {"type": "drawn", "width": 64, "height": 64, "pixels": base64.b64encode(drawing.tobytes()).decode()}
    found = page.ask("ask_answer", run="digits", input=given, method="integrated-gradients")
    assert found["example"]["picture"]["block"].shape == (8, 8) == found["reasons"]["block"].shape
    assert sum(found["probabilities"]) == pytest.approx(1) and found["target"] == int(np.argmax(found["probabilities"]))


def test_the_answer_is_that_of_predict(page: Page, runs: Path) -> None:
    run = cr.open_run(runs / "digits")
    x = run.plan().train.x[0][7:8]
    found = page.ask(
        "ask_answer", run="digits", input={"type": "in_part", "part": "train", "number": 7}, method="gradient-times-input", target=3
    )
    logits = run.model().predict(x)[0].astype(np.float64)
    np.testing.assert_allclose(found["probabilities"], np.exp(logits) / np.exp(logits).sum(), rtol=1e-4)
    values = cr.explain.gradient_times_input(run.model(), x, 3, quantity="logit")[0, ..., 0]
    np.testing.assert_allclose(found["reasons"]["block"], values, rtol=1e-4, atol=1e-6)


def test_a_row_is_prepared_as_in_training(page: Page) -> None:
    found = page.ask(
        "ask_answer", run="trees", input={"type": "row", "cells": {"height": 9.1, "bark": "rough"}}, method="integrated-gradients"
    )
    assert found["example"]["answer"] == "oak" and found["example"]["cells"] == {"height": "9.1", "bark": "rough"}
    assert {reason["name"] for reason in found["parts"]} == {"height", "bark"}
    page.refused("ask_answer", run="trees", input={"type": "row", "cells": {"nothing": 1}})
    page.refused("ask_answer", run="digits", input={"type": "row", "cells": {"height": 1}})


def test_numbers_are_taken_as_they_are(page: Page, runs: Path) -> None:
    found = page.ask("ask_answer", run="bare", input={"type": "numbers", "numbers": [0.5, -1.0, 2.0]}, method="saliency")
    expected = cr.open_run(runs / "bare").model().predict(np.array([[0.5, -1.0, 2.0]], "float32"))[0, 0]
    assert found["quantity"] == pytest.approx(float(expected), rel=1e-5) and len(found["parts"]) == 3
    page.refused("ask_answer", run="bare", input={"type": "numbers", "numbers": [0.5]})


def test_a_dropped_picture_is_fitted_to_the_network(page: Page, client: TestClient) -> None:
    content = BytesIO()
    Image.fromarray(np.tile(np.arange(40, dtype="u1") * 6, (40, 1))).save(content, "PNG")
    assert client.post("/upload?name=ramp.png", content=content.getvalue(), headers=FROM_HERE).status_code == 200
    found = page.ask("ask_answer", run="digits", input={"type": "uploaded", "name": "ramp.png"})
    block = found["example"]["picture"]["block"]
    assert block.shape == (8, 8) and (np.diff(block, axis=1) > 0).all() and block.min() >= 0 and block.max() <= 1
    page.refused("ask_answer", run="trees", input={"type": "uploaded", "name": "ramp.png"})


def test_the_nearest_example_of_a_training_example_is_itself(page: Page) -> None:
    found = page.ask("ask_nearest", run="digits", input={"type": "in_part", "part": "train", "number": 11}, limit=3)
    assert found["examples"][0]["number"] == 11


def test_who_taught_an_answer_is_ranked(page: Page) -> None:
    found = page.ask("ask_influence", run="trees", input={"type": "in_part", "part": "train", "number": 4}, limit=3)
    scores = [one["score"] for one in (*found["helpful"], *found["harmful"][::-1])]
    assert scores == sorted(scores, reverse=True) and scores[0] > 0


def test_the_way_of_the_run_ends_at_its_loss(page: Page, runs: Path) -> None:
    found = page.ask("read_landscape", run="bare", points=5)
    assert found["losses"].shape == (5, 5) and len(found["path"]) == len(found["steps"]) == len(found["path_losses"])
    assert page.ask("read_landscape", run="bare", view="plane", points=3)["losses"].shape == (3, 3)


def test_the_embedding_is_that_of_the_layer(page: Page, runs: Path) -> None:
    found = page.ask("read_embedding", run="digits", part="train", limit=50)
    run = cr.open_run(runs / "digits")
    expected = cr.explain.embedding(run.model(), run.plan().train.x[0][found["numbers"]], "dense").places
    np.testing.assert_allclose(found["places"], expected, rtol=1e-3, atol=1e-3)
    assert found["layer"] == "dense"


def test_the_doctor_is_asked(page: Page, runs: Path) -> None:
    found = page.ask("diagnose", run="digits")["findings"]
    assert [finding["symptom"] for finding in found] == [finding.symptom for finding in cr.diagnose(cr.open_run(runs / "digits"))]


@pytest.mark.parametrize(
    "fields", [{"method": "nothing"}, {"input": {"type": "text", "text": "a"}}, {"input": {"type": "uploaded", "name": "nothing.png"}}]
)
def test_what_cannot_be_answered_is_refused(page: Page, fields: dict) -> None:
    page.refused("ask_answer", run="digits", **{"input": {"type": "in_part", "part": "train", "number": 0}, **fields})


def test_a_written_text_is_prepared_as_in_training(page: Page, client: TestClient, runs: Path) -> None:
    random = np.random.default_rng(0)
    words = {"good": ["fine", "great", "lovely", "warm", "kind"], "bad": ["awful", "cold", "cruel", "dull", "poor"]}
    rows = [f"{' '.join(random.choice(words[kind], 6))} was what it was,{kind}" for kind in random.choice(["good", "bad"], 200)]
    (runs / "uploads" / "says.csv").write_text("\n".join(["text,kind", *rows]) + "\n")
    described = page.ask("describe_data", data={"source": "upload:says.csv"})
    assert described["task"]["kind"] == "text"
    train(runs, "says", described["suggested"] | {"epochs": 10})
    client.post("/upload?name=said.txt", content=b"awful and cruel it was", headers=FROM_HERE)
    for given, answer in (
        ({"type": "text", "text": "a lovely day, warm and kind"}, "good"),
        ({"type": "uploaded", "name": "said.txt"}, "bad"),
    ):
        assert page.ask("ask_answer", run="says", input=given, method="integrated-gradients")["example"]["answer"] == answer
