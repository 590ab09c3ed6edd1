"""Reasons for answers to texts are told by their terms, or by their words in place."""

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from chainrule.cli import app
from chainrule.data import Log, Preparation, Tokens, collect
from chainrule.explain import integrated_gradients, occlusion
from chainrule.studio.task_summary import columns_of
from chainrule.tasks import Classification
from chainrule.tasks.body import InputSpec
from chainrule.tasks.contributions import met_in, named_contributions
from chainrule.tasks.explanation import explain
from chainrule.tasks.learning import learn, open_trained_run
from chainrule.tasks.networks import Choices, design
from chainrule.tasks.problem import ProblemSpec, read_problem

WORDS = {"warm": ["sun", "sea", "sand", "heat"], "cold": ["ice", "snow", "frost", "wind"]}
SHARED = ["the", "day", "was", "full", "of", "and", "we", "saw"]


def days(rows):
    random = np.random.default_rng(0)
    return [
        (label, " ".join(random.permutation([*random.choice(WORDS[label], 2), *random.choice(SHARED, 5)])))
        for label in WORDS
        for _ in range(rows)
    ]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("days")
    (folder / "days").write_text("\n".join(f"{label}\t{text}" for label, text in days(60)))
    learn(read_problem(ProblemSpec(str(folder / "days"))), Choices(), folder / "run", verbose=0)
    (folder / "new.txt").write_text("We saw the sun and the sand")
    return folder


def test_the_words_of_a_text_speak_for_its_class(run):
    explained, _ = explain(open_trained_run(run / "run"), 0, run / "new.txt", "integrated-gradients")
    assert explained.answer.startswith("warm")
    assert {"sun", "sand", "the", "saw the"} <= set(explained.columns) and "ice" not in explained.columns
    assert min(explained.columns["sun"], explained.columns["sand"]) > 0
    assert sum(explained.columns.values()) == pytest.approx(float(explained.values.sum()), rel=1e-5)
    said = ["explain", "run", "--input", str(run / "new.txt"), "--influential", "--runs", str(run)]
    found = CliRunner().invoke(app, said)
    assert found.exit_code == 0, found.output
    assert "sun" in found.output and "x[" not in found.output


def test_words_in_their_places_speak_for_an_answer():
    random = np.random.default_rng(0)
    pairs = [random.permutation(["up", "down"]).tolist() for _ in range(300)]
    rows = pl.DataFrame({"text": [f"go {first} then {second} again" for first, second in pairs], "first": [first for first, _ in pairs]})
    for pad in ("begin", "end"):
        preparation = Preparation(target="first", kinds={"text": "text"}, encode=[Tokens(length=8, at_least=1, pad=pad)])
        splits = preparation.fit(rows)
        (feature,) = preparation.fitted.features
        given = InputSpec("text", "text", feature.shape, splits.train.x.dtype, len(splits.train), feature.steps[-1].vocabulary_size)
        model = design([given], Classification(), (2,), Choices(epochs=8)).model
        model.fit(splits.train, epochs=8, verbose=0)
        x = preparation.transform(["go up then down again"])
        for values in (occlusion(model, x, quantity="logit"), integrated_gradients(model, x, quantity="logit").values):
            found, met = named_contributions(preparation, x[0], values[0])
            assert list(found) == ["go (1)", "up (2)", "then (3)", "down (4)", "again (5)"]
            assert met["up (2)"] == "word 2"
            assert {"up (2)", "down (4)"} & set(sorted(found, key=lambda word: -abs(found[word]))[:2])


def test_a_text_of_a_folder_is_named_by_its_file(tmp_path):
    for label, text in days(4):
        (tmp_path / label).mkdir(exist_ok=True)
        (tmp_path / label / f"{len(list((tmp_path / label).iterdir()))}.txt").write_text(text)
    collection = collect(tmp_path)
    assert [collection.place(row) for row in range(3)] == ["cold/0.txt", "cold/1.txt", "cold/2.txt"]


def test_what_a_row_has_is_told_in_the_table_s_own_words():
    random = np.random.default_rng(0)
    rows = {
        "income": np.exp(random.normal(8, 2, 200)),  # skewed, and so a logarithm for the network
        "age": [None, *random.normal(40, 9, 199)],
        "day": [f"2024-{1 + number % 12:02d}-{1 + number % 28:02d}" for number in range(200)],
        "met": [f"2024-03-{1 + number % 28:02d} {number % 24}:15" for number in range(200)],
        "kind": ["a", "b"] * 100,
    }
    preparation = Preparation(target="kind")
    preparation.fit(rows)
    assert any(isinstance(step, Log) and step.scale for step in preparation.fitted.features[0].steps)
    given = {"income": 30000.0, "age": 41.5, "day": "2024-05-06", "met": "2024-03-09 17:15"}
    expected = {"income": "30000", "age": "41.5", "day": "2024-05-06", "met": "2024-03-09 17:15"}
    assert met_in(preparation, preparation.transform(given)[0]) == expected
    assert met_in(preparation, preparation.transform(given | {"age": None})[0])["age"] == "missing"
    columns = {column.name: column for column in columns_of(preparation)}
    assert columns["day"].kind == "date" and columns["day"].mean is None
    assert columns["income"].low < np.median(rows["income"]) < columns["income"].high
    assert columns["income"].mean == pytest.approx(np.median(rows["income"]), rel=1)


def test_a_mixture_of_columns_has_no_names():
    rows = {"text": ["a free prize", "see you then"] * 20, "hour": [1.0, 2.0] * 20, "kind": ["spam", "ham"] * 20}
    preparation = Preparation(target="kind", kinds={"text": "text"})
    preparation.fit(rows)
    assert named_contributions(preparation, np.zeros(3), np.zeros(3)) == ({}, {})
