"""Runs of small networks of three kinds, each kept whole by a callback, to check rewinding and forking against."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_runs import Keeper

import chainrule as cr
from chainrule.training import session

Build = Callable[[], list[Any]]

ROWS, BATCH, EPOCHS = 76, 8, 20
STEPS = -(-ROWS // BATCH)  # in an epoch, the last of them short

KINDS: dict[str, tuple[tuple[int, ...], Build]] = {
    "mlp": ((6,), lambda: [cr.layers.Dense(9, "relu"), cr.layers.Dense(3)]),
    "cnn": (
        (6, 6, 1),
        lambda: [
            cr.layers.Conv2D(4, 3, use_bias=False),
            cr.layers.BatchNormalization(),
            cr.layers.Activation("relu"),
            cr.layers.MaxPooling2D(2),
            cr.layers.Flatten(),
            cr.layers.Dropout(0.4),
            cr.layers.Dense(3),
        ],
    ),
    "lstm": ((5, 3), lambda: [cr.layers.LSTM(4), cr.layers.Dense(3)]),
}


EACH = [pytest.param(kind, marks=[] if kind == "mlp" else pytest.mark.slow) for kind in KINDS]  # the others take long to compile


def examples(kind: str) -> tuple[np.ndarray, np.ndarray]:
    shape = KINDS[kind][0]
    random = np.random.default_rng(11)
    x = random.standard_normal((ROWS, *shape)).astype("float32")
    return x, (x.reshape(ROWS, -1)[:, :3].argmax(1)).astype("int32")


def fit(kind: str, path: Path, *callbacks: Any, epochs: int = EPOCHS, **recording: Any) -> cr.callbacks.History:
    shape, build = KINDS[kind]
    x, y = examples(kind)
    model = cr.Sequential([cr.Input(shape), *build()], seed=4)
    model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    recorder = cr.callbacks.Recorder(path, **recording)
    return model.fit(x, y, BATCH, epochs, verbose=0, validation_data=(x[:20], y[:20]), callbacks=[*callbacks, recorder])


def keep_whole(kind: str, path: Path, monkeypatch: Any) -> dict[int, dict[str, np.ndarray]]:
    """Train in dispatches of one step each, and return the state before every step."""
    keeper = Keeper()
    with monkeypatch.context() as patched:
        patched.setattr(session, "REPORT_SECONDS", 0.0)
        fit(kind, path, keeper, time_share=1e-9)
    return keeper.states
