"""Forks: the same bits as the parent where nothing is changed, and what was changed where something is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from recorded_networks import EACH, STEPS, examples, fit
from small_runs import same

import chainrule as cr
from chainrule.errors import ArgumentError, RecordError
from chainrule.record import family

EPOCHS = 5


def assert_continues(parent: cr.Run, child: cr.Run, step: int) -> None:
    """Check that the child's steps, epochs, state and model are those of the parent from `step` on, to the bit."""
    assert same(child.figures(), parent.figures(step))
    later = [epoch for epoch in parent.epochs() if epoch["step"] > step]
    assert [(e["epoch"], e["step"], e["figures"]) for e in child.epochs()] == [(e["epoch"], e["step"], e["figures"]) for e in later]
    assert (child.path / "model.safetensors").read_bytes() == (parent.path / "model.safetensors").read_bytes()
    last = child.steps_made()
    assert last is not None and same(child.at(last[1]).next_state, parent.at(last[1]).next_state)


@pytest.mark.parametrize("kind", EACH)
def test_unchanged_forks_are_their_parent_to_the_bit(kind: str, tmp_path: Path) -> None:
    fit(kind, tmp_path / "run", cr.callbacks.EarlyStopping(patience=1, min_delta=0.02), epochs=EPOCHS)
    parent = cr.open_run(tmp_path / "run")
    for step in (0, STEPS, STEPS + 3):  # at the beginning, between two epochs, and within one
        assert_continues(parent, parent.at(step).fork(), step)


@pytest.mark.parametrize(
    "callback",
    [
        lambda: cr.callbacks.EarlyStopping(patience=1, min_delta=10.0),
        lambda: cr.callbacks.ReduceLROnPlateau(min_delta=10.0, patience=1, factor=0.5),
        lambda: cr.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.8),
    ],
    ids=["stopping", "plateau", "scheduler"],
)
def test_what_callbacks_remember_goes_on(callback: Callable[[], Any], tmp_path: Path) -> None:
    fit("mlp", tmp_path / "run", callback(), epochs=EPOCHS, time_share=1e-9)
    parent = cr.open_run(tmp_path / "run")
    own = [] if "config" in parent.configuration["callbacks"][0] else [callback()]
    for step in (STEPS - 1, STEPS, STEPS + 4):
        assert_continues(parent, parent.at(step).fork(callbacks=own), step)


@pytest.mark.slow
def test_forks_of_forks_and_what_is_inside_them(tmp_path: Path) -> None:
    fit("cnn", tmp_path / "run", epochs=EPOCHS)
    parent = cr.open_run(tmp_path / "run")
    child = parent.at(STEPS + 3).fork()
    grandchild = child.at(2 * STEPS + 1).fork(tmp_path / "third")
    assert_continues(parent, grandchild, 2 * STEPS + 1)
    for step in (2 * STEPS + 1, 3 * STEPS, EPOCHS * STEPS - 1):
        one, other = parent.at(step), grandchild.at(step)
        assert same(one.state, other.state) and one.rows.tolist() == other.rows.tolist() and one.loss == other.loss
    assert child.at(STEPS + 3).rows.tolist() == parent.at(STEPS + 3).rows.tolist()
    found = grandchild.find(lambda moment: moment.step % STEPS == 0)
    assert found is not None and found.step == 3 * STEPS
    with pytest.raises(ArgumentError, match=f"has made steps {STEPS + 3} to {EPOCHS * STEPS - 1}"):
        child.at(STEPS)
    origin = {"run": child.name, "created": child.configuration["created"], "step": 2 * STEPS + 1, "changes": {}}
    assert grandchild.configuration["parent"] == origin
    (root,) = family(tmp_path)
    assert root.recording.name == "run" and root.forks[0].recording.name == child.name == "run-fork-1"
    assert root.forks[0].forks[0].recording.name == "third"


def test_an_interrupted_fork_goes_on(tmp_path: Path) -> None:
    class Faulty(cr.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: object) -> None:
            if epoch == 2 and not self.session.replaying:
                raise KeyboardInterrupt

    fit("mlp", tmp_path / "run", cr.callbacks.EarlyStopping(patience=9), epochs=EPOCHS)
    parent = cr.open_run(tmp_path / "run")
    with pytest.raises(KeyboardInterrupt):
        parent.at(STEPS + 2).fork(tmp_path / "child", callbacks=[Faulty()])

    class Quiet(cr.callbacks.Callback):
        pass

    Quiet.__name__ = "Faulty"
    cr.resume(tmp_path / "child", [Quiet()], verbose=0)
    assert_continues(parent, cr.open_run(tmp_path / "child"), STEPS + 2)


def test_changes(tmp_path: Path) -> None:
    fit("mlp", tmp_path / "run", epochs=EPOCHS)
    parent = cr.open_run(tmp_path / "run")
    moment = parent.at(STEPS + 3)
    slower = moment.fork(learning_rate=1e-4).at(STEPS + 3)
    assert slower.state["optimizer/learning_rate"] == np.float32(1e-4)
    names = [name for name in moment.state if name != "optimizer/learning_rate"]
    assert same({name: slower.state[name] for name in names}, {name: moment.state[name] for name in names})
    np.testing.assert_allclose(slower.update("dense/kernel"), moment.update("dense/kernel") / 10, rtol=1e-4, atol=1e-9)

    other = moment.fork(optimizer=cr.optimizers.SGD(0.05, momentum=0.9))
    first = other.at(STEPS + 3)
    weights = [name for name in moment.state if not name.startswith("optimizer/")]
    assert same({name: first.state[name] for name in weights}, {name: moment.state[name] for name in weights})
    assert all(not first.state[name].any() for name in first.state if name.startswith("optimizer/") and name != "optimizer/learning_rate")
    np.testing.assert_allclose(first.update("dense/kernel"), -0.05 * first.gradient("dense/kernel"), rtol=1e-5, atol=1e-9)
    assert other.configuration["parent"]["changes"]["optimizer"]["learning_rate"] == 0.05

    x, y = examples("mlp")
    fewer = moment.fork(data=(x[:40], y[:40]), batch_size=20, seed=9, epochs=3)
    assert fewer.figures()["step"].tolist() == [STEPS + 3, STEPS + 4, STEPS + 5, STEPS + 6]  # two epochs of two batches
    assert sorted(np.concatenate([fewer.at(step).rows for step in (STEPS + 3, STEPS + 4)]).tolist()) == list(range(40))
    assert [epoch["epoch"] for epoch in fewer.epochs()] == [1, 2]
    longer = moment.fork(epochs=EPOCHS + 1)
    assert same({k: v[: len(parent.figures(STEPS + 3)["step"])] for k, v in longer.figures().items()}, parent.figures(STEPS + 3))


def test_a_schedule_gives_way_to_a_plain_rate(tmp_path: Path) -> None:
    x, y = examples("mlp")
    model = cr.Sequential([cr.Input((6,)), cr.layers.Dense(3)])
    schedule = cr.optimizers.schedules.CosineDecay(0.1, 30)
    model.compile(cr.optimizers.SGD(schedule), cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, y, 8, epochs=3, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "run")])
    moment = cr.open_run(tmp_path / "run").at(5)
    first = moment.fork(learning_rate=0.5).at(5)
    np.testing.assert_allclose(first.update("dense/kernel"), -0.5 * first.gradient("dense/kernel"), rtol=1e-5, atol=1e-9)


def test_a_fork_leaves_the_files_of_its_parent_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, saved = tmp_path / "figures.csv", tmp_path / "best-{epoch}.chainrule"
    callbacks = [cr.callbacks.CSVLogger(str(log)), cr.callbacks.ModelCheckpoint(str(saved), verbose=1)]
    fit("mlp", tmp_path / "run", *callbacks, epochs=3, time_share=1e-9)
    before, said = log.read_bytes(), capsys.readouterr().out
    assert said.count("saved to") == 3
    times = {path: path.stat().st_mtime_ns for path in tmp_path.glob("best-*")}
    child = cr.open_run(tmp_path / "run").at(STEPS + 2).fork()
    assert log.read_bytes() == before and {path: path.stat().st_mtime_ns for path in tmp_path.glob("best-*")} == times
    assert (child.path / "figures.csv").read_text().splitlines()[1:] == log.read_text().splitlines()[2:]
    assert sorted(path.name for path in child.path.glob("best-*")) == ["best-2.chainrule", "best-3.chainrule"]
    assert capsys.readouterr().out.count("saved to") == 2


def test_errors_say_what_to_do(tmp_path: Path) -> None:
    class Mine(cr.callbacks.Callback):
        def __init__(self, action: Callable[[], None]) -> None:  # which cannot be written down
            super().__init__()

    fit("mlp", tmp_path / "run", Mine(lambda: None), epochs=2)
    moment = cr.open_run(tmp_path / "run").at(STEPS)
    with pytest.raises(RecordError, match=r"callback Mine of your own: give it again, with callbacks=\[Mine\(...\)\]"):
        moment.fork()
    with pytest.raises(ArgumentError, match="exists already"):
        moment.fork(tmp_path / "run", callbacks=[Mine(lambda: None)])
    with pytest.raises(ArgumentError, match="begins in epoch 2: give more epochs than 1"):
        moment.fork(epochs=1, callbacks=[Mine(lambda: None)])
    assert not list(tmp_path.glob("*fork*"))


def test_a_fork_of_its_parents_name_in_another_folder_is_a_family_of_its_own(tmp_path: Path) -> None:
    fit("mlp", tmp_path / "here" / "run", epochs=2)
    cr.open_run(tmp_path / "here" / "run").at(STEPS).fork(tmp_path / "there" / "run")
    assert [(branch.recording.name, branch.forks) for branch in family(tmp_path / "there")] == [("run", [])]


def test_a_step_of_a_fork_with_other_batches_knows_its_epoch(tmp_path: Path) -> None:
    fit("mlp", tmp_path / "run", epochs=3)
    child = cr.open_run(tmp_path / "run").at(STEPS + 2).fork(batch_size=len(examples("mlp")[0]))  # one step an epoch, from epoch 1 on
    assert [(moment.epoch, moment.position) for moment in child.steps()] == [(1, 0), (2, 0)]


def test_callbacks_that_do_something_else_when_asked_again_are_refused(tmp_path: Path) -> None:
    class Whim(cr.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any) -> None:
            self.session.learning_rate = float(np.random.default_rng().uniform(0.001, 0.01))

    fit("mlp", tmp_path / "run", Whim(), time_share=1e-9)
    moment = cr.open_run(tmp_path / "run").at(2 * STEPS + 1)
    with pytest.raises(RecordError, match="otherwise than they did then"):
        moment.fork(callbacks=[Whim()])
    assert [entry.name for entry in tmp_path.iterdir() if not entry.name.startswith(".")] == ["run"]
