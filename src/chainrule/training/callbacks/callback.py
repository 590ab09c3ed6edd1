"""The base of callbacks: listeners to a fit, with Keras's method names for those who write their own."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from chainrule.events import EpochFinished, EpochStarted, Event, FitFinished, FitStarted, Logs, StepsFinished
from chainrule.graph import Array

if TYPE_CHECKING:
    from chainrule.training.model import Model
    from chainrule.training.session import Session

UNBOUNDED = 1 << 31  # steps, more than any dispatch has
Memory: TypeAlias = tuple[dict[str, Any], dict[str, Array]]  # what a callback remembers: JSON-ready data, and arrays


class Callback:
    """Listens to a fit. Override the methods of what you want to hear, or `on_event` to hear all.

    Attributes:
        model: the model that is trained.
        session: the fit under way: its progress, state and learning rate, and `stop(reason)`.

    Example:
        >>> import chainrule as cr
        >>> class Patience(cr.callbacks.Callback):
        ...     def on_epoch_end(self, epoch, logs):
        ...         if logs["loss"] < 0.1:
        ...             self.session.stop("good enough")
    """

    model: "Model"
    session: "Session"
    looks_inside = False  # whether it wants what the default probes read
    runs_last = False  # whether it hears of an event after the others
    only_watches = False  # whether training would be the same without it, so that a kept run need not know of it

    def attach(self, model: "Model", session: "Session") -> None:
        """Learn whom to listen to; called before a fit begins."""
        self.model, self.session = model, session

    def on_event(self, event: Event) -> None:
        """Hear an event; the base calls the method that belongs to it."""
        match event:
            case FitStarted():
                self.on_train_begin({})
            case EpochStarted():
                self.on_epoch_begin(event.epoch, {})
            case StepsFinished():
                self.on_train_batch_end(self.session.progress.position - 1, event.running)
            case EpochFinished():
                self.on_epoch_end(event.epoch, event.logs)
            case FitFinished():
                self.on_train_end({})
            case _:
                pass

    def on_train_begin(self, logs: Logs) -> None:
        """Training begins."""

    def on_epoch_begin(self, epoch: int, logs: Logs) -> None:
        """An epoch, counted from 0, begins."""

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        """A dispatch is over: `batch` is its last step in the epoch, `logs` the epoch's figures so far.

        Many steps run in one dispatch, so this is called about four times a second, not after every step.
        """

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """An epoch, counted from 0, is over, with these figures."""

    def on_train_end(self, logs: Logs) -> None:
        """Training is over, for whatever reason."""

    def steps_allowed(self) -> int:
        """Return how many steps the next dispatch may have; asked between dispatches. Who waits here holds training up.

        Who ends training by `session.stop` here returns 0.
        """
        return UNBOUNDED

    def moved_to(self, folder: Path) -> "Callback":
        """Return the callback that writes its files into another folder, as that of a fork must; itself where it writes none."""
        return self

    def state(self) -> Memory:
        """Return what the callback must remember to go on after an interruption: JSON-ready data, and arrays."""
        return {}, {}

    def restore(self, data: dict[str, Any], arrays: dict[str, Array]) -> None:
        """Remember what `state` returned; called after `attach`."""
