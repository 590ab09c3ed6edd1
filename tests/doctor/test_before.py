"""Before training: each faulty network or data set is found, and its sound twin raises no alarm."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from doctors import alarms, classifier, digits_arrays, symptoms

import chainrule as cr
from chainrule.doctor import known_symptoms
from chainrule.doctor.sources import before_training
from chainrule.errors import ArgumentError

D, A = cr.layers.Dense, cr.layers.Activation
X, Y = digits_arrays()
ONE_HOT = np.eye(10, dtype="float32")[Y]
EVEN = (Y % 2).astype("int32")
QUANTITY = X[:, :20].sum(1) - 5
RANDOM = np.random.default_rng(3)


def test_sound_networks_raise_no_alarm() -> None:
    sound = [
        (classifier(), Y),
        (classifier(loss="sparse_categorical_crossentropy", activation="softmax"), Y),
        (classifier(loss="categorical_crossentropy", activation="softmax"), ONE_HOT),
        (classifier(outputs=1, loss="binary_crossentropy", activation="sigmoid"), EVEN),
        (classifier(outputs=1, loss=cr.losses.BinaryCrossentropy(from_logits=True)), EVEN),
        (classifier(loss="mse", activation="sigmoid"), ONE_HOT),
    ]
    for model, y in sound:
        assert alarms(cr.diagnose(model, X, y, epochs=10)) == []
    regression = cr.Sequential([cr.Input((64,)), D(32, "tanh"), D(1)])
    regression.compile("adam", "mse")
    assert alarms(cr.diagnose(regression, X, QUANTITY, epochs=10)) == []


OUTPUTS = {
    "softmax on one unit": (classifier(outputs=1, loss="binary_crossentropy", activation="softmax"), EVEN),
    "categorical crossentropy on one unit": (classifier(outputs=1, loss="categorical_crossentropy", activation="sigmoid"), EVEN[:, None]),
    "output cannot reach the targets": (classifier(outputs=1, loss="mse", activation="sigmoid"), QUANTITY),
    "wrong number of outputs": (classifier(outputs=7), Y),
    "labels out of range": (classifier(outputs=9), Y),
    "logits taken for probabilities": (classifier(loss="sparse_categorical_crossentropy"), Y),
    "probabilities taken for logits": (classifier(activation="softmax"), Y),
    "output activation does not fit the loss": (classifier(loss="categorical_crossentropy", activation="sigmoid"), ONE_HOT),
    "loss does not fit the task": (classifier(loss="mae", activation="softmax"), ONE_HOT),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_outputs_that_do_not_fit(name: str) -> None:
    model, y = OUTPUTS[name]
    found = cr.diagnose(model, X, y)
    assert name in symptoms(found) and found[0].is_alarm
    assert found[0].remedy and found[0].seen and found[0].cause


def test_several_answers_for_one_target() -> None:
    model = cr.Sequential([cr.Input((8, 8)), cr.layers.LSTM(8, return_sequences=True), D(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    found = cr.diagnose(model, X.reshape(-1, 8, 8), EVEN)
    assert found[0].symptom == "wrong output shape" and "return_sequences=False" in found[0].remedy
    mended = cr.Sequential([cr.Input((8, 8)), cr.layers.LSTM(8), D(1, "sigmoid")])
    mended.compile("adam", "binary_crossentropy")
    assert alarms(cr.diagnose(mended, X.reshape(-1, 8, 8), EVEN)) == []


def _with(x: np.ndarray, row: int, value: float) -> np.ndarray:
    changed = x.copy()
    changed[row, 5] = value
    return changed


DATA = {
    "data not finite": (_with(X, 17, np.nan), Y, {}),
    "constant inputs": (np.ones_like(X), Y, {}),
    "constant targets": (X, np.full_like(Y, 3), {}),
    "inputs not scaled": (X * 2000, Y, {}),
    "leak": (np.concatenate([X, Y[:, None] * 2.0 + 1], axis=1), Y, {}),
    "no shuffling": (X[np.argsort(Y, kind="stable")], np.sort(Y), {"shuffle": False}),
    "noisy labels": (X, np.where(RANDOM.random(len(Y)) < 0.2, RANDOM.integers(0, 10, len(Y)), Y).astype("int32"), {}),
    "duplicate examples": (np.concatenate([X[:300]] * 3), np.concatenate([Y[:300], (Y[:300] + 1) % 10, Y[:300]]), {}),
    "validation of another distribution": (X, Y, {"validation_data": (X[:200] * 16, Y[:200])}),
}


@pytest.mark.parametrize("name", DATA)
def test_data_that_cannot_be_meant(name: str) -> None:
    x, y, settings = DATA[name]
    found = cr.diagnose(classifier(inputs=x.shape[1]), x, y, **settings)
    assert name in alarms(found)


def test_rows_are_named() -> None:
    found = cr.diagnose(classifier(), _with(X, 17, np.nan), Y)[0]
    assert found.details["rows"] == [17] and "row 17" in found.seen
    column = cr.diagnose(classifier(65), DATA["leak"][0], Y)[0]
    assert column.details["column"] == 64


def test_validation_rows_that_are_training_rows() -> None:
    assert "leak" in alarms(cr.diagnose(classifier(), X[:800], Y[:800], validation_data=(X[700:], Y[700:])))
    assert "leak" not in alarms(cr.diagnose(classifier(), X[:800], Y[:800], validation_data=(X[800:], Y[800:])))


def test_a_class_that_validation_lacks() -> None:
    order = np.argsort(Y, kind="stable")
    train, last = order[:800], order[800:]
    found = cr.diagnose(classifier(), X[train], Y[train], validation_data=(X[last], Y[last]))
    assert "validation of another distribution" in alarms(found)


def test_shuffled_labels_are_possible_and_true_ones_are_not() -> None:
    shuffled = Y[np.random.default_rng(0).permutation(len(Y))]
    assert "labels unrelated to inputs" in symptoms(cr.diagnose(classifier(), X, shuffled))
    assert "labels unrelated to inputs" not in symptoms(cr.diagnose(classifier(), X, Y))


def test_rare_classes() -> None:
    rare = (Y == 3) & (np.arange(len(Y)) % 8 == 0)
    rows = rare | (Y != 3)
    found = cr.diagnose(classifier(outputs=1, loss="binary_crossentropy", activation="sigmoid"), X[rows], rare[rows].astype("int32"))
    assert "classes unbalanced" in symptoms(found) and alarms(found) == []
    assert "classes unbalanced" not in symptoms(cr.diagnose(classifier(), X, Y))


def test_targets_of_another_size() -> None:
    def model() -> cr.Model:
        made = cr.Sequential([cr.Input((64,)), D(16, "relu"), D(1)])
        made.compile("adam", "mse", ["mae"])
        return made

    assert "targets not scaled" in alarms(cr.diagnose(model(), X, 1000 * QUANTITY + 200_000))
    assert alarms(cr.diagnose(model(), X, QUANTITY)) == []


def test_accuracy_of_quantities() -> None:
    model = cr.Sequential([cr.Input((64,)), D(16, "relu"), D(1)])
    model.compile("adam", "mse", ["accuracy"])
    assert alarms(cr.diagnose(model, X, QUANTITY)) == ["metric hides failure"]


NETWORKS: dict[str, list[Any]] = {
    "symmetry not broken": [D(16, "relu", kernel_initializer="zeros"), D(16, "relu", kernel_initializer="zeros")],
    "bad initialisation": [D(32, "tanh", kernel_initializer=cr.initializers.RandomNormal(0.0, 2.0))],
    "missing nonlinearity": [D(64), D(64, "relu")],
    "deep stack of sigmoid layers": [D(16, "sigmoid"), D(16), A("sigmoid"), D(16, "sigmoid")],
    "capacity too small": [D(1, "relu")],
    "dropout misused": [D(32, "relu"), cr.layers.Dropout(0.9)],
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_that_cannot_learn_well(name: str) -> None:
    assert name in alarms(cr.diagnose(classifier(hidden=NETWORKS[name]), X, Y))


def test_sound_twins_of_these_networks() -> None:
    for hidden in (
        [D(16, "relu"), cr.layers.Dropout(0.5), D(16, "relu")],
        [D(16), cr.layers.BatchNormalization(), A("relu"), D(16, "tanh")],
        [D(32, "sigmoid")],
    ):
        assert alarms(cr.diagnose(classifier(hidden=hidden), X, Y)) == []


def test_what_stands_after_the_output() -> None:
    for layer, name in ((cr.layers.Dropout(0.3), "dropout misused"), (cr.layers.BatchNormalization(), "batch normalisation misused")):
        model = cr.Sequential([cr.Input((64,)), D(32, "relu"), D(10), layer])
        model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
        assert name in alarms(cr.diagnose(model, X, Y))


def test_batch_normalisation_of_single_examples() -> None:
    hidden = [D(16), cr.layers.BatchNormalization(), A("relu")]
    assert "batch normalisation misused" in alarms(cr.diagnose(classifier(hidden=hidden), X, Y, batch_size=1))
    assert alarms(cr.diagnose(classifier(hidden=hidden), X, Y, batch_size=32)) == []


@pytest.mark.parametrize(
    ("optimizer", "name"),
    [
        (cr.optimizers.SGD(0.0), "learning rate too low"),
        (cr.optimizers.Adam(1e-8), "learning rate too low"),
        (cr.optimizers.Adam(5.0), "learning rate too high"),
    ],
)
def test_rates_far_off(optimizer: cr.optimizers.Optimizer, name: str) -> None:
    assert name in alarms(cr.diagnose(classifier(optimizer=optimizer), X, Y, epochs=20))


def test_too_few_updates() -> None:
    assert "too few updates" in alarms(cr.diagnose(classifier(), X, Y, batch_size=500, epochs=2))
    assert alarms(cr.diagnose(classifier(), X, Y, batch_size=32, epochs=5)) == []


def test_frozen_and_unconnected_layers() -> None:
    model = classifier()
    model.trainable = False
    model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    assert "frozen layers" in alarms(cr.diagnose(model, X, Y))
    x = cr.Input((64,))
    y = D(10)(cr.layers.Multiply()([D(8)(x), D(8, trainable=True)(x)]))
    branched = cr.Model(x, y)
    branched.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    assert alarms(cr.diagnose(branched, X, Y)) == []


def test_indices_beyond_an_embedding() -> None:
    words = RANDOM.integers(0, 30, (200, 6)).astype("int32")
    for size, expected in ((20, ["indices out of range"]), (30, [])):
        model = cr.Sequential([cr.Input((6,), "int32"), cr.layers.Embedding(size, 4), cr.layers.GlobalAveragePooling1D(), D(1, "sigmoid")])
        model.compile("adam", "binary_crossentropy")
        assert alarms(cr.diagnose(model, words, (words[:, 0] > 15).astype("int32"))) == expected


def test_what_fit_refuses_is_a_finding() -> None:
    model = classifier(inputs=63)
    assert "refused" in symptoms(cr.diagnose(model, X, Y))
    assert cr.diagnose(model, np.array(["a", "b"]), Y)[0].symptom == "refused"
    assert cr.diagnose(classifier(), X, Y[:-1])[0].symptom == "refused"


def test_no_symptom_fails_on_odd_evidence() -> None:
    """`examine` passes over a symptom that fails, so that the others are heard; here none may."""
    odd = [
        (classifier(), X[:1], Y[:1]),
        (classifier(), X, QUANTITY),
        (classifier(outputs=1, loss="mse"), X[:3], np.zeros((3, 1))),
        (classifier(inputs=63), X, Y),
        (classifier(), np.full((4, 64), np.inf), Y[:4]),
        (classifier(), np.array(["a"]), Y),
    ]
    for model, x, y in odd:
        evidence = before_training(model, x, y, epochs=3)
        for symptom in known_symptoms().values():
            if symptom.is_visible(evidence):
                list(symptom.examine(evidence))


def test_arguments() -> None:
    with pytest.raises(ArgumentError, match="Give x and y"):
        cr.diagnose(classifier())
    with pytest.raises(ArgumentError, match="not compiled"):
        cr.diagnose(cr.Sequential([cr.Input((2,)), D(1)]), X, Y)


def test_the_page_lists_every_symptom() -> None:
    page = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text()
    own = [symptom for symptom in known_symptoms().values() if symptom.__module__.startswith("chainrule.doctor.symptoms")]
    assert [symptom.name for symptom in own if f"| {symptom.name} | {symptom.look} |" not in page] == []
