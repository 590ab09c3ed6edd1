"""What a run's probes have read, as series by name; and what follows from several of them."""

import difflib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from chainrule.errors import ArgumentError
from chainrule.record.database import Database
from chainrule.training.probes import SQUARE, VARIANCE, ProbeSeries

_RATIO, _NOISE = "update ratio of ", "gradient noise scale"
_SMOOTHED = 0.9  # how much of the average so far each new reading leaves; both parts of the noise scale are noisy


def read_series(database: Database, layout: Sequence[Mapping[str, Any]], pattern: str = "*") -> dict[str, ProbeSeries]:
    """Return the series whose names match a pattern.

    Raises:
        ArgumentError: none does.
    """
    found: dict[str, ProbeSeries] = {}
    for number, group in enumerate(layout):
        steps, rows = database.readings(number, sum(group["sizes"].values()))
        start = 0
        for name, size in group["sizes"].items():
            series = ProbeSeries(steps, rows[:, start] if size == 1 else rows[:, start : start + size])
            found[name] = _together(found[name], series) if name in found else series
            start += size
    found |= _derived(found)
    matching = {name: series for name, series in found.items() if fnmatchcase(name, pattern)}
    if layout and not matching:
        nearest = difflib.get_close_matches(pattern, found, n=5, cutoff=0.3) or list(found)[:5]
        raise ArgumentError(f"The run's probes have read nothing named {pattern!r}. Did you mean {', '.join(map(repr, nearest))}?")
    return matching


def place_of(layout: Sequence[Mapping[str, Any]], groups: Sequence[Mapping[str, Any]]) -> int:
    """Return the number of the first of these groups in a run's layout; behind all where they are not there yet.

    A run that is gone on with has other groups where some probes could not be saved: functions of the user's own.
    """
    return next((start for start in range(len(layout)) if list(layout[start : start + len(groups)]) == list(groups)), len(layout))


def _together(left: ProbeSeries, right: ProbeSeries) -> ProbeSeries:
    """Return two series of the same readings as one, in the order of steps."""
    steps, first = np.unique(np.concatenate([left.steps, right.steps]), return_index=True)
    return ProbeSeries(steps, np.concatenate([left.values, right.values])[first])


def _derived(found: Mapping[str, ProbeSeries]) -> dict[str, ProbeSeries]:
    """Return how large each weight's updates are beside the weight, and the gradient noise scale tr(Σ) / |G|²."""
    answers: dict[str, ProbeSeries] = {}
    for name, update in found.items():
        address = name.removeprefix("norm of update of ")
        weight = found.get(f"norm of {address}")
        if address != name and weight is not None:
            steps, ours, theirs = np.intersect1d(update.steps, weight.steps, assume_unique=True, return_indices=True)
            with np.errstate(divide="ignore", invalid="ignore"):
                answers[_RATIO + address] = ProbeSeries(steps, update.values[ours] / weight.values[theirs])
    if VARIANCE in found:
        variance, square = (_average(found[part].values) for part in (VARIANCE, SQUARE))
        with np.errstate(divide="ignore", invalid="ignore"):
            answers[_NOISE] = ProbeSeries(found[VARIANCE].steps, np.where(square > 0, variance / square, np.inf))
    return answers


def _average(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the moving average at each place, of what was read up to there."""
    total, weight, averages = 0.0, 0.0, np.empty(len(values))
    for place, value in enumerate(values):
        total, weight = _SMOOTHED * total + value, _SMOOTHED * weight + 1
        averages[place] = total / weight
    return averages
