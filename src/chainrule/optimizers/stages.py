"""Stages of an optimiser: each turns the gradient of one array into something nearer to its update."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from chainrule import ops
from chainrule.graph import Tensor

Slots: TypeAlias = dict[str, Tensor]


class At(NamedTuple):
    """Where an update happens: the parameter, the step (int32, from 0) and the learning rate."""

    parameter: Tensor
    iteration: Tensor
    learning_rate: Tensor


class Stage:
    """One stage; `slots` names the arrays, of the parameter's shape and first 0, that it keeps from step to step."""

    slots: tuple[str, ...] = ()

    def across(self, updates: Sequence[Tensor]) -> list[Tensor]:
        """Change all arrays together, before each is changed for itself."""
        return list(updates)

    def each(self, update: Tensor, slots: Slots, at: At) -> tuple[Tensor, Slots]:
        """Return the changed update of one array, and the new slots."""
        return update, slots


@dataclass
class ClipByValue(Stage):
    """Each element within ±limit."""

    limit: float

    def each(self, update: Tensor, slots: Slots, at: At) -> tuple[Tensor, Slots]:
        return ops.minimum(ops.maximum(update, -self.limit), self.limit), slots


@dataclass
class ClipByNorm(Stage):
    """Each array scaled down to a norm of at most `limit`."""

    limit: float

    def each(self, update: Tensor, slots: Slots, at: At) -> tuple[Tensor, Slots]:
        squared = ops.square(update).sum()
        norm = ops.sqrt(ops.where(squared > 0, squared, 1))
        return update * (self.limit / ops.maximum(norm, self.limit)), slots


@dataclass
class ClipByGlobalNorm(Stage):
    """All arrays scaled down together to a joint norm of at most `limit`. Source: Pascanu, Mikolov and Bengio, 2013."""

    limit: float

    def across(self, updates: Sequence[Tensor]) -> list[Tensor]:
        squared = sum((ops.square(update).sum() for update in updates[1:]), ops.square(updates[0]).sum())
        scale = self.limit / ops.maximum(ops.sqrt(squared), self.limit)
        return [update * scale for update in updates]


@dataclass
class Momentum(Stage):
    """velocity ← momentum · velocity − rate · gradient; Nesterov's looks one step ahead."""

    momentum: float
    nesterov: bool = False
    slots = ("momentum",)

    def each(self, update: Tensor, slots: Slots, at: At) -> tuple[Tensor, Slots]:
        step = update * at.learning_rate
        velocity = slots["momentum"] * self.momentum - step
        return (velocity * self.momentum - step if self.nesterov else velocity), {"momentum": velocity}


@dataclass
class Descend(Stage):
    """−rate · gradient."""

    def each(self, update: Tensor, slots: Slots, at: At) -> tuple[Tensor, Slots]:
        return -(update * at.learning_rate), slots


@dataclass
class ScaleByAdam(Stage):
    """−rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε), m and v being running means of the gradient and of its square."""

    beta_1: float
    beta_2: float
    epsilon: float
    amsgrad: bool = False

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


@dataclass
class ScaleByRms(Stage):
    """gradient · rate / √(v + ε), v being a running mean of its square (centered: of its variance)."""

    rho: float
    epsilon: float
    centered: bool = False

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


@dataclass
class DecayWeights(Stage):
    """Besides, −rate · weight_decay · parameter, apart from the gradient. Source: Loshchilov and Hutter, 2019."""

    weight_decay: float

    def each(self, update: Tensor, slots: Slots, at: At) -> tuple[Tensor, Slots]:
        return update - at.parameter * (at.learning_rate * self.weight_decay), slots
