"""The folder of runs: what is no run is passed over, and what has not changed is not read again."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from studio_page import copy

import chainrule as cr
from chainrule.errors import ArgumentError
from chainrule.record import Recording
from chainrule.record.database import FILE, Database
from chainrule.studio import library
from chainrule.studio.frames import encode
from chainrule.studio.hyperparameters import Hyperparameters
from chainrule.studio.jobs import Jobs
from chainrule.studio.questions.follow import GrowingRun, RunList


def lead_elsewhere(run: Path, name: Path) -> None:
    copy(run, run.parent.parent / "elsewhere")
    name.symlink_to(run.parent.parent / "elsewhere")


def spoil(run: Path, name: Path) -> None:
    """Damage the pages behind those that are read when a run is opened."""
    copy(run, name)
    content = (name / FILE).read_bytes()
    (name / FILE).write_bytes(content[:8192] + b"\xa5" * (len(content) - 8192))


def by_another_program(run: Path, name: Path) -> None:
    name.mkdir()
    connection = sqlite3.connect(name / FILE)
    connection.execute("CREATE TABLE configuration (key, value)")
    connection.close()


def in_no_letters(run: Path, name: Path) -> None:
    copy(run, os.fsdecode(os.fsencode(name) + b"\xff"))


def a_folder_in_its_place(run: Path, name: Path) -> None:
    (name / FILE).mkdir(parents=True)


@pytest.mark.parametrize("put", [lead_elsewhere, spoil, by_another_program, in_no_letters, a_folder_in_its_place])
def test_what_is_no_run_of_the_folder_is_passed_over(runs: Path, tmp_path: Path, put: Callable[[Path, Path], None]) -> None:
    copy(runs / "bare", tmp_path / "runs" / "bare")
    put(tmp_path / "runs" / "bare", tmp_path / "runs" / "other")
    listed = Jobs(tmp_path / "runs").runs.all()
    assert [line.name for line in listed] == ["bare"]
    assert encode(RunList(listed))


def test_a_name_that_is_too_long_for_a_file_is_refused(runs: Path) -> None:
    with pytest.raises(ArgumentError, match="must be that of a folder"):
        library.Library(runs).has("é" * 200)


def test_few_runs_are_open_at_a_time_and_those_that_stay_the_same_are_read_once(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    closed: list[str] = []

    class Counted(Recording):
        def __init__(self, path: Path) -> None:
            super().__init__(path)
            opened.append(path.name)

        def close(self) -> None:
            closed.append(self.name)
            super().close()

    monkeypatch.setattr(library, "Recording", Counted)
    monkeypatch.setattr(library, "MOST_READ", 3)
    for number in range(8):
        copy(runs / "bare", tmp_path / f"run-{number}")
    jobs = Jobs(tmp_path)
    first = {line.name: line for line in jobs.runs.all()}
    assert len(first) == 8 and sorted(opened) == [f"run-{number}" for number in range(8)]
    assert len(opened) - len(closed) == 3
    assert {line.name: line for line in jobs.runs.all()} == first and len(opened) == 8
    Recording(tmp_path / "run-5").add_notes(test={"loss": 0.25})
    assert {line.name: line.test for line in jobs.runs.all()}["run-5"] == {"loss": 0.25}
    assert opened[8:] in ([], ["run-5"])


def test_a_line_tells_what_its_run_was_told_and_reads_new_epochs_alone(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    class Counted(Recording):
        def epochs(self, first: int = 0) -> list[dict[str, Any]]:
            found = super().epochs(first)
            read.append(len(found))
            return found

    monkeypatch.setattr(library, "Recording", Counted)
    for name in ("digits", "bare"):
        copy(runs / name, tmp_path / name)
    jobs = Jobs(tmp_path)
    digits = jobs.runs.line("digits")
    assert digits.hyperparameters == Hyperparameters("Conv2D 4 → Dense 8 → Dense 10", "Adam", 0.01, "", 32, 5)
    kept = [epoch["figures"] for epoch in Recording(tmp_path / "digits").epochs()]
    losses, accuracies = ([figures[name] for figures in kept] for name in ("val_loss", "val_accuracy"))
    assert digits.best == {"val_loss": min(losses), "val_accuracy": max(accuracies)}

    line = jobs.runs.line("bare")
    assert line.hyperparameters.network == "Dense 4 → Dense 1" and list(line.best) == ["val_loss"]
    database = Database(tmp_path / "bare" / FILE)
    read.clear()
    for epoch, loss in enumerate([1e-3, 2e-3, float("nan")], 2):
        database.add_epoch(epoch, 4 * epoch + 4, 0.1, {"loss": loss, "val_loss": loss})
        line = jobs.runs.line("bare")
    assert (line.figures["val_loss"], line.best, read) == (None, {"val_loss": 1e-3}, [2, 2, 2])
    database.forget_after(8, 2)  # it is gone on with from there, and becomes another
    for epoch, loss in enumerate([0.5, 0.25, 0.375], 2):
        database.add_epoch(epoch, 4 * epoch + 4, 0.1, {"loss": loss, "val_loss": loss})
    assert jobs.runs.line("bare").best["val_loss"] == min(entry["figures"]["val_loss"] for entry in Recording(tmp_path / "bare").epochs())
    database.close()


@pytest.mark.parametrize(
    ("schedule", "rate"),
    [
        (cr.optimizers.schedules.CosineDecay(0.02, 100), 0.02),
        (cr.optimizers.schedules.PiecewiseConstantDecay([10], [0.5, 0.25]), 0.5),
    ],
)
def test_a_schedule_tells_the_rate_that_it_was_given(schedule: cr.optimizers.LearningRateSchedule, rate: float, tmp_path: Path) -> None:
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(1)], seed=2)
    model.compile(cr.optimizers.SGD(schedule), "mse")
    x = np.ones((8, 3), np.float32)
    model.fit(x, x.sum(axis=1), 4, epochs=1, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "run")])
    told = Jobs(tmp_path).runs.line("run").hyperparameters
    assert (told.optimizer, told.schedule, told.learning_rate) == ("SGD", type(schedule).__name__, rate)


def test_a_look_at_a_run_reads_what_is_new(runs: Path, tmp_path: Path) -> None:
    copy(runs / "bare", tmp_path / "run")
    watch = GrowingRun(Jobs(tmp_path), "run", None)
    told = watch.news()
    assert told is not None
    assert ([epoch.epoch for epoch in told.epochs], [event.kind for event in told.events]) == ([0, 1], ["started", "finished"])
    database = Database(tmp_path / "run" / FILE)
    database.add_epoch(2, 12, 0.1, {"loss": 0.5})
    told = watch.news()
    assert told is not None
    assert ([epoch.epoch for epoch in told.epochs], told.events) == ([2], [])
    database.forget_after(4, 1)  # it is gone on with from there
    told = watch.news()
    assert told is not None and told.last == 3
    database.add_epoch(1, 8, 0.1, {"loss": 0.25})
    told = watch.news()
    assert told is not None
    assert [(epoch.epoch, epoch.figures["loss"]) for epoch in told.epochs][-1] == (1, 0.25)
    database.close()


def test_a_run_made_anew_under_its_name_is_told_from_its_beginning(runs: Path, tmp_path: Path) -> None:
    copy(runs / "digits", tmp_path / "run")
    watch = GrowingRun(Jobs(tmp_path), "run", None)
    watch.news()
    shutil.rmtree(tmp_path / "run")
    told = watch.news()
    assert told is not None and told.state == "killed"
    copy(runs / "bare", tmp_path / "run")
    told = watch.news()
    assert told is not None
    assert [epoch.epoch for epoch in told.epochs] == [0, 1] and len(told.curves) == 1 and told.curves[0].steps.shape == (8,)
