"""Whole fits against Keras 3 on JAX, from the same weights: the weights after each epoch, the history, and evaluate."""

from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import pytest
from twins import KerasWeights, Made, Twins, Weights, dense, keras_weights, make, rows

import chainrule as cr

ROWS, BATCH = 45, 8  # six batches, the last one short


@dataclass(frozen=True)
class Case:
    """A network and how it is trained."""

    name: str
    twins: Twins
    targets: str  # "real", "bits", "one_hot" or "index"
    loss: Any
    optimizer: Any
    metrics: tuple[Any, ...] = ()
    fit: dict[str, Any] = field(default_factory=dict[str, Any])
    epochs: int = 9
    tolerance: float = 2e-5

    def __str__(self) -> str:
        return self.name

    def data(self, count: int = ROWS, seed: int = 70) -> tuple[Any, Any]:
        """Return inputs, and targets that have something to do with them."""
        below = next((arguments["input_dim"] for name, arguments in self.twins.layers if name == "Embedding"), None)
        x = (
            np.random.default_rng(seed).integers(0, below, (count, *self.twins.shape)).astype("int32")
            if below
            else rows(count, *self.twins.shape, seed=seed)
        )
        width = self.twins.layers[-1][1]["units"] if self.twins.layers[-1][0] == "Dense" else 3
        places = self.twins.shape[:-1] if "places" in self.name else ()
        signal = np.random.default_rng(71).normal(size=(x[0].size, int(np.prod(places, dtype=int)) * width))
        y = np.sin(x.reshape(count, -1) @ signal).reshape(count, *places, width)
        if self.targets == "real":
            return x, y.astype("float32")
        if self.targets == "bits":
            return x, (y > 0).astype("float32")
        return x, y.argmax(-1).astype("int32") if self.targets == "index" else np.eye(width, dtype="float32")[y.argmax(-1)]


LOGITS = {"from_logits": True}
BINARY: Made = ("BinaryCrossentropy", LOGITS)
SPARSE: Made = ("SparseCategoricalCrossentropy", LOGITS)
ADAM: Made = ("Adam", {"learning_rate": 0.01})
SGD: Made = ("SGD", {"learning_rate": 0.1})
FLAT = Twins((4,), dense(6, 3))
ONE = Twins((4,), dense(6, 1))
L1L2 = [("Dense", {"units": 6, "activation": "relu", "kernel_regularizer": "l1", "bias_regularizer": "l2"}), ("Dense", {"units": 3})]
CONVOLUTION = [
    ("Conv2D", {"filters": 4, "kernel_size": 3, "padding": "same", "activation": "relu"}),
    ("MaxPooling2D", {"pool_size": 2}),
    ("Conv2D", {"filters": 4, "kernel_size": 2, "strides": 2}),
    ("Flatten", {}),
    ("Dense", {"units": 3}),
]
NORMALIZED = [
    ("Dense", {"units": 6, "use_bias": False}),
    ("BatchNormalization", {"momentum": 0.8}),
    ("Activation", {"activation": "relu"}),
    ("Dense", {"units": 3}),
]
IMAGES = [
    ("Conv2D", {"filters": 4, "kernel_size": 3, "use_bias": False}),
    ("BatchNormalization", {}),
    ("AveragePooling2D", {"pool_size": 2}),
    ("GlobalMaxPooling2D", {}),
    ("LayerNormalization", {}),
    ("Dense", {"units": 3}),
]
SERIES = [("Conv1D", {"filters": 5, "kernel_size": 3, "padding": "causal"}), ("LSTM", {"units": 4}), ("Dense", {"units": 3})]
WORDS = [
    ("Embedding", {"input_dim": 12, "output_dim": 5}),
    ("LSTM", {"units": 4, "return_sequences": True}),
    ("GlobalAveragePooling1D", {}),
    ("Dense", {"units": 1}),
]

CASES = [
    Case("mse-sgd", FLAT, "real", "mse", SGD, ("mae", "mse")),
    Case(
        "mse-momentum-one-output",
        ONE,
        "real",
        "mean_squared_error",
        ("SGD", {"learning_rate": 0.02, "momentum": 0.9, "nesterov": True}),
        ("mae",),
    ),
    Case("mae-rmsprop-clipped", FLAT, "real", "mae", ("RMSprop", {"learning_rate": 0.01, "clipnorm": 0.5})),
    Case("huber-adam", FLAT, "real", ("Huber", {"delta": 0.4}), ADAM),
    Case(
        "binary-logits", ONE, "bits", BINARY, ADAM, (("BinaryAccuracy", {"threshold": 0.0}), ("AUC", {"from_logits": True, "name": "auc"}))
    ),
    Case("binary-probabilities", Twins((4,), dense(6, 1, activation="sigmoid")), "bits", "binary_crossentropy", ADAM, ("accuracy",)),
    Case(
        "sparse-probabilities",
        Twins((4,), dense(6, 3, activation="softmax")),
        "index",
        "sparse_categorical_crossentropy",
        ("AdamW", {"learning_rate": 0.02}),
        ("accuracy",),
    ),
    Case("sparse-logits", FLAT, "index", SPARSE, SGD, ("accuracy", ("SparseTopKCategoricalAccuracy", {"k": 2}))),
    Case("smoothed", FLAT, "one_hot", ("CategoricalCrossentropy", LOGITS | {"label_smoothing": 0.1}), ADAM, ("accuracy",)),
    Case("several-places", Twins((5, 4), dense(6, 3)), "index", SPARSE, ADAM, ("accuracy",)),
    Case("regularized", Twins((4,), L1L2), "index", SPARSE, ("Adam", {"learning_rate": 0.01, "global_clipnorm": 0.5}), ("accuracy",)),
    Case("amsgrad-decay", FLAT, "real", "mse", ("Adam", {"learning_rate": 0.01, "amsgrad": True, "weight_decay": 0.05})),
    Case("centered", FLAT, "real", "mse", ("RMSprop", {"learning_rate": 0.01, "centered": True, "momentum": 0.5})),
    Case("sample-weight", FLAT, "index", SPARSE, ADAM, ("accuracy",), {"sample_weight": np.linspace(0, 2, ROWS)}),
    Case("class-weight", FLAT, "index", SPARSE, ADAM, ("accuracy",), {"class_weight": {0: 1.0, 1: 3.0, 2: 0.2}}),
    Case("class-weight-bits", ONE, "bits", BINARY, SGD, (), {"class_weight": {0: 0.5, 1: 4.0}}),
    Case("class-weight-one-hot", FLAT, "one_hot", ("CategoricalCrossentropy", LOGITS), SGD, (), {"class_weight": {0: 1.0, 1: 3.0, 2: 0.2}}),
    Case("convolution", Twins((6, 6, 2), CONVOLUTION), "index", SPARSE, ADAM, ("accuracy",), tolerance=2e-4),
    Case("batch-normalization", Twins((4,), NORMALIZED), "index", SPARSE, ADAM, ("accuracy",), tolerance=5e-4),
    Case("images", Twins((7, 7, 2), IMAGES), "index", SPARSE, SGD, ("accuracy",), tolerance=5e-4),
    Case("series", Twins((6, 2), SERIES), "real", "mse", ADAM, tolerance=2e-4),
    Case("words", Twins((7,), WORDS, "int32"), "bits", BINARY, ADAM, tolerance=2e-4),
]


def _compiled(case: Case) -> tuple[cr.Sequential, Any]:
    mine = case.twins.ours()
    theirs = case.twins.theirs(mine.get_weights())
    mine.compile(make(cr.optimizers, case.optimizer), make(cr.losses, case.loss), [make(cr.metrics, metric) for metric in case.metrics])
    theirs.compile(
        make(keras.optimizers, case.optimizer),
        make(keras.losses, case.loss),
        metrics=[make(keras.metrics, metric) for metric in case.metrics],
    )
    return mine, theirs


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fit_is_that_of_keras(case: Case) -> None:
    mine, theirs = _compiled(case)
    x, y = case.data()
    apart = case.data(13, seed=72)
    options: dict[str, Any] = {
        "batch_size": BATCH,
        "epochs": case.epochs,
        "verbose": 0,
        "shuffle": False,
        "validation_data": apart,
    } | case.fit
    kept, kept_there = Weights(), KerasWeights()
    history = mine.fit(x, y, callbacks=[kept], **options).history
    history_there = theirs.fit(x, y, callbacks=[kept_there], **options).history

    assert set(history) == set(history_there)
    for name, values in history_there.items():
        np.testing.assert_allclose(history[name], values, rtol=10 * case.tolerance, atol=case.tolerance, err_msg=name)
    assert len(kept.epochs) == case.epochs
    for epoch, (found, wanted) in enumerate(zip(kept.epochs, kept_there.epochs, strict=True)):
        for name, array, other in zip(mine.named_weights(), found, wanted, strict=True):
            np.testing.assert_allclose(array, other, rtol=10 * case.tolerance, atol=case.tolerance, err_msg=f"{name} after epoch {epoch}")


@pytest.mark.parametrize("case", [case for case in CASES if case.name in ("binary-logits", "regularized", "images")], ids=str)
def test_evaluate_and_predict_are_those_of_keras(case: Case) -> None:
    mine, theirs = _compiled(case)
    x, y = case.data()
    weight = np.linspace(1, 3, ROWS)
    found, wanted = (
        mine.evaluate(x, y, BATCH, sample_weight=weight, return_dict=True),
        theirs.evaluate(x, y, BATCH, 0, weight, return_dict=True),
    )
    assert set(found) == set(wanted)
    for name, value in wanted.items():
        assert found[name] == pytest.approx(value, rel=1e-4)
    assert mine.evaluate(x, y, BATCH, sample_weight=weight) == list(found.values())
    np.testing.assert_allclose(mine.predict(x), theirs.predict(x, verbose=0), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("case", [case for case in CASES if case.name in ("sparse-logits", "batch-normalization")], ids=str)
def test_training_batch_by_batch_is_that_of_keras(case: Case) -> None:
    mine, theirs = _compiled(case)
    x, y = case.data()
    weight = np.linspace(0.5, 2, ROWS).astype("float32")
    for start in range(0, ROWS, 10):
        rows_now = slice(start, start + 10)
        theirs.reset_metrics()  # Keras's figures run on from batch to batch
        wanted = theirs.train_on_batch(x[rows_now], y[rows_now], weight[rows_now], return_dict=True)
        found = mine.train_on_batch(x[rows_now], y[rows_now], weight[rows_now], return_dict=True)
        assert found == pytest.approx({name: float(value) for name, value in wanted.items()}, rel=1e-4)
    for array, other in zip(mine.get_weights(), keras_weights(theirs), strict=True):
        np.testing.assert_allclose(array, other, rtol=10 * case.tolerance, atol=case.tolerance)


def test_a_fit_goes_on_where_the_one_before_ended_as_in_keras() -> None:
    case = next(case for case in CASES if case.name == "huber-adam")
    mine, theirs = _compiled(case)
    x, y = case.data()
    for epochs, begin in [(2, 0), (5, 2)]:
        history = mine.fit(x, y, BATCH, epochs, 0, shuffle=False, initial_epoch=begin)
        wanted = theirs.fit(x, y, BATCH, epochs, 0, shuffle=False, initial_epoch=begin)
        assert history.epoch == wanted.epoch == list(range(begin, epochs))
        np.testing.assert_allclose(history.history["loss"], wanted.history["loss"], rtol=1e-4)


def test_a_padded_last_batch_is_the_same_as_a_short_one() -> None:
    case = next(case for case in CASES if case.name == "batch-normalization")
    (padded, _), (short, _) = _compiled(case), _compiled(case)
    x, y = case.data()
    padded.fit(x, y, BATCH, verbose=0, shuffle=False)
    for start in range(0, ROWS, BATCH):
        short.train_on_batch(x[start : start + BATCH], y[start : start + BATCH])
    for array, other in zip(padded.get_weights(), short.get_weights(), strict=True):
        np.testing.assert_allclose(array, other, rtol=1e-5, atol=1e-6)
