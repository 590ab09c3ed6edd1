"""The course of training: the figures of its steps and epochs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from chainrule.data.shuffle import permutation
from chainrule.doctor.targets import Array

SEEN = 32  # examples
PIECES = 20  # into which a course is cut when it is looked at as a whole


@dataclass(frozen=True, eq=False)
class Course:
    """The figures of a training so far.

    Args:
        losses: of each step's batch, before its update.
        epochs: the figures of each epoch.
        steps_per_epoch: updates in an epoch.
        examples: rows in the training part.
        batch_size: of training.
        seed: what the order depends on; None where it is not known.
        shuffle: whether each epoch takes another order.
        first_epoch: the number of the first epoch.
        planned: the updates that were planned.
        status: "finished", "interrupted", "error", "running".
        reason: why training ended.
        series: probes by name: steps and values.
    """

    losses: Array
    epochs: Sequence[Mapping[str, float]] = ()
    steps_per_epoch: int = 1
    examples: int = 0
    batch_size: int = 32
    seed: int | None = None
    shuffle: bool = True
    first_epoch: int = 0
    planned: int | None = None
    status: str = "running"
    reason: str = ""
    series: Mapping[str, tuple[Array, Array]] = field(default_factory=dict[str, tuple[Array, Array]])

    @property
    def steps(self) -> int:
        """How many updates were made."""
        return len(self.losses)

    @cached_property
    def pieces(self) -> Array:
        """The mean loss of each of at most 20 parts of the course, each of whole epochs where there are enough."""
        if self.steps >= PIECES * self.steps_per_epoch:
            per = self.steps // self.steps_per_epoch
            means = self.losses[: per * self.steps_per_epoch].reshape(per, -1).mean(1)
            return np.array([part.mean() for part in np.array_split(means, PIECES)])
        return np.array([part.mean() for part in np.array_split(self.losses, min(PIECES, self.steps))]) if self.steps else np.array([])

    @property
    def first_loss(self) -> float:
        """The loss at the beginning: the mean over the first few batches, at most 5 and at most a tenth of the course."""
        return float(self.losses[: max(1, min(5, self.steps // 10))].mean())

    @cached_property
    def smooth(self) -> Array:
        """The loss as a mean over as many steps as it takes to see 32 examples: that of a single one says little."""
        width = min(max(1, -(-SEEN // max(self.batch_size, 1))), max(self.steps, 1))
        return np.convolve(self.losses, np.ones(width) / width, mode="valid") if self.steps else self.losses

    @property
    def last_loss(self) -> float:
        """The mean loss over the last epoch, or the last fifth of what there is of a single one."""
        count = self.steps_per_epoch if self.steps >= 2 * self.steps_per_epoch else max(1, self.steps // 5)
        return float(self.losses[-count:].mean())

    @cached_property
    def noise(self) -> float:
        """How much the loss differs from batch to batch in the last epochs, as a standard deviation."""
        tail = self.losses[-max(2, min(self.steps, 3 * self.steps_per_epoch)) :]
        steps = np.diff(tail)
        return float(np.sqrt((steps**2).mean() / 2)) if len(steps) else 0.0

    @property
    def is_finite(self) -> bool:
        """Whether every loss is a number."""
        return bool(np.isfinite(self.losses).all())

    @property
    def ended(self) -> bool:
        """Whether training is over."""
        return self.status != "running"

    def figures(self, name: str) -> Array:
        """Return one figure of all epochs that have it."""
        return np.array([epoch[name] for epoch in self.epochs if name in epoch], np.float64)

    def batch_rows(self, step: int) -> list[int]:
        """Return the rows of the training data that a step learned from."""
        epoch, position = divmod(step, self.steps_per_epoch)
        order = permutation(self.examples, self.seed or 0, self.first_epoch + epoch) if self.shuffle else np.arange(self.examples)
        return order[position * self.batch_size : (position + 1) * self.batch_size].tolist()

    def epoch_of(self, step: int) -> int:
        """Return the number of the epoch, counted from 1, that a step belongs to."""
        return step // max(self.steps_per_epoch, 1) + 1


def falls(values: Array) -> float:
    """Return how consistently a series falls, from -1 (each later value is larger) to 1: Kendall's rank correlation, negated.

    Source: Kendall, "A new measure of rank correlation", 1938.
    """
    n = len(values)
    if n < 2:
        return 0.0
    signs = np.sign(values[None, :] - values[:, None])[np.triu_indices(n, 1)]
    return -float(signs.mean()) if math.isfinite(float(signs.sum())) else 0.0
