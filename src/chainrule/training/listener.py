"""The listener: what the loop knows of those who listen to a fit. `Callback` adds the model, the session and Keras's methods."""

from pathlib import Path
from typing import Any, Self, TypeAlias

from chainrule.events import Event
from chainrule.graph import Array

UNBOUNDED = 1 << 31  # steps, more than any dispatch has
Memory: TypeAlias = tuple[dict[str, Any], dict[str, Array]]  # what a listener remembers: JSON-ready data, and arrays


class Listener:
    """Listens to a fit, and says what it must remember to go on after an interruption."""

    wants_readings = False  # whether it wants what the default probes read
    runs_last = False  # whether it hears of an event after the others
    only_watches = False  # whether training would be the same without it, so that a recorded run need not know of it

    def on_event(self, event: Event) -> None:
        """Hear an event."""

    def steps_allowed(self) -> int:
        """Return how many steps the next dispatch may have; asked between dispatches. Who waits here holds training up.

        Who ends training by `session.stop` here returns 0.
        """
        return UNBOUNDED

    def moved_to(self, folder: Path) -> Self:
        """Return the listener that writes its files into another folder, as that of a fork must; itself where it writes none."""
        return self

    def state(self) -> Memory:
        """Return what the listener must remember to go on after an interruption: JSON-ready data, and arrays."""
        return {}, {}

    def restore(self, data: dict[str, Any], arrays: dict[str, Array]) -> None:
        """Remember what `state` returned; called after `attach`."""
