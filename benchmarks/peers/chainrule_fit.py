"""Chainrule: `fit`, as a user calls it."""

import time

from cases import Case
from measure import main

import chainrule as cr


def make_model(case: Case) -> cr.Model:
    """Return the network, ready to train."""
    layers = cr.layers
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
    model = cr.Sequential([cr.Input(case.shape), *hidden, layers.Dense(10)])
    model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def prepare(case: Case):
    """Return the first step and an epoch."""
    (x, y), model = case.data(), make_model(case)

    class Clock(cr.callbacks.Callback):
        """Notes when each epoch ends."""

        def __init__(self) -> None:
            self.ends: list[float] = []

        def on_epoch_end(self, epoch, logs) -> None:
            self.ends.append(time.perf_counter())

    def train(epochs: int, steps: int = case.steps) -> list[float]:
        clock = Clock()
        model.fit(x, y, batch_size=case.batch_size, epochs=epochs, steps_per_epoch=steps, verbose=0, callbacks=[clock])
        return clock.ends

    return lambda: train(1, steps=1), train


if __name__ == "__main__":
    main(prepare)
