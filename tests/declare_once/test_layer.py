"""A layer of the user's own, one class, and a subclass of Dense: treated like Chainrule's own wherever layers are read."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import chainrule as cr
from chainrule import configuration
from chainrule.arguments import Anything, Argument, Choice, Either, Fraction, Named, NamedFunction, Number, Several, Text
from chainrule.configuration import describe, from_config, is_own, subclasses, to_config
from chainrule.errors import ArgumentError
from chainrule.layers import Layer
from chainrule.networks import Network, Role
from chainrule.studio.components import layer_components
from chainrule.studio.network import layers_of

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(64, 4)).astype("float32")
Y = (X[:, 0] > 0).astype("int32")


@pytest.fixture(autouse=True)
def _own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is defined in a test is known in that test alone."""
    monkeypatch.setattr(configuration, "_CLASSES", dict(configuration._CLASSES))
    configuration.register(Damped)
    configuration.register(Answer)


class Damped(Layer):
    """Each input made smaller by its own learned share: x · (1 − damping) + shift.

    Args:
        damping: how much is taken away.
    """

    role: ClassVar[Role] = "scaling"

    damping: Fraction = 0.5

    def build(self, shape: Any) -> None:
        self.add_weight("shift", shape, "zeros")

    def call(self, inputs: Any) -> Any:
        return inputs * (1 - self.damping) + self.weights["shift"]


class Answer(cr.layers.Dense):
    """What the network answers."""


def model(*layers: Layer, seed: int = 1) -> cr.Model:
    made = cr.Sequential([cr.Input((4,)), *layers], seed=seed)
    made.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
    return made


def test_it_trains_is_summarized_saved_and_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = model(Damped(0.25), Answer(2, activation="softmax"))
    made.fit(X, Y, epochs=2, verbose=0)
    assert np.abs(made.named_weights()["damped/shift"].value).max() > 0
    made.summary()
    shown = capsys.readouterr().out
    assert "damped (Damped)" in shown and "answer (Answer)" in shown
    made.save(tmp_path / "model.chainrule")
    again = cr.models.load_model(tmp_path / "model.chainrule")
    assert [type(layer) for layer in again.layers] == [Damped, Answer] and again.layers[0].damping == 0.25
    np.testing.assert_array_equal(again.predict(X), made.predict(X))


def test_it_has_gradients_and_can_be_probed() -> None:
    made = model(Damped(), Answer(2, activation="softmax"))
    probes = [cr.Probe("gradient of damped/shift", ["norm"]), cr.Probe("damped/output", ["std"])]
    history = made.fit(X, Y, epochs=1, verbose=0, probes=probes)
    assert history is not None
    w = cr.Variable(np.ones((1, 4), "float32"))
    (dw,) = cr.gradient(Damped(0.25)(w).sum(), [w])
    assert np.asarray(dw.value).tolist() == [[0.75] * 4]


def test_it_is_in_the_studios_list_of_parts_with_a_form() -> None:
    mine = next(part for part in layer_components() if part.kind == "Damped")
    assert mine.group == "scaling" and mine.takes == [1, 2, 3]
    (argument,) = mine.arguments
    assert (argument.name, argument.text, argument.default) == ("damping", "how much is taken away.", 0.5)
    answer, dense = (next(part for part in layer_components() if part.kind == name) for name in ("Answer", "Dense"))
    assert answer.arguments == dense.arguments and answer.group == dense.group and answer.takes == dense.takes


def test_a_subclass_is_drawn_like_its_base() -> None:
    shown = [layers_of(model(kind(3, "relu"), cr.layers.Dense(2, "softmax")).network)[1] for kind in (Answer, cr.layers.Dense)]
    assert shown[0].role == shown[1].role == "weighted" and shown[0].arguments == shown[1].arguments


@pytest.mark.parametrize("kind", [Answer, cr.layers.Dense], ids=["Answer", "Dense"])
def test_a_subclass_is_diagnosed_like_its_base(kind: type[cr.layers.Dense]) -> None:
    stacked = model(*[kind(8, "sigmoid") for _ in range(4)], kind(2))
    found = {finding.symptom: finding.certainty for finding in cr.diagnose(stacked, X, Y, epochs=5)}
    assert found["deep stack of sigmoid layers"] == "likely" and "logits taken for probabilities" in found


def test_a_subclass_is_explained_like_its_base() -> None:
    def contributions(kind: type[cr.layers.Dense]) -> np.ndarray:
        made = cr.Sequential([cr.Input((4,)), kind(5, "relu", name="hidden"), kind(2, "softmax", name="output")], seed=3)
        made.compile("adam", "sparse_categorical_crossentropy")
        return np.asarray(cr.explain.methods()["relevance"].contributions(made, X[:3]))

    np.testing.assert_array_equal(contributions(Answer), contributions(cr.layers.Dense))


# ---- what holds for every layer ----

LAYERS = [cls for cls in subclasses(Layer) if is_own(cls)]
PUBLIC = [cls for cls in LAYERS if hasattr(cr.layers, cls.__name__)]


@pytest.mark.parametrize("cls", PUBLIC, ids=lambda cls: cls.__name__)
def test_each_layer_has_a_role_and_says_what_its_arguments_are(cls: type[Layer]) -> None:
    assert cls.role not in ("other", "network")
    for name, argument in describe(cls).items():
        assert argument.text.endswith((".", ")")), name
        assert not isinstance(argument.meaning, Anything), name


def wrong(argument: Argument) -> Any:
    """Return a strategy for values that the argument's meaning does not accept."""
    values = st.one_of(st.just(object()), st.binary(max_size=3), st.complex_numbers(), st.just({"a": 1}))
    accepts_text = isinstance(argument.meaning, Text | Choice | Named | NamedFunction)
    accepts_number = isinstance(argument.meaning, Number) or (
        isinstance(argument.meaning, Either) and any(isinstance(option, Number) for option in argument.meaning.options)
    )
    values = values if isinstance(argument.meaning, Text) else st.one_of(values, st.just("no such thing"))
    return st.one_of(values, st.booleans()) if accepts_number else st.one_of(values, st.floats()) if accepts_text else values


@pytest.mark.parametrize("cls", PUBLIC, ids=lambda cls: cls.__name__)
@given(st.data())
def test_each_layer_refuses_wrong_types_in_words(cls: type[Layer], data: st.DataObject) -> None:
    for name, argument in describe(cls).items():
        value = data.draw(wrong(argument), label=name)
        with pytest.raises(ArgumentError, match=rf"(?s)^{cls.__name__}: {name} must be .*Got "):
            argument.take(cls, value)


def sample(argument: Argument) -> Any:
    """Return a value that the argument accepts."""
    meaning = argument.meaning
    options = meaning.options if isinstance(meaning, Either) else (meaning,)
    for value in (1, 0.5, "relu", (1,), (1, 2), ("a",)):
        for option in options:
            try:
                return option.take("", value)
            except ArgumentError:
                continue
    raise AssertionError(f"no sample for {argument}")


@pytest.mark.parametrize("cls", LAYERS, ids=lambda cls: cls.__name__)
def test_each_layer_is_written_and_read_back(cls: type[Layer]) -> None:
    layer = cls(**{name: sample(argument) for name, argument in describe(cls).items() if argument.required})
    config = json.loads(json.dumps(to_config(layer)))
    assert to_config(from_config(config)) == config and type(from_config(config)) is cls
    assert set(config) == {"class", *(f.name for f in fields(cls) if f.init)}


def test_networks_are_no_parts() -> None:
    assert Network not in subclasses(Layer) and isinstance(Several(Number()).take("", [1.0]), list)
