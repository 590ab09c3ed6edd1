"""The list of runs: each in a line, with the figures of its last epoch and the best of all."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import Any

from msgspec import Struct

from chainrule.configuration import from_config
from chainrule.errors import ArgumentError, RecordError
from chainrule.record import Recording
from chainrule.studio.fields import Number
from chainrule.studio.hyperparameters import Hyperparameters, hyperparameters_of
from chainrule.studio.library import Library
from chainrule.studio.network import as_code
from chainrule.studio.trainings import RunState, Trainings

_UNDER_WAY = {"preparing", "running", "paused"}


class Parent(Struct, frozen=True):
    """Where a fork comes from.

    Args:
        run: the parent's name.
        step: the first step that is its own.
        changes: what is other, by name.
    """

    run: str
    step: int
    changes: dict[str, str]


class RunLine(Struct, frozen=True):
    """A run in a list.

    Args:
        name: of its folder.
        state: what it is doing.
        data: what it learned from.
        created: seconds since 1970.
        epochs: done.
        epochs_planned: at most.
        steps: made.
        figures: of the last epoch, by name.
        best: the smallest validation loss and the highest validation accuracies of all epochs, by name.
        test: figures of the test part, where they are kept.
        parent: where it was forked from.
        steered: whether this studio can pause it.
        hyperparameters: what it was set to before it began.
    """

    name: str
    state: RunState
    data: str
    created: float
    epochs: int
    epochs_planned: int
    steps: int
    figures: dict[str, Number]
    best: dict[str, float]
    test: dict[str, Number]
    parent: Parent | None
    steered: bool
    hyperparameters: Hyperparameters


class RunLines:
    """The runs of the folder, each as a line; those that have not changed are not read again.

    Args:
        library: the folder.
        trainings: those that the studio has begun.
    """

    def __init__(self, library: Library, trainings: Trainings) -> None:
        self._library, self._trainings = library, trainings
        self._known: dict[str, tuple[object, RunLine]] = {}

    def all(self) -> list[RunLine]:
        """Return the runs, the newest first; a damaged one is passed over."""
        found: list[RunLine] = []
        for name in self._library.names():
            with suppress(RecordError, ArgumentError):  # one that was removed just now is passed over too
                found.append(self.line(name))
        return sorted(found, key=lambda line: line.created, reverse=True)

    def line(self, name: str) -> RunLine:
        """Return a run as a line; read again only where it has changed, or is under way, for its process may be gone."""
        key = self._library.stamp(name), self._trainings.is_steered(name)
        known = self._known.get(name)
        if known is None or known[0] != key or known[1].state in _UNDER_WAY:
            with self._library.reading(name) as recording:
                recording.reread()
                known = self._known[name] = key, self._line(recording, None if known is None else known[1])
        return known[1]

    def _line(self, recording: Recording, before: RunLine | None) -> RunLine:
        configuration, made, epochs = recording.configuration, recording.steps_made(), recording.epochs_made()
        figures, best = last_and_best(recording, epochs, before)
        source = recording.notes.get("source")
        return RunLine(
            name=recording.name,
            state=self._trainings.state_of(recording.name, recording.status),
            data=Path(str(source)).name if source else f"{configuration['examples']['train']:,} examples",
            created=configuration["created"],
            epochs=0 if epochs is None else epochs[1] + 1 - epochs[0],
            epochs_planned=configuration["settings"]["epochs"],
            steps=0 if made is None else made[1] + 1 - made[0],
            figures=figures,
            best=best,
            test=numbers_of(recording.notes.get("test", {})),
            parent=_parent(configuration.get("parent")),
            steered=self._trainings.is_steered(recording.name),
            hyperparameters=hyperparameters_of(configuration),
        )


def _parent(parent: Mapping[str, Any] | None) -> Parent | None:
    if parent is None:
        return None
    changes = {name: as_code(from_config(value)) if isinstance(value, dict) else str(value) for name, value in parent["changes"].items()}
    return Parent(parent["run"], parent["step"], changes)


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
    """Return figures as they are shown: what is no number is left out, and what is not finite is none."""
    return {name: float(value) if isfinite(value) else None for name, value in figures.items() if isinstance(value, int | float)}
