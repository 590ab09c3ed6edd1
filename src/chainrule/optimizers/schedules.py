"""Learning rates that change with the step: each schedule is graph, computed inside the training program."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule import ops
from chainrule.arguments import Count, NotNegative, PositiveCount
from chainrule.configuration import Configurable
from chainrule.errors import ArgumentError, ChainruleError
from chainrule.graph import Tensor, Variable


class LearningRateSchedule(Configurable, abstract=True):
    """The base of schedules."""

    def __call__(self, step: Tensor) -> Tensor:
        """Return the learning rate at `step`, an int32 that begins at 0."""
        raise NotImplementedError

    def course(self, steps: Sequence[int] | np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the learning rate at each of some steps.

        Raises:
            ArgumentError: settings from which no number follows for a step.

        Example:
            >>> ExponentialDecay(0.5, 10, 0.5).course([0, 10, 20]).tolist()
            [0.5, 0.25, 0.125]
        """
        try:
            rates = self(Variable(np.asarray(steps, np.int32), "step", trainable=False))
        except (ChainruleError, TypeError, ValueError) as error:
            raise ArgumentError(f"{self!r} gives no learning rate: {error}") from error
        if rates.shape != (len(steps),):
            raise ArgumentError(f"{self!r} must give one number for each step. Got shape {rates.shape} for {len(steps)} steps.")
        return np.asarray(rates.value, np.float32)


class ConstantSchedule(LearningRateSchedule):
    """The same rate at every step."""

    learning_rate: NotNegative

    def __call__(self, step: Tensor) -> Tensor:
        return step.astype("float32") * 0 + self.learning_rate


class PiecewiseConstantDecay(LearningRateSchedule):
    """values[0] up to and with step boundaries[0], then values[1] up to and with boundaries[1], and so on.

    Args:
        boundaries: steps, ascending.
        values: rates, one more than there are boundaries.
    """

    boundaries: Sequence[int]
    values: Sequence[float]

    def __post_init__(self) -> None:
        if len(self.values) != len(self.boundaries) + 1 or list(self.boundaries) != sorted(self.boundaries):
            raise ArgumentError(
                "PiecewiseConstantDecay needs ascending boundaries and one value more than boundaries. "
                f"Got {list(self.boundaries)} and {list(self.values)}."
            )

    def __call__(self, step: Tensor) -> Tensor:
        rate = ops.as_tensor(np.float32(self.values[0]))
        for boundary, value in zip(self.boundaries, self.values[1:], strict=True):
            rate = ops.where(step > boundary, value, rate)
        return rate


class ExponentialDecay(LearningRateSchedule):
    """initial_learning_rate · decay_rate ^ (step / decay_steps).

    Args:
        initial_learning_rate: the rate at step 0.
        decay_steps: after how many steps the rate is multiplied by `decay_rate`.
        decay_rate: the factor.
        staircase: round step / decay_steps down, so that the rate falls in stairs.
    """

    initial_learning_rate: NotNegative
    decay_steps: PositiveCount
    decay_rate: float
    staircase: bool = False

    def __call__(self, step: Tensor) -> Tensor:
        periods = step.astype("float32") / self.decay_steps
        return self.initial_learning_rate * ops.power(self.decay_rate, ops.floor(periods) if self.staircase else periods)


class CosineDecay(LearningRateSchedule):
    """From the initial rate (after a linear warm-up, if any) along half a cosine to `alpha` times it.

    Args:
        initial_learning_rate: the rate at step 0, where the warm-up begins.
        decay_steps: how many steps the decay takes, after the warm-up.
        alpha: the last rate, as a part of the highest.
        warmup_target: the rate at the end of the warm-up; None for no warm-up.
        warmup_steps: how many steps the warm-up takes.

    Source: Loshchilov and Hutter, "SGDR", 2017.
    """

    initial_learning_rate: NotNegative
    decay_steps: PositiveCount
    alpha: float = 0.0
    warmup_target: float | None = None
    warmup_steps: Count = 0

    def __call__(self, step: Tensor) -> Tensor:
        now = step.astype("float32")
        if self.warmup_target is None:
            return self._decay(now, self.initial_learning_rate)
        climb = self.initial_learning_rate + (self.warmup_target - self.initial_learning_rate) * now / max(self.warmup_steps, 1)
        return ops.where(now < self.warmup_steps, climb, self._decay(now - self.warmup_steps, self.warmup_target))

    def _decay(self, now: Tensor, top: float) -> Tensor:
        part = 0.5 * (1 + ops.cos(math.pi * ops.minimum(now / self.decay_steps, 1)))
        return top * ((1 - self.alpha) * part + self.alpha)


class WarmUp(LearningRateSchedule):
    """From 0 in a line to the rate of another schedule, which then goes on from its own step 0.

    Args:
        schedule: what comes after, a schedule or a rate.
        steps: how many steps the warm-up takes.
    """

    schedule: LearningRateSchedule | float
    steps: Count

    def __call__(self, step: Tensor) -> Tensor:
        after = self.schedule if isinstance(self.schedule, LearningRateSchedule) else ConstantSchedule(self.schedule)
        top = after(step * 0)
        return ops.where(step < self.steps, top * (step.astype("float32") / max(self.steps, 1)), after(ops.maximum(step - self.steps, 0)))
