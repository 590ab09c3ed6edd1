"""`chainrule fork`, `chainrule tree`, and `chainrule rewind --first-nan`, on a run of the command line's own."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import TrainingError


def test_fork_and_tree(place, command, tmp_path: Path) -> None:
    shutil.copytree(place.runs / "trees", tmp_path / "trees")
    parent = cr.open_run(tmp_path / "trees")
    forked = command("fork", "trees", "--step", 20, "--learning-rate", 0.001, "--quiet", "--runs", tmp_path)
    assert forked.exit_code == 0, forked.output
    assert "Saved as trees-fork-1" in forked.output and "from step 20 of trees" in forked.output and "Test" in forked.output
    child = cr.open_run(tmp_path / "trees-fork-1")
    assert child.at(20).state["optimizer/learning_rate"] == np.float32(0.001)
    assert (child.at(20)["dense/kernel"] == parent.at(20)["dense/kernel"]).all()
    again = command("fork", "trees-fork-1", "--step", 22, "--optimizer", "sgd", "--name", "other", "--quiet", "--runs", tmp_path)
    assert again.exit_code == 0, again.output
    tree = command("tree", "--runs", tmp_path)
    lines = [line for line in tree.output.splitlines() if "trees" in line or "other" in line]
    assert [line.strip() for line in lines] == [
        "trees",
        "└── trees-fork-1  from step 20: learning rate 0.001",
        "└── other  from step 22: optimizer sgd",
    ]
    assert tree.output.count("finished, steps") == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--step", 100_000], "has made steps 0 to"),
        (["--step", 3, "--epochs", 0], "epochs must be a whole number from 1"),
        (["--step", 3, "--name", "prices"], "exists already"),
        (["--step", 3, "--optimizer", "adm"], "Did you mean"),
    ],
)
def test_what_cannot_be_forked(place, command, arguments: list[object], message: str) -> None:
    told = command("fork", "trees", *arguments, "--quiet", "--runs", place.runs)
    assert told.exit_code == 2 and message in " ".join(told.output.split()), told.output
    assert not list(place.runs.glob("*fork*"))


def test_the_first_nan_is_shown(place, command, tmp_path: Path) -> None:
    model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
    model.compile(cr.optimizers.SGD(1e30), "mse")
    with pytest.raises(TrainingError):
        model.fit(np.ones((6, 2)), np.full(6, 2.0), 2, epochs=5, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "burst")])
    shown = command("rewind", "burst", "--first-nan", "--runs", tmp_path)
    assert shown.exit_code == 0 and "Step 1: square (x²) in the loss gave inf" in shown.output and "Step 1 of run burst" in shown.output
    assert "All numbers that count are finite" in command("rewind", "trees", "--first-nan", "--runs", place.runs).output
    assert command("rewind", "trees", "--runs", place.runs).exit_code == 2
    assert command("tree", tmp_path / "nothing").output.startswith("No run is saved")
