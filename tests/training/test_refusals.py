"""Data and arguments that cannot be meant are refused before a step is run, and training that goes wrong says where."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ArgumentError, ChainruleError, DataError, ShapeError, TrainingError

X = np.random.default_rng(85).normal(size=(12, 3)).astype("float32")
LABELS = np.arange(12) % 3


def model_for(loss: Any = "mse", units: int = 1, **arguments: Any) -> cr.Sequential:
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(units)], seed=1)
    model.compile(**({"optimizer": "sgd", "loss": loss} | arguments))
    return model


SPARSE = cr.losses.SparseCategoricalCrossentropy(from_logits=True)


def spoilt(value: Any) -> Any:
    x = X.copy()
    x[7, 2] = value
    return x


DATA: list[tuple[Any, Any, Any, Any, str]] = [
    (model_for, spoilt(np.nan), X[:, :1], DataError, r"x must be finite.*the first in row 7: x\[7, 2\] is nan"),
    (model_for, spoilt(np.inf), X[:, :1], DataError, "x must be finite"),
    (model_for, X, spoilt(np.nan)[:, 2:], DataError, r"y must be finite.*the first in row 7"),
    (model_for, X, X[:11, :1], DataError, "x and y must have equally many rows. Got 12 and 11"),
    (model_for, X[:0], X[:0, :1], DataError, "at least one row"),
    (model_for, [["a"] * 3] * 12, X[:, :1], DataError, "x must hold numbers"),
    (model_for, X[:, :2], X[:, :1], ShapeError, r"takes inputs with examples of shape \(3,\). Got \(2,\)"),
    (model_for, [X, X], X[:, :1], ShapeError, r"Got \(3,\), \(3,\)"),
    (model_for, X, X, DataError, r"outputs of shape \(1,\) needs targets of shape \(1,\) for each example. Got \(3,\)"),
    (
        lambda: model_for(units=3),
        X,
        X[:, :1],
        DataError,
        r"outputs of shape \(3,\) needs targets of shape \(3,\) for each example. Got \(1,\)",
    ),
    (lambda: model_for(units=3), X, X[:, 0], DataError, r"Got \(\), from an array of shape \(12,\)"),
    (
        lambda: model_for(SPARSE, 3),
        X,
        X[:, :3],
        DataError,
        r"SparseCategoricalCrossentropy for outputs of shape \(3,\) needs targets of shape \(\)",
    ),
    (lambda: model_for(SPARSE, 3), X, LABELS + 1, DataError, "class indices must lie in 0 to 2. Got 3 in row 2"),
    (lambda: model_for(SPARSE, 3), X, LABELS - 1, DataError, "Got -1 in row 0"),
    (lambda: model_for(SPARSE, 3), X, X[:, 0], DataError, "Got fractions: is this a regression"),
    (lambda: model_for("binary_crossentropy"), X, LABELS, DataError, "needs targets between 0 and 1. Got values from 0 to 2"),
    (model_for, X, [X[:, :1], X[:, :1]], DataError, r"The network has 1 output\(s\). Got targets for 2"),
]


@pytest.mark.parametrize(("make", "x", "y", "error", "message"), DATA, ids=[entry[4][:40] for entry in DATA])
def test_data_that_cannot_be_meant_are_refused(make: Any, x: Any, y: Any, error: Any, message: str) -> None:
    model = make()
    before = model.get_weights()
    for use in (lambda: model.fit(x, y, verbose=0), lambda: model.evaluate(x, y), lambda: model.train_on_batch(x, y)):
        with pytest.raises(error, match=message):
            use()
    for array, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(array, other)


@pytest.mark.parametrize("entry", DATA[:3], ids=["x", "infinite", "y"])
def test_validation_data_are_checked_as_well(entry: Any) -> None:
    with pytest.raises(DataError, match=entry[4]):
        model_for().fit(X, X[:, :1], validation_data=(entry[1], entry[2]), verbose=0)


ARGUMENTS: list[tuple[dict[str, Any], Any, str]] = [
    ({"batch_size": 0}, ArgumentError, "batch_size must be a whole number from 1. Got 0"),
    ({"batch_size": 2.5}, ArgumentError, "batch_size must be a whole number from 1. Got 2.5"),
    ({"epochs": 0}, ArgumentError, "epochs must be a whole number from 1"),
    ({"initial_epoch": -1}, ArgumentError, "from 0 to"),
    ({"validation_split": 1.5}, ArgumentError, "validation_split must lie between 0 and 1. Got 1.5"),
    ({"validation_split": 0.01}, DataError, "too few"),
    ({"validation_freq": 0}, ArgumentError, "validation_freq must be a whole number from 1"),
    ({"steps_per_epoch": 9, "batch_size": 4}, ArgumentError, "steps_per_epoch must lie between 1 and 3, the batches of 4 in 12 examples"),
    ({"verbose": "loud"}, ArgumentError, "verbose must be 'auto', 0, 1 or 2"),
    ({"sample_weight": np.ones(11)}, DataError, "Got 12 in x and 11 in sample_weight"),
    ({"sample_weight": -np.ones(12)}, DataError, "sample_weight must not be negative"),
    ({"sample_weight": np.ones((12, 1))}, DataError, "one weight for each example"),
    ({"class_weight": {0: 1.0, 1: 2.0}}, DataError, "class_weight has no weight for class 2"),
]


@pytest.mark.parametrize(("options", "error", "message"), ARGUMENTS, ids=str)
def test_arguments_of_fit_that_mean_nothing_are_refused(options: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        model_for(SPARSE, 3).fit(X, LABELS, **({"verbose": 0} | options))


@pytest.mark.parametrize("method", ["evaluate", "predict"])
def test_a_batch_of_nothing_is_refused(method: str) -> None:
    arguments = (X, LABELS) if method == "evaluate" else (X,)
    with pytest.raises(ArgumentError, match=f"{method}: batch_size must be a whole number from 1"):
        getattr(model_for(SPARSE, 3), method)(*arguments, batch_size=0)


def test_class_weights_of_several_outputs_are_refused() -> None:
    x = cr.Input((3,))
    model = cr.Model(x, [cr.layers.Dense(3)(x), cr.layers.Dense(3)(x)])
    model.compile("sgd", SPARSE)
    with pytest.raises(ArgumentError, match="class_weight is for networks with one output"):
        model.fit(X, [LABELS, LABELS], class_weight={0: 1, 1: 1, 2: 1}, verbose=0)


def test_a_model_must_be_compiled_first() -> None:
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(1)], name="mine")
    for use in (lambda: model.fit(X, X[:, :1]), lambda: model.evaluate(X, X[:, :1]), lambda: model.train_on_batch(X, X[:, :1])):
        with pytest.raises(ArgumentError, match=r"mine is not compiled: call compile\(optimizer=..., loss=...\) first"):
            use()
    assert model.predict(X).shape == (12, 1)


def test_weights_that_the_loss_does_not_depend_on_are_named() -> None:
    class Idle(cr.layers.Dense):
        def call(self, inputs: Any) -> Any:
            return inputs * 2.0

    model = cr.Sequential([cr.Input((3,)), Idle(3, name="idle"), cr.layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(TrainingError, match=r"does not depend on 2 weight\(s\).*idle/kernel \(no path leads.*set trainable=False"):
        model.fit(X, X[:, :1], verbose=0)
    model.layers[0].trainable = False
    model.compile("sgd", "mse")
    model.fit(X, X[:, :1], verbose=0)


def test_a_discrete_step_in_the_way_is_named() -> None:
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(2, activation=lambda z: cr.ops.floor(z)), cr.layers.Dense(1, name="last")])
    model.compile("sgd", "mse")
    with pytest.raises(TrainingError, match=r"dense/kernel \(floor at"):
        model.fit(X, X[:, :1], verbose=0)


@pytest.mark.parametrize("seconds", [0.0, 1e9])
def test_a_loss_that_is_not_finite_names_its_step(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chainrule.training.session.REPORT_SECONDS", seconds)
    x = X.copy()
    x[9] = 1e30  # squared, too large for float32
    model = model_for(optimizer=cr.optimizers.SGD(1e-9))
    reasons: list[str] = []

    class Listener(cr.callbacks.Callback):
        def on_event(self, event: Any) -> None:
            if isinstance(event, cr.training.session.FitFinished):
                reasons.append(event.reason)

    with pytest.raises(TrainingError, match=r"The loss is inf at step 4 \(epoch 1\).*Lower learning_rate, clip gradients") as caught:
        model.fit(x, X[:, :1], 2, verbose=0, shuffle=False, callbacks=[Listener()])
    assert isinstance(caught.value, ChainruleError)
    assert reasons == ["error"]


def test_a_nan_loss_in_a_later_epoch_names_its_step() -> None:
    model = model_for(optimizer=cr.optimizers.SGD(1e12))
    with pytest.raises(TrainingError, match=r"The loss is (inf|nan) at step \d+ \(epoch [2-9]\)"):
        model.fit(X, X[:, :1], 12, epochs=9, verbose=0)


def test_an_interrupt_is_passed_on_and_leaves_the_model_usable() -> None:
    class Interrupt(cr.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any) -> None:
            raise KeyboardInterrupt

    model = model_for()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, X[:, :1], verbose=0, callbacks=[Interrupt()])
    model.fit(X, X[:, :1], verbose=0)
    assert np.isfinite(model.predict(X)).all()


def test_whole_numbers_are_asked_for_where_indices_are_meant() -> None:
    model = cr.Sequential([cr.Input((2,), "int32"), cr.layers.Embedding(9, 2), cr.layers.Flatten(), cr.layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(TrainingError, match=r"The network takes whole numbers \(int32\). Got float32"):
        model.fit(X[:, :2], X[:, :1], verbose=0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"callbacks": [print]}, r"fit: callbacks must be a list of callbacks, .* Got <built-in function print> in it"),
        ({"validation_data": X}, r"fit: validation_data must be \(x, y\), .* Got a ndarray instead"),
        ({"validation_data": (X,)}, r"fit: validation_data must be \(x, y\), .* Got 1 of them instead"),
        ({"epoch": 3}, "fit has no argument 'epoch'. Did you mean 'epochs'"),
        ({"doctor": "warn"}, "fit has no argument 'doctor'"),
    ],
)
def test_what_fit_does_not_take_is_refused_in_words(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        model_for("sparse_categorical_crossentropy").fit(X, LABELS, verbose=0, **arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"metrics": "accuracy"}, r"compile: metrics must be a list, such as \['accuracy'\]. Got 'accuracy' instead"),
        ({"metric": ["accuracy"]}, "compile has no argument 'metric'. Did you mean 'metrics'"),
        ({"optimizer": "adm"}, "An optimizer must be one of .* Did you mean 'adam'"),
        ({"optimizer": 0.1}, "An optimizer must be one of .* Got 0.1 instead"),
    ],
)
def test_what_compile_does_not_take_is_refused_in_words(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        model_for("mse").compile(**({"loss": "mse"} | arguments))
