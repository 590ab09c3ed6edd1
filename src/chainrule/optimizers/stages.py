"""Stages of an optimiser: each turns the gradient of one array into something nearer to its update.

One stage of a chain takes in the learning rate and makes of a direction a step: `ScaleByLearningRate`, `Momentum` or `ScaleByAdam`.
"""

from collections.abc import Sequence
from typing import Annotated, ClassVar, NamedTuple, TypeAlias

from chainrule import ops
from chainrule.arguments import Fraction, NotNegative, Number, Positive
from chainrule.configuration import Configurable
from chainrule.graph import Tensor

Decay: TypeAlias = Annotated[float, Number(0, 1, below=True)]  # what stays of a running mean at each step
Slots: TypeAlias = dict[str, Tensor]


class At(NamedTuple):
    """Where an update happens: the parameter, the step (int32, from 0) and the learning rate."""

    parameter: Tensor
    iteration: Tensor
    learning_rate: Tensor


class Stage(Configurable, abstract=True):
    """One stage of an optimiser's chain. One of your own is a subclass with `each`, or `across`.

    Attributes:
        slots: the names of the arrays, of the parameter's shape and first 0, that it takes from step to step.
        makes_step: whether it multiplies by −rate, so that its result is a step. A chain has one such stage.
        changes_step: whether it changes a step, and so stands behind the stage that makes it.
        scales_gradients: whether it divides by the gradient's running size, so that steps have about the size of the rate, whatever the
            gradient's.
        stability_limit: the product of learning rate and curvature below which it descends a quadratic, alone in a chain; None where
            no such limit is known.
        amplification: to how many times its own length a step adds up while the gradient stays the same.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    makes_step = False
    changes_step = False
    scales_gradients = False
    stability_limit: ClassVar[float | None] = None
    amplification = 1.0

    def across(self, updates: Sequence[Tensor]) -> list[Tensor]:
        """Change all arrays together, before each is changed for itself."""
        return list(updates)

    def each(self, update: Tensor, slots: Slots, at: At) -> tuple[Tensor, Slots]:
        """Return the changed update of one array, and the new slots."""
        return update, slots


class ClipByValue(Stage):
    """Each element within ±limit."""

    limit: Positive

    def each(self, update: Tensor, slots: Slots, at: At) -> tuple[Tensor, Slots]:
        return ops.minimum(ops.maximum(update, -self.limit), self.limit), slots


class ClipByNorm(Stage):
    """Each array scaled down to a norm of at most `limit`."""

    limit: Positive

    def each(self, update: Tensor, slots: Slots, at: At) -> tuple[Tensor, Slots]:
        squared = ops.square(update).sum()
        norm = ops.sqrt(ops.where(squared > 0, squared, 1))
        return update * (self.limit / ops.maximum(norm, self.limit)), slots


class ClipByGlobalNorm(Stage):
    """All arrays scaled down together to a joint norm of at most `limit`. Source: Pascanu, Mikolov and Bengio, 2013."""

    limit: Positive

    def across(self, updates: Sequence[Tensor]) -> list[Tensor]:
        squared = sum((ops.square(update).sum() for update in updates[1:]), ops.square(updates[0]).sum())
        scale = self.limit / ops.maximum(ops.sqrt(squared), self.limit)
        return [update * scale for update in updates]


class Momentum(Stage):
    """velocity ← momentum · velocity − rate · gradient; Nesterov's looks one step ahead."""

    momentum: Fraction = 0.9
    nesterov: bool = False
    slots = ("momentum",)
    makes_step = True

    @property
    def stability_limit(self) -> float | None:  # pyright: ignore[reportIncompatibleVariableOverride]
        return None if self.nesterov else 2 * (1 + self.momentum)

    @property
    def amplification(self) -> float:  # pyright: ignore[reportIncompatibleVariableOverride]
        return 1 / max(1 - self.momentum, 1e-3)

    def each(self, update: Tensor, slots: Slots, at: At) -> tuple[Tensor, Slots]:
        step = update * at.learning_rate
        velocity = slots["momentum"] * self.momentum - step
        return (velocity * self.momentum - step if self.nesterov else velocity), {"momentum": velocity}


class ScaleByLearningRate(Stage):
    """−rate · gradient."""

    makes_step = True
    stability_limit = 2.0

    def each(self, update: Tensor, slots: Slots, at: At) -> tuple[Tensor, Slots]:
        return -(update * at.learning_rate), slots


class ScaleByAdam(Stage):
    """−rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε), m and v being running means of the gradient and of its square."""

    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: NotNegative = 1e-7
    amsgrad: bool = False
    makes_step = True
    scales_gradients = True

    @property
    def slots(self) -> tuple[str, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        return ("momentum", "velocity", "velocity_hat") if self.amsgrad else ("momentum", "velocity")

    def each(self, update: Tensor, slots: Slots, at: At) -> tuple[Tensor, Slots]:
        t = (at.iteration + 1).astype(update.dtype)
        rate = at.learning_rate * ops.sqrt(1 - ops.power(self.beta_2, t)) / (1 - ops.power(self.beta_1, t))
        m = slots["momentum"] + (update - slots["momentum"]) * (1 - self.beta_1)
        v = slots["velocity"] + (ops.square(update) - slots["velocity"]) * (1 - self.beta_2)
        after = {"momentum": m, "velocity": v}
        if self.amsgrad:
            v = after["velocity_hat"] = ops.maximum(slots["velocity_hat"], v)
        return -(m * rate) / (ops.sqrt(v) + self.epsilon), after


class ScaleByRms(Stage):
    """gradient / √(v + ε), v being a running mean of its square (centered: of its variance)."""

    rho: Fraction = 0.9
    epsilon: NotNegative = 1e-7
    centered: bool = False
    scales_gradients = True

    @property
    def slots(self) -> tuple[str, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        return ("velocity", "average_gradient") if self.centered else ("velocity",)

    def each(self, update: Tensor, slots: Slots, at: At) -> tuple[Tensor, Slots]:
        after = {"velocity": slots["velocity"] * self.rho + ops.square(update) * (1 - self.rho)}
        spread = after["velocity"]
        if self.centered:
            after["average_gradient"] = slots["average_gradient"] * self.rho + update * (1 - self.rho)
            spread = spread - ops.square(after["average_gradient"])
        return update / ops.sqrt(spread + self.epsilon), after


class DecayWeights(Stage):
    """Besides, −rate · weight_decay · parameter, apart from the gradient. Source: Loshchilov and Hutter, 2019."""

    weight_decay: NotNegative = 0.004
    changes_step = True

    def each(self, update: Tensor, slots: Slots, at: At) -> tuple[Tensor, Slots]:
        return update - at.parameter * (at.learning_rate * self.weight_decay), slots
