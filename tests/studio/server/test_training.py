"""Trainings in processes of their own: begun, paused, stepped, gone on with, stopped, forked; and what steering leaves alone."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient
from studio_page import DIGITS, FROM_HERE, LIVE, ORIGIN, PORT, TOKEN, Page, copy

import chainrule as cr
from chainrule.record import Changes, fork, resume
from chainrule.studio.jobs import Jobs
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
    fitted(cr.callbacks.Recorder(tmp_path / "run"), steering, Leaving())
    run = cr.open_run(tmp_path / "run")
    assert run.status == "interrupted" and len(run.epochs()) == 3
    resume(tmp_path / "run", verbose=0)
    for left, right in zip(plain, cr.open_run(tmp_path / "run").model().get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)


class Turning(cr.callbacks.Callback):
    """Turns the learning rate, as a person at the page would, after so many steps."""

    only_watches = True

    def __init__(self, steering: Steering, rates: dict[int, float]) -> None:
        self.steering, self.rates = steering, dict(rates)

    def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
        step = self.session.progress.step
        if step in self.rates:
            self.steering.set_rate(self.rates.pop(step))
        self.steering.step(1)


def test_a_rate_that_is_set_by_hand_is_that_of_all_steps_from_then_on(tmp_path: Path) -> None:
    rates = {10: 0.1, 33: 0.003}

    class Setting(cr.callbacks.Callback):
        """Does the same without steering."""

        def steps_allowed(self) -> int:
            if self.session.progress.step in rates:
                self.session.learning_rate = rates[self.session.progress.step]
            return 1

    expected = fitted(Setting())[0].get_weights()
    steering = Steering(lambda state: None, paused=True)
    steering.step(1)
    steered = fitted(cr.callbacks.Recorder(tmp_path / "run", time_share=1e-9), steering, Turning(steering, rates))[0].get_weights()
    for left, right in zip(expected, steered, strict=True):
        np.testing.assert_array_equal(left, right)
    run = cr.open_run(tmp_path / "run")
    assert [event["step"] for event in run.events() if event["kind"] == "edited"] == [10, 33]
    seen = {step: float(run.at(step).state["optimizer/learning_rate"]) for step in (9, 10, 32, 33, 89)}
    assert seen == pytest.approx({9: 0.01, 10: 0.1, 32: 0.1, 33: 0.003, 89: 0.003})
    assert run.at(89).disagreement < 1e-6
    fork(run, 40, Changes(), tmp_path / "fork")
    for left, right in zip(expected, cr.open_run(tmp_path / "fork").model().get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)


def test_a_run_whose_rate_was_set_is_gone_on_with_to_the_same_end(tmp_path: Path) -> None:
    def steered(name: str, until: int | None) -> list[np.ndarray]:
        steering = Steering(lambda state: None, paused=True)
        steering.step(1)

        class Leaving(Turning):
            def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
                super().on_train_batch_end(batch, logs)
                if self.session.progress.step == until:
                    steering.stop(INTERRUPTED)

        return fitted(cr.callbacks.Recorder(tmp_path / name), steering, Leaving(steering, {20: 0.05}))[0].get_weights()

    whole = steered("whole", None)
    steered("parted", 41)
    resume(tmp_path / "parted", verbose=0)
    for left, right in zip(whole, cr.open_run(tmp_path / "parted").model().get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)


def wait(page: Page, id: int, *states: str, past: int = -1) -> dict[str, Any]:
    while True:
        grown = page.answer_to(id)
        if grown["state"] in states and (grown["last"] or 0) >= past:
            return grown
        assert grown["state"] != "error", grown


@pytest.mark.slow
def test_the_rate_of_a_schedule_cannot_be_set_by_hand(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "runs")
    (tmp_path / "runs").mkdir()
    decay = {"kind": "ExponentialDecay", "arguments": {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.9}}
    with TestClient(make_app(jobs, PORT, TOKEN), base_url=ORIGIN) as client, client.websocket_connect(LIVE, headers=FROM_HERE) as socket:
        page = Page(socket)
        page.receive()
        settings = DIGITS | {"optimizer": {"kind": "SGD", "arguments": {"learning_rate": decay}}}
        name = page.ask("train", settings=settings, name="decaying", paused=True)["run"]
        follow = page.send("follow", run=name)
        page.ask("steer", run=name, do="step")
        wait(page, follow, "paused", past=0)
        assert page.ask("read_run", run=name)["has_schedule"]
        assert "schedule" in page.refused("steer", run=name, do="rate", rate=0.5)["message"]
        page.ask("steer", run=name, do="step", steps=2)  # it was not harmed
        wait(page, follow, "paused", past=2)
        page.ask("steer", run=name, do="stop")
        wait(page, follow, "finished")


@pytest.mark.slow
def test_a_training_is_steered_from_the_page(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "runs")
    (tmp_path / "runs").mkdir()
    with TestClient(make_app(jobs, PORT, TOKEN), base_url=ORIGIN) as client, client.websocket_connect(LIVE, headers=FROM_HERE) as socket:
        page = Page(socket)
        page.receive()
        settings = DIGITS | {"epochs": 50_000}  # more than are made before it is stopped
        name = page.ask("train", settings=settings, name="steered", paused=True)["run"]
        follow = page.send("follow", run=name)
        wait(page, follow, "paused")
        page.ask("steer", run=name, do="step", steps=3)
        assert wait(page, follow, "paused", past=2)["last"] == 2
        page.ask("steer", run=name, do="go on")
        wait(page, follow, "running", past=100)
        page.ask("steer", run=name, do="pause")
        step = wait(page, follow, "paused", past=100)["last"]
        page.ask("steer", run=name, do="rate", rate=0.03)
        page.ask("steer", run=name, do="step", steps=2)
        wait(page, follow, "paused", past=step + 2)
        opened = page.ask("read_run", run=name)
        (turned,) = [event for event in opened["events"] if event["kind"] == "edited"]
        assert (turned["step"], turned["learning_rate"]) == (step + 1, 0.03) and "learning rate set to 0.03" in turned["text"]
        before, after = (page.ask("seek", run=name, step=at)["learning_rate"] for at in (step, step + 1))
        assert (before, after) == pytest.approx((settings["optimizer"]["arguments"]["learning_rate"], 0.03))
        assert opened["code"] == "" and not opened["has_schedule"]  # no program would turn it at that step
        assert "above 0" in page.refused("steer", run=name, do="rate")["message"]
        moment = page.ask("seek", run=name, step=step)
        assert moment["disagreement"] < 1e-5
        child = page.ask("fork", run=name, step=50, learning_rate=0.5, epochs=step // 7 + 1)["run"]
        assert child == "steered-fork-1"
        page.ask("steer", run=name, do="stop")
        assert wait(page, follow, "finished")["message"] == "stopped in the studio"
        ended = wait(page, page.send("follow", run=child), "finished")
        assert ended["first"] == 50
        opened = page.ask("read_run", run=name)
        (fork,) = opened["forks"]
        assert fork["name"] == child
        assert fork["parent"]["changes"] == {"learning_rate": "0.5", "epochs": str(step // 7 + 1)}


@pytest.mark.slow
def test_who_closes_the_studio_interrupts_its_trainings(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    with TestClient(make_app(jobs, PORT, TOKEN), base_url=ORIGIN) as client, client.websocket_connect(LIVE, headers=FROM_HERE) as socket:
        page = Page(socket)
        page.receive()
        name = page.ask("train", settings=DIGITS | {"epochs": 50_000})["run"]
        wait(page, page.send("follow", run=name), "running", past=50)
    assert cr.open_run(tmp_path / name).status == "interrupted"


@pytest.mark.slow
def test_a_process_that_dies_is_told_of(tmp_path: Path) -> None:
    training = Training(tmp_path / "x", json.loads('{"kind": "train"}'))
    training.wait(300)
    while not training.is_over:
        time.sleep(0.05)
    assert training.state == "error" and "KeyError" in training.message


def test_a_run_whose_folder_is_removed_is_gone(page: Page, runs: Path, tmp_path: Path) -> None:
    copy(runs / "bare", runs / "going")
    id = page.send("follow", run="going")
    assert page.answer_to(id)["state"] == "finished"
    (runs / "going").rename(tmp_path / "gone")  # at once, for it is looked at
    gone = page.answer_to(id)
    assert gone["state"] == "killed" and "gone" in gone["message"]
