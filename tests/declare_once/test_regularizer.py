"""A penalty of the user's own, one class: named, saved, added to the loss and offered like Chainrule's own."""

from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule import configuration
from chainrule.configuration import from_config, to_config
from chainrule.errors import ArgumentError
from chainrule.regularizers import L2, Regularizer, get
from chainrule.studio.components import group_components

X = np.zeros((8, 2), "float32")


@pytest.fixture(autouse=True)
def _own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is defined in a test is known in that test alone."""
    monkeypatch.setattr(configuration, "_CLASSES", dict(configuration._CLASSES))
    configuration.register(Sum)
    configuration.register(Ridge)


class Sum(Regularizer):
    """size · |Σ w|.

    Args:
        size: how much it counts.
    """

    size: float = 0.1

    def __call__(self, weight: cr.Tensor) -> cr.Tensor:
        return cr.ops.absolute(weight.sum()) * self.size


class Ridge(L2):
    """The squares, under another name."""


def loss_of(regularizer: str | Regularizer) -> float:
    layer = cr.layers.Dense(1, kernel_initializer="ones", kernel_regularizer=regularizer)
    model = cr.Sequential([cr.Input((2,)), layer])
    model.compile("sgd", "mse")
    return float(model.fit(X, X[:, :1], epochs=1, verbose=0).history["loss"][0])


def test_it_is_added_to_the_loss_by_name_and_as_an_object() -> None:
    assert [loss_of("sum"), loss_of(Sum(0.5))] == pytest.approx([0.2, 1.0])
    assert loss_of(Ridge(0.5)) == loss_of(L2(0.5)) == pytest.approx(1.0)


def test_it_is_found_by_name_saved_and_loaded(tmp_path: Path) -> None:
    assert get("sum") == Sum() and get(None) is None and from_config(to_config(Ridge(0.5))) == Ridge(0.5)
    model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1, kernel_regularizer=Sum(0.5))])
    model.save(tmp_path / "model.chainrule")
    assert cr.models.load_model(tmp_path / "model.chainrule").layers[0].kernel_regularizer == Sum(0.5)


def test_it_is_offered_in_the_studios_forms() -> None:
    assert {"Sum", "Ridge", "L2"} <= {part.kind for part in group_components("regularizer")}


def test_its_arguments_are_checked_in_words() -> None:
    with pytest.raises(ArgumentError, match="Ridge: l2 must be a number from 0. Got -1 instead."):
        Ridge(-1)
