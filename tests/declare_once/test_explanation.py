"""A method of explanation of the user's own, one class: offered by name, on the command line and in the studio, like those of Chainrule."""

import numpy as np
import pytest
from numpy.typing import ArrayLike

import chainrule as cr
from chainrule import configuration
from chainrule.explain import Method, methods
from chainrule.explain.gradients import Saliency


@pytest.fixture(autouse=True)
def _own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is defined in a test is known in that test alone."""
    monkeypatch.setattr(configuration, "_CLASSES", dict(configuration._CLASSES))

    class InputAlone(Method):
        """The input itself, whatever the network."""

        name = "input-alone"

        def contributions(self, model: cr.Model, x: ArrayLike, target: object = None) -> np.ndarray:
            return np.asarray(x, np.float64)

    assert InputAlone in configuration.subclasses(Method)


def dense() -> cr.Model:
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(4, "relu"), cr.layers.Dense(2, "softmax")], seed=1)
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def test_it_is_listed_by_name_and_computes() -> None:
    found = methods()["input-alone"].contributions(dense(), [[1.0, 2.0, 3.0]])
    assert found.tolist() == [[1.0, 2.0, 3.0]]


def test_a_subclass_has_a_name_of_its_own_and_computes_what_its_base_does() -> None:
    class Sizes(Saliency):
        """Saliency without its sign."""

        name = "saliency-sizes"

        def contributions(self, model: cr.Model, x: ArrayLike, target: object = None) -> np.ndarray:
            return np.abs(super().contributions(model, x, target))

    model, x = dense(), np.array([[1.0, -2.0, 3.0]])
    assert isinstance(methods()["saliency-sizes"], Sizes)
    assert np.array_equal(methods()["saliency-sizes"].contributions(model, x), np.abs(cr.explain.saliency(model, x, quantity="logit")))


@pytest.mark.parametrize("name", ["saliency", "gradient-times-input", "smooth-grad", "integrated-gradients", "occlusion", "relevance"])
def test_each_gives_a_number_for_each_number_of_the_input(name: str) -> None:
    assert methods()[name].fits(dense())
    assert methods()[name].contributions(dense(), np.ones((2, 3)), 1).shape == (2, 3)


def test_maps_of_a_convolution_need_one() -> None:
    image = cr.Sequential([cr.Input((4, 4, 1)), cr.layers.Conv2D(2, 3), cr.layers.Flatten(), cr.layers.Dense(2)])
    assert methods()["grad-cam"].fits(image) and not methods()["grad-cam"].fits(dense())
