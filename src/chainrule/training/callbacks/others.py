"""Callbacks for the learning rate, and for figures in a file."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from chainrule.events import Logs
from chainrule.graph import Array
from chainrule.training.callbacks.callback import Callback
from chainrule.training.session import Session


class LearningRateScheduler(Callback):
    """Sets the learning rate at the beginning of each epoch.

    Args:
        schedule: takes the epoch, counted from 0, and the rate so far; returns the rate.
    """

    def __init__(self, schedule: Callable[[int, float], float]) -> None:
        self.schedule = schedule

    def on_epoch_begin(self, epoch: int, logs: Logs) -> None:
        self.session.learning_rate = self.schedule(epoch, self.session.learning_rate)


class CSVLogger(Callback):
    """Writes the figures of each epoch to a file of comma-separated values.

    Args:
        filename: where.
        separator: what stands between values.
        append: go on at the end of an existing file.
    """

    filename: str
    separator: str = ","
    append: bool = False

    def __post_init__(self) -> None:
        self._started = self.append

    def attach(self, model: Any, session: Session) -> None:
        """Learn whom to listen to, and begin a new file unless `append`."""
        super().attach(model, session)
        self._started = self.append

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        if self.session.replaying:
            return
        path, names = Path(self.filename), self._names()
        header = not (self._started and path.exists() and path.stat().st_size)
        with path.open("w" if header else "a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter=self.separator)
            if header:
                writer.writerow(["epoch", *names])
            writer.writerow([epoch, *(logs.get(name, "") for name in names)])
        self._started = True

    def moved_to(self, folder: Path) -> Self:
        return replace(self, filename=str(folder / Path(self.filename).name))

    def _names(self) -> list[str]:
        """Return the columns: the same in every epoch, also where not every epoch is validated."""
        names = self.session.objective.step_names
        return [*names, *(f"val_{name}" for name in names if self.session.plan.validation is not None)]

    def state(self) -> tuple[dict[str, Any], dict[str, Array]]:
        return {"started": self._started}, {}

    def restore(self, data: dict[str, Any], arrays: dict[str, Array]) -> None:
        self._started = data["started"]
