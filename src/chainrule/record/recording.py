"""A recorded run, opened: its configuration, figures and snapshots."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.configuration import from_config
from chainrule.errors import RecordError
from chainrule.models import Model, load_model
from chainrule.record.database import FILE, Database
from chainrule.record.edits import edits_of
from chainrule.record.environment import differences, environment
from chainrule.record.examples import read_plan
from chainrule.record.readings import read_series
from chainrule.record.recorder import MODEL_FILE
from chainrule.record.run_lock import is_locked
from chainrule.record.snapshots import Snapshot, read_snapshot, snapshot_path, snapshot_steps
from chainrule.training import Plan, Settings
from chainrule.training.probes import ProbeSeries


class Recording:
    """A run's folder.

    Args:
        path: the folder.
        source: what the run's examples were streamed from, where that is an object of your own; files are found again by themselves.
        validation_source: the same for validation; None for `source`.

    Raises:
        RecordError: no run, or a damaged one.
    """

    def __init__(self, path: str | Path, source: Any = None, validation_source: Any = None) -> None:
        self.path = Path(path)
        self.own = {"train": source, "validation": source if validation_source is None else validation_source}
        self._database = Database(self.path / FILE)
        self.configuration = self._database.configuration()

    def __repr__(self) -> str:
        return f"Recording({str(self.path)!r}, {self.status})"

    def close(self) -> None:
        """Close the run's file; nothing more can be read of it."""
        self._database.close()

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def status(self) -> str:
        """ "running", "finished", "interrupted" (by the keyboard), "error", or "killed": begun, but its process is gone."""
        status = str(self.configuration["status"])
        return "killed" if status == "running" and not is_locked(self.path) else status

    @property
    def notes(self) -> dict[str, Any]:
        """What else was saved with the run."""
        return self.configuration["notes"]

    def add_notes(self, **entries: Any) -> None:
        """Save more with the run, JSON-ready; what is saved under the same name is replaced.

        Raises:
            RecordError: a run that cannot be written to.
        """
        notes = self.notes | entries
        try:
            self._database.configure(notes=notes)
        except sqlite3.OperationalError as error:
            raise RecordError(f"Notes on the run {self.path} could not be saved: {error}. Copy it to a folder of your own.") from error
        self.configuration["notes"] = notes

    def figures(self, first: int = 0, last: int | None = None, every: int = 1) -> dict[str, np.ndarray[Any, Any]]:
        """Return the figures of steps, by name, beside their numbers under "step"."""
        return self._database.figures(first, last, every)

    def buckets(self, names: Sequence[str], first: int, last: int, width: int) -> tuple[int, np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Return figures of steps, reduced to at most `width` buckets of equally many steps, computed in the database.

        Args:
            names: of the figures.
            first: the first step.
            last: the last step, which is among them.
            width: how many buckets at most.

        Returns:
            The steps in a bucket, the first step of each, and of shape (names, buckets, 3) mean (NaN where a step's figure
            is), smallest and largest.
        """
        every = max(1, -(-(last + 1 - first) // width))
        return every, *self._database.buckets(names, first, last, every)

    def version(self) -> int:
        """Return a number that is another when the process that makes the run has written since."""
        return self._database.version()

    def reread(self) -> None:
        """Read the configuration again: the status of a run under way changes."""
        self.configuration = self._database.configuration()

    def steps_made(self) -> tuple[int, int] | None:
        """Return the first step that the run has made and the last; None where it has made none."""
        return self._database.steps_made()

    def probes(self, pattern: str = "*") -> dict[str, ProbeSeries]:
        """Return what the probes have read, by name: "mean of dense/output", "norm of gradient of dense/kernel", "learning rate".

        Two things follow from what was read: "update ratio of dense/kernel", the norm of a weight's update beside that of the
        weight, and "gradient noise scale", about the batch size beyond which larger ones bring little.

        Args:
            pattern: which, with the wildcards of file names.

        Raises:
            ArgumentError: nothing of such a name was read.
        """
        return read_series(self._database, self.configuration.get("readings", []), pattern)

    def epochs_made(self) -> tuple[int, int] | None:
        """Return the first epoch that is over and the last; None where none is."""
        return self._database.epochs_made()

    def epochs(self, first: int = 0) -> list[dict[str, Any]]:
        """Return each epoch's number, last step, seconds and figures, from epoch `first` on."""
        return self._database.epochs(first)

    def events(self, skip: int = 0) -> list[dict[str, Any]]:
        """Return what happened, in order, without the first `skip`."""
        return self._database.events(skip)

    def edits(self) -> dict[int, dict[str, np.ndarray[Any, Any]]]:
        """Return what callbacks have changed by hand, such as the learning rate: by step, before which it was changed, and address."""
        return edits_of(self.events())

    def snapshot_steps(self) -> list[int]:
        """Return the steps that have a snapshot."""
        return snapshot_steps(self.path)

    def snapshot(self, at_most: int | None = None) -> Snapshot:
        """Return the latest snapshot, not after step `at_most`; a damaged one is passed over for the one before.

        Raises:
            RecordError: there is none that can be read.
        """
        steps = [step for step in self.snapshot_steps() if at_most is None or step <= at_most]
        problems: list[str] = []
        for step in reversed(steps):
            try:
                return read_snapshot(snapshot_path(self.path, step))
            except RecordError as error:
                problems.append(str(error))
        raise RecordError(" ".join(problems) or f"The run {self.path} has no snapshot at or before step {at_most}.")

    def plan(self) -> Plan:
        """Return what the run was to do, with its examples."""
        probes, augment = (tuple(from_config(self.configuration.get(name, []))) for name in ("probes", "augment"))
        settings = Settings(**self.configuration["settings"])
        return replace(read_plan(self.path, settings, self.configuration.get("sources", {}), self.own), probes=probes, augment=augment)

    def new_model(self) -> Model:
        """Return the run's model as it was before training."""
        return Model.from_config(self.configuration["model"])

    def model(self) -> Model:
        """Return the run's model as it is at the end: trained, best weights restored if that was asked."""
        if (self.path / MODEL_FILE).exists():
            return load_model(self.path / MODEL_FILE)
        model = self.new_model()
        restore_state(model, self.snapshot())
        return model

    def changed_environment(self) -> list[str]:
        """Return what has changed since, of all that the run's bits depend on."""
        return differences(self.configuration["environment"], environment())


def restore_state(model: Model, snapshot: Snapshot) -> None:
    """Give a model the state of a snapshot."""
    variables = model.state_variables()
    missing = sorted(set(variables) - set(snapshot.arrays))
    if missing:
        raise RecordError(f"The snapshot at step {snapshot.progress.step} has no array {missing[0]}: it belongs to another network.")
    for name, variable in variables.items():
        variable.assign(snapshot.arrays[name])


def list_runs(folder: str | Path) -> list[Recording]:
    """Return the runs in a folder, the oldest first; what is not a run, or a damaged one, is passed over."""
    found: list[Recording] = []
    for path in Path(folder).glob(f"*/{FILE}"):
        if not path.parent.name.startswith("."):
            with suppress(RecordError):
                found.append(Recording(path.parent))
    return sorted(found, key=lambda recording: recording.configuration["created"])


def next_run_path(folder: str | Path, stem: str) -> Path:
    """Return a path for a new run in a folder: the stem with the next free number."""
    numbers = [int(tail) for path in Path(folder).glob(f"{stem}-*") if (tail := path.name.removeprefix(f"{stem}-")).isdigit()]
    return Path(folder) / f"{stem}-{max(numbers, default=0) + 1}"
