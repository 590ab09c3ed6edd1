"""An augmentation of the user's own, one class: varies training examples, is saved and offered like Chainrule's own."""

import numpy as np
import pytest

import chainrule as cr
from chainrule import configuration
from chainrule.arguments import Positive
from chainrule.augment import Augmentation
from chainrule.augment.augmentation import for_each
from chainrule.configuration import from_config, is_own, subclasses, to_config
from chainrule.errors import ArgumentError
from chainrule.networks import Layer
from chainrule.studio.components import augmentation_components, layer_components

X = np.ones((32, 4), "float32")


@pytest.fixture(autouse=True)
def _own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is defined in a test is known in that test alone."""
    monkeypatch.setattr(configuration, "_CLASSES", dict(configuration._CLASSES))
    configuration.register(Louder)
    configuration.register(Mirrored)


class Louder(Augmentation):
    """In training, each example times a number from 1 to `most`.

    Args:
        most: the largest number.
    """

    most: Positive = 3.0

    def vary(self, inputs: cr.Tensor) -> cr.Tensor:
        (drawn,) = self.draws(inputs.shape[0])
        return inputs * for_each(1 + drawn * (self.most - 1), inputs)


class Mirrored(cr.layers.RandomFlip):
    """A flip of another name."""


def in_training(layer: Layer, x: np.ndarray) -> np.ndarray:
    with cr.layers.tracing(cr.layers.Trace(training=True, key=cr.ops.as_tensor(cr.ops.random_key(1)))):
        return np.asarray(layer(cr.Variable(x)).value)


def test_it_varies_each_example_in_training_and_never_otherwise() -> None:
    varied = in_training(Louder(3.0), X)
    assert (varied.std(1) == 0).all() and len(np.unique(varied[:, 0])) > 20 and varied.min() >= 1 and varied.max() <= 3
    assert np.asarray(Louder()(cr.Variable(X)).value).tolist() == X.tolist()


def test_it_is_given_to_fit() -> None:
    model = cr.Sequential([cr.Input((4,)), cr.layers.Dense(1)], seed=1)
    model.compile("sgd", "mse")
    history = model.fit(X, X[:, :1], epochs=1, verbose=0, augment=[Louder()])
    assert np.isfinite(history.history["loss"]).all()


def test_it_is_written_and_read_back_and_its_arguments_are_checked() -> None:
    config = to_config(Louder(2.0, seed=3))
    assert to_config(from_config(config)) == config and type(from_config(config)) is Louder
    with pytest.raises(ArgumentError, match="Louder: most must be a number above 0. Got 0 instead."):
        Louder(0)


def test_it_is_offered_among_the_augmentations_and_not_among_the_layers() -> None:
    assert {"Louder", "Mirrored", "RandomFlip"} <= {part.kind for part in augmentation_components()}
    assert not {"Louder", "Mirrored", "RandomFlip"} & {part.kind for part in layer_components()}


def test_a_subclass_varies_as_its_base() -> None:
    image = np.arange(12, dtype="float32").reshape(1, 3, 4, 1)
    np.testing.assert_array_equal(in_training(Mirrored(name="same"), image), in_training(cr.layers.RandomFlip(name="same"), image))


@pytest.mark.parametrize("cls", [cls for cls in subclasses(Augmentation) if is_own(cls)], ids=lambda cls: cls.__name__)
def test_every_augmentation_stands_where_keras_has_it(cls: type[Augmentation]) -> None:
    assert getattr(cr.layers, cls.__name__) is cls and cls.role == "augmentation" and cls.vary is not Augmentation.vary
    assert configuration.address(cls) == f"layers.{cls.__name__}"
