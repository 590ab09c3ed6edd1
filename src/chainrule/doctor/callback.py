"""The doctor at the bedside: examines before training, after each epoch, and at its end; warns, or stops it."""

import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from chainrule.doctor.doctor import examine
from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.inspection import Inspection, Inspector
from chainrule.doctor.ranking import consequences
from chainrule.doctor.sources import NEEDED, during_training, examples_in_memory, of_plan
from chainrule.doctor.symptom import known_symptoms
from chainrule.errors import RecordError, unknown_name
from chainrule.events import EpochFinished, Event, FitFinished, FitStarted, StepsFinished
from chainrule.record import Recorder
from chainrule.training.callbacks import Callback

MODES = ("warn", "stop")


class DoctorWarning(UserWarning):
    """A finding of the doctor that is likely or certain."""


class Doctor(Callback):
    """Examines a training: before it, after epochs 1, 2, 4, 8 and so on, where the loss is no longer finite, and at its end.

    Findings that are likely or certain are reported once each, and saved with the run where one is recorded.

    Args:
        mode: "warn" reports them; "stop" also ends training at the first.
        verbose: 1 prints them; 0 raises a `DoctorWarning` for each instead.

    Attributes:
        findings: those so far.
    """

    mode: str = "warn"
    verbose: int = 1

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise unknown_name("Doctor: mode", self.mode, MODES)
        self.findings: list[Finding] = []
        self._unwritten: list[Finding] = []
        self._base: Evidence | None = None
        self._inspector: Inspector | None = None
        self._inspections: list[Inspection] = []
        self._losses: list[np.ndarray] = []  # pyright: ignore[reportMissingTypeArgument]
        self._epochs: list[dict[str, float]] = []

    def on_event(self, event: Event) -> None:
        """Hear what happens, and look where it is time to."""
        match event:
            case FitStarted():
                self._begin()
            case StepsFinished():
                self._losses.append(np.asarray(event.figures["loss"], np.float64))
                if not np.isfinite(self._losses[-1]).all():
                    self._examine()
            case EpochFinished():
                self._epochs.append(dict(event.logs))
                if _is_power_of_two(len(self._epochs)):
                    self._inspection(event.step)
                    self._examine()
            case FitFinished() if event.reason != "error" and self._losses:
                self._inspection(event.step)
                self._examine()
            case _:
                pass
        self._write()

    def _begin(self) -> None:
        self.__post_init__()
        with suppress(*NEEDED):
            self._base = of_plan("before", self.model, self.session.plan)
            self._inspector = Inspector(self.model, examples_in_memory(self.session.plan)[0])
            progress = self.session.progress
            self._inspection(progress.step or progress.epoch)  # 0 only where training begins with first weights
            self._tell(examine(replace(self._base, inspections=tuple(self._inspections))))

    def _inspection(self, step: int) -> None:
        if self._inspector is not None and not (self._inspections and self._inspections[-1].step == step):
            with suppress(*NEEDED):
                self._inspections = [*self._inspections[:1], self._inspector.look(step)]

    def _examine(self) -> None:
        if self._base is not None and self._losses:  # none yet where a run is resumed at the end of an epoch
            losses = np.concatenate(self._losses)
            self._tell(examine(during_training(self._base, self.session, losses, self._epochs, self._inspections)))

    def _tell(self, found: Sequence[Finding]) -> None:
        symptoms = known_symptoms()
        known = {finding.symptom for finding in self.findings}
        known |= {name for symptom in known for name in consequences(symptom, symptoms)}
        for finding in found:
            if not finding.is_alarm or finding.symptom in known:
                continue
            known |= {finding.symptom, *consequences(finding.symptom, symptoms)}
            self.findings.append(finding)
            self._unwritten.append(finding)
            if self.verbose:
                print(f"Doctor: {finding.to_text()}")
            else:
                warnings.warn(finding.to_text(), DoctorWarning, stacklevel=2)
            if self.mode == "stop" and self.session.stop_reason is None:
                self.session.stop(f"the doctor found: {finding.symptom}. {finding.seen}")

    def _write(self) -> None:
        """Keep findings with the run, as soon as it has a file: the recorder hears of each event after the doctor."""
        recorders = [callback for callback in self.session.callbacks if isinstance(callback, Recorder)]
        if not recorders or not self._unwritten:
            return
        with suppress(RecordError):
            for finding in self._unwritten:
                recorders[0].database.add_event("finding", **finding.to_dict())
            self._unwritten = []


def _is_power_of_two(number: int) -> bool:
    return number & (number - 1) == 0
