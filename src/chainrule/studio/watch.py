"""Watching a run grow: what it has done since the page was told last. Reading never holds training up."""

import time
from typing import Any

from chainrule.record import Recording
from chainrule.studio.desk import Desk
from chainrule.studio.messages import Blocks
from chainrule.studio.messages.answers.runs import Grown, State
from chainrule.studio.views.runs import curves_of, epochs_of, events_of

MOST_POINTS = 2000  # of each curve in one message
STATE_SECONDS = 0.5  # between two looks at whether the process is still there
SPEED_SECONDS = 2.0  # over which the speed is taken


class Watch:
    """What a page knows of a run.

    Args:
        desk: where runs are looked up.
        run: its name.
        after: the last step that the page knows.
    """

    def __init__(self, desk: Desk, run: str, after: int | None) -> None:
        self._desk, self._run = desk, run
        self._known = -1 if after is None else after
        self._version = -1
        self._recording: Recording | None = None
        self._created = 0.0
        self._state: State | None = None
        self._looked = 0.0
        self._epochs = self._events = 0  # the number of the next
        self._ended = ""
        self._snapshots: list[int] = []
        self._pace: list[tuple[float, int]] = []

    def look(self, id: int, blocks: Blocks) -> Grown | None:
        """Return what is new; None where nothing is."""
        if not self._desk.library.has(self._run):
            return self._waiting(id)
        with self._desk.library.reading(self._run) as recording:
            self._turn_to(recording)
            version, now = recording.version(), time.monotonic()
            if version == self._version and not self._has_other_state(recording, now):
                return None
            self._version, self._looked = version, now
            grown = self._grown(id, recording, blocks, now)
            self._state = grown.state
            return grown

    def _turn_to(self, recording: Recording) -> None:
        """Look at a run that was opened once more, or was removed and made anew under the same name."""
        if recording is self._recording:
            return
        created = recording.configuration["created"]
        if self._recording is not None and created != self._created:
            self._known, self._epochs, self._events, self._ended = -1, 0, 0, ""
        self._recording, self._created, self._version = recording, created, -1

    def _has_other_state(self, recording: Recording, now: float) -> bool:
        """Whether the process that makes the run does something else, or is gone; looked at now and then alone."""
        steered = self._desk.trainings.state(self._run)
        if now - self._looked < STATE_SECONDS and (steered is None or steered[0] == self._state):
            return False
        self._looked = now
        return self._desk.state_of(self._run, recording.status) != self._state

    def _waiting(self, id: int) -> Grown | None:
        """A run that has no folder: its training has not made it yet, has failed before that, or somebody has removed it."""
        state, message = self._desk.trainings.state(self._run) or ("preparing", "")
        told: State = "error" if state == "error" else "preparing"
        if self._recording is not None or state == "over":
            told, message = "killed", f"The folder of the run {self._run} is gone."
        if told == self._state:
            return None
        self._state = told
        return Grown(id, self._run, told, message, None, None, 1, [], [], [], None, None)

    def _grown(self, id: int, recording: Recording, blocks: Blocks, now: float) -> Grown:
        recording.reread()
        state = self._desk.state_of(self._run, recording.status)  # first: whoever is told of the end is told all that came before it
        made = recording.steps_made()
        first, last = made or (None, None)
        every, curves = 1, []
        if last is not None and first is not None:
            if last < self._known:  # it was gone on with from before
                self._known = last
            if last > self._known:
                every, curves = curves_of(recording, [], max(first, self._known + 1), last, MOST_POINTS, blocks)
                self._known = last
        epochs, events = self._new_epochs(recording), self._new_events(recording)
        snapshots = recording.snapshot_steps()
        moved = None if snapshots == self._snapshots else snapshots
        self._snapshots = snapshots
        over = self._ended if state not in ("running", "paused") else ""
        message = (self._desk.trainings.state(self._run) or ("", ""))[1] or over
        speed = self._speed(now, last) if state == "running" else None
        return Grown(id, self._run, state, message, first, last, every, curves, epochs_of(epochs), events_of(events), moved, speed)

    def _new_epochs(self, recording: Recording) -> list[dict[str, Any]]:
        """Return the epochs that are over since the last look; all, where the run was gone on with from before that."""
        made = recording.epochs_made()
        if made is None or made[1] + 1 < self._epochs:
            self._epochs = 0
        found = recording.epochs(self._epochs)
        if found:
            self._epochs = found[-1]["epoch"] + 1
        return found

    def _new_events(self, recording: Recording) -> list[dict[str, Any]]:
        """Return what has happened since the last look."""
        found = recording.events(self._events)
        self._events += len(found)
        for event in found:
            if event["kind"] == "finished":
                self._ended = str(event.get("reason", ""))
        return found

    def _speed(self, now: float, last: int | None) -> float | None:
        if last is None:
            return None
        self._pace = [*((when, step) for when, step in self._pace if now - when <= SPEED_SECONDS), (now, last)]
        (when, step), (until, there) = self._pace[0], self._pace[-1]
        return (there - step) / (until - when) if until > when else None
