"""Runs whose answers are parts of a text, on the page."""

from pathlib import Path

import pytest
from studio_page import visiting

from chainrule.tasks.learning import evaluate_problem, learn
from chainrule.tasks.networks import Choices
from chainrule.tasks.problem import ProblemSpec, read_problem


def test_found_parts_are_shown_in_words(tmp_path: Path) -> None:
    places = ["kitchen", "garden", "hall", "office"]
    rows = [
        f'{{"context": "{a} went to the {p}. {b} went to the {q}.", "question": "Where is {a}?", "answer": "the {p}"}}'
        for a, b in (("Mary", "John"), ("John", "Mary"), ("Ann", "Mary"))
        for p in places
        for q in places
    ]
    (tmp_path / "told.jsonl").write_text("\n".join(rows))
    problem = read_problem(ProblemSpec(str(tmp_path / "told.jsonl"), task="span"))
    model, _ = learn(problem, Choices(epochs=3), tmp_path / "runs" / "told", verbose=0)
    with visiting(tmp_path / "runs") as page:
        judged = page.ask("read_evaluation", run="told", part="test")
        figures = evaluate_problem(model, problem).figures
        assert judged["evaluation"]["figures"]["exact match"] == pytest.approx(figures["exact match"])
        assert judged["evaluation"]["figures"]["F1"] == pytest.approx(figures["F1"])
        shown = page.ask("read_examples", run="told", part="test", first=0, limit=3)["examples"]
        given = problem.collection.take(problem.test.rows[:3]).frame["answer"].to_list()
        assert [example["label"] for example in shown] == given
        losses = [example["loss"] for example in page.ask("read_examples", run="told", part="test", first=0, limit=100)["examples"]]
        assert sum(losses) / len(losses) == pytest.approx(model.evaluate(problem.test, return_dict=True)["loss"], rel=1e-4)
        answered = page.ask("ask_answer", run="told", input={"type": "in_part", "part": "test", "number": 0}, method="gradient-times-input")
        assert answered["quantity"] is None and answered["example"]["answer"] == shown[0]["answer"]
        assert any(reason["name"].startswith("where (1.1)") for reason in answered["parts"])
        for question in ("Where is Ann?", "Where is Mary?"):
            text = "Ann went to the hall.\nMary went to the garden."
            given = {"type": "question", "question": question, "text": text}
            answered = page.ask("ask_answer", run="told", input=given, method="gradient-times-input")
            alone = model.answer({"question": [question], "context": [text]})
            assert answered["example"]["answer"].split() == alone[alone.columns[0]][0].lower().split()
            assert answered["example"]["probability"] == pytest.approx(alone["probability"][0], rel=1e-4)
            assert answered["example"]["text"].splitlines() == [
                question.lower().replace("?", " ?"),
                "ann went to the hall .",
                "mary went to the garden .",
            ]
            assert {f"{question.split()[2][:-1].lower()} (1.3)", "hall (2.5)"} <= {reason["name"] for reason in answered["parts"]}
        refused = page.refused("ask_answer", run="told", input={"type": "question", "question": " ", "text": "Ann left."})
        assert "There must be a question" in refused["message"]
