"""During and after training, on real digits: each failure is found, its sound twin raises no alarm."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from doctors import alarms, classifier, digits_arrays, kept, symptoms
from typer.testing import CliRunner

import chainrule as cr
from chainrule.cli.app import app
from chainrule.doctor import Doctor, known_symptoms
from chainrule.doctor.sources import after_training
from chainrule.errors import ArgumentError

D = cr.layers.Dense
X, Y = digits_arrays()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> cr.Run:
    return kept(tmp_path_factory.mktemp("sound") / "run", classifier(), X[:800], Y[:800], 10, validation_data=(X[800:], Y[800:]))


def test_a_sound_run_raises_no_alarm(sound: cr.Run) -> None:
    assert alarms(cr.diagnose(sound)) == []
    evidence = after_training(sound)
    assert evidence.has_learned and evidence.constant_loss == pytest.approx(np.log(10), abs=0.01)
    for symptom in known_symptoms().values():
        if symptom.is_visible(evidence):
            list(symptom.examine(evidence))


@pytest.mark.parametrize("rate", [1.0, 3.0])
def test_a_rate_that_overshoots(tmp_path: Path, rate: float) -> None:
    y = (X[:, :20].sum(1) - 5).astype("float32")
    model = cr.Sequential([cr.Input((64,)), D(32, "relu"), D(1)], seed=1)
    model.compile(cr.optimizers.SGD(rate), "mse")
    found = cr.diagnose(kept(tmp_path / "run", model, X, y))
    assert "learning rate too high" in alarms(found)[:2]


def test_a_rate_that_does_nothing_and_what_was_tried(tmp_path: Path) -> None:
    run = kept(tmp_path / "run", classifier(optimizer=cr.optimizers.SGD(1e-5)), X, Y, 8, probes=None)
    found = cr.diagnose(run)[0]
    assert found.symptom == "learning rate too low" and found.is_alarm and "run's probes" in found.seen
    tried = cr.diagnose(run, experiments=True)
    assert tried[0].symptom == "learning rate too low" and "Tried: with learning_rate=" in tried[0].seen


def test_a_loss_that_is_not_finite_names_step_and_rows(tmp_path: Path) -> None:
    x = X.copy()
    x[123] = 1e30
    run = kept(tmp_path / "run", classifier(loss="mse", outputs=1), x, Y.astype("float32"))
    found = next(finding for finding in cr.diagnose(run) if finding.symptom == "loss not finite")
    assert found.is_alarm and 123 in found.details["rows"]
    assert found.details["step"] == int(np.flatnonzero(~np.isfinite(run.figures()["loss"]))[0])


@pytest.mark.slow
def test_an_example_that_makes_the_loss_spike(tmp_path: Path) -> None:
    x = X[:640].copy()
    x[77] *= -400
    run = kept(tmp_path / "run", classifier(optimizer=cr.optimizers.Adam(1e-4)), x, Y[:640], 12, 16)
    findings = cr.diagnose(run)
    spike = next(finding for finding in findings if finding.symptom == "loss spiking")
    assert findings[0].symptom == "outlying examples" and findings[0].details["rows"] == [77]
    assert spike.details["row"] == 77 and all(77 in run.at(step).rows for step in spike.details["steps"][:2])


@pytest.mark.slow
def test_overfitting_and_its_onset(tmp_path: Path) -> None:
    noisy = Y.copy()
    rows = np.random.default_rng(0).random(len(Y)) < 0.3
    noisy[rows] = np.random.default_rng(1).integers(0, 10, rows.sum())
    model = classifier(hidden=[D(256, "relu")], optimizer=cr.optimizers.Adam(3e-3))
    run = kept(tmp_path / "run", model, X[:600], noisy[:600], 40, validation_data=(X[600:], noisy[600:]))
    found = next(finding for finding in cr.diagnose(run) if finding.symptom == "overfitting")
    losses = [epoch["figures"]["val_loss"] for epoch in run.epochs()]
    assert found.certainty in ("likely", "possible") and found.details["best_epoch"] == int(np.argmin(losses)) + 1
    assert found.details["best_epoch"] < found.details["onset"] <= 40
    early = kept(tmp_path / "early", model, X[:600], Y[:600], 5, validation_data=(X[600:], Y[600:]))
    assert "overfitting" not in symptoms(cr.diagnose(early))


@pytest.mark.slow
def test_labels_that_are_learned_by_heart(tmp_path: Path) -> None:
    shuffled = Y[np.random.default_rng(0).permutation(len(Y))]
    model = classifier(hidden=[D(256, "relu")], optimizer=cr.optimizers.Adam(3e-3))
    run = kept(tmp_path / "run", model, X[:600], shuffled[:600], 30, validation_data=(X[600:], shuffled[600:]))
    assert alarms(cr.diagnose(run))[0] == "labels unrelated to inputs"


def test_a_rare_class_that_is_never_answered(tmp_path: Path) -> None:
    rare = (Y == 8) & (np.cumsum(Y == 8) <= 12)
    rows = rare | (Y != 8)
    x, y = X[rows], rare[rows].astype("int32")

    def model() -> cr.Model:
        return classifier(outputs=1, loss="binary_crossentropy", activation="sigmoid", hidden=[])

    found = cr.diagnose(kept(tmp_path / "run", model(), x, y, 3))
    assert "classes unbalanced" in alarms(found) and "metric hides failure" in symptoms(found)
    weighted = cr.diagnose(kept(tmp_path / "weighted", model(), x, y, 30, class_weight=cr.data.class_weights(y)))
    assert "metric hides failure" not in symptoms(weighted) and "classes unbalanced" not in alarms(weighted)


def test_dead_units(tmp_path: Path) -> None:
    dying = [D(32, "relu", bias_initializer=cr.initializers.Constant(-30.0)), D(32, "relu")]
    found = cr.diagnose(kept(tmp_path / "run", classifier(hidden=dying), X, Y, 4))
    dead = next(finding for finding in found if finding.symptom == "dead units")
    assert dead.certainty == "certain" and dead.details["layer"] == "dense" and dead.details["dead"] == 1.0


def test_saturated_units(tmp_path: Path) -> None:
    stuck = [D(32, "tanh", kernel_initializer=cr.initializers.RandomNormal(0.0, 30.0)), D(32, "tanh")]
    assert "saturated units" in symptoms(cr.diagnose(kept(tmp_path / "run", classifier(hidden=stuck), X, Y, 4)))


@pytest.mark.slow
def test_vanishing_gradients(tmp_path: Path) -> None:
    deep: list[Any] = [D(16, "sigmoid") for _ in range(8)]
    found = cr.diagnose(kept(tmp_path / "run", classifier(hidden=deep), X, Y, 4))
    assert {"deep stack of sigmoid layers", "vanishing gradients"} <= set(symptoms(found))
    assert alarms(found)[0] == "deep stack of sigmoid layers"


def test_units_that_are_not_used(tmp_path: Path) -> None:
    same = np.tile(np.random.default_rng(0).normal(0, 0.1, (64, 1)), (1, 24)).astype("float32")

    class Copies(cr.initializers.Initializer):
        def __call__(self, shape: Any, generator: Any) -> np.ndarray:
            return same if shape == same.shape else np.random.default_rng(0).normal(0, 0.1, shape).astype("float32")

    model = classifier(hidden=[D(24, "tanh")])
    model.named_weights()["dense/kernel"].assign(Copies()((64, 24), None))
    for variable in (model.named_weights()["dense_1/kernel"],):
        variable.assign(np.tile(np.asarray(variable.value)[:1], (24, 1)))
    assert "wasted units" in symptoms(cr.diagnose(kept(tmp_path / "run", model, X, Y, 3)))


def test_frozen_layers_are_seen_by_their_weights(tmp_path: Path) -> None:
    found = cr.diagnose(kept(tmp_path / "run", classifier(outputs=1, activation="softmax", loss="binary_crossentropy"), X, Y % 2, 3))
    frozen = next(finding for finding in found if finding.symptom == "frozen layers")
    assert frozen.details["weights"] == ["dense/kernel", "dense_1/kernel"]
    assert found[0].symptom == "softmax on one unit" and frozen.certainty == "possible"  # which explains it


def test_a_penalty_that_drowns_the_task(tmp_path: Path) -> None:
    heavy = [D(32, "relu", kernel_regularizer=cr.regularizers.L2(30.0))]
    assert "regularisation too strong" in symptoms(cr.diagnose(kept(tmp_path / "run", classifier(hidden=heavy), X, Y, 3)))


def test_warn_tells_once_and_keeps_it_with_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = classifier(outputs=1, activation="softmax", loss="binary_crossentropy")
    run = kept(tmp_path / "run", model, X, Y % 2, 4, callbacks=[Doctor()])
    assert capsys.readouterr().out.count("softmax on one unit") == 1
    events = [event for event in run.events() if event["kind"] == "finding"]
    assert [event["symptom"] for event in events] == ["softmax on one unit"]
    assert len(run.epochs()) == 4


def test_stop_ends_training_with_the_finding_as_the_reason() -> None:
    model = classifier(outputs=1, activation="softmax", loss="binary_crossentropy")
    history = model.fit(X, Y % 2, epochs=4, verbose=0, callbacks=[Doctor("stop")])
    assert "softmax on one unit" in history.stop_reason and history.epoch == []
    assert classifier().fit(X, Y, epochs=3, verbose=0, callbacks=[Doctor("stop")]).stop_reason == ""


def test_modes() -> None:
    with pytest.raises(ArgumentError, match="Did you mean 'warn'"):
        Doctor("wran")


def test_the_doctor_leaves_training_as_it_is() -> None:
    weights = []
    for callbacks in ([], [Doctor()]):
        model = classifier()
        model.fit(X, Y, epochs=2, verbose=0, callbacks=callbacks)
        weights.append(model.get_weights())
    assert all(np.array_equal(a, b) for a, b in zip(*weights, strict=True))


def test_the_command_line(tmp_path: Path, sound: cr.Run) -> None:
    run = kept(tmp_path / "bad", classifier(optimizer=cr.optimizers.SGD(0.0)), X, Y, 3)
    shown = CliRunner().invoke(app, ["diagnose", str(run.path)])
    assert shown.exit_code == 0 and "learning rate too low (certain)" in shown.output
    found = json.loads(CliRunner().invoke(app, ["diagnose", str(run.path), "--json"]).output)
    assert found[0]["symptom"] == "learning rate too low" and found[0]["certainty"] == "certain"
    assert "(likely)" not in CliRunner().invoke(app, ["diagnose", str(sound.path)]).output


def test_a_series_that_drifts_is_not_to_be_split_at_random(tmp_path: Path) -> None:
    months = [f"{1950 + month // 12}-{month % 12 + 1:02}" for month in range(240)]
    table = {"month": months, "sales": [10.0 * month + month % 12 for month in range(240)]}
    preparation = cr.data.Preparation(transform=cr.data.Windows(input=12, horizon=1), target="sales")
    splits = preparation.fit(table)
    model = cr.Sequential([cr.Input(splits.train.x.shape[1:]), cr.layers.Flatten(), D(1), cr.layers.Reshape((1, 1))])
    model.compile("adam", "mse")
    model.fit(splits.train, validation_data=splits.validation, epochs=2, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "run")])
    findings = cr.diagnose(cr.open_run(tmp_path / "run"))
    found = next(finding for finding in findings if finding.symptom == "validation of another distribution")
    assert found.certainty == "possible" and "in time is right" in found.cause
    assert not any("random" in finding.remedy for finding in findings if finding.symptom == found.symptom)
