"""One run: all that is known of it except figures and tensors."""

from typing import Any, ClassVar

from msgspec import Struct

from chainrule.models.model import Model
from chainrule.networks.summary import parameter_count
from chainrule.optimizers import Optimizer
from chainrule.record import Recording
from chainrule.studio.fields import Name, Scalar
from chainrule.studio.jobs import Jobs
from chainrule.studio.network import LayerView, as_code, layers_of
from chainrule.studio.program import program
from chainrule.studio.protocol import Request
from chainrule.studio.questions.probes import ProbeReading, readings_of
from chainrule.studio.run_events import Epoch, RunEvent, epochs_of, events_of
from chainrule.studio.run_list import RunLine
from chainrule.studio.settings import Settings, settings_from_data
from chainrule.studio.task_summary import TaskSummary, task_of


class RunDetails(Struct, frozen=True):
    """A run.

    Args:
        line: as in the list.
        layers: of its network, in order; inputs too.
        parameters: of all of them.
        loss: as a line of code.
        optimizer: as a line of code.
        has_schedule: whether a schedule sets the learning rate, which then cannot be set by hand.
        metrics: names.
        fit_arguments: batch size, epochs, seed, ... by name.
        parts: how many examples each part has.
        environment: versions, device, threads.
        changed: of these, what is other now, in lines.
        facts: what was found and decided about the data, in lines.
        task: what is learned.
        first: the first step; None where none is made.
        last: the last step.
        steps_per_epoch: updates in an epoch.
        figures: names.
        readings: of probes.
        epochs: those that are over.
        events: what happened.
        snapshots: steps that have one.
        forks: runs that come from this one.
        settings: that makes it again; None where it was not made from one.
        code: the Python program that makes it again; empty where there is none, as where the rate was set by hand on the way.
    """

    line: RunLine
    layers: list[LayerView]
    parameters: int
    loss: str
    optimizer: str
    has_schedule: bool
    metrics: list[str]
    fit_arguments: dict[str, Scalar]
    parts: dict[str, int]
    environment: dict[str, str]
    changed: list[str]
    facts: list[str]
    task: TaskSummary
    first: int | None
    last: int | None
    steps_per_epoch: int
    figures: list[str]
    readings: list[ProbeReading]
    epochs: list[Epoch]
    events: list[RunEvent]
    snapshots: list[int]
    forks: list[RunLine]
    settings: Settings | None
    code: str


class ReadRun(Request, frozen=True):
    """Open a run: all that is known of it except figures and tensors.

    Args:
        run: its name.
    """

    run: Name
    waits: ClassVar[bool] = False

    def respond(self, jobs: Jobs) -> RunDetails:
        forks = [line for line in jobs.runs.all() if line.parent is not None and line.parent.run == self.run]
        line = jobs.runs.line(self.run)
        with jobs.library.reading(self.run) as recording:
            model, made, configuration = recording.new_model(), recording.steps_made(), recording.configuration
            arguments: dict[str, Any] = model.compile_arguments or {}
            settings = _settings(recording)
            figures, events = recording.figures(0, 0), events_of(recording.events())
            is_edited = any(event.kind == "edited" for event in events)  # no program does by itself what a person did
            return RunDetails(
                line=line,
                layers=layers_of(model.network, configuration.get("lines")),
                parameters=parameter_count(model.network),
                loss=_in_words(arguments.get("loss")),
                optimizer=_in_words(arguments.get("optimizer")),
                has_schedule=has_schedule(model),
                metrics=[_in_words(metric) for metric in arguments.get("metrics") or []],
                fit_arguments=configuration["settings"],
                parts=_parts(recording),
                environment={key: str(value) for key, value in configuration["environment"].items()},
                changed=recording.changed_environment(),
                facts=list(recording.notes.get("facts", [])),
                task=task_of(recording),
                first=None if made is None else made[0],
                last=None if made is None else made[1],
                steps_per_epoch=configuration["steps_per_epoch"],
                figures=[name for name in figures if name != "step"],
                readings=readings_of(configuration.get("readings", [])),
                epochs=epochs_of(recording.epochs()),
                events=events,
                snapshots=recording.snapshot_steps(),
                forks=forks,
                settings=settings,
                code="" if settings is None or is_edited else program(settings, jobs.uploads.place),
            )


def has_schedule(model: Model) -> bool:
    """Return whether a schedule sets the learning rate of a model's training."""
    optimizer = (model.compile_arguments or {}).get("optimizer")
    return isinstance(optimizer, Optimizer) and optimizer.schedule is not None


def _in_words(made: Any) -> str:
    return ", ".join(map(_in_words, made)) if isinstance(made, list | tuple) else "" if made is None else as_code(made)


def _parts(recording: Recording) -> dict[str, int]:
    known = {name: int(count) for name, count in recording.configuration["examples"].items() if count}
    report = recording.notes.get("report") or {"parts": {}}
    tested = recording.notes.get("tested") or report["parts"].get("test")
    return known | {"test": int(tested)} if tested else known


def _settings(recording: Recording) -> Settings | None:
    kept = recording.notes.get("settings")
    return None if kept is None or "parent" in recording.configuration else settings_from_data(kept)
