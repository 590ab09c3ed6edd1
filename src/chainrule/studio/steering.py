"""Steering a training from outside: pause between two dispatches, go on, make so many steps, another learning rate or weight, stop."""

import threading
from collections.abc import Callable, Sequence

from chainrule.events import Event, FitStarted
from chainrule.training import Session
from chainrule.training.callbacks import Callback
from chainrule.training.listener import UNBOUNDED

STOPPED, INTERRUPTED = "stopped in the studio", "interrupted"


class Steering(Callback):
    """Holds training up when it is told to. The steps that are made are those that would have been made, but for a rate or a weight that it
    sets, which is told as every change of the state by hand is (`StateEdited`), so that a kept run can be computed again without this.

    Args:
        tell: hears what training does: "running" or "paused".
        paused: whether it waits before the first step.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> heard = []
        >>> steering = Steering(heard.append, paused=True)
        >>> steering.step(2), steering.go_on()
        (None, None)
        >>> history = model.fit(np.ones((8, 2)), np.ones(8), 2, verbose=0, callbacks=[steering])
        >>> heard
        ['running']
    """

    only_watches = True

    def __init__(self, tell: Callable[[str], None], paused: bool = False) -> None:
        self._tell = tell
        self._changed = threading.Condition()
        self._allowed = 0 if paused else UNBOUNDED
        self._ending: str | None = None
        self._wishes: list[Callable[[Session], None]] = []
        self._told = ""

    def pause(self) -> None:
        """Wait before the next dispatch."""
        self._allow(0)

    def go_on(self) -> None:
        """Wait no more."""
        self._allow(UNBOUNDED)

    def step(self, steps: int) -> None:
        """Make so many steps more, and wait again."""
        with self._changed:
            self._allow(steps if self._allowed == UNBOUNDED else self._allowed + steps)

    def set_rate(self, rate: float) -> None:
        """Use another learning rate from the next dispatch on; the optimizer must have a plain one."""
        self._wish(lambda session: session.set_rate_by_hand(rate))

    def set_weight(self, name: str, place: Sequence[int], value: float) -> None:
        """Give one number of a weight another value before the next dispatch; there must be such a number."""
        self._wish(lambda session: session.set_weight_by_hand(name, place, value))

    def stop(self, reason: str = STOPPED) -> None:
        """End training."""
        with self._changed:
            self._ending = reason
            self._changed.notify_all()

    def on_event(self, event: Event) -> None:
        """Hear where training begins."""
        if isinstance(event, FitStarted):
            self._step = event.first_step

    def steps_allowed(self) -> int:
        """Wait until some are allowed, or the end is."""
        with self._changed:
            if self._allowed != UNBOUNDED:
                self._allowed = max(0, self._allowed - (self.session.progress.step - self._step))
            self._step = self.session.progress.step
            if not self._allowed and self._ending is None:
                self._say("paused")
            self._changed.wait_for(lambda: self._allowed or self._ending is not None)
            if self._ending is not None:
                self.session.stop(self._ending)
                return 0
            for wish in self._wishes:
                wish(self.session)
            self._wishes.clear()
            self._say("running")
            return self._allowed

    def _wish(self, wish: Callable[[Session], None]) -> None:
        with self._changed:
            self._wishes.append(wish)

    def _allow(self, steps: int) -> None:
        with self._changed:
            self._allowed = steps
            self._changed.notify_all()

    def _say(self, state: str) -> None:
        if state != self._told:
            self._told = state
            self._tell(state)
