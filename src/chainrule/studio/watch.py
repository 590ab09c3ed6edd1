"""Watching a run grow: what it has done since the page was told last. Reading never holds training up."""

import time

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
        self._state: State | None = None
        self._looked = 0.0
        self._epochs = self._events = 0
        self._snapshots: list[int] = []
        self._pace: list[tuple[float, int]] = []

    def look(self, id: int, blocks: Blocks) -> Grown | None:
        """Return what is new; None where nothing is."""
        if not self._desk.library.has(self._run):
            return self._waiting(id)
        with self._desk.library.reading(self._run) as recording:
            version, now = recording.version(), time.monotonic()
            if version == self._version and not self._has_other_state(recording, now):
                return None
            self._version, self._looked = version, now
            grown = self._grown(id, recording, blocks, now)
            self._state = grown.state
            return grown

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
        if self._version != -1 or state == "over":
            told, message = "killed", f"The folder of the run {self._run} is gone."
        if told == self._state:
            return None
        self._state = told
        return Grown(id, self._run, told, message, None, None, 1, [], [], [], None, None)

    def _grown(self, id: int, recording: Recording, blocks: Blocks, now: float) -> Grown:
        recording.reread()
        made = recording.steps_made()
        first, last = made or (None, None)
        every, curves = 1, []
        if last is not None and first is not None:
            if last < self._known:  # it was gone on with from before
                self._known = last
            if last > self._known:
                every, curves = curves_of(recording, [], max(first, self._known + 1), last, MOST_POINTS, blocks)
                self._known = last
        epochs, events, snapshots = recording.epochs(), recording.events(), recording.snapshot_steps()
        new_epochs, new_events = epochs[self._epochs :], events[self._events :]
        self._epochs, self._events = len(epochs), len(events)
        moved = None if snapshots == self._snapshots else snapshots
        self._snapshots = snapshots
        state = self._desk.state_of(self._run, recording.status)
        ended = [str(event.get("reason", "")) for event in events if event["kind"] == "finished"]
        over = ended[-1] if ended and state not in ("running", "paused") else ""
        message = (self._desk.trainings.state(self._run) or ("", ""))[1] or over
        speed = self._speed(now, last) if state == "running" else None
        return Grown(id, self._run, state, message, first, last, every, curves, epochs_of(new_epochs), events_of(new_events), moved, speed)

    def _speed(self, now: float, last: int | None) -> float | None:
        if last is None:
            return None
        self._pace = [*((when, step) for when, step in self._pace if now - when <= SPEED_SECONDS), (now, last)]
        (when, step), (until, there) = self._pace[0], self._pace[-1]
        return (there - step) / (until - when) if until > when else None
