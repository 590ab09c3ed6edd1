"""What happens during training, as a closed list of typed events that listeners receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

Logs: TypeAlias = Mapping[str, float]
Numbers: TypeAlias = np.ndarray[Any, Any]


@dataclass(frozen=True)
class FitStarted:
    """Training begins, or goes on from a checkpoint.

    Args:
        epochs: the number of passes planned, counted from the first.
        steps_per_epoch: the number of updates in each.
        names: of the figures that every step gives: "loss", then metrics.
        first_epoch: where it begins; above 0 when it goes on.
        first_step: the number of updates already made.
    """

    epochs: int
    steps_per_epoch: int
    names: tuple[str, ...]
    first_epoch: int
    first_step: int


@dataclass(frozen=True)
class EpochStarted:
    """An epoch begins."""

    epoch: int


@dataclass(frozen=True)
class StepsFinished:
    """Some steps have run in one dispatch.

    Args:
        epoch: the epoch they belong to.
        first: the number of updates made before them, over all epochs.
        figures: for each name, one figure for each step.
        seconds: how long the dispatch took.
        running: the figures of the epoch so far.
        readings: for each group of probes (those read at the same steps), the steps at which they were read and what they read, a
            row for each; the groups' layout is the training program's `readings.layout`.
    """

    epoch: int
    first: int
    figures: Mapping[str, np.ndarray[Any, Any]]
    seconds: float
    running: Logs
    readings: Sequence[tuple[Numbers, Numbers]] = ()

    @property
    def count(self) -> int:
        """How many steps these are."""
        return len(self.figures["loss"])


@dataclass(frozen=True)
class StateEdited:
    """A callback has changed weights or the learning rate since the last dispatch.

    Args:
        step: the number of updates made before.
        names: the addresses of what was changed.
        by_hand: what a person did, in words, so that no callback would do it again if these steps were made again.
    """

    step: int
    names: tuple[str, ...]
    by_hand: tuple[str, ...] = ()


@dataclass(frozen=True)
class EpochFinished:
    """An epoch is over; `logs` has its figures, those of the validation data with the prefix "val_"."""

    epoch: int
    step: int
    logs: Logs
    seconds: float


@dataclass(frozen=True)
class FitFinished:
    """Training is over; `reason` says why: all epochs done, stopped by a callback, interrupted, or an error."""

    epoch: int
    step: int
    reason: str


Event: TypeAlias = FitStarted | EpochStarted | StepsFinished | StateEdited | EpochFinished | FitFinished
