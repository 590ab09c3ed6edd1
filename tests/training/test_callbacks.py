"""Callbacks: those that watch a figure against Keras's on the same figures, the others on a small fit."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
from rich.console import Console
from small_network import X, Y, network

import chainrule as cr
from chainrule.configuration import from_config, to_config
from chainrule.errors import ArgumentError
from chainrule.events import EpochFinished, EpochStarted, FitFinished, FitStarted, StepsFinished
from chainrule.training.callbacks import Callback, CSVLogger, EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau
from chainrule.training.callbacks.progress import LiveProgress, PlainProgress, progress_callback
from chainrule.training.objective import make_objective

_RANDOM = np.random.default_rng(80)
FIGURES = {
    "falls": [5.0, 4, 3, 2, 1, 0.5],
    "rises": [1.0, 2, 3, 4, 5, 6],
    "valley": [5.0, 4, 3, 3.5, 3.2, 2.9, 4, 5, 6, 7],
    "flat": [2.0] * 8,
    "slow": [2 - 0.01 * n for n in range(10)],
    "noise": _RANDOM.uniform(0, 1, 20).tolist(),
    "noisy descent": (np.linspace(2, 0, 20) + _RANDOM.normal(size=20) * 0.3).tolist(),
}
every_sequence = pytest.mark.parametrize("figures", FIGURES.values(), ids=FIGURES)


def _feed(callback: Callback, figures: Sequence[float], name: str, rate: float = 1.0) -> tuple[list[float], list[Any]]:
    """Let a callback hear figures as epochs; return the learning rate after each, and the model's one weight at the end.

    The weight is the number of the epoch, as if each had changed it.
    """
    weight = cr.Variable(np.zeros(()), "w")
    objective = make_objective("mse", None, [], [(1,)])
    session = SimpleNamespace(learning_rate=rate, stopped=False, plan=SimpleNamespace(validation=()), objective=objective)
    session.stop = lambda reason: setattr(session, "stopped", True)
    model = SimpleNamespace(named_weights=lambda: {"w": weight})
    callback.attach(model, session)  # type: ignore[arg-type]
    rates = []
    for epoch, figure in enumerate(figures):
        weight.assign(np.float64(epoch))
        callback.on_epoch_end(epoch, {name: figure})
        rates.append(session.learning_rate)
        if session.stopped:
            break
    callback.on_train_end({})
    return rates, [float(weight.value)]


def _feed_in_keras(callback: Any, figures: Sequence[float], name: str, rate: float = 1.0) -> tuple[list[float], list[Any]]:
    class Stub:
        def __init__(self) -> None:
            self.metrics, self.stop_training, self.weights = [], False, [0.0]
            self.optimizer = SimpleNamespace(learning_rate=rate)

        def get_weights(self) -> list[float]:
            return list(self.weights)

        def set_weights(self, weights: list[float]) -> None:
            self.weights = weights

    model = Stub()
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, figure in enumerate(figures):
        model.weights = [float(epoch)]
        callback.on_epoch_end(epoch, {name: figure})
        rates.append(float(model.optimizer.learning_rate))
        if model.stop_training:
            break
    callback.on_train_end()
    return rates, model.weights


EARLY: list[dict[str, Any]] = [
    {"restore_best_weights": False},
    {"patience": 2, "restore_best_weights": True},
    {"patience": 2, "min_delta": 0.5, "restore_best_weights": True},
    {"patience": 3, "mode": "max", "restore_best_weights": True},
    {"patience": 1, "start_from_epoch": 3, "restore_best_weights": True},
    {"patience": 2, "baseline": 1.5, "restore_best_weights": True},
    {"baseline": 0.0, "restore_best_weights": False},
]


@every_sequence
@pytest.mark.parametrize("settings", EARLY, ids=str)
def test_early_stopping_stops_and_restores_as_in_keras(settings: dict[str, Any], figures: list[float]) -> None:
    mine = _feed(EarlyStopping("val_loss", **settings), figures, "val_loss")
    theirs = _feed_in_keras(keras.callbacks.EarlyStopping("val_loss", **settings), figures, "val_loss")
    assert mine == theirs


PLATEAU: list[dict[str, Any]] = [
    {"patience": 1},
    {"factor": 0.5, "patience": 2, "min_lr": 0.2},
    {"factor": 0.5, "patience": 1, "cooldown": 2},
    {"factor": 0.3, "patience": 1, "min_delta": 0.6},
    {"factor": 0.5, "patience": 2, "mode": "max", "cooldown": 1},
]


@every_sequence
@pytest.mark.parametrize("settings", PLATEAU, ids=str)
def test_the_rate_is_reduced_as_in_keras(settings: dict[str, Any], figures: list[float]) -> None:
    mine = _feed(ReduceLROnPlateau("loss", **settings), figures, "loss")
    theirs = _feed_in_keras(keras.callbacks.ReduceLROnPlateau("loss", **settings), figures, "loss")
    np.testing.assert_allclose(mine[0], theirs[0], rtol=1e-6)


def test_arguments_stand_in_keras_s_order() -> None:
    assert EarlyStopping("loss", 0.1, 3, 1, "min", 0.5, False, 2) == EarlyStopping(
        monitor="loss", min_delta=0.1, patience=3, verbose=1, mode="min", baseline=0.5, restore_best_weights=False, start_from_epoch=2
    )
    assert ReduceLROnPlateau("loss", 0.2, 5, 1, "min", 0.1, 2, 0.01) == ReduceLROnPlateau(
        monitor="loss", factor=0.2, patience=5, verbose=1, mode="min", min_delta=0.1, cooldown=2, min_lr=0.01
    )
    assert ModelCheckpoint("best", "loss", 1, True) == ModelCheckpoint(filepath="best", monitor="loss", verbose=1, save_best_only=True)


@pytest.mark.parametrize(
    ("monitor", "mode"), [("val_accuracy", "max"), ("auc", "max"), ("output_0_r2_score", "max"), ("val_loss", "min"), ("mae", "min")]
)
def test_auto_asks_the_metric_which_way_is_better(monitor: str, mode: str) -> None:
    chosen = ["accuracy", "auc", "mae", "r2_score"] if monitor in ("val_accuracy", "auc", "mae") else [["r2_score"], ["mae"]]
    objective = make_objective("mse", None, chosen, [(1,)] * (1 if "auc" in chosen else 2))
    for stopping in (EarlyStopping(monitor), EarlyStopping(monitor, mode=mode)):
        stopping.attach(SimpleNamespace(), SimpleNamespace(objective=objective))  # type: ignore[arg-type]
        assert [stopping.improves(value) for value in (1.0, 2.0, 0.5)] == ([True, True, False] if mode == "max" else [True, False, True])


def test_a_metric_that_does_not_say_which_way_is_better_needs_a_mode() -> None:
    class Odd(cr.metrics.MeanMetric):
        name = "odd"

        def values(self, y_true: cr.Tensor, y_pred: cr.Tensor) -> cr.Tensor:
            return y_pred

    model = cr.Sequential([cr.Input((5,)), cr.layers.Dense(1)])
    model.compile("sgd", "mse", [Odd()])
    with pytest.raises(ArgumentError, match="EarlyStopping: the metric 'odd' does not say whether higher is better. Give mode='min'"):
        model.fit(X, Y, verbose=0, callbacks=[EarlyStopping("odd")])
    model.fit(X, Y, verbose=0, callbacks=[EarlyStopping("odd", mode="max")])


@pytest.mark.parametrize(
    "callback", [EarlyStopping("loss", 0.1, 3), ReduceLROnPlateau("loss", 0.2), ModelCheckpoint("a"), CSVLogger("b")], ids=repr
)
def test_a_callback_is_made_again_from_its_configuration(callback: Any) -> None:
    assert from_config(to_config(callback)) == callback


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: EarlyStopping(mode="lowest"), "mode must be one of auto, max, min"),
        (lambda: ReduceLROnPlateau(factor=1.0), "factor must be a number between 0 and 1"),
        (lambda: progress_callback("yes"), "verbose must be 'auto', 0, 1 or 2"),
    ],
)
def test_settings_that_mean_nothing_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        make()


def _table(path: Path, separator: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines(), delimiter=separator))


class Edit(Callback):
    """Makes the network worse from the given epoch on."""

    def __init__(self, spoil_from: int) -> None:
        self.spoil_from = spoil_from
        self.weights: list[Any] = []

    def on_epoch_end(self, epoch: int, logs: Any) -> None:
        self.weights.append(self.model.get_weights())
        if epoch >= self.spoil_from - 1:
            self.model.set_weights([array + np.float32(0.5) for array in self.model.get_weights()])


def test_early_stopping_in_a_fit_gives_the_best_weights_back() -> None:
    model, stopping, spoiler = network(rate=0.0), EarlyStopping("loss", patience=2), Edit(3)
    history = model.fit(X, Y, 8, 50, 0, [spoiler, stopping])
    best = int(np.argmin(history.history["loss"]))
    assert stopping.best_epoch == best
    assert len(history.epoch) == best + 3
    assert history.stop_reason.startswith("loss has not improved on")
    for array, other in zip(model.get_weights(), [a + np.float32(0.5) for a in spoiler.weights[best]], strict=True):
        np.testing.assert_array_equal(array, other)  # the callback before it had already spoilt them when they were kept


def test_a_callback_forgets_the_fit_before() -> None:
    model, stopping = network(), EarlyStopping("loss", patience=100)
    model.fit(X, Y, 8, 3, 0, [stopping])
    before = stopping.best
    spoilt = [array * 0 + np.float32(2) for array in model.get_weights()]
    model.set_weights(spoilt)
    model.fit(X, Y, 8, 1, 0, [stopping])
    assert stopping.best is not None
    assert before is not None
    assert stopping.best > before
    assert any(abs(array - other).max() > 0.5 for array, other in zip(model.get_weights(), network().get_weights(), strict=True))


@pytest.mark.parametrize("make", [EarlyStopping, ReduceLROnPlateau, lambda: ModelCheckpoint(save_best_only=True)])
def test_a_figure_that_is_not_there_is_an_error(make: Any) -> None:
    with pytest.raises(ArgumentError, match=r"watches 'val_loss', but the figures are loss, accuracy\. Give fit\(\) validation data"):
        network().fit(X, Y, verbose=0, callbacks=[make()])


def test_epochs_that_are_not_validated_are_passed_over(tmp_path: Path) -> None:
    stopping, reducing, log = EarlyStopping(patience=1), ReduceLROnPlateau(patience=1), CSVLogger(str(tmp_path / "log.csv"))
    history = network().fit(X, Y, 8, 5, 0, [stopping, reducing, log], validation_data=(X[:9], Y[:9]), validation_freq=2)
    assert len(history.history["val_loss"]) == 2 < len(history.history["loss"])
    rows = _table(tmp_path / "log.csv")
    assert [row["val_loss"] == "" for row in rows[:4]] == [True, False, True, False]
    assert float(rows[1]["val_loss"]) == history.history["val_loss"][0]


def test_checkpoints_are_saved_under_the_names_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = network()
    each = ModelCheckpoint(str(tmp_path / "e{epoch:02d}-{loss:.2f}"), verbose=1)
    best = ModelCheckpoint(str(tmp_path / "best"), "accuracy", save_best_only=True)
    losses = model.fit(X, Y, 8, 3, 0, [each, best]).history["loss"]
    names = [f"e{n + 1:02d}-{loss:.2f}" for n, loss in enumerate(losses)]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["best", *names])
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == ["epoch 1", "epoch 2", "epoch 3"]
    np.testing.assert_array_equal(cr.models.load_model(tmp_path / names[-1]).predict(X), model.predict(X))
    with pytest.raises(ArgumentError, match="names 'val_loss', but the figures are loss, accuracy"):
        model.fit(X, Y, 8, 1, 0, [ModelCheckpoint("{val_loss}")])


def test_only_the_best_is_saved(tmp_path: Path) -> None:
    saved = []
    callback = ModelCheckpoint("m", "loss", save_best_only=True)
    session = SimpleNamespace(plan=SimpleNamespace(validation=None), replaying=False, objective=make_objective("mse", None, [], [(1,)]))
    callback.attach(SimpleNamespace(save=lambda path: saved.append(len(saved))), session)  # type: ignore[arg-type]
    for epoch, loss in enumerate(FIGURES["valley"]):
        callback.on_epoch_end(epoch, {"loss": loss})
    assert len(saved) == 4  # 5, 4, 3 and 2.9


def test_a_scheduler_sets_the_rate_of_each_epoch() -> None:
    seen: list[tuple[int, float]] = []

    def schedule(epoch: int, rate: float) -> float:
        seen.append((epoch, rate))
        return 0.1 / (epoch + 1)

    one, other = network(rate=0.0), network(rate=0.0)
    one.fit(X, Y, 8, 3, 0, [LearningRateScheduler(schedule)], shuffle=False)
    for epoch in range(3):
        other.state_variables()["optimizer/learning_rate"].assign(np.float32(0.1 / (epoch + 1)))
        other.fit(X, Y, 8, epoch + 1, 0, shuffle=False, initial_epoch=epoch)
    assert [epoch for epoch, _ in seen] == [0, 1, 2]
    np.testing.assert_allclose([rate for _, rate in seen], [0.02, 0.1, 0.05], rtol=1e-6)
    for array, wanted in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(array, wanted)


@pytest.mark.parametrize(
    "callback", [LearningRateScheduler(lambda epoch, rate: 0.1), ReduceLROnPlateau("loss", patience=0)], ids=["set", "reduce"]
)
def test_the_rate_of_a_schedule_cannot_be_set(callback: Callback) -> None:
    model = network()
    model.compile(cr.optimizers.SGD(cr.optimizers.schedules.ExponentialDecay(1e-9, 10, 0.5)), cr.losses.SparseCategoricalCrossentropy(True))
    with pytest.raises(ArgumentError, match="The optimizer has a schedule"):
        model.fit(X[:8], Y[:8], verbose=0, epochs=3, callbacks=[callback])


def test_figures_are_logged_to_a_file(tmp_path: Path) -> None:
    path, model = tmp_path / "log.csv", network()
    path.write_text("something else\n")
    log = CSVLogger(str(path), separator=";")
    first = model.fit(X, Y, 8, 2, 0, [log], validation_split=0.2).history
    rows = _table(path, ";")
    assert list(rows[0]) == ["epoch", "loss", "accuracy", "val_loss", "val_accuracy"]
    assert {name: [float(row[name]) for row in rows] for name in first} == first
    model.fit(X, Y, 8, 3, 0, [log], initial_epoch=2)
    assert len(_table(path, ";")) == 1  # the same callback begins a new file
    model.fit(X, Y, 8, 4, 0, [CSVLogger(str(path), ";", append=True)], initial_epoch=3)
    assert [row["epoch"] for row in _table(path, ";")] == ["2", "3"]


class Diary(Callback):
    """Notes which of Keras's methods are called, in what order."""

    def __init__(self) -> None:
        self.notes: list[Any] = []

    def on_train_begin(self, logs: Any = None) -> None:
        self.notes.append("train begins")

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.notes.append(("epoch begins", epoch))

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        assert set(logs) == {"loss", "accuracy"}
        self.notes.append(("batch", batch))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.notes.append(("epoch ends", epoch, sorted(logs)))

    def on_train_end(self, logs: Any = None) -> None:
        self.notes.append("train ends")


def test_a_callback_written_for_keras_hears_what_it_expects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chainrule.training.session.REPORT_SECONDS", 0.0)
    diary = Diary()
    network().fit(X[:12], Y[:12], 8, 4, 0, [diary], initial_epoch=2, validation_data=(X, Y))
    figures = ["accuracy", "loss", "val_accuracy", "val_loss"]
    epochs = [[("epoch begins", n), ("batch", 0), ("batch", 1), ("epoch ends", n, figures)] for n in (2, 3)]
    assert diary.notes == ["train begins", *epochs[0], *epochs[1], "train ends"]


def test_events_tell_of_every_step_once() -> None:
    events: list[Any] = []

    class Listener(Callback):
        def on_event(self, event: Any) -> None:
            events.append(event)

    history = network().fit(X, Y, 8, 3, 0, [Listener()])
    assert isinstance(events[0], FitStarted)
    assert (events[0].epochs, events[0].steps_per_epoch, events[0].names) == (3, 9, ("loss", "accuracy"))
    steps = [event for event in events if isinstance(event, StepsFinished)]
    assert [event.first for event in steps] == np.cumsum([0, *(event.count for event in steps)])[:-1].tolist()
    assert sum(event.count for event in steps) == 27
    losses = np.concatenate([event.figures["loss"] for event in steps]).reshape(3, 9)
    sizes = np.array([8] * 8 + [6])
    np.testing.assert_allclose((losses * sizes).sum(1) / sizes.sum(), history.history["loss"], rtol=1e-6)
    assert sum(isinstance(event, EpochStarted) for event in events) == sum(isinstance(event, EpochFinished) for event in events) == 3
    assert events[-1] == FitFinished(3, 27, "all epochs done")


@pytest.mark.parametrize("how", ["session", "keras"])
def test_a_callback_may_stop_training(how: str) -> None:
    class Stop(Callback):
        def on_epoch_end(self, epoch: int, logs: Any) -> None:
            if epoch == 1 and how == "session":
                self.session.stop("enough")
            elif epoch == 1:
                self.model.stop_training = True

    model = network()
    assert not model.stop_training
    history = model.fit(X, Y, 8, 50, 0, [Stop()])
    assert history.epoch == [0, 1]
    assert history.stop_reason == ("enough" if how == "session" else "a callback set stop_training")
    assert model.stop_training
    assert model.fit(X, Y, 8, 1, 0, callbacks=None).stop_reason == ""
    assert not model.stop_training


def test_training_may_stop_within_an_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chainrule.training.session.REPORT_SECONDS", 0.0)

    class Stop(Diary):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            super().on_train_batch_end(batch, logs)
            if len(self.notes) == 5:
                self.session.stop("enough")

    stop = Stop()
    history = network().fit(X, Y, 8, 3, 0, [stop])
    assert stop.notes == ["train begins", ("epoch begins", 0), ("batch", 0), ("batch", 1), ("batch", 2), "train ends"]
    assert history.history == {}


def test_progress_counts_from_where_the_fit_begins(capsys: pytest.CaptureFixture[str]) -> None:
    model = network()
    model.fit(X, Y, 8, 4, 2, initial_epoch=2)
    lines = capsys.readouterr().out.splitlines()
    assert [line[:9] for line in lines] == ["epoch 3/4", "epoch 4/4"]
    assert all("loss" in line and "accuracy" in line for line in lines)
    screen = io.StringIO()
    live = LiveProgress(Console(file=screen, force_terminal=True, width=150))
    model.fit(X, Y, 8, 4, 0, [live], initial_epoch=2)
    text = screen.getvalue()
    assert "step 9/9" in text
    assert "step -" not in text


def test_who_shows_progress() -> None:
    assert progress_callback(0) == []
    assert [type(progress_callback(verbose)[0]) for verbose in (1, 2)] == [LiveProgress, PlainProgress]
