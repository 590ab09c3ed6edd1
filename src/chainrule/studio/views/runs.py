"""Runs: the list, one of them opened, its figures and what its probes saw."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.configuration import from_config
from chainrule.data import Preparation
from chainrule.data.preparation.feature import Feature
from chainrule.data.steps.encoding import OneHot
from chainrule.data.steps.scaling import Scaling
from chainrule.data.steps.step import inverse
from chainrule.errors import ArgumentError, RecordError
from chainrule.models import Model
from chainrule.networks import parameter_count
from chainrule.optimizers import LearningRateSchedule, Optimizer
from chainrule.record import Recording
from chainrule.record.edits import edits_of
from chainrule.studio.code import program
from chainrule.studio.desk import Desk
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.messages.answers import runs as told
from chainrule.studio.messages.shared import Quantity, Situation
from chainrule.studio.network import as_code, layers_of
from chainrule.studio.situation import situation_from_data
from chainrule.studio.subject import subject_of_run
from chainrule.studio.views.hyperparameters import hyperparameters_of
from chainrule.studio.views.last_and_best import last_and_best, numbers_of
from chainrule.training.probes import VARIANCE

_QUANTITIES: tuple[tuple[str, Quantity], ...] = (("gradient of ", "gradient"), ("update of ", "update"))
NOISE_SCALE = "gradient noise scale"
_UNDER_WAY = {"preparing", "running", "paused"}
RATE = "optimizer/learning_rate"  # where training keeps it
_SILENT = {"edited"}  # events of many numbers, told by their names alone


def list_runs(desk: Desk) -> list[told.RunLine]:
    """Return the runs of the folder, the newest first; a damaged one is passed over."""
    found: list[told.RunLine] = []
    for name in desk.library.names():
        with suppress(RecordError, ArgumentError):  # one that was removed just now is passed over too
            found.append(run_line(desk, name))
    return sorted(found, key=lambda line: line.created, reverse=True)


def run_line(desk: Desk, name: str) -> told.RunLine:
    """Return a run as a line of the list; read again only where it has changed, or is under way, for its process may be gone."""
    key = desk.library.stamp(name), desk.trainings.is_steered(name)
    kept = desk.lines.get(name)
    if kept is None or kept[0] != key or kept[1].state in _UNDER_WAY:
        with desk.library.reading(name) as recording:
            recording.reread()
            kept = desk.lines[name] = key, _line(desk, recording, None if kept is None else kept[1])
    return kept[1]


def _line(desk: Desk, recording: Recording, before: told.RunLine | None) -> told.RunLine:
    configuration, made, epochs = recording.configuration, recording.steps_made(), recording.epochs_made()
    figures, best = last_and_best(recording, epochs, before)
    source = recording.notes.get("source")
    return told.RunLine(
        name=recording.name,
        state=desk.state_of(recording.name, recording.status),
        data=Path(str(source)).name if source else f"{configuration['examples']['train']:,} examples",
        created=configuration["created"],
        epochs=0 if epochs is None else epochs[1] + 1 - epochs[0],
        epochs_planned=configuration["settings"]["epochs"],
        steps=0 if made is None else made[1] + 1 - made[0],
        figures=figures,
        best=best,
        test=numbers_of(recording.notes.get("test", {})),
        parent=_parent(configuration.get("parent")),
        steered=desk.trainings.is_steered(recording.name),
        hyperparameters=hyperparameters_of(configuration),
    )


def _parent(told_of: Mapping[str, Any] | None) -> told.Parent | None:
    if told_of is None:
        return None
    changes = {name: as_code(from_config(value)) if isinstance(value, dict) else str(value) for name, value in told_of["changes"].items()}
    return told.Parent(told_of["run"], told_of["step"], changes)


def open_run(desk: Desk, ask: requests.OpenRun, blocks: Blocks) -> told.RunOpened:
    """Open a run."""
    forks = [line for line in list_runs(desk) if line.parent is not None and line.parent.run == ask.run]
    line = run_line(desk, ask.run)
    with desk.library.reading(ask.run) as recording:
        model, made, configuration = recording.new_model(), recording.steps_made(), recording.configuration
        arguments: dict[str, Any] = model.compile_arguments or {}
        situation = _situation(recording)
        figures, events = recording.figures(0, 0), events_of(recording.events())
        is_turned = any(event.kind == "edited" for event in events)  # no program does by itself what a person did
        return told.RunOpened(
            id=ask.id,
            line=line,
            layers=layers_of(model.network, configuration.get("lines")),
            parameters=parameter_count(model.network),
            loss=_said(arguments.get("loss")),
            optimizer=_said(arguments.get("optimizer")),
            has_schedule=has_schedule(model),
            metrics=[_said(metric) for metric in arguments.get("metrics") or []],
            settings=configuration["settings"],
            parts=_parts(recording),
            environment={key: str(value) for key, value in configuration["environment"].items()},
            changed=recording.changed_environment(),
            facts=list(recording.notes.get("facts", [])),
            task=task_of(recording),
            first=None if made is None else made[0],
            last=None if made is None else made[1],
            steps_per_epoch=configuration["steps_per_epoch"],
            figures=[name for name in figures if name != "step"],
            readings=_readings(configuration.get("readings", [])),
            epochs=epochs_of(recording.epochs()),
            events=events,
            snapshots=recording.snapshot_steps(),
            forks=forks,
            situation=situation,
            code="" if situation is None or is_turned else program(situation, desk.uploads.place),
        )


def has_schedule(model: Model) -> bool:
    """Return whether a schedule sets the learning rate of a model's training."""
    optimizer = (model.compile_arguments or {}).get("optimizer")
    return isinstance(optimizer, Optimizer) and isinstance(optimizer.learning_rate, LearningRateSchedule)


def _said(made: Any) -> str:
    return ", ".join(map(_said, made)) if isinstance(made, list | tuple) else "" if made is None else as_code(made)


def _parts(recording: Recording) -> dict[str, int]:
    known = {name: int(count) for name, count in recording.configuration["examples"].items() if count}
    report = recording.notes.get("report") or {"parts": {}}
    tested = recording.notes.get("tested") or report["parts"].get("test")
    return known | {"test": int(tested)} if tested else known


def _situation(recording: Recording) -> Situation | None:
    kept = recording.notes.get("situation")
    return None if kept is None or "parent" in recording.configuration else situation_from_data(kept)


def task_of(recording: Recording) -> told.Task:
    """Return what a run learns."""
    subject = subject_of_run(recording)
    preparation = recording.notes.get("preparation")
    low, high = recording.notes.get("range", (None, None))
    return told.Task(
        kind=subject.kind,
        task=recording.notes.get("task", "classification" if subject.classes else "regression"),
        classes=subject.classes,
        target=subject.target,
        shape=subject.shape,
        columns=[] if preparation is None else columns_of(Preparation.from_config(preparation)),
        low=low,
        high=high,
    )


def columns_of(preparation: Preparation) -> list[told.Column]:
    """Return the columns of a table, as its preparation met them; none for what is not a table."""
    learned = preparation.fitted
    if learned is None or learned.apart:
        return []
    dropped = [told.Column(column.name, "dropped", [], None, None, None, 0, column.reason) for column in learned.left]
    return [*map(_column, learned.features), *dropped]


def _column(feature: Feature) -> told.Column:
    """Return a column: its categories, or the middle of its numbers and two standard deviations to either side, in its own unit."""
    last = feature.steps[-1] if feature.steps else None
    if feature.kind == "date":
        return told.Column(feature.name, "date", [], None, None, None, 0, feature.reason)
    if isinstance(last, Scaling):
        low, middle, high = inverse(feature.steps, [-2.0, 0.0, 2.0]).tolist()
        return told.Column(feature.name, "number", [], middle, low, high, 0, feature.reason)
    categories = [str(name) for name in last.categories or ()] if isinstance(last, OneHot) else []
    return told.Column(feature.name, "category", categories, None, None, None, 0, feature.reason)


def _readings(layout: Sequence[Mapping[str, Any]]) -> list[told.Reading]:
    found = [_reading(name, size, group["every"]) for group in layout for name, size in group["sizes"].items()]
    weights = [reading.address for reading in found if reading.statistic == "norm" and reading.quantity == "update"]
    ratios = [told.Reading(f"update ratio of {address}", "update ratio", address, "update", 1, 0) for address in weights]
    noise = [told.Reading(NOISE_SCALE, NOISE_SCALE, "", "value", 1, 0)] if any(reading.name == VARIANCE for reading in found) else []
    return [*found, *ratios, *noise]


def _reading(name: str, size: int, every: int) -> told.Reading:
    statistic, of, rest = name.partition(" of ")
    if not of:
        return told.Reading(name, name, "", "value", size, every)
    for prefix, quantity in _QUANTITIES:
        if rest.startswith(prefix):
            return told.Reading(name, statistic, rest.removeprefix(prefix), quantity, size, every)
    return told.Reading(name, statistic, rest, "value", size, every)


def epochs_of(epochs: Sequence[Mapping[str, Any]]) -> list[told.Epoch]:
    """Return epochs that are over."""
    return [told.Epoch(entry["epoch"], entry["step"], entry["seconds"], numbers_of(entry["figures"])) for entry in epochs]


def events_of(events: Sequence[Mapping[str, Any]]) -> list[told.Event]:
    """Return what happened, in words."""
    return [_event(entry) for entry in events]


def _event(entry: Mapping[str, Any]) -> told.Event:
    edited = edits_of([entry]).get(entry.get("step", 0), {})
    rate = float(f"{float(edited[RATE]):.7g}") if RATE in edited else None  # as it was given, not as single precision holds it
    return told.Event(entry["time"], entry["kind"], entry.get("step"), _in_words(entry, rate), rate)


def _in_words(event: Mapping[str, Any], rate: float | None) -> str:
    when = time.strftime("%H:%M:%S", time.localtime(event["time"]))
    if event.get("by_hand"):
        return f"{when} {'; '.join(event['by_hand'])}, from step {event['step']:,}"
    if rate is not None and len(event["arrays"]) == 1:
        return f"{when} learning rate set to {rate:g}, from step {event['step']:,}"
    if event["kind"] in _SILENT:
        return f"{when} changed by hand: {', '.join(event.get('arrays', {}))}"
    rest = {key: value for key, value in event.items() if key not in ("time", "kind", "step")}
    said = str(rest.pop("reason", "") or rest.pop("symptom", ""))
    return f"{when} {event['kind']}" + (f": {said}" if said else "")


def read_figures(desk: Desk, ask: requests.ReadFigures, blocks: Blocks) -> told.Figures:
    """Read figures of steps, in buckets."""
    with desk.library.reading(ask.run) as recording:
        made = recording.steps_made()
        if made is None:
            return told.Figures(ask.id, ask.run, 0, 0, 1, [])
        first, last = max(made[0], ask.first or 0), min(made[1], made[1] if ask.last is None else ask.last)
        every, curves = curves_of(recording, ask.names, first, max(first, last), ask.width, blocks)
        return told.Figures(ask.id, ask.run, first, last, every, curves)


def curves_of(
    recording: Recording, names: Sequence[str], first: int, last: int, width: int, blocks: Blocks
) -> tuple[int, list[told.Curve]]:
    """Return the steps in a bucket, and figures of steps in at most `width` buckets; names that there are not are passed over."""
    known = [name for name in recording.figures(first, first) if name != "step"]
    chosen = [name for name in names or known if name in known]
    if not chosen:
        return 1, []
    every, steps, table = recording.buckets(chosen, first, last, width)
    place = blocks.add(steps, "int32")
    return every, [
        told.Curve(name, place, *(blocks.add(rows[:, column]) for column in range(3))) for name, rows in zip(chosen, table, strict=True)
    ]


def read_probes(desk: Desk, ask: requests.ReadProbes, blocks: Blocks) -> told.Probes:
    """Read what probes saw."""
    with desk.library.reading(ask.run) as recording:
        recording.reread()
        series = recording.probes()
    sights: list[told.Sight] = []
    for name, (steps, values) in series.items():
        if any(fnmatchcase(name, pattern) for pattern in ask.names):
            inside = (steps >= (ask.first or 0)) & (steps <= (2**53 if ask.last is None else ask.last))
            chosen = np.flatnonzero(inside)
            if len(chosen) > ask.width:
                chosen = chosen[np.linspace(0, len(chosen) - 1, ask.width).round().astype(int)]
            sights.append(told.Sight(name, blocks.add(steps[chosen], "int32"), blocks.add(values[chosen])))
    return told.Probes(ask.id, ask.run, sights)
