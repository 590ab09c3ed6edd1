"""Following runs as they grow: their list, and what one has done since the page heard of it last. Reading never holds training up."""

import time
from collections.abc import Iterator
from typing import Any, ClassVar

from msgspec import Struct

from chainrule.record import Recording
from chainrule.studio.fields import Name, Number, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Done, Identity, Request
from chainrule.studio.questions.figures import Curve, curves_of
from chainrule.studio.run_events import Epoch, RunEvent, epochs_of, events_of
from chainrule.studio.run_list import RunLine
from chainrule.studio.trainings import RunState

LIVE_SECONDS, LIST_SECONDS = 0.1, 1.0  # between two looks at a run, and at the list
MOST_POINTS = 2000  # of each curve in one message


STATE_SECONDS = 0.5  # between two looks at whether the process is still there


SPEED_SECONDS = 2.0  # over which the speed is prepared


class RunList(Struct, frozen=True):
    """The runs of the folder.

    Args:
        runs: the newest first.
    """

    runs: list[RunLine]


class WatchRuns(Request, frozen=True):
    """List the runs of the folder, now and whenever one of them changes its state."""

    every: ClassVar[float | None] = LIST_SECONDS

    def respond(self, jobs: Jobs) -> Iterator[RunList | None]:
        known: list[RunLine] | None = None
        while True:
            lines = jobs.runs.all()
            yield None if lines == known else RunList(lines)
            known = lines


class Growth(Struct, frozen=True):
    """What a run has done since the response before.

    Args:
        run: its name.
        state: what it does now.
        message: why it ended, or what it waits for; empty where there is nothing to say.
        first: its first step; None where none is made.
        last: its last step.
        every: steps in a bucket of the curves.
        curves: figures of the new steps.
        epochs: new ones.
        events: new ones.
        snapshots: all steps that have one; None where they are as they were.
        speed: steps in a second, lately; None where it stands.
    """

    run: str
    state: RunState
    message: str
    first: int | None
    last: int | None
    every: int
    curves: list[Curve]
    epochs: list[Epoch]
    events: list[RunEvent]
    snapshots: list[int] | None
    speed: Number


class Follow(Request, frozen=True):
    """Report what a run does from now on, about ten times a second at most while it grows, and when its state changes.

    Args:
        run: its name.
        after: the last step that the page knows already; None where it knows none.
    """

    run: Name
    after: Step | None = None
    every: ClassVar[float | None] = LIVE_SECONDS

    def respond(self, jobs: Jobs) -> Iterator[Growth | None]:
        jobs.library.path(self.run)
        growing = GrowingRun(jobs, self.run, self.after)
        while True:
            yield growing.news()


class Unfollow(Request, frozen=True):
    """End a request: one that is answered again and again, or one whose response is no longer wanted, which, if it still waits for its
    turn, is not worked out.

    Args:
        of: the id of that request.
    """

    of: Identity
    waits: ClassVar[bool] = False

    def respond(self, jobs: Jobs) -> Done:
        return Done()  # the connection, which has the requests, has ended it already


class GrowingRun:
    """What a page knows of a run.

    Args:
        jobs: where runs are looked up.
        run: its name.
        after: the last step that the page knows.
    """

    def __init__(self, jobs: Jobs, run: str, after: int | None) -> None:
        self._jobs, self._run = jobs, run
        self._known = -1 if after is None else after
        self._version = -1
        self._recording: Recording | None = None
        self._created = 0.0
        self._state: RunState | None = None
        self._looked = 0.0
        self._epochs = self._events = 0  # the number of the next
        self._ended = ""
        self._snapshots: list[int] = []
        self._pace: list[tuple[float, int]] = []

    def news(self) -> Growth | None:
        """Return what is new; None where nothing is."""
        if not self._jobs.library.has(self._run):
            return self._waiting()
        with self._jobs.library.reading(self._run) as recording:
            self._turn_to(recording)
            version, now = recording.version(), time.monotonic()
            if version == self._version and not self._has_other_state(recording, now):
                return None
            self._version, self._looked = version, now
            grown = self._grown(recording, now)
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
        steered = self._jobs.trainings.state(self._run)
        if now - self._looked < STATE_SECONDS and (steered is None or steered[0] == self._state):
            return False
        self._looked = now
        return self._jobs.trainings.state_of(self._run, recording.status) != self._state

    def _waiting(self) -> Growth | None:
        """A run that has no folder: its training has not made it yet, has failed before that, or somebody has removed it."""
        state, message = self._jobs.trainings.state(self._run) or ("preparing", "")
        now: RunState = "error" if state == "error" else "preparing"
        if self._recording is not None or state == "over":
            now, message = "killed", f"The folder of the run {self._run} is gone."
        if now == self._state:
            return None
        self._state = now
        return Growth(self._run, now, message, None, None, 1, [], [], [], None, None)

    def _grown(self, recording: Recording, now: float) -> Growth:
        recording.reread()
        state = self._jobs.trainings.state_of(self._run, recording.status)  # first: whoever hears of the end hears all that came before it
        made = recording.steps_made()
        first, last = made or (None, None)
        every, curves = 1, []
        if last is not None and first is not None:
            if last < self._known:  # it was gone on with from before
                self._known = last
            if last > self._known:
                every, curves = curves_of(recording, [], max(first, self._known + 1), last, MOST_POINTS)
                self._known = last
        epochs, events = self._new_epochs(recording), self._new_events(recording)
        snapshots = recording.snapshot_steps()
        moved = None if snapshots == self._snapshots else snapshots
        self._snapshots = snapshots
        over = self._ended if state not in ("running", "paused") else ""
        message = (self._jobs.trainings.state(self._run) or ("", ""))[1] or over
        speed = self._speed(now, last) if state == "running" else None
        return Growth(self._run, state, message, first, last, every, curves, epochs_of(epochs), events_of(events), moved, speed)

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
