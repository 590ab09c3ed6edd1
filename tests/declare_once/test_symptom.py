"""A symptom of the user's own, one class: examined, ranked and shown like those of Chainrule; a subclass like its base."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import chainrule as cr
from chainrule import configuration
from chainrule.cli import app
from chainrule.doctor import Evidence, Finding, Symptom, known_symptoms
from chainrule.doctor.course import Course
from chainrule.doctor.ranking import consequences
from chainrule.doctor.symptom import GROUPS
from chainrule.doctor.symptoms.validation import Overfitting

X = np.random.default_rng(0).normal(size=(60, 3)).astype("float32")
Y = (X.sum(1) > 0).astype("int32")


@pytest.fixture(autouse=True)
def _negative(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is defined in a test is known in that test alone."""
    monkeypatch.setattr(configuration, "_CLASSES", dict(configuration._CLASSES))

    class Negative(Symptom):
        """Inputs below zero, which are said to explain a batch that does not fit."""

        name = "negative inputs"
        look = "numbers below 0 in x"
        needs = ("x",)
        groups = ("not learning",)
        explains = ("unfit batch size",)

        def examine(self, evidence: Evidence) -> Iterator[Finding]:
            low = float(evidence.x[0].min())
            if low < 0 and evidence.rows == len(X):
                yield self.finding("likely", f"x goes down to {low:.3g}.", "That is nothing bad.", "abs(x)", details={"low": low})

    assert Negative in configuration.subclasses(Symptom)


def compiled() -> cr.Model:
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(4, "relu"), cr.layers.Dense(1, "sigmoid")], seed=1)
    model.compile("adam", "binary_crossentropy")
    return model


def test_it_is_examined_before_training_and_its_fields_are_filled() -> None:
    found = cr.diagnose(compiled(), X, Y, epochs=100)
    mine = next(finding for finding in found if finding.symptom == "negative inputs")
    assert mine.certainty == "likely" and mine.stage == "before" and mine.details["low"] == float(X.min())
    assert not any(finding.symptom == "negative inputs" for finding in cr.diagnose(compiled(), np.abs(X), Y, epochs=100))


def test_it_is_examined_only_where_its_evidence_is() -> None:
    assert not known_symptoms()["negative inputs"].is_visible(Evidence("before", (), ()))
    assert cr.doctor.examine(Evidence("before", (), ())) == []


def test_it_is_ranked_by_what_it_explains_and_by_what_explains_it() -> None:
    known = known_symptoms()
    assert consequences("negative inputs", known) == {"unfit batch size"}
    assert "negative inputs" in consequences("data not finite", known)  # which explains whatever keeps a network from learning
    alone = [f.symptom for f in cr.diagnose(compiled(), X, Y, epochs=100, batch_size=1)]
    assert alone.index("negative inputs") == 0
    spoilt = X.copy()
    spoilt[3, 1] = np.nan
    spoilt[0] = -1
    first, *others = cr.diagnose(compiled(), np.where(np.isnan(spoilt), np.inf, spoilt), Y, epochs=100)
    softened = next(finding for finding in others if finding.symptom == "negative inputs")
    assert first.symptom == "data not finite" and softened.certainty == "possible"


def test_it_is_shown_for_a_run_and_told_in_training(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    doctor = cr.callbacks.Doctor()
    compiled().fit(X, Y, 20, 2, verbose=0, callbacks=[doctor, cr.callbacks.Recorder(tmp_path / "run")])
    assert "negative inputs" in [finding.symptom for finding in doctor.findings]
    assert "Doctor: negative inputs (likely)" in capsys.readouterr().out
    assert "negative inputs" in [finding.symptom for finding in cr.diagnose(cr.open_run(tmp_path / "run"))]
    assert "negative inputs" in CliRunner().invoke(app, ["diagnose", str(tmp_path / "run")]).output


def test_a_subclass_is_examined_like_its_base() -> None:
    class Strict(Overfitting):
        """The same, told earlier."""

        name = "overfitting, told early"
        RISE, LASTING = 1.01, 2

    symptom = known_symptoms()["overfitting, told early"]
    assert isinstance(symptom, Strict) and symptom.look == Overfitting.look and symptom.needs == Overfitting.needs
    losses = np.linspace(1, 0.5, 40)
    epochs = [{"loss": 1 - 0.1 * number, "val_loss": value} for number, value in enumerate([1.0, 0.9, 0.91, 0.92, 0.93])]
    evidence = Evidence("after", (), (), course=Course(losses, epochs, steps_per_epoch=8, status="finished"))
    assert [finding.symptom for finding in symptom.examine(evidence)] == ["overfitting, told early"]
    assert list(Overfitting().examine(evidence)) == []


def test_every_declaration_names_something_that_exists() -> None:
    known, parts = known_symptoms(), {field.name for field in fields(Evidence)}
    assert len(known) >= 56
    for name, symptom in known.items():
        assert set(symptom.explains) <= {*known, *GROUPS}, name
        assert set(symptom.groups) <= set(GROUPS) and set(symptom.needs) <= parts, name
        assert name not in symptom.explains and symptom.look and type(symptom).__doc__, name
