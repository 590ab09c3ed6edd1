"""Small runs to be kept, resumed and questioned."""

from pathlib import Path
from typing import Any

import numpy as np

import chainrule as cr

ROWS, BATCH, EPOCHS = 50, 8, 4
STEPS = -(-ROWS // BATCH)  # in an epoch, the last of them short


def examples() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(5)
    x = random.standard_normal((ROWS, 6)).astype("float32")
    return x, (x[:, 0] + x[:, 1] > 0).astype("int32")


def new_model(optimizer: Any = "adam") -> cr.Model:
    """Return a network with moving averages and dropout: state and randomness that a step must be given back exactly."""
    layers = [cr.layers.Dense(7), cr.layers.BatchNormalization(), cr.layers.Activation("relu"), cr.layers.Dropout(0.4), cr.layers.Dense(2)]
    model = cr.Sequential([cr.Input((6,)), *layers], seed=3)
    model.compile(optimizer, cr.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    return model


class Keeper(cr.callbacks.Callback):
    """Keeps the state before each dispatch, by step."""

    runs_last = True

    def __init__(self) -> None:
        self.states: dict[int, dict[str, np.ndarray]] = {}

    def on_event(self, event: Any) -> None:
        self.states[self.session.progress.step] = {name: np.array(array) for name, array in self.session.arrays().items()}


class Faulty(cr.callbacks.Callback):
    """Stops a fit as the keyboard does, once."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_train_batch_end(self, batch: int, logs: object) -> None:
        if self.session.progress.step == self.step:
            self.step = -1
            raise KeyboardInterrupt


def train(path: Path, *callbacks: Any, epochs: int = EPOCHS, optimizer: Any = "adam", **recording: Any) -> cr.callbacks.History:
    x, y = examples()
    recorder = cr.callbacks.Recorder(path, **recording)
    return new_model(optimizer).fit(x, y, BATCH, epochs, verbose=0, validation_data=(x[:20], y[:20]), callbacks=[*callbacks, recorder])


def same(left: dict[str, np.ndarray], right: dict[str, np.ndarray]) -> bool:
    """Return whether all arrays are the same bits."""
    return left.keys() == right.keys() and all(np.asarray(left[name]).tobytes() == np.asarray(right[name]).tobytes() for name in left)
