"""A run as TensorBoard's event files; needs the extra "tensorboard"."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tensorboardX import SummaryWriter

from chainrule.record import Recording


def write_tensorboard(recording: Recording, folder: Path, pattern: str = "*") -> int:
    """Write a run's figures and readings as event files, and return how many points they hold.

    Figures of steps are named "step/loss", those of epochs "epoch/val_loss", readings "norm/gradient of dense/kernel".
    Histograms are written as such, readings of several numbers as a series for each; what is not finite is left out.
    Point TensorBoard at the folder: `tensorboard --logdir FOLDER`.

    Args:
        recording: the run.
        folder: where the files go.
        pattern: which readings, with the wildcards of file names.
    """
    started, points = float(recording.configuration["created"]), 0
    with SummaryWriter(str(folder)) as writer:
        for tag, step, value in filter(lambda point: math.isfinite(point[2]), _scalars(recording, pattern)):
            writer.add_scalar(tag, value, step, walltime=started + step * 1e-3)
            points += 1
        for name, series in _histograms(recording, pattern).items():
            for step, reading in zip(series.steps.tolist(), series.values.astype(np.float64), strict=True):
                writer.add_histogram_raw(_tag(name), global_step=step, walltime=started + step * 1e-3, **_raw(reading))
                points += 1
    return points


def _scalars(recording: Recording, pattern: str) -> Iterator[tuple[str, int, float]]:
    figures = recording.figures()
    steps = figures.pop("step").tolist()
    for name, values in figures.items():
        yield from ((f"step/{name}", step, value) for step, value in zip(steps, values.tolist(), strict=True))
    for epoch in recording.epochs():
        yield from ((f"epoch/{name}", epoch["step"], value) for name, value in epoch["figures"].items())
    for name, series in recording.probes(pattern).items():
        if name.startswith("histogram of "):
            continue
        columns = series.table
        for place, column in enumerate(columns.T.tolist()):
            tag = _tag(name) + (f"/{place}" if columns.shape[1] > 1 else "")
            yield from ((tag, step, value) for step, value in zip(series.steps.tolist(), column, strict=True))


def _histograms(recording: Recording, pattern: str) -> dict[str, Any]:
    return {name: series for name, series in recording.probes(pattern).items() if name.startswith("histogram of ")}


def _tag(name: str) -> str:
    statistic, _, address = name.partition(" of ")
    return f"{statistic}/{address}" if address else name


def _raw(reading: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return a reading (lowest, highest, shares of bins) in the words of TensorBoard's histograms."""
    low, high, shares = reading[0], reading[1], reading[2:]
    edges = np.linspace(low, high, len(shares) + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    moments = {"num": 1.0, "sum": float(shares @ middles), "sum_squares": float(shares @ middles**2)}
    return {"min": low, "max": high, "bucket_limits": edges[1:].tolist(), "bucket_counts": shares.tolist(), **moments}
