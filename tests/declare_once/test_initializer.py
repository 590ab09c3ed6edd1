"""First values of the user's own, one class: named, saved, drawn and offered like Chainrule's own."""

from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule import configuration
from chainrule.configuration import from_config, to_config
from chainrule.errors import ArgumentError
from chainrule.initializers import Initializer, VarianceScaling, get
from chainrule.studio.components import layer_components


@pytest.fixture(autouse=True)
def _own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is defined in a test is known in that test alone."""
    monkeypatch.setattr(configuration, "_CLASSES", dict(configuration._CLASSES))
    configuration.register(Checkered)
    configuration.register(Wide)


class Checkered(Initializer):
    """size and −size by turns.

    Args:
        size: the size of each value.
    """

    size: float = 0.5

    def __call__(self, shape: tuple[int, ...], generator: np.random.Generator) -> np.ndarray:
        return np.where(np.indices(shape).sum(0) % 2, -self.size, self.size).astype("float32")


class Wide(VarianceScaling):
    """A variance scaling of another name."""


def test_it_is_found_by_name_saved_and_loaded(tmp_path: Path) -> None:
    assert get("checkered") == Checkered() and get(Checkered(2.0)) == Checkered(2.0)
    layers = [cr.layers.Dense(2, kernel_initializer="checkered"), cr.layers.Dense(2, kernel_initializer=Checkered(2.0))]
    model = cr.Sequential([cr.Input((2,)), *layers], seed=1)
    assert np.asarray(model.layers[0].weights["kernel"].value).tolist() == [[0.5, -0.5], [-0.5, 0.5]]
    model.save(tmp_path / "model.chainrule")
    again = cr.models.load_model(tmp_path / "model.chainrule")
    assert [layer.kernel_initializer for layer in again.layers] == ["checkered", Checkered(2.0)]


def test_a_subclass_draws_what_its_base_draws() -> None:
    draw = [made((3, 4), np.random.default_rng(2)).tolist() for made in (Wide(2.0), VarianceScaling(2.0))]
    assert draw[0] == draw[1] and from_config(to_config(Wide(2.0))) == Wide(2.0) != VarianceScaling(2.0)


def test_it_is_offered_in_the_studios_forms() -> None:
    dense = next(part for part in layer_components() if part.kind == "Dense")
    assert "checkered" in next(argument for argument in dense.arguments if argument.name == "kernel_initializer").choices


def test_its_arguments_are_checked_in_words() -> None:
    with pytest.raises(ArgumentError, match="Checkered: size must be a number. Got 'big' instead."):
        Checkered("big")  # pyright: ignore[reportArgumentType]
    with pytest.raises(ArgumentError, match="Dense: kernel_initializer must be one of .*Did you mean 'checkered'"):
        cr.layers.Dense(2, kernel_initializer="chekered")
