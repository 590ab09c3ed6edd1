"""The base of callbacks: listeners to a fit, with Keras's method names for those who write their own."""

from typing import Any

from chainrule.configuration import Configurable
from chainrule.events import EpochFinished, EpochStarted, Event, FitFinished, FitStarted, Logs, StepsFinished
from chainrule.training.listener import Listener
from chainrule.training.session import Session


class Callback(Listener, Configurable, abstract=True, room="training"):
    """Listens to a fit. Override the methods of what you want to hear, or `on_event` to hear all.

    Attributes:
        model: the `Model` that is trained.
        session: the fit under way: its progress, state and learning rate, and `stop(reason)`.

    Example:
        >>> import chainrule as cr
        >>> class Patience(cr.callbacks.Callback):
        ...     def on_epoch_end(self, epoch, logs):
        ...         if logs["loss"] < 0.1:
        ...             self.session.stop("good enough")
    """

    def attach(self, model: Any, session: Session) -> None:
        """Learn whom to listen to; called before a fit begins."""
        self.model: Any = model  # of `chainrule.models`, which stands above training
        self.session: Session = session

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
