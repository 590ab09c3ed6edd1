"""The figures of a run's last epoch, and the best of all its epochs."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from chainrule.record import Recording
from chainrule.studio.messages.answers.runs import RunLine
from chainrule.studio.messages.shared import Number


def last_and_best(recording: Recording, made: tuple[int, int] | None, before: RunLine | None) -> tuple[dict[str, Number], dict[str, float]]:
    """Return the figures of the last epoch and the best ones; of a run that has only gone on since `before`, new epochs alone are read."""
    if made is None:
        return {}, {}
    if before is not None and before.epochs and before.created == recording.configuration["created"]:
        known, *new = [numbers_of(entry["figures"]) for entry in recording.epochs(made[0] + before.epochs - 1)] or [{}]
        if known == before.figures:
            return (new[-1] if new else known), best_of([before.best, *new])
    figures = [numbers_of(entry["figures"]) for entry in recording.epochs()]
    return figures[-1], best_of(figures)


def best_of(epochs: Sequence[Mapping[str, Number]]) -> dict[str, float]:
    """Return the smallest validation loss and the highest validation accuracies, by name."""
    found: dict[str, float] = {}
    for figures in epochs:
        for name, value in figures.items():
            if value is not None and (name == "val_loss" or (name.startswith("val_") and name.endswith("accuracy"))):
                found[name] = (min if name == "val_loss" else max)(value, found.get(name, value))
    return found


def numbers_of(figures: Mapping[str, Any]) -> dict[str, Number]:
    """Return figures as they are told: what is no number is left out, and what is not finite is none."""
    return {name: float(value) if isfinite(value) else None for name, value in figures.items() if isinstance(value, int | float)}
