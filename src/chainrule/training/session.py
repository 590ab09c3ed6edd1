"""The training loop: epochs of dispatches of steps. Everyone else listens to its events."""

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.errors import ArgumentError, TrainingError, unknown_name
from chainrule.events import EpochFinished, EpochStarted, Event, FitFinished, FitStarted, StateEdited, StepsFinished
from chainrule.graph import Array, Variable
from chainrule.training.interruption import uninterrupted
from chainrule.training.listener import UNBOUNDED, Listener
from chainrule.training.objective import Objective
from chainrule.training.plan import Plan
from chainrule.training.programs import EvaluationProgram, TrainingProgram
from chainrule.training.supply import Served

REPORT_SECONDS = 0.25  # how long a dispatch should last: often enough to watch, rarely enough to cost nothing


@dataclass
class Progress:
    """How far a fit has come: all that is needed, beside the arrays of its state, to go on from here to the same end.

    Attributes:
        epoch: the epoch under way, from 0.
        position: the steps of this epoch already made.
        step: the updates made over all epochs.
        totals: the statistics of this epoch so far.
        history: the figures of the epochs so far.
        begun: whether callbacks have already heard that the epoch under way has begun.
    """

    epoch: int = 0
    position: int = 0
    step: int = 0
    totals: list[float] = field(default_factory=list[float])
    history: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    begun: bool = False


@dataclass
class StopRequest:
    """Whether a fit was asked to end, and why; None where it was not."""

    reason: str | None = None


class Session:
    """One fit under way.

    Args:
        plan: what is to be done.
        training: the compiled steps.
        evaluation: the compiled validation; None where there are no validation data.
        state: the variables of training by address; they hold the current arrays between dispatches.
        callbacks: who listens.
        progress: where to go on from; the beginning when None.
        stop: by which whoever holds it ends training after the dispatch, or epoch, under way.

    Attributes:
        replaying: whether steps of the past are made again: callbacks then remember, but leave files and the screen alone.
    """

    def __init__(
        self,
        plan: Plan,
        training: TrainingProgram,
        evaluation: EvaluationProgram | None,
        state: Mapping[str, Variable],
        callbacks: Sequence[Listener],
        progress: Progress | None = None,
        stop: StopRequest | None = None,
    ) -> None:
        self.plan = plan
        self.state = state
        self.progress = progress or Progress()
        self.objective: Objective = training.objective
        self.callbacks = list(callbacks)
        self._stop = stop or StopRequest()
        self.replaying = False
        self._training = training
        self._evaluation = evaluation
        self._seconds_per_step = 0.0
        self._by_hand: list[str] = []
        self._left: Sequence[Array] = [variable.value for variable in state.values()]

    def run(self) -> None:
        """Train until all epochs are done or someone asks to stop.

        Raises:
            TrainingError: the loss is not finite.
        """
        settings, progress = self.plan.settings, self.progress
        steps = settings.steps(len(self.plan.train))
        self.emit(FitStarted(settings.epochs, steps, self.objective.step_names, progress.epoch, progress.step))
        reason = "error"
        try:
            self._run_epochs(steps)
            reason = self.stop_reason or "all epochs done"
        except KeyboardInterrupt:
            reason = "interrupted"
            raise
        finally:
            self.emit(FitFinished(progress.epoch, progress.step, reason))

    def replay(self, until: int) -> None:
        """Make steps of the past again, until `until` updates are made; the callbacks hear of them, to remember what they then knew."""
        self.replaying = True
        self._run_epochs(self.plan.settings.steps(len(self.plan.train)), until)
        self.replaying = False

    def stop(self, reason: str) -> None:
        """Ask to end training after the dispatch, or epoch, under way."""
        self._stop.reason = reason

    @property
    def stop_reason(self) -> str | None:
        """Why training was asked to end; None where it was not."""
        return self._stop.reason

    def emit(self, event: Event) -> None:
        """Tell all listeners."""
        for callback in self.callbacks:
            callback.on_event(event)

    @property
    def readings(self) -> list[dict[str, Any]]:
        """What the probes read: for each group, how many steps lie between two readings, and the size of each reading by name."""
        return self._training.readings.layout

    def arrays(self) -> dict[str, Array]:
        """Return the state's arrays by address."""
        return {name: variable.value for name, variable in self.state.items()}

    @property
    def learning_rate(self) -> float:
        """The learning rate.

        Raises:
            ArgumentError: a schedule gives it, so that there is none to read or to set.
        """
        if self._training.step.learning_rate is not self.state["optimizer/learning_rate"]:
            raise ArgumentError("The optimizer has a schedule, which sets the learning rate at every step: give it a plain rate instead.")
        return float(self.state["optimizer/learning_rate"].value)

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        if np.float32(rate) != np.float32(self.learning_rate):
            self.state["optimizer/learning_rate"].assign(np.float32(rate))

    def set_rate_by_hand(self, learning_rate: float) -> None:
        """Set the learning rate as a person wishes, which no callback would do again if these steps were made again.

        Raises:
            ArgumentError: a schedule gives it.
        """
        self.learning_rate = learning_rate
        self._by_hand.append(f"learning rate set to {learning_rate:g}")

    def set_weight_by_hand(self, name: str, place: Sequence[int], value: float) -> None:
        """Set one number of a weight as a person wishes, likewise.

        Args:
            name: the address of a weight that learns, such as "dense/kernel".
            place: of the number in it.
            value: that it has from the next step on.

        Raises:
            ArgumentError: there is no such weight, or no such number in it.
        """
        weights = {address: variable for address, variable in self.state.items() if variable.trainable}
        if name not in weights:
            raise unknown_name("The address of a weight that learns", name, weights)
        variable = weights[name]
        if len(place) != len(variable.shape) or not all(0 <= at < size for at, size in zip(place, variable.shape, strict=True)):
            raise ArgumentError(f"The place must be that of a number in {name}, of shape {variable.shape}. Got {tuple(place)} instead.")
        array = np.array(variable.value)
        array[tuple(place)] = value
        variable.assign(array)
        self._by_hand.append(f"{name}[{', '.join(map(str, place))}] set to {value:g}")

    def _run_epochs(self, steps: int, until: float = np.inf) -> None:
        progress = self.progress
        while progress.epoch < self.plan.settings.epochs and progress.step < until and self.stop_reason is None:
            started = time.perf_counter()
            if progress.position == 0 and not progress.begun:
                self.emit(EpochStarted(progress.epoch))
                progress.begun = True
            self._run_epoch(steps, until)
            if progress.position < steps:
                break
            with uninterrupted():
                logs = self._finish_epoch()
                self.emit(EpochFinished(progress.epoch - 1, progress.step, logs, time.perf_counter() - started))

    def _run_epoch(self, steps: int, until: float) -> None:
        progress = self.progress
        with closing(self._training.supply(self.plan.train, self.plan.settings, progress.epoch)) as supply:
            while progress.position < steps and progress.step < until and self.stop_reason is None:
                served = supply.at(progress.position)
                count = min(*self._allowed(), self._next_count(int(min(served.steps, until - progress.step)), served))
                if not count:
                    continue
                self._report_edits()
                with uninterrupted():
                    self._dispatch(count, served)

    def _dispatch(self, count: int, served: Served) -> None:
        iteration = int(self.state["optimizer/iteration"].value)
        started = time.perf_counter()
        arrays, emitted = self._training(tuple(v.value for v in self.state.values()), served.first, count, served.arrays)
        for variable, array in zip(self.state.values(), arrays, strict=True):
            variable.assign(array)
        self._left = arrays
        rows = np.asarray(emitted)[:count]
        seconds = time.perf_counter() - started
        self._seconds_per_step = seconds / count
        self._account(rows, iteration, seconds)

    def _report_edits(self) -> None:
        """Tell when the arrays are not those that the last dispatch left: whoever computes steps again must know."""
        edited = [name for (name, variable), array in zip(self.state.items(), self._left, strict=True) if variable.value is not array]
        if edited:
            self.emit(StateEdited(self.progress.step, tuple(edited), tuple(self._by_hand)))
        self._by_hand = []

    def _allowed(self) -> list[int]:
        """Return how many steps each callback lets the next dispatch have."""
        return [UNBOUNDED, *(callback.steps_allowed() for callback in self.callbacks if not self.replaying)]

    def _next_count(self, remaining: int, served: Served) -> int:
        if not self._seconds_per_step:
            self._training.compile_ahead(self.arrays(), served.arrays)
            return 1
        wanted = int(REPORT_SECONDS / self._seconds_per_step)
        return max(1, min(wanted, remaining, self._training.capacity))

    def _account(self, emitted: np.ndarray[Any, Any], iteration: int, seconds: float) -> None:
        """Add the dispatch to the epoch's totals, one step after the other, so that the cut into dispatches leaves no trace."""
        progress = self.progress
        statistics, readings = np.split(emitted, [self._training.step.statistics.size], axis=1)
        rows = statistics.astype(np.float64)
        begin = np.array([progress.totals or [0.0] * rows.shape[1]])
        progress.totals = np.cumsum(np.concatenate([begin, rows]), axis=0)[-1].tolist()
        figures = self.objective.step_figures(statistics)
        first = progress.step
        progress.position += len(rows)
        progress.step += len(rows)
        running = self._logs(progress.totals)
        found = self._training.readings.found(readings, iteration + np.arange(len(rows)))
        self.emit(StepsFinished(progress.epoch, first, figures, seconds, running, [(first + at, values) for at, values in found]))
        bad = np.flatnonzero(~np.isfinite(figures["loss"]))
        if len(bad):
            raise TrainingError(
                f"The loss is {figures['loss'][bad[0]]} at step {first + int(bad[0])} (epoch {progress.epoch + 1}): training cannot go on. "
                "Most often the learning rate is too high, the inputs are not scaled, or a logarithm or division met 0. "
                "Lower learning_rate, clip gradients (global_clipnorm=1.0), or scale the inputs."
            )

    def _finish_epoch(self) -> dict[str, float]:
        progress, settings = self.progress, self.plan.settings
        logs = self._logs(progress.totals)
        if self._evaluation is not None and (progress.epoch + 1) % settings.validation_freq == 0:
            assert self.plan.validation is not None
            totals = self._evaluation.totals(self.arrays(), self.plan.validation)
            logs |= {f"val_{name}": value for name, value in self._logs(totals).items()}
        for name, value in logs.items():
            progress.history.setdefault(name, []).append(value)
        progress.epoch, progress.position, progress.totals, progress.begun = progress.epoch + 1, 0, [], False
        return logs

    def _logs(self, totals: Any) -> dict[str, float]:
        figures = self.objective.figures(np.asarray(totals, np.float64))
        return {name: float(figures[name]) for name in self.objective.step_names}
