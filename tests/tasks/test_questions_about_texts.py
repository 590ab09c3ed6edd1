"""Questions about texts, learned from files without tuning: answers of one word, and parts of the text."""

import json
import tarfile
from pathlib import Path

import numpy as np
import pytest

from chainrule.errors import ArgumentError
from chainrule.tasks.explanation import explain
from chainrule.tasks.learning import evaluate_file, evaluate_problem, learn, open_trained_run, predict_file
from chainrule.tasks.networks import Choices
from chainrule.tasks.problem import ProblemSpec, read_problem
from chainrule.tasks.text_match import exact_match, f1_of, token_f1, words_of


def told(rows):
    """Return rows of who went where, with a question about one of them."""
    random = np.random.default_rng(0)
    names, places = ["Mary", "John", "Sandra", "Daniel"], ["kitchen", "garden", "hallway", "office"]
    for _ in range(rows):
        who, where = random.permutation(names)[:3], random.permutation(places)[:3]
        asked = int(random.integers(3))
        context = " ".join(f"{name} went to the {place}." for name, place in zip(who, where, strict=True))
        yield {"context": context, "question": f"Where is {who[asked]}?", "answer": f"the {where[asked]}"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("told")
    (folder / "told.jsonl").write_text("\n".join(map(json.dumps, told(400))))
    (folder / "new.jsonl").write_text(json.dumps({"context": "Mary went to the garden. John left.", "question": "Where is Mary?"}))
    (folder / "later.jsonl").write_text("\n".join(map(json.dumps, told(30))))
    problem = read_problem(ProblemSpec(str(folder / "told.jsonl"), task="span"))
    model, _ = learn(problem, Choices(), folder / "run", verbose=0)
    return folder, evaluate_problem(model, problem)


def test_parts_of_texts_are_found(run):
    folder, judgement = run
    assert judgement.figures["exact match"] > 0.9 <= judgement.figures["F1"]
    assert judgement.baseline["exact match"] < 0.5
    kept = open_trained_run(folder / "run")
    found = predict_file(kept, folder / "new.jsonl").frame
    assert found["predicted answer"].to_list() == ["the garden"]
    again, places, _ = evaluate_file(kept, folder / "later.jsonl")
    assert again.figures["exact match"] > 0.9 and places[0] == "line 1"


def test_the_words_that_speak_for_a_part_are_named(run):
    explained, _ = explain(open_trained_run(run[0] / "run"), 0, run[0] / "new.jsonl", "gradient-times-input")
    assert explained.answer.startswith("the garden, ") and explained.true is None
    assert {"mary (1.3)", "garden (2.5)", "[UNK] (3.2)"} <= set(explained.columns)


def test_other_columns_beside_a_question_are_refused(tmp_path):
    rows = [{"hour": number % 7} | row for number, row in enumerate(told(60))]
    (tmp_path / "told.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with pytest.raises(ArgumentError, match="leave out what else there is"):
        learn(read_problem(ProblemSpec(str(tmp_path / "told.jsonl"), task="span")), Choices(), tmp_path / "run", verbose=0)


def test_figures_are_those_of_the_script_of_squad():
    assert words_of("The  U.S. Army's") == ["us", "armys"]
    assert token_f1("Denver Broncos", "the Denver Broncos!") == 1
    assert token_f1("the cat sat", "cat") == pytest.approx(2 / 3)
    assert token_f1("", "cat") == 0 == exact_match(["a cat"], ["a dog"])
    assert token_f1("the", "a") == 1
    assert f1_of(["cat sat", "dog"], ["cat", "dog"]) == pytest.approx((2 / 3 + 1) / 2)


@pytest.mark.slow
@pytest.mark.parametrize("task", [None, "span"])
def test_the_first_task_of_babi_is_passed(task, data_folder, tmp_path):
    """A task is passed at 95 %; a long short-term memory over the words has 50 %, a memory network 99.9 % (see docs/texts.md)."""
    with tarfile.open(data_folder / "babi/en-valid.tar.gz") as archive:
        for member in archive.getmembers():
            if Path(member.name).name.startswith("qa1_"):
                (tmp_path / Path(member.name).name).write_bytes(archive.extractfile(member).read())
    problem = read_problem(ProblemSpec(str(tmp_path), task=task))
    model, _ = learn(problem, Choices(), tmp_path / "run", verbose=0)
    assert next(iter(evaluate_problem(model, problem).figures.values())) >= 0.95
