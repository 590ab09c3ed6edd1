"""The states of a run, computed again by its own training program."""

import numpy as np

from chainrule.insight.computation import NamedArrays
from chainrule.record import Recording, restore_state
from chainrule.training.supply import Served, Supply

MOST_KEPT = 1 << 28  # bytes of states kept for the next question
_STOPS = (64, 16, 4, 1)  # how many steps before a wanted state others are kept, so that stepping back is quick too


class Replay:
    """Computes the state at any step of a run, from the nearest snapshot before it, or the nearest state it still has.

    Args:
        recording: the run.
    """

    def __init__(self, recording: Recording) -> None:
        self.model, self.plan = recording.new_model(), recording.plan()
        self.program = self.model.training_program(self.plan)
        self._recording = recording
        self._names = list(self.model.state_variables())
        self._kept: dict[int, NamedArrays] = {}
        self._fed: tuple[int, Supply] | None = None

    def place(self, step: int) -> tuple[int, int]:
        """Return the epoch of a step and its position in it, both from 0."""
        configuration = self._recording.configuration
        since = step - int(configuration.get("first_step", 0)) + int(configuration.get("first_position", 0))
        epochs, position = divmod(since, int(configuration["steps_per_epoch"]))
        return int(configuration["first_epoch"]) + epochs, position

    def served(self, step: int) -> Served:
        """Return what a step, and those after it, are computed from: the data of its epoch, read again where they are streamed."""
        epoch, position = self.place(step)
        if self._fed is None or self._fed[0] != epoch:
            if self._fed is not None:
                self._fed[1].close()
            self._fed = epoch, self.program.supply(self.plan.train, self.plan.settings, epoch)
        return self._fed[1].at(position)

    def before(self, step: int) -> NamedArrays:
        """Return the state before a step."""
        now, state = self._nearest(step)
        edits = self._recording.edits()
        state = state | edits.get(now, {})
        for stop in sorted({step, *(step - back for back in _STOPS if step - back > now)}):
            while now < stop:
                count = min(stop - now, *(edit - now for edit in edits if edit > now), self._left(now))
                state, now = self.after(state, now, count), now + count
                state = state | edits.get(now, {})
            self._keep(now, state)
        return state

    def after(self, state: NamedArrays, step: int, count: int = 1) -> NamedArrays:
        """Return the state after `count` steps of one epoch, from that before `step`."""
        copies = tuple(np.array(array) for array in state.values())  # the program takes its arguments' memory
        served = self.served(step)
        arrays, _ = self.program(copies, served.first, count, served.arrays)
        return {name: np.asarray(array) for name, array in zip(self._names, arrays, strict=True)}

    def _left(self, step: int) -> int:
        return min(self.served(step).steps, self.program.capacity)

    def _nearest(self, step: int) -> tuple[int, NamedArrays]:
        kept = max((there for there in self._kept if there <= step), default=-1)
        if kept >= max((there for there in self._recording.snapshot_steps() if there <= step), default=0):
            return kept, self._kept[kept]
        snapshot = self._recording.snapshot(at_most=step)
        restore_state(self.model, snapshot)
        return snapshot.progress.step, {name: snapshot.arrays[name] for name in self._names}

    def _keep(self, step: int, state: NamedArrays) -> None:
        self._kept.pop(step, None)
        self._kept[step] = state
        size = sum(array.nbytes for array in state.values())
        while len(self._kept) > 1 and len(self._kept) * size > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
