"""Examples of several labels: each has a probability of its own, and the answer is those that are likelier than not."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import f1_score
from studio_page import Page, visiting

import chainrule as cr
from chainrule.tasks.learning import learn, problem_of_run
from chainrule.tasks.networks import Choices
from chainrule.tasks.problem import ProblemSpec, read_problem

NAMES = ("red", "round", "tall")
TEST = {"type": "in_part", "part": "test", "number": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("labels")
    values = np.random.default_rng(3).standard_normal((160, 3))
    tags = ["|".join(name for name, value in zip(NAMES, row, strict=True) if value > -0.5) or "red" for row in values]
    lines = [",".join([*(f"{value:.4f}" for value in row), tag]) for row, tag in zip(values, tags, strict=True)]
    (folder / "things.csv").write_text("\n".join(["a,b,c,tags", *lines]) + "\n")
    spec = ProblemSpec(str(folder / "things.csv"), target="tags", kinds={"tags": "labels"})
    learn(read_problem(spec), Choices(epochs=8), folder / "runs" / "things", verbose=0)
    return folder / "runs"


@pytest.fixture
def page(folder: Path) -> Iterator[Page]:
    with visiting(folder) as found:
        yield found


def test_each_label_has_a_probability_of_its_own(page: Page, folder: Path) -> None:
    run = cr.open_run(folder / "things")
    problem = problem_of_run(run)
    logits = np.asarray(run.model().predict(problem.test.x), np.float64)
    chances, true = 1 / (1 + np.exp(-logits)), problem.test.y > 0.5
    answered = page.ask("ask_answer", run="things", input=TEST, method="saliency")
    assert answered["classes"] == list(NAMES)
    np.testing.assert_allclose(answered["probabilities"], chances[1], rtol=1e-4)
    example = answered["example"]
    assert example["answer"] == (", ".join(name for name, chance in zip(NAMES, chances[1], strict=True) if chance > 0.5) or "none")
    assert example["label"] == ", ".join(name for name, has in zip(NAMES, true[1], strict=True) if has)
    judged = page.ask("read_evaluation", run="things")
    assert judged["evaluation"]["figures"]["accuracy"] == pytest.approx(((chances > 0.5) == true).all(axis=1).mean())
    assert judged["evaluation"]["figures"]["micro F1"] == pytest.approx(f1_score(true, chances > 0.5, average="micro"))
    told = page.ask("read_examples", run="things", first=1, limit=1)["examples"][0]
    assert told["loss"] == pytest.approx(-np.log(np.where(true[1], chances[1], 1 - chances[1])).sum(), rel=1e-4)


def test_every_question_about_labels_is_answered(page: Page) -> None:
    assert "ln p" not in page.ask("read_example_pass", run="things", step=0, input=TEST)["loss"]["text"]
    assert page.ask("read_embedding", run="things", limit=10)["answers"].shape == (10,)
    assert page.ask("ask_influence", run="things", input=TEST, limit=1)["helpful"]
    assert page.refused("read_cell", run="things", true=0, input=0)


def test_a_single_label_is_there_or_not(tmp_path: Path) -> None:
    values = np.random.default_rng(4).standard_normal((80, 2))
    rows = [{"a": float(a), "b": float(b), "tags": ["red"] if a > 0 else []} for a, b in values]
    (tmp_path / "one.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    spec = ProblemSpec(str(tmp_path / "one.jsonl"), target="tags", kinds={"tags": "labels"})
    learn(read_problem(spec), Choices(epochs=2), tmp_path / "runs" / "one", verbose=0)
    run = cr.open_run(tmp_path / "runs" / "one")
    logit = np.asarray(run.model().predict(problem_of_run(run).test.x), np.float64)[1, 0]
    with visiting(tmp_path / "runs") as page:
        answered = page.ask("ask_answer", run="one", input=TEST, method="saliency")
        assert answered["classes"] == ["red"]
        assert answered["probabilities"] == pytest.approx([1 / (1 + np.exp(-logit))], rel=1e-4)
        assert answered["example"]["answer"] == ("red" if logit > 0 else "none")
