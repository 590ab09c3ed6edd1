"""Callbacks that watch a figure from epoch to epoch: stop, save, or slow down when it no longer improves."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias

import numpy as np

from chainrule.arguments import Count, NotNegative, ProperFraction
from chainrule.errors import ArgumentError
from chainrule.events import Logs
from chainrule.graph import Array
from chainrule.training.callbacks.callback import Callback
from chainrule.training.session import Session

Mode: TypeAlias = Literal["auto", "min", "max"]


class _Watch(Callback, abstract=True):
    """The base of callbacks that watch one figure; each is a dataclass whose arguments stand in Keras's order."""

    monitor = ""
    min_delta = 0.0
    mode = "auto"
    verbose = 0

    def __post_init__(self) -> None:
        self.forget()

    def attach(self, model: Any, session: Session) -> None:
        """Learn whom to listen to, and forget what an earlier fit has left."""
        super().attach(model, session)
        self.forget()

    def forget(self) -> None:
        """Be as at the beginning."""
        self.best: float | None = None
        self.wait = 0

    def read(self, logs: Logs) -> float | None:
        """Return the watched figure; None after an epoch that was not validated, where it is one of the validation data."""
        if self.monitor in logs:
            return float(logs[self.monitor])
        if self.session.plan.validation is not None and self.monitor.removeprefix("val_") in logs:
            return None
        raise ArgumentError(
            f"{type(self).__name__} watches {self.monitor!r}, but the figures are {', '.join(logs)}. "
            "Give fit() validation data, or watch another figure."
        )

    def say(self, text: str) -> None:
        """Print a line, where that was asked for."""
        if self.verbose and not self.session.replaying:
            print(text)

    @property
    def _sign(self) -> float:
        """1 where a higher figure is better, else -1."""
        higher = self.mode == "max" if self.mode != "auto" else self.session.objective.higher_is_better(self.monitor)
        if higher is None:
            raise ArgumentError(
                f"{type(self).__name__}: the metric {self.monitor!r} does not say whether higher is better. Give mode='min' or mode='max', "
                "or set higher_is_better in its class."
            )
        return 1.0 if higher else -1.0

    def improves(self, value: float) -> bool:
        """Return whether `value` is better than the best so far; if so, remember it."""
        sign = self._sign
        better = self.best is None or sign * (value - self.best) > abs(self.min_delta)
        if better:
            self.best = value
        self.wait = 0 if better else self.wait + 1
        return better

    def state(self) -> tuple[dict[str, Any], dict[str, Array]]:
        return {"best": self.best, "wait": self.wait}, {}

    def restore(self, data: dict[str, Any], arrays: dict[str, Array]) -> None:
        self.best, self.wait = data["best"], data["wait"]


class EarlyStopping(_Watch):
    """Stops when a figure has not improved for `patience` epochs, and gives the model its best weights back.

    Unlike in Keras, `restore_best_weights` is True unless you say otherwise: who stops for the best epoch wants its weights.

    Args:
        monitor: the figure's name, such as "val_loss".
        min_delta: how much counts as an improvement.
        patience: how many epochs without improvement are borne.
        verbose: 1 prints a line when training is stopped.
        mode: whether "min" or "max" is better; "auto" asks the metric.
        baseline: epochs that are not better than this count as without improvement; None for no such bar.
        restore_best_weights: whether the model ends with the weights of its best epoch, also when all epochs are done.
        start_from_epoch: epochs before this one are not watched.
    """

    monitor: str = "val_loss"
    min_delta: float = 0.0
    patience: Count = 0
    verbose: int = 0
    mode: Mode = "auto"
    baseline: float | None = None
    restore_best_weights: bool = True
    start_from_epoch: Count = 0

    def forget(self) -> None:
        super().forget()
        self.best_epoch: int | None = None
        self._best_weights: dict[str, Array] = {}

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        value = None if epoch < self.start_from_epoch else self.read(logs)
        if value is None:
            return
        waited = self.wait + 1
        if self.improves(value):
            self.best_epoch = epoch
            if self.restore_best_weights:
                self._best_weights = {name: np.asarray(w.value).copy() for name, w in self.model.named_weights().items()}
            if self.baseline is not None and self._sign * (value - self.baseline) <= abs(self.min_delta):
                self.wait = waited  # better than before, but not yet good enough
        elif self.wait >= self.patience and epoch > 0:
            reason = f"{self.monitor} has not improved on {self.best:.4g} since epoch {(self.best_epoch or 0) + 1}"
            self.say(f"epoch {epoch + 1}: stopped, for {reason}")
            self.session.stop(reason)

    def on_train_end(self, logs: Logs) -> None:
        for name, array in self._best_weights.items():
            self.model.named_weights()[name].assign(array)

    def state(self) -> tuple[dict[str, Any], dict[str, Array]]:
        return {"best": self.best, "wait": self.wait, "best_epoch": self.best_epoch}, self._best_weights

    def restore(self, data: dict[str, Any], arrays: dict[str, Array]) -> None:
        super().restore(data, arrays)
        self.best_epoch, self._best_weights = data["best_epoch"], dict(arrays)


class ReduceLROnPlateau(_Watch):
    """Multiplies the learning rate by `factor` when a figure has not improved for `patience` epochs.

    Args:
        monitor: the figure's name, such as "val_loss".
        factor: below 1.
        patience: how many epochs without improvement are borne.
        verbose: 1 prints a line when the rate is reduced.
        mode: whether "min" or "max" is better; "auto" asks the metric.
        min_delta: how much counts as an improvement.
        cooldown: how many epochs to wait after a reduction before counting again.
        min_lr: the rate is not reduced below this.
    """

    monitor: str = "val_loss"
    factor: ProperFraction = 0.1
    patience: Count = 10
    verbose: int = 0
    mode: Mode = "auto"
    min_delta: float = 1e-4
    cooldown: Count = 0
    min_lr: NotNegative = 0.0

    def forget(self) -> None:
        super().forget()
        self._cooling = 0

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        value = self.read(logs)
        if value is None:
            return
        if self._cooling:
            self._cooling -= 1
            self.wait = 0
        if self.improves(value) or self._cooling:
            self.wait = 0
        elif self.wait >= self.patience and self.session.learning_rate > self.min_lr:
            self.session.learning_rate = max(self.session.learning_rate * self.factor, self.min_lr)
            self.say(f"epoch {epoch + 1}: the learning rate is now {self.session.learning_rate:.4g}")
            self._cooling, self.wait = self.cooldown, 0

    def state(self) -> tuple[dict[str, Any], dict[str, Array]]:
        return {"best": self.best, "wait": self.wait, "cooling": self._cooling}, {}

    def restore(self, data: dict[str, Any], arrays: dict[str, Array]) -> None:
        super().restore(data, arrays)
        self._cooling = data["cooling"]


class ModelCheckpoint(_Watch):
    """Saves the model after epochs.

    Args:
        filepath: where; may contain {epoch} (counted from 1) and figures such as {val_loss:.3f}.
        monitor: the figure's name, such as "val_loss".
        verbose: 1 prints a line when the model is saved.
        save_best_only: save only when the figure improves.
        mode: whether "min" or "max" is better; "auto" asks the metric.
        min_delta: how much counts as an improvement.
    """

    filepath: str = "model-{epoch:02d}.chainrule"
    monitor: str = "val_loss"
    verbose: int = 0
    save_best_only: bool = False
    mode: Mode = "auto"
    min_delta: float = 0.0

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        if self.save_best_only:
            value = self.read(logs)
            if value is None or not self.improves(value):
                return
        if self.session.replaying:
            return
        try:
            path = self.filepath.format(epoch=epoch + 1, **logs)
        except KeyError as error:
            raise ArgumentError(f"ModelCheckpoint: {self.filepath!r} names {error}, but the figures are {', '.join(logs)}.") from None
        self.model.save(path)
        self.say(f"epoch {epoch + 1}: saved to {path}")

    def moved_to(self, folder: Path) -> Self:
        return replace(self, filepath=str(folder / Path(self.filepath).name))
