"""What the tests of the doctor share: real digits, a network that reads them, runs that are kept, findings as names."""

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import chainrule as cr
from chainrule.doctor import Finding


@cache
def digits_arrays() -> tuple[np.ndarray, np.ndarray]:
    """Return 1,000 handwritten digits as rows of 64 numbers between 0 and 1, and what they are."""
    part = cr.data.load("digits").train
    rows = part.x[:1000].reshape(1000, -1).astype("float32")
    return rows / rows.max(), part.y[:1000].astype("int32")


def classifier(inputs: int = 64, outputs: int = 10, hidden: Any = None, optimizer: Any = "adam", loss: Any = None, **more: Any) -> cr.Model:
    """Return a network that reads digits well, unless something in it is changed."""
    body = [cr.layers.Dense(32, "relu")] if hidden is None else hidden
    model = cr.Sequential([cr.Input((inputs,)), *body, cr.layers.Dense(outputs, **more)], seed=2)
    model.compile(optimizer, loss or cr.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    return model


def kept(path: Path, model: cr.Model, x: np.ndarray, y: np.ndarray, epochs: int = 8, batch_size: int = 32, **more: Any) -> cr.Run:
    """Train a model and return its run, also where training fails."""
    more = {"probes": []} | more  # they take a second to compile, and few symptoms look at them
    with suppress(cr.errors.TrainingError):
        model.fit(x, y, batch_size, epochs, verbose=0, callbacks=[*more.pop("callbacks", ()), cr.callbacks.Recorder(path)], **more)
    return cr.open_run(path)


def alarms(findings: list[Finding]) -> list[str]:
    """Return the symptoms that are likely or certain."""
    return [finding.symptom for finding in findings if finding.is_alarm]


def symptoms(findings: list[Finding]) -> list[str]:
    """Return all symptoms."""
    return [finding.symptom for finding in findings]
