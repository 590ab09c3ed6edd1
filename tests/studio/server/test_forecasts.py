"""Forecasts of several rows and columns: of all that is predicted, the last row of the last column is told, in its own unit."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from studio_page import Page, visiting

import chainrule as cr
from chainrule.tasks.learning import learn, problem_of_run
from chainrule.tasks.networks import Choices
from chainrule.tasks.problem import read_problem

AHEAD = 3
TEST = {"type": "in_part", "part": "test", "number": 2}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forecasts")
    days = np.arange(160)
    waves = [f"{day},{50 + 9 * np.sin(day / 4):.3f},{1000 + 80 * np.cos(day / 4) + day:.3f}" for day in days]
    (folder / "tides.csv").write_text("\n".join(["day,height,flow", *waves]) + "\n")
    problem = read_problem(str(folder / "tides.csv"), time="day", forecast=AHEAD)
    learn(problem, Choices(epochs=2), folder / "runs" / "tides", verbose=0)
    return folder / "runs"


@pytest.fixture
def page(folder: Path) -> Iterator[Page]:
    with visiting(folder) as found:
        yield found


def test_the_answer_is_the_last_row_ahead_of_the_last_column(page: Page, folder: Path) -> None:
    run = cr.open_run(folder / "tides")
    problem = problem_of_run(run)
    frame = problem.preparation.answers(run.model().predict(problem.test.x))
    given = frame[frame.columns[-1]].to_numpy().reshape(-1, AHEAD)[:, -1]
    true = np.asarray(problem.preparation.inverse_target(problem.test.y))[:, -1, -1]
    assert 900 < true.min() < true.max() < 1300
    answered = page.ask("ask_answer", run="tides", input=TEST, method="saliency")
    assert answered["quantity"] == pytest.approx(given[2], rel=1e-5)
    assert float(answered["example"]["label"]) == pytest.approx(true[2], rel=1e-5)
    judged = page.ask("read_evaluation", run="tides")
    assert judged["evaluation"]["figures"]["RMSE"] == pytest.approx(np.sqrt(np.mean((given - true) ** 2)), rel=1e-4)
    assert page.ask("read_run", run="tides")["task"]["target"] == "flow, 3 rows ahead"


def test_every_question_about_a_forecast_is_answered(page: Page) -> None:
    address = next(weight["address"] for layer in page.ask("read_run", run="tides")["layers"] for weight in layer["weights"])
    first = {"type": "in_batch", "place": 0}
    assert page.ask("read_batch", run="tides", step=0)["examples"][0]["picture"]["kind"] == "series"
    assert page.ask("read_example_pass", run="tides", step=0, input=first)["loss"]["value"] > 0
    assert page.ask("ask_why", run="tides", step=0, address=address, place=[0, 0])["why"]["step"] == 0
    assert page.ask("read_examples", run="tides", limit=3)["examples"][2]["answer"]
    assert page.ask("read_embedding", run="tides", limit=20)["targets"].shape == (20,)
    assert page.ask("ask_nearest", run="tides", input=TEST)["examples"]
    assert page.ask("ask_influence", run="tides", input=TEST, limit=1)["helpful"]
    assert page.ask("compare_moments", run="tides", step=0, other="tides", other_step=1)["pairs"]
    assert page.ask("read_suspects", run="tides", limit=2)["examples"]
