"""Runs: the list, one of them, its figures in buckets, and a run that grows."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from studio_page import DIGITS, Page

import chainrule as cr
from chainrule.record.database import Database


def test_the_list_tells_what_the_runs_are(page: Page) -> None:
    runs = {run["name"]: run for run in page.ask("watch_runs")["runs"]}
    assert {"digits", "trees", "bare"} <= runs.keys()
    assert runs["digits"]["state"] == "finished" and runs["digits"]["epochs"] == 3
    assert runs["trees"]["data"] == "trees.csv" and 0.5 < runs["trees"]["test"]["accuracy"] <= 1
    assert not runs["digits"]["steered"]


def test_a_run_is_opened_with_all_that_is_known_of_it(page: Page, runs: Path) -> None:
    found = page.ask("read_run", run="digits")
    recording = cr.open_run(runs / "digits")
    assert [layer["kind"] for layer in found["layers"]] == ["Input", "Conv2D", "Flatten", "Dense", "Dense"]
    assert [layer["shape"] for layer in found["layers"]] == [[8, 8, 1], [4, 4, 4], [64], [8], [10]]
    assert found["parameters"] == recording.model().count_params() == sum(layer["parameters"] for layer in found["layers"])
    assert (found["first"], found["last"]) == recording.steps_made()
    assert found["snapshots"] == recording.snapshot_steps() and found["task"]["kind"] == "image"
    assert found["settings"]["layers"][2]["arguments"] == {"units": 8, "activation": "tanh"}
    assert {reading["name"] for reading in found["readings"]} == set(recording.probes())
    assert found["layers"][1]["weights"][0] == {"address": "conv2d/kernel", "name": "kernel", "shape": [3, 3, 1, 4], "learns": True}


def test_a_run_of_arrays_is_opened_too(page: Page) -> None:
    found = page.ask("read_run", run="bare")
    assert (found["settings"], found["code"], found["task"]["task"]) == (None, "", "regression")


def test_a_table_tells_its_columns(page: Page) -> None:
    columns = page.ask("read_run", run="trees")["task"]["columns"]
    assert [(column["name"], column["kind"]) for column in columns] == [("height", "number"), ("bark", "category")]


def test_figures_are_those_of_the_run(page: Page, runs: Path) -> None:
    kept = cr.open_run(runs / "digits").figures()
    found = page.ask("read_figures", run="digits", names=["loss"])
    assert found["every"] == 1
    np.testing.assert_array_equal(found["curves"][0]["steps"], kept["step"])
    np.testing.assert_allclose(found["curves"][0]["mean"], kept["loss"], rtol=1e-6)


def test_figures_that_there_are_not_are_left_out(page: Page) -> None:
    assert page.ask("read_figures", run="digits", names=["nothing"])["curves"] == []


def test_a_part_of_the_steps_can_be_asked_for(page: Page) -> None:
    found = page.ask("read_figures", run="digits", names=["loss"], first=4, last=9)
    assert found["curves"][0]["steps"].tolist() == [4, 5, 6, 7, 8, 9]


@given(
    values=st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=60),
    first=st.integers(0, 70),
    count=st.integers(1, 70),
    every=st.integers(1, 20),
)
def test_buckets_are_those_that_numpy_makes(
    tmp_path_factory: pytest.TempPathFactory, values: list[float], first: int, count: int, every: int
) -> None:
    path = tmp_path_factory.mktemp("buckets") / "run.sqlite"
    Database.create(path, ["loss"], {})
    database = Database(path)
    database.add_steps(0, {"loss": np.array(values)})
    steps, table = database.buckets(["loss"], first, first + count - 1, every)
    database.close()
    expected: list[Any] = []
    for begin in range(first, first + count, every):
        inside = np.arange(begin, min(begin + every, first + count))
        there = inside[inside < len(values)]
        some = np.array(values)[there]
        known = some[np.isfinite(some)]
        if len(there):
            expected.append((there[0], some.mean(), *((known.min(), known.max()) if len(known) else (np.nan,) * 2)))
    np.testing.assert_array_equal(steps, [row[0] for row in expected])
    np.testing.assert_allclose(table[0], np.array([row[1:] for row in expected]).reshape(-1, 3), rtol=1e-12)


def test_probes_are_those_of_the_run(page: Page, runs: Path) -> None:
    kept = cr.open_run(runs / "digits").probes("norm of gradient of *")
    found = page.ask("read_probes", run="digits", names=["norm of gradient of *"])
    assert {sight["name"] for sight in found["series"]} == set(kept)
    for sight in found["series"]:
        np.testing.assert_allclose(sight["values"], kept[sight["name"]].values, rtol=1e-6)


def test_probes_are_thinned_to_the_width(page: Page) -> None:
    (sight,) = page.ask("read_probes", run="digits", names=["learning rate"], width=3)["series"]
    assert len(sight["steps"]) == 3 == len(sight["values"])


class Slow(cr.callbacks.Callback):
    """Lets a page look between two epochs, after the recorder."""

    runs_last = True

    def __init__(self, look: Any) -> None:
        self.look = look

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        self.look()


def test_a_run_is_followed_while_it_grows(page: Page, runs: Path) -> None:
    told: list[dict[str, Any]] = []
    x = np.random.default_rng(3).standard_normal((64, 3)).astype("float32")
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(1)], seed=2)
    model.compile("sgd", "mse")
    id = page.send("follow", run="growing")
    told.append(page.answer_to(id))

    def look() -> None:
        while not told[-1]["epochs"]:
            told.append(page.answer_to(id))
        told.append({"epochs": []})

    model.fit(x, x.sum(axis=1), 4, epochs=3, verbose=0, callbacks=[cr.callbacks.Recorder(runs / "growing"), Slow(look)])
    while told[-1].get("state") != "finished":
        told.append(page.answer_to(id))
    grown = [one for one in told if "curves" in one]
    assert grown[0]["state"] == "preparing"
    steps = np.concatenate([one["curves"][0]["steps"] for one in grown if one["curves"]])
    np.testing.assert_array_equal(steps, np.arange(48))  # each step once, in order
    epochs = [epoch["epoch"] for one in grown for epoch in one["epochs"]]
    assert epochs == [0, 1, 2]
    assert page.ask("unfollow", of=id)["type"] == "response"


def test_who_comes_later_follows_from_where_it_is(page: Page) -> None:
    answer = page.ask("follow", run="digits", after=18)
    assert answer["curves"][0]["steps"][0] == 19 and answer["state"] == "finished"


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../digits", "digits/../trees", "/etc", "uploads", ".hidden", "nothing", "a\\b", "x" * 150]
)
def test_a_run_that_there_is_not_is_refused(page: Page, name: str) -> None:
    for question in ("read_run", "read_figures", "diagnose"):
        page.refused(question, run=name)


def test_the_settings_is_kept_as_it_was_given(page: Page) -> None:
    found = page.ask("read_run", run="digits")["settings"]
    for key in ("loss", "optimizer", "metrics", "epochs", "seed"):
        assert found[key] == DIGITS[key]
