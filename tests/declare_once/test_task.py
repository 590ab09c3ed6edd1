"""A task of one's own, one class in this file alone: learned, saved, predicted, evaluated, explained and shown like ours."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix
from studio_page import visiting
from typer.testing import CliRunner, Result

import chainrule as cr
from chainrule.cli import app
from chainrule.errors import ArgumentError, DataError
from chainrule.record import Recording
from chainrule.tasks import Classification


class Ordinal(Classification):
    """Ordered classes: the network gives one number, the rank, and the class nearest to it is the answer."""

    summary = "one of several classes that have an order"
    baseline = "always the commonest rank"

    def output_shape(self, x, y):
        return (1,)

    def loss(self):
        return "mse"

    def metrics(self):
        return ["mae"]

    def probabilities(self, outputs):
        ranks = np.asarray(outputs, np.float64).reshape(-1, 1)
        near = np.exp(-((ranks - np.arange(len(self.class_names))) ** 2))
        return near / near.sum(axis=1, keepdims=True)

    def explained_output(self, number, outputs):
        return 0, 1.0


class Varieties(Classification):
    """The same as its base, under another name."""


def command(*said: object) -> Result:
    found = CliRunner().invoke(app, [str(part) for part in said])
    assert found.exit_code == 0, found.output
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ordinal")
    x = np.random.default_rng(0).normal(size=(240, 3))
    size = np.digitize(x[:, 0] + 0.5 * x[:, 1], [-0.6, 0.6])
    pl.DataFrame({"height": x[:, 0], "width": x[:, 1], "noise": x[:, 2], "size": size}).write_csv(folder / "trees.csv")
    asked = ("--target", "size", "--runs", folder / "runs", "--epochs", 15, "--quiet")
    (folder / "learned.txt").write_text(command("learn", folder / "trees.csv", "--task", "ordinal", "--name", "trees", *asked).output)
    for name in ("classification", "varieties"):
        command("learn", folder / "trees.csv", "--task", name, "--name", name, *asked)
    return folder


@pytest.fixture(scope="module")
def trained(folder: Path) -> cr.tasks.TrainedRun:
    return cr.tasks.open_trained_run(folder / "runs" / "trees")


def test_it_is_listed_and_found_by_name_and_takes_no_target_from_ours(trained: cr.tasks.TrainedRun):
    assert Ordinal in cr.tasks.all_tasks() and cr.tasks.get_task("ordinal") is Ordinal
    with pytest.raises(ArgumentError, match="Did you mean 'ordinal'"):
        cr.tasks.get_task("ordinl")
    assert type(cr.tasks.task_for(trained.preparation)) is Classification


def test_its_head_loss_and_metrics_are_those_that_learn(trained: cr.tasks.TrainedRun):
    assert trained.model.predict(np.zeros((2, 3), np.float32)).shape == (2, 1)
    assert (
        "mean_absolute_error" in str(list(trained.recording.epochs()[-1]["figures"])) or "mae" in trained.recording.epochs()[-1]["figures"]
    )


def test_it_is_saved_with_the_run_and_read_again(folder: Path, trained: cr.tasks.TrainedRun):
    assert json.loads(json.dumps(trained.notes["task"])) == "ordinal" and isinstance(trained.task, Ordinal)
    assert isinstance(cr.tasks.problem_of_run(Recording(folder / "runs" / "trees")).task, Ordinal)


def test_its_answers_are_the_nearest_ranks(folder: Path, trained: cr.tasks.TrainedRun):
    found = cr.tasks.predict_file(trained, folder / "trees.csv").frame
    ranks = trained.model.predict(trained.preparation.transform(pl.read_csv(folder / "trees.csv")))[:, 0]
    assert found["predicted size"].cast(pl.Int64).to_list() == np.clip(np.rint(ranks), 0, 2).astype(int).tolist()
    assert "of 240 rows" in command("predict", "trees", folder / "trees.csv", "--runs", folder / "runs").output


def test_it_is_evaluated_as_scikit_learn_does(folder: Path, trained: cr.tasks.TrainedRun):
    answers = cr.tasks.predict_file(trained, folder / "trees.csv").frame
    evaluation, _, _ = cr.tasks.evaluate_file(trained, folder / "trees.csv")
    true, found = answers["size"].cast(pl.String).to_list(), answers["predicted size"].cast(pl.String).to_list()
    assert evaluation.figures["accuracy"] == pytest.approx(accuracy_score(true, found)) and evaluation.figures["accuracy"] > 0.8
    assert evaluation.confusion is not None
    np.testing.assert_array_equal(evaluation.confusion, confusion_matrix(true, found))


def test_it_is_explained_and_shown_in_its_own_words(folder: Path):
    assert "always the commonest rank" in (folder / "learned.txt").read_text()
    explained = command("explain", "trees", "--runs", folder / "runs", "--influential").output
    assert "height" in explained and "taught this answer" in explained
    assert "always the commonest rank" in command("evaluate", "trees", "--runs", folder / "runs").output


def test_the_studio_shows_it(folder: Path, trained: cr.tasks.TrainedRun):
    part = cr.tasks.evaluate_problem(trained.model, cr.tasks.problem_of_run(trained.recording))
    with visiting(folder / "runs") as page:
        assert page.ask("read_run", run="trees")["task"]["task"] == "ordinal"
        example = {"type": "in_part", "part": "test", "number": 1}
        answer = page.ask("ask_answer", run="trees", input=example, method="integrated-gradients")
        assert answer["example"]["answer"] in ("0", "1", "2") and len(answer["probabilities"]) == 3 and len(answer["parts"]) == 3
        evaluated = page.ask("read_evaluation", run="trees")["evaluation"]
        assert evaluated["figures"]["accuracy"] == pytest.approx(part.figures["accuracy"])
        assert len(page.ask("read_class_curves", run="trees")["curves"]) == 3
        assert page.ask("ask_influence", run="trees", input=example, limit=1)["answer"] == answer["example"]["answer"]


def test_a_subclass_is_treated_like_its_base(folder: Path):
    figures = [Recording(folder / "runs" / name).notes["test"] for name in ("classification", "varieties")]
    assert figures[0] == figures[1]


def test_a_task_is_for_targets_of_its_kind(tmp_path: Path):
    x = np.random.default_rng(1).normal(size=(40, 2))
    pl.DataFrame({"a": x[:, 0], "tags": [["red"] if value > 0 else ["tall", "red"] for value in x[:, 0]]}).write_parquet(
        tmp_path / "a.parquet"
    )
    problem = cr.tasks.read_problem(str(tmp_path / "a.parquet"), target="tags", task="ordinal")
    with pytest.raises(DataError, match="is for targets of classification"):
        _ = problem.task


@pytest.mark.parametrize("task", [task for task in cr.tasks.all_tasks() if task.__module__.startswith("chainrule")])
def test_every_task_says_what_it_is(task: type[cr.tasks.Task]):
    assert task.summary and task.target_kind and task.__doc__ and cr.tasks.get_task(task(None).name) is task


def test_the_page_on_tasks_lists_them_all():
    page = (Path(__file__).parents[2] / "docs" / "tasks.md").read_text()
    for task in cr.tasks.all_tasks():
        if task.__module__.startswith("chainrule"):
            assert f"| `{task(None).name}` | {task.summary} | `{task.target_kind}` |" in page


def test_the_studio_can_be_asked_to_learn_it(folder: Path):
    data = {"source": "sonar", "task": "ordinal"}
    with visiting(folder / "runs") as page:
        described = page.ask("describe_data", data=data)
        assert described["task"]["task"] == "ordinal" and described["task"]["chooses_class"]
        assert "Did you mean 'ordinal'" in page.refused("describe_data", data=data | {"task": "ordinl"})["message"]
