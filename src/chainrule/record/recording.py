"""A kept run, opened: its configuration, figures and snapshots; and going on with it."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.configuration import from_config
from chainrule.errors import RecordError
from chainrule.record.database import FILE, Database
from chainrule.record.environment import differences, environment
from chainrule.record.examples import read_plan
from chainrule.record.recorder import MODEL_FILE, Recorder
from chainrule.record.snapshots import Snapshot, read_snapshot, snapshot_path, snapshot_steps
from chainrule.training import History, Model, Plan, Settings, load_model, model_from_data
from chainrule.training.callbacks import Callback
from chainrule.training.callbacks.progress import progress_callback


class Recording:
    """A run's folder.

    Args:
        path: the folder.

    Raises:
        RecordError: no run, or a damaged one.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._database = Database(self.path / FILE)
        self.configuration = self._database.configuration()

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def status(self) -> str:
        """ "finished", "interrupted", "error", or "running" (also when its process was killed)."""
        return str(self.configuration["status"])

    @property
    def notes(self) -> dict[str, Any]:
        """What else was kept with the run."""
        return self.configuration["notes"]

    def add_notes(self, **entries: Any) -> None:
        """Keep more with the run, JSON-ready; what is kept under the same name is replaced."""
        self.configuration["notes"] = self.notes | entries
        self._database.configure(notes=self.notes)

    def figures(self, first: int = 0, last: int | None = None, every: int = 1) -> dict[str, np.ndarray[Any, Any]]:
        """Return the figures of steps, by name, beside their numbers under "step"."""
        return self._database.figures(first, last, every)

    def epochs(self) -> list[dict[str, Any]]:
        """Return each epoch's number, last step, seconds and figures."""
        return self._database.epochs()

    def events(self) -> list[dict[str, Any]]:
        """Return what happened, in order."""
        return self._database.events()

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
        return read_plan(self.path, Settings(**self.configuration["settings"]))

    def new_model(self) -> Model:
        """Return the run's model as it was before training."""
        return model_from_data(self.configuration["model"])

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


def resume(path: str | Path, callbacks: Sequence[Callback] = (), verbose: str | int = "auto") -> History:
    """Go on with a run that was interrupted or killed, from its last snapshot, to the same end bit for bit.

    Args:
        path: the run's folder.
        callbacks: those of your own that the run had, in their order; Chainrule's own are made again by themselves.
        verbose: as for `fit`.

    Returns:
        The figures of all epochs, those before the interruption included.

    Raises:
        RecordError: nothing to go on with, or callbacks that do not fit.
    """
    recording = Recording(path)
    if recording.status == "finished":
        raise RecordError(f"The run {recording.path} is finished: there is nothing to resume.")
    snapshot = recording.snapshot()
    model = recording.new_model()
    restore_state(model, snapshot)
    listeners = [*_callbacks(recording, callbacks), Recorder(recording.path, resuming=True)]
    return model.run(recording.plan(), [*listeners, *progress_callback(verbose)], snapshot.progress, remembered=snapshot.callbacks)


def _callbacks(recording: Recording, given: Sequence[Callback]) -> list[Callback]:
    queue = list(given)
    made: list[Callback] = []
    for entry in recording.configuration["callbacks"]:
        if "config" in entry:
            made.append(from_config(entry["config"]))
        elif entry["name"] not in ("LiveProgress", "PlainProgress"):
            if not queue or type(queue[0]).__name__ != entry["name"]:
                raise RecordError(
                    f"The run had a callback {entry['name']} of your own: resume it with resume(path, callbacks=[{entry['name']}(...)])."
                )
            made.append(queue.pop(0))
    return made


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
