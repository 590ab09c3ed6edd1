"""A loss of the user's own, one class, is treated as ours are; and what every loss declares is true."""

from pathlib import Path

import keras
import numpy as np
import pytest

import chainrule as cr
from chainrule import losses, metrics
from chainrule.configuration import from_config, is_own, subclasses, to_config
from chainrule.errors import DataError
from chainrule.losses import Loss, Target

RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(40, 4)).astype("float32")
LABELS = (X.sum(1) > 0).astype("int32") + (X[:, 0] > 1)


class Focal(Loss):
    """−(1 − p)^gamma ln p, where p is the probability of the right class. Source: Lin et al., 2017."""

    target = Target.CLASS
    gamma: float = 2.0
    from_logits: bool = True

    def call(self, y_true: cr.Tensor, y_pred: cr.Tensor) -> cr.Tensor:
        chosen = cr.ops.one_hot(y_true, y_pred.shape[-1])
        p = (chosen * self.probabilities(y_pred)).sum(-1)
        return -cr.ops.power(1 - p, self.gamma) * cr.ops.log(p)


class Sharper(losses.SparseCategoricalCrossentropy):
    """A subclass of one of ours, with nothing of its own."""


def network(loss: object, seed: int = 0) -> cr.Sequential:
    model = cr.Sequential([cr.Input((4,)), cr.layers.Dense(8, "tanh"), cr.layers.Dense(3)], seed=seed)
    model.compile(cr.optimizers.Adam(0.05), loss, ["accuracy"])
    return model


@pytest.mark.parametrize("name", ["focal", "Focal"])
def test_it_is_found_by_name_and_made_from_configuration(name: str) -> None:
    assert losses.get(name) == Focal() and repr(Focal(3.0)) == "Focal(gamma=3.0)"
    assert from_config(to_config(Focal(1.5))) == Focal(1.5)
    assert losses.loss_names()["focal"] is Focal


def test_it_learns_with_the_accuracy_that_fits_and_is_saved(tmp_path: Path) -> None:
    model = network(Focal(1.0))
    history = model.fit(X, LABELS, 8, 30, verbose=0).history
    assert history["loss"][-1] < 0.3 * history["loss"][0] and history["accuracy"][-1] > 0.9
    assert isinstance(model.objective.aims[0].metrics["accuracy"], metrics.SparseCategoricalAccuracy)
    model.save(tmp_path / "model")
    again = cr.models.load_model(tmp_path / "model")
    assert again.compile_arguments == model.compile_arguments
    assert again.evaluate(X, LABELS) == model.evaluate(X, LABELS)
    with pytest.raises(DataError, match=r"class indices must lie in 0 to 2. Got 7 in row 0"):
        model.fit(X, np.full(40, 7), verbose=0)


def test_a_recorded_run_is_rewound_and_diagnosed(tmp_path: Path) -> None:
    model = network(Focal())
    model.fit(X, LABELS, 8, 2, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "run")])
    run = cr.open_run(tmp_path / "run")
    half = network(Focal())
    half.fit(X, LABELS, 8, 1, verbose=0)
    for name, variable in half.state_variables().items():
        assert np.asarray(run.at(5).state[name]).tobytes() == np.asarray(variable.value).tobytes()
    squashed = cr.Sequential([cr.Input((4,)), cr.layers.Dense(3, "softmax")])
    squashed.compile("adam", Focal())
    assert "probabilities taken for logits" in [finding.symptom for finding in cr.diagnose(squashed, X, LABELS)]


def test_a_function_is_a_loss_too(tmp_path: Path) -> None:
    def cubic(y_true: cr.Tensor, y_pred: cr.Tensor) -> cr.Tensor:
        return cr.ops.power(cr.ops.absolute(y_pred - y_true), 3.0).mean(-1)

    model = cr.Sequential([cr.Input((4,)), cr.layers.Dense(1)], seed=0)
    model.compile("adam", cubic, [cubic])
    model.fit(X, X[:, :1], verbose=0)
    loss, figure = model.evaluate(X, X[:, :1])
    assert loss == pytest.approx(float((np.abs(model.predict(X) - X[:, :1]) ** 3).mean()), rel=1e-4) == pytest.approx(figure)
    model.save(tmp_path / "model")
    assert cr.models.load_model(tmp_path / "model").evaluate(X, X[:, :1]) == [loss, figure]


def test_a_subclass_is_treated_like_its_base() -> None:
    ours, theirs = losses.SparseCategoricalCrossentropy(from_logits=True), Sharper(from_logits=True)
    assert (theirs.target, theirs.from_logits, theirs.accuracy((3,))) == (ours.target, ours.from_logits, ours.accuracy((3,)))
    results = []
    for loss in (ours, theirs):
        model = network(loss)
        model.fit(X, LABELS, 8, 2, verbose=0)
        results.append((model.get_weights()[0].tobytes(), [f.symptom for f in cr.diagnose(model, X, LABELS)]))
    assert results[0] == results[1]


OURS = [cls for cls in subclasses(Loss) if is_own(cls)]
every_loss = pytest.mark.parametrize("cls", OURS, ids=lambda cls: cls.__name__)


@every_loss
@pytest.mark.parametrize("logits", [False, True])
def test_declared_probabilities_are_probabilities(cls: type[Loss], logits: bool) -> None:
    if logits and "from_logits" not in cls.__dataclass_fields__:
        return
    loss = cls(from_logits=True) if logits else cls()
    outputs = RANDOM.normal(size=(5, 3)).astype("float32")
    given = outputs if logits else np.exp(outputs) / np.exp(outputs).sum(-1, keepdims=True)
    found = loss.probabilities(cr.Variable(given))
    if loss.target is Target.QUANTITY:
        assert found is None
        return
    chances = np.asarray(found.value)
    assert ((chances >= 0) & (chances <= 1)).all()
    if loss.target in (Target.CLASS, Target.DISTRIBUTION):
        np.testing.assert_allclose(chances.sum(-1), 1, rtol=1e-5)
        assert (chances.argmax(-1) == outputs.argmax(-1)).all()


GIVEN = {
    Target.CLASS: np.array([0, 2, 1]),
    Target.DISTRIBUTION: np.eye(3, dtype="float32"),
    Target.PROBABILITY: np.array([[0, 1, 1], [1, 0, 0], [0, 0, 1]], "float32"),
    Target.QUANTITY: np.array([[0.5, -3, 2], [9, 1, 0], [4, 4, 4]], "float32"),
}
REFUSED = {Target.CLASS: np.array([0, 3, 1]), Target.DISTRIBUTION: 2 * np.eye(3), Target.PROBABILITY: -np.eye(3)}


@every_loss
def test_a_loss_takes_its_own_targets_and_no_others(cls: type[Loss]) -> None:
    loss = cls()
    loss.check(GIVEN[loss.target], (3,))
    with pytest.raises(DataError, match=f"{cls.__name__}|The network has"):
        loss.check(REFUSED.get(loss.target, np.zeros((3, 2))), (3,))
    with pytest.raises(DataError, match="needs targets of shape"):
        loss.check(np.zeros((3, 5)), (3,))


@pytest.mark.parametrize(
    ("loss", "targets"),
    [
        ("binary_crossentropy", [[0], [1]]),
        ("categorical_crossentropy", [[0, 1, 0], [1, 0, 0]]),
        ("sparse_categorical_crossentropy", [2, 0]),
    ],
)
def test_the_fitting_accuracy_is_the_one_that_keras_chooses(loss: str, targets: list[object]) -> None:
    y = np.array(targets)
    outputs = np.array([[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]], "float32")[:, : 1 if loss.startswith("binary") else 3]
    theirs = keras.Sequential([keras.Input(outputs.shape[1:]), keras.layers.Identity()])
    theirs.compile(loss=loss, metrics=["accuracy"])
    wanted = theirs.evaluate(outputs, y, verbose=0)[1]
    assert float(losses.get(loss).accuracy(outputs.shape[1:])(y, outputs)) == pytest.approx(wanted)


@every_loss
def test_the_best_constant_answer_is_the_best(cls: type[Loss]) -> None:
    loss = cls()
    y = GIVEN[loss.target]
    best = loss.constant_loss(y)
    if best is None:
        assert cls.__name__ in ("Huber", "KLDivergence", "MarginSquaredError")
        return
    for _ in range(50):
        answer = RANDOM.normal(scale=3, size=3) if loss.target is Target.QUANTITY else RANDOM.dirichlet(np.ones(3))
        outputs = np.repeat(answer[None].astype("float32"), len(y), axis=0)
        assert float(loss(y, cr.Variable(outputs)).value) >= best - 1e-4
