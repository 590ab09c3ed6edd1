"""An activation of the user's own, one class: named, saved, diagnosed and offered like Chainrule's own."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule import configuration
from chainrule.activations import Activation, Relu, deserialize, get, is_known, names, serialize
from chainrule.configuration import from_config, is_own, subclasses, to_config
from chainrule.errors import ArgumentError
from chainrule.graph import Constant
from chainrule.studio.components import layer_components

X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")


@pytest.fixture(autouse=True)
def _own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is defined in a test is known in that test alone."""
    monkeypatch.setattr(configuration, "_CLASSES", dict(configuration._CLASSES))
    configuration.register(Bump)
    configuration.register(Ramp)


class Bump(Activation):
    """1 / (1 + (x / width)²).

    Args:
        width: how wide the bump is.
    """

    limits = (0.0, 1.0)
    saturates = True
    probabilities = "each"

    width: float = 1.0

    def call(self, x: cr.Tensor) -> cr.Tensor:
        return 1 / (1 + (x / self.width) * (x / self.width))


class Ramp(Relu):
    """A relu of another name."""


def test_it_is_found_by_name_saved_and_loaded(tmp_path: Path) -> None:
    assert "bump" in names() and get("bump") == Bump() and get("Bump") == Bump()
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(4, "bump"), cr.layers.Dense(4, Bump(2.0)), cr.layers.Activation(Ramp())])
    model.save(tmp_path / "model.chainrule")
    again = cr.models.load_model(tmp_path / "model.chainrule")
    assert [layer.activation for layer in again.layers] == ["bump", Bump(2.0), Ramp()]
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


def test_it_is_offered_in_the_studios_forms() -> None:
    dense = next(part for part in layer_components() if part.kind == "Dense")
    assert "bump" in next(argument for argument in dense.arguments if argument.name == "activation").choices


def test_the_doctor_reads_what_it_declares() -> None:
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(4, "relu"), cr.layers.Dense(1, "bump")], seed=1)
    model.compile("adam", "mse")
    found = {finding.symptom for finding in cr.diagnose(model, X, X.sum(1) * 3, epochs=3)}
    assert "output cannot reach the targets" in found


def test_a_subclass_has_what_its_base_declares() -> None:
    assert Ramp.rectifies and Ramp().initializer == "he_normal" and Ramp().limits == (0.0, math.inf)


def test_a_plain_function_is_taken_but_not_saved() -> None:
    def cube(x: cr.Tensor) -> cr.Tensor:
        return x * x * x

    layer = cr.layers.Dense(2, cube)
    assert get(cube).name == "cube" and not is_known(get(cube))
    with pytest.raises(ArgumentError, match="cannot be written to a configuration"):
        to_config(layer)


OURS = [cls for cls in subclasses(Activation) if is_own(cls)]


@pytest.mark.parametrize("cls", OURS, ids=lambda cls: cls.__name__)
def test_what_an_activation_declares_is_true(cls: type[Activation]) -> None:
    x = np.linspace(-30, 30, 601, dtype="float32").reshape(-1, 1)
    rows = np.concatenate([x, np.zeros_like(x)], axis=1)
    y = np.asarray(cls()(Constant(rows)).value, np.float64)
    low, high = cls.limits
    assert low - 1e-6 <= y.min() and y.max() <= high + 1e-6
    assert cls.is_linear == bool(np.allclose(y, y[-1, 0] / rows[-1, 0] * rows))
    below = y[rows[:, 0] < 0, 0]
    assert cls.rectifies == bool((below == 0).all())
    ends = [abs(np.diff(y[part, 0])).max() for part in (slice(0, 20), slice(-20, None))]
    assert cls.saturates == (all(end < 0.01 for end in ends) and not cls.rectifies)
    assert (cls.probabilities == "together") == bool(np.allclose(y.sum(1), 1))
    assert (cls.probabilities == "each") <= (cls.limits == (0.0, 1.0))
    assert deserialize(json.loads(json.dumps(serialize(cls())))) == cls() == from_config(to_config(cls()))
    assert repr(cls()) == f"{cls.__name__}()" and getattr(cr.activations, cls().name) == cls()
