"""Networks and rows that Captum has explained too: what it said is kept in explain/captum.npz."""

from pathlib import Path
from typing import Any

import numpy as np

import chainrule as cr

BASELINE, EPSILON, LEARNING_RATE = 0.1, 1e-6, 0.1


def _network(shape: tuple[int, ...], layers: list[Any]) -> cr.Sequential:
    model = cr.Sequential([cr.Input(shape), *layers], seed=5)
    model.compile(cr.optimizers.SGD(LEARNING_RATE), cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def _rows(shape: tuple[int, ...]) -> tuple[Any, Any]:
    random = np.random.default_rng(11)
    x = random.random((40, *shape)).astype("float32")
    return x, (x.reshape(40, -1)[:, :3].argmax(axis=1)).astype("int32")


def multilayer() -> tuple[cr.Model, Any, Any]:
    """Return a perceptron with rectified units, rows and their classes."""
    layers = [cr.layers.Dense(9, "relu"), cr.layers.Dense(7, "relu"), cr.layers.Dense(3)]
    return _network((6,), layers), *_rows((6,))


def convolutional() -> tuple[cr.Model, Any, Any]:
    """Return a network with convolutions, batch normalisation and pooling, images and their classes."""
    layers = [
        cr.layers.Conv2D(4, 3),
        cr.layers.BatchNormalization(momentum=0.8),
        cr.layers.Activation("relu"),
        cr.layers.MaxPooling2D(2),
        cr.layers.Conv2D(5, 2, activation="relu"),
        cr.layers.Flatten(),
        cr.layers.Dense(3),
    ]
    return _network((10, 10, 2), layers), *_rows((10, 10, 2))


NETWORKS = {"multilayer": multilayer, "convolutional": convolutional}
ASKED = slice(0, 3)  # the rows that are explained


def answers(model: cr.Model, x: Any, target: Any) -> dict[str, Any]:
    """Return Chainrule's explanations, by the name that Captum's are kept under."""
    explanations, image = cr.explain, x.ndim == 4
    found = {
        "saliency": explanations.saliency(model, x, target),
        "gradient_times_input": explanations.gradient_times_input(model, x, target),
        "integrated_gradients": explanations.integrated_gradients(model, x, target, np.full_like(x[0], BASELINE)).values,
        "occlusion": explanations.occlusion(model, x, target, 3 if image else 2, 2 if image else 1, fill=0.25),
    }
    if image:
        found["grad_cam"] = explanations.grad_cam(model, x, target, resize=False)
    for rule in ("epsilon",) if image else ("epsilon", "gamma", "z_plus"):
        found[f"relevance_{rule}"] = explanations.relevance(model, x, target, rule, EPSILON).values
    return found


def run(path: Path) -> cr.Run:
    """Return a kept run of the perceptron, with a constant learning rate."""
    model, x, y = multilayer()
    model.fit(x[8:], y[8:], 8, epochs=3, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
    return cr.open_run(path)
