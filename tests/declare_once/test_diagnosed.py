"""What the doctor says of a layer, an activation, a loss and an optimiser, it says of the user's subclasses too."""

from collections.abc import Callable

import numpy as np
import pytest

import chainrule as cr
from chainrule import activations, configuration

X = np.random.default_rng(0).normal(size=(200, 6)).astype("float32")
Y = (X[:, 0] > 0).astype("int32")


@pytest.fixture(autouse=True)
def _known_here_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "_CLASSES", dict(configuration._CLASSES))


def found(
    layers: list[cr.layers.Layer], loss: object = "binary_crossentropy", optimizer: object = "adam", y: np.ndarray = Y
) -> list[tuple[str, str]]:
    model = cr.Sequential([cr.Input((6,)), *layers], seed=1)
    model.compile(optimizer, loss)
    return [(finding.symptom, finding.certainty) for finding in cr.diagnose(model, X, y, epochs=50)]


def own_dense() -> type[cr.layers.Dense]:
    class Answer(cr.layers.Dense):
        """A layer under another name."""

    return Answer


NETWORKS: dict[str, Callable[[type[cr.layers.Dense]], list[cr.layers.Layer]]] = {
    "softmax on one unit": lambda dense: [dense(8, "relu"), dense(1, "softmax")],
    "missing nonlinearity": lambda dense: [dense(8), dense(1, "sigmoid")],
    "deep stack of sigmoid layers": lambda dense: [*(dense(8, "sigmoid") for _ in range(4)), dense(1, "sigmoid")],
    "symmetry not broken": lambda dense: [dense(8, "relu", kernel_initializer="zeros"), dense(1, "sigmoid")],
    "capacity too small": lambda dense: [dense(1, "relu"), dense(8, "relu"), dense(1, "sigmoid")],
    "logits taken for probabilities": lambda dense: [dense(8, "relu"), dense(1)],
    "bad initialisation": lambda dense: [
        dense(8, "relu", kernel_initializer=cr.initializers.RandomNormal(stddev=30.0)),
        dense(1, "sigmoid"),
    ],
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_subclass_of_a_layer(name: str) -> None:
    plain, own = found(NETWORKS[name](cr.layers.Dense)), found(NETWORKS[name](own_dense()))
    assert name in [symptom for symptom, _ in plain] and own == plain


def test_subclasses_of_normalisation_and_dropout() -> None:
    class Norm(cr.layers.BatchNormalization):
        """Under another name."""

    class Drop(cr.layers.Dropout):
        """Under another name."""

    for plain, own in ((cr.layers.BatchNormalization, Norm), (cr.layers.Dropout, Drop)):
        arguments = () if plain is cr.layers.BatchNormalization else (0.9,)
        networks = [[cr.layers.Dense(8, "relu"), cr.layers.Dense(1, "sigmoid"), made(*arguments)] for made in (plain, own)]
        first, second = map(found, networks)
        assert first == second and {"batch normalisation misused", "dropout misused"} & {symptom for symptom, _ in first}


def test_an_activation_of_ones_own() -> None:
    class Squash(activations.Sigmoid):
        """Under another name."""

    class Half(activations.Activation):
        """Between 0 and one half."""

        limits = (0.0, 0.5)

        def call(self, x: cr.Tensor) -> cr.Tensor:
            return cr.ops.sigmoid(x) * 0.5

    deep = [*(cr.layers.Dense(8, Squash()) for _ in range(4)), cr.layers.Dense(1, "sigmoid")]
    assert "deep stack of sigmoid layers" in dict(found(deep))
    small = [cr.layers.Dense(8, "relu"), cr.layers.Dense(1, Half())]
    assert "output cannot reach the targets" in dict(found(small, "mse", y=Y.astype("float32")))


def test_a_loss_and_an_optimiser_of_ones_own() -> None:
    class Surprise(cr.losses.BinaryCrossentropy):
        """Under another name."""

    class Stride(cr.optimizers.SGD):
        """Under another name."""

    network = [cr.layers.Dense(8, "relu"), cr.layers.Dense(1)]
    assert found(network, Surprise()) == found([cr.layers.Dense(8, "relu"), cr.layers.Dense(1)], cr.losses.BinaryCrossentropy())
    sound = NETWORKS["capacity too small"](cr.layers.Dense)
    assert found(sound, optimizer=Stride(5.0)) == found(NETWORKS["capacity too small"](cr.layers.Dense), optimizer=cr.optimizers.SGD(5.0))
