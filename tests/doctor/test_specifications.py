"""The harness that scores the doctor: old spellings are understood, and nothing in a specification makes it fail."""

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from doctor import Outcome, examine_case, totals
from keras_specification import CannotBuildError, build, translate

import chainrule as cr

OLD: dict[str, Any] = {
    "model": {
        "kind": "Sequential",
        "layers": [
            {"op": "Dense", "output_dim": 8, "input_dim": 3, "init": "uniform", "W_regularizer": {"name": "l2", "l2": 0.01}},
            {"op": "Activation", "activation": "relu"},
            {"op": "Dropout", "p": 0.25},
            {"op": "Dense", "output_dim": 1, "activation": "softmax"},
        ],
    },
    "optimizer": {"name": "SGD", "lr": 0.1, "decay": 1e-6, "momentum": 0.9, "nesterov": True},
    "loss": "binary_crossentropy",
    "metrics": ["acc"],
    "fit": {"nb_epoch": 3, "batch_size": 16},
}
CASE = {"id": "old", "kind": "silent training fault", "causes": "OUT_SOFTMAX1", "npz": "old.npz", "spec": OLD}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    x = np.random.default_rng(0).normal(size=(60, 3)).astype("float32")
    np.savez(tmp_path / "old.npz", x=x, y=(x[:, 0] > 0).astype("float32"))
    return tmp_path


def test_old_spellings() -> None:
    translated = translate(OLD)
    model = build(translated, np.zeros((5, 3), "float32"))
    dense, _, dropout, last = model.layers
    assert (dense.units, dropout.rate, last.activation) == (8, 0.25, "softmax")
    assert dense.kernel_initializer == "uniform" and dense.kernel_regularizer == cr.regularizers.L1L2(0.0, 0.01)
    optimizer = model.compile_arguments["optimizer"]
    assert (optimizer.learning_rate, optimizer.momentum, optimizer.nesterov) == (0.1, 0.9, True)
    assert translated.fit["epochs"] == 3 and translated.metrics == ["accuracy"]


def test_a_case_is_scored(folder: Path) -> None:
    outcome = examine_case(CASE, folder, 5.0)
    assert outcome.findings[0].symptom == "softmax on one unit" and outcome.names(["OUT_SOFTMAX1"], 1)
    assert "1 of 1 (100%)" in next(iter(list(totals([outcome]))[1:]))


def _changed(**spec: Any) -> dict[str, Any]:
    case = copy.deepcopy(CASE)
    case["spec"] |= spec
    return case


ODD = {
    "no specification": CASE | {"spec": None},
    "no arrays": CASE | {"npz": None},
    "a file that is not there": CASE | {"npz": "gone.npz"},
    "no layers": _changed(model={"layers": []}),
    "no model": _changed(model=None),
    "an unknown layer": _changed(model={"layers": [*OLD["model"]["layers"][:1], {"op": "CapsuleNet", "units": 3}]}),
    "an unknown optimiser": _changed(optimizer={"name": "yogi", "lr": 0.1}),
    "an unknown loss": _changed(loss="my_loss"),
    "nothing to compile": _changed(optimizer=None, loss=None, metrics=None),
    "no fit": _changed(fit=None),
    "odd epochs": _changed(fit={"epochs": "many", "batch_size": None}),
    "a lambda": _changed(model={"layers": [{"op": "Dense", "units": 4, "activation": "<lambda>"}, {"op": "Dense", "units": 1}]}),
    "two inputs": _changed(model={"layers": [{"op": "Dense", "units": 4}, {"op": "Concatenate"}, {"op": "Dense", "units": 1}]}),
    "a wrapped layer": _changed(
        model={"layers": [{"op": "Bidirectional", "layer": {"op": "GRU", "units": 4}}, {"op": "Dense", "units": 1}]}
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_nothing_makes_it_fail(folder: Path, name: str) -> None:
    outcome = examine_case(ODD[name], folder, 5.0)
    assert isinstance(outcome, Outcome) and "failed" not in outcome.note
    list(totals([outcome]))


def test_static_findings_without_building(folder: Path) -> None:
    layers = [{"op": "Dense", "units": 4}, {"op": "CapsuleNet"}, {"op": "Dense", "units": 1, "activation": "softmax"}]
    case = _changed(model={"layers": layers})
    with pytest.raises(CannotBuildError):
        build(translate(case["spec"]), np.zeros((5, 3), "float32"))
    assert "softmax on one unit" in [finding.symptom for finding in examine_case(case, folder, 5.0).findings]
