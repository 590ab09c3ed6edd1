"""Forks: a run gone on with from one of its past steps, with something changed, as a run of its own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from chainrule import optimizers
from chainrule.configuration import to_config
from chainrule.data.stream import is_source
from chainrule.errors import ArgumentError, RecordError
from chainrule.graph import Array
from chainrule.layers import Layer
from chainrule.models import Model
from chainrule.optimizers import Optimizer
from chainrule.record.edits import edits_of
from chainrule.record.recorder import Recorder
from chainrule.record.recording import Recording, next_run_path, restore_state
from chainrule.record.resuming import callbacks_of
from chainrule.record.snapshots import Snapshot, take_snapshot
from chainrule.training import Plan, Progress
from chainrule.training.callbacks import Callback
from chainrule.training.callbacks.progress import progress_callback
from chainrule.training.plan import as_validation


@dataclass(frozen=True)
class Changes:
    """What is other in a fork than in its parent; None stays as it was.

    Args:
        learning_rate: a plain rate, also in place of a schedule.
        optimizer: a name or an optimiser; the weights stay, its own arrays begin as 0.
        data: (x, y) or (x, y, sample_weight) to learn from, or a source.
        epochs: the epoch at which to stop, counted from the first of the parent.
        batch_size: examples in a batch.
        seed: what shuffling and dropout depend on.
        augment: layers that vary each batch; an empty list for none.
    """

    learning_rate: float | None = None
    optimizer: str | Optimizer | None = None
    data: Any = None
    epochs: int | None = None
    batch_size: int | None = None
    seed: int | None = None
    augment: Sequence[Layer] | None = None

    @property
    def of_batches(self) -> bool:
        """Whether the batches are others, so that the epoch under way must begin anew."""
        return any(value is not None for value in (self.data, self.batch_size, self.seed))

    def to_data(self) -> dict[str, Any]:
        """Return what is changed, JSON-ready; of data the number of examples."""
        given = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        count = 0 if self.data is None else len(self.data if is_source(self.data) else self.data[1])
        given["data"] = f"{count:,} examples" if count else None
        return {name: to_config(value) for name, value in given.items() if value is not None}


def fork(
    recording: Recording,
    step: int,
    changes: Changes,
    path: str | Path | None = None,
    callbacks: Sequence[Callback] = (),
    verbose: str | int = 0,
    state: Mapping[str, Array] | None = None,
) -> Path:
    """Go on with a run from the state before one of its steps, as a new run, and return its folder.

    Args:
        recording: the parent.
        step: the first step that the new run makes.
        changes: what is other than in the parent; where nothing is, the steps are those of the parent, to the bit.
        path: the new run's folder; None takes a free one beside the parent's.
        callbacks: those of the user's own that the parent had, in their order, then others.
        verbose: as for `fit`.
        state: what the run's state before the step is known to be; None checks nothing.

    Raises:
        ArgumentError: a folder that exists, or nothing left to do.
        RecordError: no snapshot that can be read, callbacks that do not fit, or that do now what they did not do then.
    """
    family = re.sub(r"-fork-\d+$", "", recording.name)
    path = next_run_path(recording.path.parent, f"{family}-fork") if path is None else Path(path)
    if path.exists():
        raise ArgumentError(f"{path} exists already: choose another folder for the fork.")
    model, snapshot, own, others = _at(recording, step, callbacks)
    _require_same(recording, snapshot, state)
    _change(model, changes, snapshot)
    plan = _changed_plan(recording.plan(), changes)
    progress = snapshot.progress
    if changes.of_batches:
        progress = Progress(progress.epoch, 0, progress.step, [], progress.history)
    if progress.epoch >= plan.settings.epochs:
        raise ArgumentError(f"The fork begins in epoch {progress.epoch + 1}: give more epochs than {plan.settings.epochs}.")
    notes = {} if changes.data is not None else {key: value for key, value in recording.notes.items() if key != "test"}
    parent = {"run": recording.name, "created": recording.configuration["created"], "step": step, "changes": changes.to_data()}
    moved = [callback.moved_to(path) for callback in own]
    listeners = [*moved, *others, Recorder(path, notes, parent=parent), *progress_callback(verbose)]
    model.run(plan, listeners, progress, remembered=snapshot.callbacks)
    return path


def _at(recording: Recording, step: int, given: Sequence[Callback]) -> tuple[Model, Snapshot, list[Callback], list[Callback]]:
    """Return the run's model before a step, all there is to go on from, the run's callbacks, and those given beside them."""
    snapshot = recording.snapshot(at_most=step)
    model = recording.new_model()
    restore_state(model, snapshot)
    own, remembered, others = callbacks_of(recording, given, snapshot)
    session = model.begin(recording.plan(), own, snapshot.progress, remembered)
    session.replay(step)
    return model, take_snapshot(session, own), own, others


def _require_same(recording: Recording, snapshot: Snapshot, state: Mapping[str, Array] | None) -> None:
    """Callbacks were asked again what they did between the last snapshot and the step: it must be what the run remembers.

    What they did just before the step they will do when the fork begins.
    """
    step = snapshot.progress.step
    known = {name: array for name, array in (state or {}).items() if name not in edits_of(recording.events()).get(step, {})}
    differing = [name for name, array in known.items() if np.asarray(array).tobytes() != snapshot.arrays[name].tobytes()]
    if differing:
        raise RecordError(
            f"The callbacks of the run {recording.name}, asked again, change {differing[0]} otherwise than they did then: they depend on "
            "something beside the figures, such as the time or a random number. Fork at a step that has a snapshot: "
            f"{', '.join(map(str, recording.snapshot_steps()))}."
        )


def _change(model: Model, changes: Changes, snapshot: Snapshot) -> None:
    """Give a model the changed optimiser, and of its former state what stays."""
    saved, arguments = dict(snapshot.arrays), model.compile_arguments
    assert arguments is not None
    optimizer: Optimizer = arguments["optimizer"]
    if changes.optimizer is not None:
        optimizer = optimizers.get(changes.optimizer)
        saved = {name: saved[name] for name in model.named_weights()}
    if changes.learning_rate is not None:
        optimizer = replace(optimizer, learning_rate=changes.learning_rate)
        saved.pop("optimizer/learning_rate", None)
    if optimizer is not arguments["optimizer"]:
        changed: dict[str, Any] = arguments | {"optimizer": optimizer}
        model.compile(**changed)
    for name, variable in model.state_variables().items():
        if name in saved:
            variable.assign(saved[name])


def _changed_plan(plan: Plan, changes: Changes) -> Plan:
    changed = {"epochs": changes.epochs, "batch_size": changes.batch_size, "seed": changes.seed}
    settings = replace(plan.settings, **{name: value for name, value in changed.items() if value is not None})
    train = plan.train if changes.data is None else as_validation(changes.data)
    augment = plan.augment if changes.augment is None else tuple(changes.augment)
    return replace(plan, train=train, settings=settings, augment=augment)
