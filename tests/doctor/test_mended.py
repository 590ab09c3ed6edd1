"""What a blind examination of the doctor found wanting: each is found now, and what misled no longer stands before it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from doctors import alarms, classifier, digits_arrays, kept, symptoms

import chainrule as cr

D = cr.layers.Dense
X, Y = digits_arrays()


def _found(path: Path, model: cr.Model, x: np.ndarray, y: np.ndarray, epochs: int = 6, **more: Any) -> list[Any]:
    return cr.diagnose(kept(path / "run", model, x, y, epochs, **more))


@pytest.mark.parametrize(
    ("first", "hidden", "optimizer"),
    [
        ("capacity too small", [D(32, "relu"), D(1, "relu", bias_initializer=cr.initializers.Constant(-10.0))], "adam"),
        ("bad initialisation", [D(32, "tanh", kernel_initializer=cr.initializers.RandomNormal(0, 0.01)) for _ in range(5)], "sgd"),
        ("learning rate too high", [D(32, "relu")], cr.optimizers.Adam(3.0)),
    ],
)
def test_weights_that_stand_still_are_not_always_due_to_a_low_rate(tmp_path: Path, first: str, hidden: Any, optimizer: Any) -> None:
    found = _found(tmp_path, classifier(hidden=hidden, optimizer=optimizer), X, Y, 5)
    assert alarms(found)[0] == first and "learning rate too low" not in alarms(found)


def test_a_penalty_that_has_emptied_the_weights_is_told_of_after_training(tmp_path: Path) -> None:
    heavy = [D(32, "relu", kernel_regularizer=cr.regularizers.L2(3.0))]
    model = cr.Sequential([cr.Input((64,)), *heavy, D(10, "softmax", kernel_regularizer=cr.regularizers.L2(3.0))], seed=2)
    model.compile(cr.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    found = _found(tmp_path, model, X, Y, 10)
    assert alarms(found)[0] == "regularisation too strong" and "at step 0" in found[0].seen


def test_a_decay_that_eats_the_weights() -> None:
    for decay, wanted in ((50.0, True), (0.01, False)):
        model = classifier(optimizer=cr.optimizers.AdamW(0.001, weight_decay=decay))
        assert ("regularisation too strong" in symptoms(cr.diagnose(model, X, Y))) == wanted


def test_heavy_noise_and_classes_that_overlap() -> None:
    random = np.random.default_rng(0)
    wrong = random.random(len(Y)) < 0.4
    noisy = np.where(wrong, random.integers(0, 10, len(Y)), Y).astype("int32")
    assert alarms(cr.diagnose(classifier(), X, noisy)) == ["noisy labels"]
    for size in (0.3, 0.5):
        overlapping = X + random.normal(0, size, X.shape).astype("float32")
        assert "noisy labels" not in alarms(cr.diagnose(classifier(), overlapping, Y))


def test_quantities_in_the_wrong_rows(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    x = random.normal(size=(400, 8)).astype("float32")
    y = np.sin(x[:, 0]) + x[:, 1]
    for name, given in (("right", y), ("wrong", random.permutation(y))):
        model = classifier(8, 1, [D(128, "relu")], cr.optimizers.Adam(0.01), "mse")
        found = _found(tmp_path / name, model, x[:300], given[:300], 60, validation_data=(x[300:], given[300:]))
        assert ("labels unrelated to inputs" in alarms(found)) == (name == "wrong")


def test_a_ring_needs_a_hidden_layer(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    x = random.uniform(-1, 1, (500, 2)).astype("float32")
    y = ((x**2).sum(1) < 0.6).astype("int32")
    model = cr.Sequential([cr.Input((2,)), D(1, "sigmoid")], seed=0)
    model.compile(cr.optimizers.Adam(0.02), "binary_crossentropy")
    assert alarms(_found(tmp_path, model, x, y, 25))[0] == "capacity too small"


def test_weights_of_classes_that_are_balanced_already(tmp_path: Path) -> None:
    found = _found(tmp_path, classifier(), X, Y, 2, class_weight={label: 100.0 if label == 3 else 1.0 for label in range(10)})
    told = next(finding for finding in found if finding.symptom == "classes unbalanced")
    assert told.is_alarm and told.details["ratio"] > 50


def test_a_callback_that_ended_training_is_named(tmp_path: Path) -> None:
    stop = cr.callbacks.EarlyStopping(monitor="loss", patience=0, min_delta=5.0)
    found = _found(tmp_path, classifier(), X, Y, 40, callbacks=[stop])
    told = next(finding for finding in found if finding.symptom == "ended while still falling")
    assert told.is_alarm and "Training was ended by" in told.seen and "patience" in told.remedy


def test_softmax_before_softmax() -> None:
    for before, wanted in (("softmax", True), ("relu", False)):
        model = classifier(hidden=[D(32, "relu"), D(10, before)], activation="softmax", loss="sparse_categorical_crossentropy")
        assert ("probabilities taken for logits" in alarms(cr.diagnose(model, X, Y))) == wanted


def test_all_examples_in_one_batch(tmp_path: Path) -> None:
    found = _found(tmp_path, classifier(optimizer="sgd"), X, Y, 12, batch_size=1000)
    assert alarms(found)[0] == "too few updates" and "batch_size=32" in found[0].remedy


def test_frozen_first_weights_and_copies_across_the_split(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    continuous = X[:300] + random.normal(0, 0.01, (300, 64)).astype("float32")
    x, y = np.repeat(continuous, 3, 0), np.repeat(Y[:300], 3)
    rows = random.permutation(len(x))
    data = (x[rows[700:]], y[rows[700:]])
    assert "leak" in alarms(cr.diagnose(classifier(), x[rows[:700]], y[rows[:700]], validation_data=data))
    held = [D(64, "relu", trainable=False), D(2, "relu", trainable=False)]
    assert "frozen layers" in alarms(_found(tmp_path, classifier(hidden=held), X, Y, 3))


def test_an_embedding_names_things_by_number() -> None:
    random = np.random.default_rng(0)
    x = random.integers(0, 50, (300, 8)).astype("int32")
    y = (random.normal(size=50)[x].sum(1) > 0).astype("int32")
    body = [cr.layers.Embedding(50, 8), cr.layers.GlobalAveragePooling1D(), D(1, "sigmoid")]
    model = cr.Sequential([cr.Input((8,), dtype="int32"), *body], seed=0)
    model.compile("adam", "binary_crossentropy")
    assert {"labels unrelated to inputs", "noisy labels"}.isdisjoint(symptoms(cr.diagnose(model, x, y)))
