"""Draws the pictures of the page on explanations, from the same networks as on the page."""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_wine

import chainrule as cr
from chainrule.explain import pictures

FOLDER = Path(__file__).resolve().parent / "pictures"


def digits() -> None:
    """Train on digits; draw reasons for six of them, and all of them on a plane."""
    data = cr.data.load("digits")
    layers = [
        cr.layers.Conv2D(16, 3, activation="relu"),
        cr.layers.MaxPooling2D(2),
        cr.layers.Flatten(),
        cr.layers.Dense(32, activation="relu"),
        cr.layers.Dense(10),
    ]
    model = cr.Sequential([cr.Input((8, 8, 1)), *layers], seed=1)
    model.compile(cr.optimizers.Adam(0.005), cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(*data.train, epochs=8, verbose=0)
    x, y = data.test
    values = cr.explain.integrated_gradients(model, x[:6]).values
    captions = [f"a {digit}" for digit in y[:6]]
    pictures.image_attributions(x[:6], values, captions, "Integrated gradients").savefig(FOLDER / "why.png", dpi=80)
    plane = cr.explain.embedding(model, x, "dense")
    pictures.embedding_scatter(plane, y, heading="Digits in the last hidden layer").savefig(FOLDER / "plane.png", dpi=80)


def wine() -> None:
    """Train on wines; draw how one is told along one column."""
    data = load_wine()
    names = np.array(["Barolo", "Grignolino", "Barbera"])
    table = dict(zip(data.feature_names, data.data.T, strict=True)) | {"wine": names[data.target]}
    preparation = cr.data.Preparation(target="wine", split=cr.data.Holdout(validation=0, test=0))
    x, y = preparation.fit(table).train
    model = cr.Sequential([cr.Input((13,)), cr.layers.Dense(16, activation="relu"), cr.layers.Dense(3)], seed=1)
    model.compile(cr.optimizers.Adam(0.01), cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, y, epochs=20, verbose=0)
    column, barolo = preparation.feature_names.index("proline"), list(preparation.class_names or ()).index("Barolo")
    curve = cr.explain.partial_dependence(model, x, column, target=barolo, quantity="probability")
    figure = pictures.dependence_curves(curve, "proline, in standard deviations from its mean", answer="probability of Barolo")
    figure.savefig(FOLDER / "proline.png", dpi=80)


if __name__ == "__main__":
    digits()
    wine()
