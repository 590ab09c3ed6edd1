"""Keras on JAX: `fit`, as a user calls it."""

import os
import time

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

    def train(epochs: int, steps: int = case.steps) -> list[float]:
        ends: list[float] = []
        clock = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: ends.append(time.perf_counter()))
        rows = steps * case.batch_size
        model.fit(x[:rows], y[:rows], batch_size=case.batch_size, epochs=epochs, verbose=0, callbacks=[clock])
        return ends

    return lambda: train(1, steps=1), train


if __name__ == "__main__":
    main(prepare)
