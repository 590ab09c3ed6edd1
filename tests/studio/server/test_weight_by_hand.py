"""A weight that a person sets while training goes on: kept with its step, and met again by whoever computes steps again."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from studio_page import DIGITS, visiting

import chainrule as cr
from chainrule.errors import ArgumentError
from chainrule.record import Changes, fork, resume
from chainrule.studio.steering import INTERRUPTED, Steering

Edit = tuple[str, tuple[int, ...], float]
WIDTHS = pytest.mark.parametrize("width", [4, 700], ids=["kept as an event", "kept as a snapshot"])  # of 4 kB and more is a snapshot


def fitted(width: int, *callbacks: Any) -> list[np.ndarray]:
    x = np.random.default_rng(0).standard_normal((60, 3)).astype("float32")
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(width, "relu"), cr.layers.Dropout(0.3), cr.layers.Dense(1)], seed=1)
    model.compile(cr.optimizers.Adam(0.01), "mse")
    model.fit(x, x.sum(axis=1), 4, epochs=4, verbose=0, callbacks=list(callbacks))
    return model.get_weights()


class Setting(cr.callbacks.Callback):
    """Sets weights, as a person at the page would, after so many steps, and leaves after as many as it is told."""

    only_watches = True

    def __init__(self, steering: Steering, edits: dict[int, Edit], until: int | None = None) -> None:
        self.steering, self.edits, self.until = steering, dict(edits), until
        steering.step(1)

    def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
        step = self.session.progress.step
        if step in self.edits:
            self.steering.set_weight(*self.edits.pop(step))
        if step == self.until:
            self.steering.stop(INTERRUPTED)
        self.steering.step(1)


def steered(width: int, path: Path, edits: dict[int, Edit], until: int | None = None) -> list[np.ndarray]:
    steering = Steering(lambda state: None, paused=True)
    return fitted(width, cr.callbacks.Recorder(path, time_share=1e-9), steering, Setting(steering, edits, until))


def same(left: list[np.ndarray], right: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(left, right, strict=True))


@WIDTHS
def test_a_weight_that_is_set_is_met_again_by_rewinding_and_forking(tmp_path: Path, width: int) -> None:
    edits: dict[int, Edit] = {10: ("dense/kernel", (2, 3), 1.5), 33: ("dense_1/bias", (0,), -0.25)}

    class Plainly(cr.callbacks.Callback):
        """Does the same without steering."""

        def steps_allowed(self) -> int:
            if self.session.progress.step in edits:
                name, place, value = edits[self.session.progress.step]
                array = np.array(self.session.state[name].value)
                array[place] = value
                self.session.state[name].assign(array)
            return 1

    expected = fitted(width, Plainly())
    assert not same(expected, fitted(width))
    assert same(steered(width, tmp_path / "run", edits), expected)
    run = cr.open_run(tmp_path / "run")
    told = {event["step"]: event["by_hand"] for event in run.events() if event["kind"] == "edited"}
    assert told == {10: ["dense/kernel[2, 3] set to 1.5"], 33: ["dense_1/bias[0] set to -0.25"]}
    assert run.at(10)["dense/kernel"][2, 3] == 1.5 != run.at(9).next_state["dense/kernel"][2, 3]
    assert run.at(33)["dense_1/bias"][0] == -0.25
    assert same([run.at(59).next_state[name] for name in run.model().named_weights()], expected)
    fork(run, 20, Changes(), tmp_path / "fork")
    assert not same(cr.open_run(tmp_path / "fork").model().get_weights(), expected)  # what comes later nobody does in it
    fork(run, 40, Changes(), tmp_path / "later")
    assert same(cr.open_run(tmp_path / "later").model().get_weights(), expected)


@WIDTHS
def test_a_run_whose_weight_was_set_is_gone_on_with_to_the_same_end(tmp_path: Path, width: int) -> None:
    edits: dict[int, Edit] = {20: ("dense/kernel", (0, 0), 0.75)}
    whole = steered(width, tmp_path / "whole", edits)
    steered(width, tmp_path / "parted", edits, until=41)
    resume(tmp_path / "parted", verbose=0)
    assert same(whole, cr.open_run(tmp_path / "parted").model().get_weights())


def test_what_is_no_number_of_a_weight_cannot_be_set() -> None:
    refused: list[str] = []

    class Wrong(cr.callbacks.Callback):
        def on_train_begin(self, logs: dict[str, float]) -> None:
            for name, place in (("dense/kernel", (0,)), ("dense/kernel", (3, 0)), ("optimizer/learning_rate", ()), ("nothing", (0,))):
                with pytest.raises(ArgumentError) as error:
                    self.session.set_weight_by_hand(name, place, 1.0)
                refused.append(str(error.value))

    assert same(fitted(4, Wrong()), fitted(4))
    assert ["of shape (3, 4)" in one for one in refused] == [True, True, False, False]
    assert ["must be one of" in one for one in refused] == [False, False, True, True]


@pytest.mark.slow
def test_a_weight_is_set_from_the_page(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    with visiting(tmp_path / "runs") as page:
        name = page.ask("train", settings=DIGITS, name="held", paused=True)["run"]
        follow = page.send("follow", run=name)

        def wait(state: str, past: int) -> None:
            while (grown := page.answer_to(follow))["state"] != state or (-1 if grown["last"] is None else grown["last"]) < past:
                assert grown["state"] != "error", grown

        page.ask("steer", run=name, do="step", steps=3)
        wait("paused", 2)
        assert "number of dense/kernel" in page.refused("steer", run=name, do="weight", address="dense/kernel", place=[64, 0])["message"]
        page.refused("steer", run=name, do="weight", address="optimizer/learning_rate", place=[])
        page.ask("steer", run=name, do="weight", address="dense/kernel", place=[5, 2], value=0.5)
        page.ask("steer", run=name, do="step", steps=2)
        wait("paused", 4)
        opened = page.ask("read_run", run=name)
        (told,) = [event for event in opened["events"] if event["kind"] == "edited"]
        assert told["step"] == 3 and "dense/kernel[5, 2] set to 0.5, from step 3" in told["text"] and opened["code"] == ""
        assert page.ask("ask_why", run=name, step=3, address="dense/kernel", place=[5, 2])["why"]["weight"] == 0.5
        page.ask("steer", run=name, do="stop")
        wait("finished", 4)
