"""A callback of the user's own, one class, is treated as ours are: checked, recorded, resumed and forked to the bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.arguments import ProperFraction
from chainrule.callbacks import Callback, EarlyStopping, Recorder
from chainrule.configuration import from_config, to_config
from chainrule.errors import ArgumentError
from chainrule.graph import Array

X = np.random.default_rng(10).normal(size=(40, 3)).astype("float32")
Y = X[:, :1] * 2


class Slower(Callback):
    """Multiplies the learning rate by `factor` after each epoch, and counts how often."""

    factor: ProperFraction = 0.5

    def __post_init__(self) -> None:
        self.count = 0

    def on_epoch_end(self, epoch: int, logs: object) -> None:
        self.count += 1
        self.session.learning_rate *= self.factor

    def state(self) -> tuple[dict[str, Any], dict[str, Array]]:
        return {"count": self.count}, {}

    def restore(self, data: dict[str, Any], arrays: dict[str, Array]) -> None:
        self.count = data["count"]


class Interruption(Callback):
    only_watches = True

    def on_epoch_end(self, epoch: int, logs: object) -> None:
        if epoch == 1:
            raise KeyboardInterrupt


class Patient(EarlyStopping):
    """A subclass of one of ours, with nothing of its own."""


def network() -> cr.Sequential:
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(1)], seed=0)
    model.compile(cr.optimizers.SGD(0.1), "mse")
    return model


def weights(path: Path) -> list[bytes]:
    return [array.tobytes() for array in cr.open_run(path).model().get_weights()]


def test_it_is_checked_shown_and_made_from_configuration() -> None:
    assert from_config(to_config(Slower(0.25))).factor == 0.25 and repr(Slower(0.25)) == "Slower(factor=0.25)"
    with pytest.raises(ArgumentError, match=r"Slower: factor must be a number between 0 and 1, both left out\. Got 1 instead"):
        Slower(1)


def test_a_run_with_it_is_resumed_and_forked_without_giving_it_again(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        network().fit(X, Y, 8, 4, verbose=0, callbacks=[Slower(0.7), Recorder(tmp_path / "cut", time_share=1e9), Interruption()])
    cr.resume(tmp_path / "cut", verbose=0)
    network().fit(X, Y, 8, 4, verbose=0, callbacks=[Slower(0.7), Recorder(tmp_path / "whole")])
    assert weights(tmp_path / "cut") == weights(tmp_path / "whole")
    run = cr.open_run(tmp_path / "whole")
    assert float(run.at(7).state["optimizer/learning_rate"]) == pytest.approx(0.07)
    child = run.at(7).fork()
    assert weights(child.path) == weights(tmp_path / "whole")


def test_one_given_again_takes_the_place_of_the_one_recorded(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        network().fit(X, Y, 8, 3, verbose=0, callbacks=[Slower(0.7), Recorder(tmp_path / "run"), Interruption()])
    other = Slower(0.1)
    cr.resume(tmp_path / "run", [other], verbose=0)
    assert other.count == 3


def test_a_subclass_is_treated_like_its_base() -> None:
    ends = [network().fit(X, Y, 8, 9, verbose=0, callbacks=[cls("loss", min_delta=10.0)]) for cls in (EarlyStopping, Patient)]
    assert ends[0] == ends[1] and len(ends[0].epoch) == 2
