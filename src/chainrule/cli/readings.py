"""Views of what a run's probes have read: layers, weights, and any series as numbers and a small curve."""

from collections.abc import Mapping

import numpy as np

from chainrule.cli.screen import console, heading, number, pairs, table
from chainrule.errors import DataError
from chainrule.record import Recording
from chainrule.training import Series

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 16  # signs of a small curve
_OUTPUTS = ("mean", "std", "zero_fraction", "dead_fraction", "saturated_fraction")


def show_readings(recording: Recording) -> None:
    """Print for each layer what its output was like, and for each weight how large its gradients and updates were."""
    found = recording.probes()
    if not found:
        raise DataError(f"The run {recording.name} has no readings: it was trained with probes=[]. Look inside with chainrule rewind.")
    looks = next(iter(found.values())).steps
    heading(f"Inside run {recording.name}")
    figures = recording.figures()
    numbers = {name: Series(figures["step"], values) for name, values in figures.items() if name != "step"}
    numbers |= {name: found[name] for name in ("learning rate", "gradient noise scale") if name in found}
    pairs({"looks": f"{len(looks)}, the first at step {looks[0]}, the last at step {looks[-1]}"} if len(looks) else {"looks": "none yet"})
    console().print(table(["", "first", "last", "course"], (_row(name, series) for name, series in numbers.items())))
    layers = dict.fromkeys(name.partition(" of ")[2].removesuffix("/output") for name in found if name.startswith("std of "))
    heading("Outputs of layers, at the last look; the course is that of their spread")
    rows = [
        [layer, *(_last(found, f"{statistic} of {layer}/output") for statistic in _OUTPUTS), _spark(found[f"std of {layer}/output"])]
        for layer in layers
        if f"std of {layer}/output" in found
    ]
    console().print(table(["layer", "mean", "std", "zero", "dead", "saturated", "course"], rows))
    weights = [name.removeprefix("norm of update of ") for name in found if name.startswith("norm of update of ")]
    heading("Weights, at the last look; the course is that of their gradient's norm")
    rows = [
        [
            weight,
            *(_last(found, name) for name in (f"norm of {weight}", f"norm of gradient of {weight}", f"update ratio of {weight}")),
            _spark(found[f"norm of gradient of {weight}"]),
        ]
        for weight in weights
        if f"norm of gradient of {weight}" in found
    ]
    console().print(table(["weight", "norm", "gradient", "update / weight", "course"], rows))


def show_series(recording: Recording, pattern: str) -> None:
    """Print the readings whose names match a pattern: first, last, lowest, highest, and a small curve."""
    heading(f"Readings {pattern!r} of run {recording.name}")
    rows: list[list[str]] = []
    for name, series in recording.probes(pattern).items():
        columns = series.table.T
        rows += [
            [name if len(columns) == 1 else f"{name} [{place}]", *_extent(column), _spark(Series(series.steps, column))]
            for place, column in enumerate(columns)
        ]
    console().print(table(["reading", "first", "last", "lowest", "highest", "course"], rows))


def _row(name: str, series: Series) -> list[str]:
    first, last, _, _ = _extent(series.values)
    return [name, first, last, _spark(series)]


def _extent(values: np.ndarray) -> list[str]:
    known = values[np.isfinite(values)]
    return [number(float(entry)) for entry in (known[0], known[-1], known.min(), known.max())] if len(known) else ["-"] * 4


def _last(found: Mapping[str, Series], name: str) -> str:
    if name not in found or not len(found[name].values):
        return "-"
    value = float(found[name].values[-1])
    return f"{value:.0%}" if "fraction" in name else number(value)


def _spark(series: Series) -> str:
    """Return a series as a line of bars, averaged over stretches; logarithmic where it spans more than two orders of magnitude."""
    values = np.asarray(series.values, np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return "-"
    means = np.array([part.mean() for part in np.array_split(values, min(_WIDTH, len(values)))])
    if means.min() > 0 and means.max() > 100 * means.min():
        means = np.log(means)
    spread = means.max() - means.min()
    levels = np.zeros(len(means), int) if spread == 0 else ((means - means.min()) / spread * (len(_BARS) - 1)).round().astype(int)
    return "".join(_BARS[level] for level in levels)
