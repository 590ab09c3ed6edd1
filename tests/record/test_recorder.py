"""What a kept run holds, and what becomes of damaged and foreign files."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from small_runs import EPOCHS, STEPS, Faulty, Keeper, examples, same, train

import chainrule as cr
from chainrule.errors import ArgumentError, RecordError
from chainrule.events import EpochFinished, FitFinished
from chainrule.record import Recording, list_runs, next_run_path, recorder
from chainrule.training import session


@pytest.fixture(autouse=True)
def short_dispatches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "REPORT_SECONDS", 0.0)  # one step in each dispatch


def test_files_and_figures(tmp_path: Path) -> None:
    history = train(tmp_path / "run", notes={"source": "made up"})
    assert {path.name for path in (tmp_path / "run").iterdir()} >= {"run.sqlite", "data.safetensors", "snapshots", "model.safetensors"}
    recording = Recording(tmp_path / "run")
    assert (recording.status, recording.notes) == ("finished", {"source": "made up"})
    assert [epoch["figures"] for epoch in recording.epochs()] == [
        {name: values[i] for name, values in history.history.items()} for i in range(EPOCHS)
    ]
    steps = recording.figures()
    assert steps["step"].tolist() == list(range(EPOCHS * STEPS))
    sizes = np.array([8] * (STEPS - 1) + [2])  # figures of steps, weighted by their examples, are those of the epoch
    for name in ("loss", "accuracy"):
        np.testing.assert_allclose((steps[name].reshape(EPOCHS, STEPS) * sizes).sum(1) / sizes.sum(), history.history[name], rtol=1e-6)
    assert [event["kind"] for event in recording.events()] == ["started", "finished"]
    x, y = examples()
    plan = recording.plan()
    assert plan.train.x[0].tobytes() == x.tobytes() and plan.train.y[0].tobytes() == y.tobytes()
    recording.add_notes(test={"accuracy": 0.5})
    assert Recording(tmp_path / "run").notes == {"source": "made up", "test": {"accuracy": 0.5}}


def test_runs_on_the_same_data_share_it(tmp_path: Path) -> None:
    for name in ("a-1", "a-3"):
        train(tmp_path / name, epochs=1)
    assert (tmp_path / "a-1" / "data.safetensors").stat().st_ino == (tmp_path / "a-3" / "data.safetensors").stat().st_ino
    assert [recording.name for recording in list_runs(tmp_path)] == ["a-1", "a-3"]
    assert next_run_path(tmp_path, "a").name == "a-4" and next_run_path(tmp_path, "b").name == "b-1"
    with pytest.raises(ArgumentError, match="exists already"):
        train(tmp_path / "a-1")


def test_snapshots_are_thinned_but_the_first_and_the_last_stay(tmp_path: Path) -> None:
    train(tmp_path / "all", time_share=1e9)
    steps = Recording(tmp_path / "all").snapshot_steps()
    assert steps == list(range(EPOCHS * STEPS + 1))
    size = max(path.stat().st_size for path in (tmp_path / "all" / "snapshots").iterdir())
    train(tmp_path / "few", time_share=1e9, disk_budget=6 * size)
    few = Recording(tmp_path / "few").snapshot_steps()
    assert few[0] == 0 and few[-1] == EPOCHS * STEPS and 5 <= len(few) <= 7
    assert few[-1] - few[-2] <= few[2] - few[0]  # the further back, the wider the gaps


def test_resumed_after_an_interruption(tmp_path: Path) -> None:
    train(tmp_path / "whole", cr.callbacks.EarlyStopping(patience=30), time_share=1e9)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "cut", cr.callbacks.EarlyStopping(patience=30), Faulty(STEPS + 3), time_share=1e9)
    assert Recording(tmp_path / "cut").status == "interrupted"
    history = cr.resume(tmp_path / "cut", [Faulty(-1)], verbose=0)
    assert len(history.epoch) == EPOCHS
    whole, cut = cr.open_run(tmp_path / "whole"), cr.open_run(tmp_path / "cut")
    assert (tmp_path / "whole" / "model.safetensors").read_bytes() == (tmp_path / "cut" / "model.safetensors").read_bytes()
    assert same(whole.figures(), cut.figures()) and whole.epochs()[-1]["figures"] == cut.epochs()[-1]["figures"]
    with pytest.raises(RecordError, match="is finished"):
        cr.resume(tmp_path / "cut", verbose=0)


def test_a_damaged_snapshot_is_passed_over(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "cut", Faulty(10), time_share=1e9)
    newest = sorted((tmp_path / "cut" / "snapshots").iterdir())[-1]
    newest.write_bytes(newest.read_bytes()[:100])
    recording = Recording(tmp_path / "cut")
    assert recording.snapshot().progress.step == int(newest.stem) - 1
    cr.resume(tmp_path / "cut", [Faulty(-1)], verbose=0)
    train(tmp_path / "whole")
    assert same(cr.open_run(tmp_path / "whole").figures(), cr.open_run(tmp_path / "cut").figures())
    for path in (tmp_path / "cut" / "snapshots").iterdir():
        path.write_bytes(b"nonsense")
    with pytest.raises(RecordError, match="is damaged"):
        recording.snapshot()


def test_foreign_and_damaged_databases(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="There is no run"):
        cr.open_run(tmp_path / "none")
    for name, content in (("text", b"not a database at all, but long enough to look like one" * 20), ("empty", b"")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.sqlite").write_bytes(content)
        with pytest.raises(RecordError, match="damaged or not a run"):
            cr.open_run(tmp_path / name)
    (tmp_path / "other").mkdir()
    connection = sqlite3.connect(tmp_path / "other" / "run.sqlite")
    connection.execute("CREATE TABLE cats (name TEXT)")
    connection.close()
    with pytest.raises(RecordError, match="damaged or not a run"):
        cr.open_run(tmp_path / "other")
    train(tmp_path / "good", epochs=1)
    assert [recording.name for recording in list_runs(tmp_path)] == ["good"]


class Halver(cr.callbacks.Callback):
    """Halves the learning rate in the middle of an epoch, and changes a weight by hand."""

    def on_train_batch_end(self, batch: int, logs: object) -> None:
        if self.session.progress.step == STEPS + 2:
            self.session.learning_rate = self.session.learning_rate / 2
            weight = self.model.named_weights()["dense_1/bias"]
            weight.assign(np.asarray(weight.value) + np.float32(0.25))


@pytest.mark.parametrize(
    "edit",
    [
        lambda: cr.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5),
        lambda: cr.callbacks.ReduceLROnPlateau(monitor="val_loss", min_delta=10.0, patience=0, factor=0.3),
        Halver,
    ],
    ids=["scheduler", "plateau", "by hand"],
)
def test_what_a_callback_changes_is_kept_for_rewinding(tmp_path: Path, edit) -> None:
    keeper = Keeper()
    train(tmp_path / "run", edit(), keeper, time_share=1e-9)  # no snapshots but the first and those of changes
    run = cr.open_run(tmp_path / "run")
    assert run.snapshot_steps() == [0] and 1 <= len(run.edits()) <= EPOCHS
    losses = run.figures()["loss"]
    for step in (0, STEPS - 1, STEPS, STEPS + 1, STEPS + 2, 2 * STEPS, 3 * STEPS + 4):
        moment = run.at(step)
        assert moment.loss == pytest.approx(losses[step], rel=1e-5)
        assert same(moment.next_state, keeper.states[step + 1]) or step + 1 in run.edits()
    assert run.at(3 * STEPS + 1).state["optimizer/learning_rate"] < run.at(0).state["optimizer/learning_rate"]


def test_events_are_those_of_the_fit(tmp_path: Path) -> None:
    heard: list[object] = []

    class Ear(cr.callbacks.Callback):
        def on_event(self, event: object) -> None:
            heard.append(event)

    train(tmp_path / "run", Ear(), epochs=2)
    assert [event.epoch for event in heard if isinstance(event, EpochFinished)] == [0, 1]
    assert isinstance(heard[-1], FitFinished) and heard[-1].reason == "all epochs done"


def test_a_run_in_a_folder_that_cannot_be_written_to_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train(tmp_path / "run", epochs=1)
    monkeypatch.setattr("os.access", lambda path, mode: False)
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "run").iterdir()}
    run = cr.open_run(tmp_path / "run")
    assert run.status == "finished" and len(run.figures()["step"]) == STEPS and run.at(1).step == 1
    with pytest.raises(RecordError, match="readonly"):
        run.add_notes(more=1)
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "run").iterdir()} == before


class Slower(cr.callbacks.Callback):
    """Lowers the learning rate after each epoch."""

    def on_epoch_end(self, epoch: int, logs: object) -> None:
        self.session.learning_rate = 0.1 / (epoch + 2)


def test_a_change_just_before_an_interruption_outlives_the_thinning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The snapshot that the run went on from alone holds it, so it stays however little may be kept."""
    thin = recorder.thin
    monkeypatch.setattr(recorder, "thin", lambda folder, keep, budget: thin(folder, keep, 0))
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "run", Slower(), Faulty(2 * STEPS + 1), time_share=1e9)
    cr.resume(tmp_path / "run", [Slower(), Faulty(-1)], verbose=0)
    run = cr.open_run(tmp_path / "run")
    found = {float(run.at(step).state["optimizer/learning_rate"]) for step in range(2 * STEPS, 3 * STEPS)}
    assert found == {float(np.float32(0.1 / 3))}
