"""The recorder: a callback that saves a run in a folder as it happens."""

import os
import platform
import shutil
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chainrule.configuration import to_config
from chainrule.errors import ArgumentError, DataError, RecordError
from chainrule.events import EpochFinished, Event, FitFinished, FitStarted, StateEdited, StepsFinished
from chainrule.record.database import FILE, Database
from chainrule.record.edits import edit_to_data
from chainrule.record.environment import environment
from chainrule.record.examples import describe_sources, write_examples
from chainrule.record.readings import place_of
from chainrule.record.run_lock import RunLock
from chainrule.record.snapshots import Snapshot, edited_snapshots, take_snapshot, thin, write_snapshot
from chainrule.training.callbacks import Callback
from chainrule.training.listener import Listener

MODEL_FILE = "model.safetensors"
TIME_SHARE = 0.03  # of training time, for snapshots
DISK_BUDGET = 1 << 30  # bytes, for snapshots


class Recorder(Callback):
    """Saves a run: configuration, environment, events, figures of every step, and snapshots from which any step can be computed again.

    Args:
        path: the run's folder, which must not exist yet unless `resuming`.
        notes: what else to save, JSON-ready: the data set's name, the preparation, the names of classes.
        time_share: the part of training time that snapshots may take, from 0 to 1.
        disk_budget: the bytes that snapshots may take; older ones are thinned out.
        resuming: whether the run exists and is gone on with, as `resume` does.
        parent: the run, step and changes that a fork comes from, JSON-ready.

    Example:
        >>> import os, tempfile, numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> path = os.path.join(tempfile.mkdtemp(), "run")
        >>> history = model.fit(np.ones((8, 2)), np.ones(8), verbose=0, callbacks=[cr.callbacks.Recorder(path)])
        >>> cr.open_run(path).figures()["step"].tolist()
        [0]
    """

    wants_readings = True
    runs_last = True  # so that snapshots hold what the other callbacks have done

    def __init__(
        self,
        path: str | Path,
        notes: Mapping[str, Any] | None = None,
        time_share: float = TIME_SHARE,
        disk_budget: int = DISK_BUDGET,
        resuming: bool = False,
        parent: Mapping[str, Any] | None = None,
    ) -> None:
        self.path = Path(path)
        self._notes = dict(notes or {})
        self._time_share = time_share
        self._disk_budget = disk_budget
        self._resuming = resuming
        self._parent = dict(parent or {})
        self._database: Database | None = None
        self._lock: RunLock | None = None
        self._due = 0.0
        self._edited: set[int] = set()
        self._first_group = 0  # of the probes, in the run's layout of readings

    def __repr__(self) -> str:
        return f"Recorder({str(self.path)!r})"

    def on_event(self, event: Event) -> None:
        """Write down what happened.

        Raises:
            RecordError: a disk that is full, or gone; what was written before is whole.
        """
        try:
            self._write_down(event)
        except (DataError, OSError, sqlite3.Error) as error:
            raise RecordError(f"The run {self.path} can no longer be saved, but what was saved so far is whole: {error}") from error

    def _write_down(self, event: Event) -> None:
        match event:
            case FitStarted():
                self._begin(event)
            case StepsFinished():
                self.database.add_steps(event.first, event.figures)
                self.database.add_readings(event.readings, self._first_group)
                self._snapshot_if_due()
            case EpochFinished():
                self.database.add_epoch(event.epoch, event.step, event.seconds, event.logs)
                self._snapshot_if_due()
            case StateEdited():
                self._save_edit(event)
            case FitFinished():
                self._end(event)
            case _:
                pass

    @property
    def database(self) -> Database:
        """The run's database."""
        if self._database is None:
            raise RecordError("The recorder has no run yet: give it to fit(callbacks=[...]).")
        return self._database

    def _begin(self, event: FitStarted) -> None:
        if not self._resuming:
            if self.path.exists():
                raise ArgumentError(f"{self.path} exists already: choose another folder, or go on with the run there by resume().")
            self._create(event)
        self._lock = self._take_lock()
        self._database = Database(self.path / FILE)
        begun = {int(noted["step"]) for noted in self._database.events() if noted["kind"] == "started"}
        self._edited = edited_snapshots(self.path) | begun | {event.first_step}  # what was changed just before a stop is saved nowhere else
        self._database.forget_after(event.first_step, event.first_epoch)
        self._lay_out()
        self._database.configure(status="running", process={"host": platform.node(), "pid": os.getpid()})
        self._database.add_event("started", step=event.first_step, epoch=event.first_epoch)

    def _lay_out(self) -> None:
        """Find the place of this fit's readings among those of the run, or add them."""
        layout, groups = self.database.configuration().get("readings", []), self.session.readings
        self._first_group = place_of(layout, groups)
        if self._first_group == len(layout):
            self.database.configure(readings=[*layout, *groups])

    def _take_lock(self) -> RunLock:
        try:
            return RunLock(self.path)
        except sqlite3.OperationalError as error:
            raise RecordError(f"The run {self.path} is being made by another process: wait for its end, or stop it first.") from error

    def _create(self, event: FitStarted) -> None:
        """Make the folder beside its place, and move it there when it is whole."""
        plan, started = self.session.plan, time.perf_counter()
        beside = self.path.with_name(f".{self.path.name}.part")
        shutil.rmtree(beside, ignore_errors=True)
        try:
            beside.mkdir(parents=True)
            write_snapshot(beside, self._take(edited=False))
            self._wait(started)
            write_examples(beside, self.path.parent, plan)
            configuration = {
                "created": time.time(),
                "model": self.model.get_config(),
                "settings": asdict(plan.settings),
                "probes": [to_config(probe.without_functions) for probe in plan.probes if probe.without_functions],
                "augment": to_config(list(plan.augment)),
                "readings": self.session.readings,
                "examples": {"train": len(plan.train), "validation": len(plan.validation or ())},
                "sources": describe_sources(plan),
                "lines": {path: layer.made_at for path, layer in self.model.network.sublayers("") if path},
                "first_epoch": event.first_epoch,
                "first_position": self.session.progress.position,
                "first_step": event.first_step,
                "steps_per_epoch": event.steps_per_epoch,
                "callbacks": [_described(callback) for callback in self._remembered],
                "environment": environment(),
                "notes": self._notes,
                "status": "running",
                **({"parent": self._parent} if self._parent else {}),
            }
            Database.create(beside / FILE, event.names, configuration)
            beside.rename(self.path)
        except OSError as error:
            shutil.rmtree(beside, ignore_errors=True)
            raise RecordError(f"The run {self.path} could not be begun: {error}. Free some space or choose another folder.") from error

    def _snapshot_if_due(self) -> None:
        if time.perf_counter() >= self._due:
            self._snapshot(edited=False)

    def _save_edit(self, event: StateEdited) -> None:
        """Save what a callback has changed: a few numbers as an event, more as a snapshot; what nobody would do again as both."""
        arrays = edit_to_data(self.session.arrays(), event.names)
        if arrays is not None or event.by_hand:
            said = {"by_hand": event.by_hand} if event.by_hand else {}
            self.database.add_event("edited", step=event.step, arrays=arrays or {}, **said)
        if arrays is None or event.by_hand:
            self._snapshot(edited=True)

    def _take(self, edited: bool) -> Snapshot:
        return take_snapshot(self.session, self._remembered, edited)

    @property
    def _remembered(self) -> list[Listener]:
        """The callbacks that whoever goes on with the run must have too."""
        return [callback for callback in self.session.callbacks if callback is not self and not callback.only_watches]

    def _wait(self, started: float) -> None:
        """Let no snapshot be due before the time of this one, from `started` to now, has its part of all time."""
        now = time.perf_counter()
        self._due = now + (now - started) / self._time_share

    def _snapshot(self, edited: bool) -> None:
        started = time.perf_counter()
        write_snapshot(self.path, self._take(edited))
        if edited:
            self._edited.add(self.session.progress.step)
        thin(self.path, self._edited, self._disk_budget)
        self._wait(started)

    def _end(self, event: FitFinished) -> None:
        try:
            self.model.save(self.path / MODEL_FILE)
            finished = event.reason not in ("interrupted", "error")
            self.database.configure(status="finished" if finished else event.reason)
            self.database.add_event("finished", step=event.step, epoch=event.epoch, reason=event.reason)
            self.database.close()
        finally:
            if self._lock is not None:
                self._lock.release()


def _described(callback: Listener) -> dict[str, Any]:
    """Return a callback as data: its name, and what it is made of where that can be written down."""
    try:
        return {"name": type(callback).__name__, "config": to_config(callback)}
    except ArgumentError:
        return {"name": type(callback).__name__}
