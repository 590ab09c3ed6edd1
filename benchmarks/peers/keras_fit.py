"""Keras on JAX: `fit`, as a user calls it."""

import os

os.environ["KERAS_BACKEND"] = "jax"

import keras
from cases import Case
from measure import main


def prepare(case: Case):
    """Return the first step and an epoch."""
    x, y = case.data()
    layers = keras.layers
    hidden = (
        [layers.Dense(128, activation="relu")]
        if case.name == "mlp"
        else [
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.5),
        ]
    )
    model = keras.Sequential([keras.Input(case.shape), *hidden, layers.Dense(10)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))

    def fit(steps: int) -> None:
        rows = steps * case.batch_size
        model.fit(x[:rows], y[:rows], batch_size=case.batch_size, epochs=1, verbose=0)

    return lambda: fit(1), lambda: fit(case.steps)


if __name__ == "__main__":
    main(prepare)
