"""Trainings in processes of their own: begun, paused, stepped, gone on with, stopped, forked; and what steering leaves alone."""

import json
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient
from studio_page import DIGITS, FROM_HERE, LIVE, ORIGIN, PORT, TOKEN, Page

import chainrule as cr
from chainrule.record import resume
from chainrule.studio.desk import Desk
from chainrule.studio.server import make_app
from chainrule.studio.steering import INTERRUPTED, Steering
from chainrule.studio.trainings import Training


def fitted(*callbacks: Any) -> tuple[cr.Model, np.ndarray]:
    x = np.random.default_rng(0).standard_normal((60, 3)).astype("float32")
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(4, "relu"), cr.layers.Dropout(0.3), cr.layers.Dense(1)], seed=1)
    model.compile(cr.optimizers.Adam(0.01), "mse")
    model.fit(x, x.sum(axis=1), 4, epochs=6, verbose=0, callbacks=list(callbacks))
    return model, model.get_weights()[0]


def test_steering_changes_no_bit() -> None:
    plain = fitted()[0].get_weights()
    steering = Steering(lambda state: None, paused=True)

    def steer() -> None:
        for steps in (1, 2, 1, 5, 3):
            steering.step(steps)
            time.sleep(0.01)
        steering.pause()
        steering.go_on()

    threading.Thread(target=steer).start()
    steered = fitted(steering)[0].get_weights()
    for left, right in zip(plain, steered, strict=True):
        np.testing.assert_array_equal(left, right)


class Counter(cr.callbacks.Callback):
    """Keeps the step after every dispatch, and steers when it is paused."""

    def __init__(self, steering: Steering, then: list[Any]) -> None:
        self.steering, self.then, self.seen = steering, then, [0]

    def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
        self.seen.append(self.session.progress.step)


def test_so_many_steps_are_made_and_no_more() -> None:
    paused_at: list[int] = []
    counter: list[Counter] = []

    def told(state: str) -> None:
        if state == "paused":
            paused_at.append(counter[0].seen[-1])
            steps = [3, 1, 4, None][len(paused_at) - 1]
            threading.Thread(target=steering.go_on if steps is None else lambda: steering.step(steps)).start()

    steering = Steering(told, paused=True)
    counter.append(Counter(steering, []))
    fitted(counter[0], steering)
    assert paused_at == [0, 3, 4, 8]


def test_a_run_that_was_interrupted_by_the_studio_is_gone_on_with_to_the_same_end(tmp_path: Path) -> None:
    plain = fitted()[0].get_weights()

    class Leaving(cr.callbacks.Callback):
        only_watches = True

        def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
            if epoch == 2:
                steering.stop(INTERRUPTED)

    steering = Steering(lambda state: None)
    fitted(cr.Recorder(tmp_path / "run"), steering, Leaving())
    run = cr.open_run(tmp_path / "run")
    assert run.status == "interrupted" and len(run.epochs()) == 3
    resume(tmp_path / "run", verbose=0)
    for left, right in zip(plain, cr.open_run(tmp_path / "run").model().get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)


def wait(page: Page, id: int, *states: str, past: int = -1) -> dict[str, Any]:
    while True:
        grown = page.answer_to(id)
        if grown["state"] in states and (grown["last"] or 0) >= past:
            return grown
        assert grown["state"] != "error", grown


@pytest.mark.slow
def test_a_training_is_steered_from_the_page(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "runs")
    (tmp_path / "runs").mkdir()
    with TestClient(make_app(desk, PORT, TOKEN), base_url=ORIGIN) as client, client.websocket_connect(LIVE, headers=FROM_HERE) as socket:
        page = Page(socket)
        page.receive()
        situation = DIGITS | {"epochs": 2000}
        name = page.ask("train", situation=situation, name="steered", paused=True)["run"]
        follow = page.send("follow", run=name)
        wait(page, follow, "paused")
        page.ask("steer", run=name, do="step", steps=3)
        assert wait(page, follow, "paused", past=2)["last"] == 2
        page.ask("steer", run=name, do="go on")
        wait(page, follow, "running", past=100)
        page.ask("steer", run=name, do="pause")
        step = wait(page, follow, "paused", past=100)["last"]
        moment = page.ask("seek", run=name, step=step)
        assert moment["disagreement"] < 1e-5
        child = page.ask("fork", run=name, step=50, learning_rate=0.5, epochs=step // 7 + 1)["run"]
        assert child == "steered-fork-1"
        page.ask("steer", run=name, do="stop")
        assert wait(page, follow, "finished")["message"] == "stopped in the studio"
        ended = wait(page, page.send("follow", run=child), "finished")
        assert ended["first"] == 50
        opened = page.ask("open_run", run=name)
        (fork,) = opened["forks"]
        assert fork["name"] == child
        assert fork["parent"]["changes"] == {"learning_rate": "0.5", "epochs": str(step // 7 + 1)}


@pytest.mark.slow
def test_who_closes_the_studio_interrupts_its_trainings(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with TestClient(make_app(desk, PORT, TOKEN), base_url=ORIGIN) as client, client.websocket_connect(LIVE, headers=FROM_HERE) as socket:
        page = Page(socket)
        page.receive()
        name = page.ask("train", situation=DIGITS | {"epochs": 50_000})["run"]
        wait(page, page.send("follow", run=name), "running", past=50)
    assert cr.open_run(tmp_path / name).status == "interrupted"


@pytest.mark.slow
def test_a_process_that_dies_is_told_of(tmp_path: Path) -> None:
    training = Training(tmp_path / "x", json.loads('{"kind": "train"}'))
    training.wait(120)
    while not training.is_over:
        time.sleep(0.05)
    assert training.state == "error" and "KeyError" in training.message


def test_a_run_whose_folder_is_removed_is_gone(page: Page, runs: Path) -> None:
    shutil.copytree(runs / "bare", runs / "going")
    id = page.send("follow", run="going")
    assert page.answer_to(id)["state"] == "finished"
    shutil.rmtree(runs / "going")
    gone = page.answer_to(id)
    assert gone["state"] == "killed" and "gone" in gone["message"]
