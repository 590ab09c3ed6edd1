"""Optimisers: each is a chain of stages from gradients to updates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from chainrule.configuration import configurable
from chainrule.errors import ArgumentError, unknown_name
from chainrule.graph import Tensor, Variable
from chainrule.optimizers.schedules import LearningRateSchedule
from chainrule.optimizers.stages import (
    At,
    ClipByGlobalNorm,
    ClipByNorm,
    ClipByValue,
    DecayWeights,
    Descend,
    Momentum,
    ScaleByAdam,
    ScaleByRms,
    Stage,
)


@dataclass
class Optimizer:
    """The base of optimisers.

    Args:
        learning_rate: a rate, or a schedule of rates.
        weight_decay: the share of each parameter taken off at each step, times the rate; None for none.
        clipnorm: scale the gradient of each parameter down to this norm.
        clipvalue: keep each element of a gradient within ± this.
        global_clipnorm: scale all gradients down together to this norm.
    """

    learning_rate: float | LearningRateSchedule = 0.001
    weight_decay: float | None = field(default=None, kw_only=True)
    clipnorm: float | None = field(default=None, kw_only=True)
    clipvalue: float | None = field(default=None, kw_only=True)
    global_clipnorm: float | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        given = [n for n in (self.clipnorm, self.clipvalue, self.global_clipnorm) if n is not None]
        if len(given) > 1:
            raise ArgumentError("An optimizer takes one of clipnorm, clipvalue and global_clipnorm. Got several: choose one.")
        if any(n <= 0 for n in given):
            raise ArgumentError(f"A clipping limit must be above 0. Got {given[0]} instead.")
        if self.weight_decay is not None and not self.weight_decay >= 0:
            raise ArgumentError(f"weight_decay must be 0 or more. Got {self.weight_decay} instead.")
        if not isinstance(self.learning_rate, LearningRateSchedule):
            self.learning_rate = float(self.learning_rate)  # a NumPy number, say, which no configuration could hold
            if not self.learning_rate >= 0:
                raise ArgumentError(f"The learning rate must be 0 or more. Got {self.learning_rate} instead.")

    def require_shares(self, **shares: float) -> None:
        """Raise ArgumentError unless every share lies between 0 and 1."""
        for name, share in shares.items():
            if not 0 <= share <= 1:
                raise ArgumentError(f"{type(self).__name__}: {name} must lie between 0 and 1. Got {share} instead.")

    def rule(self) -> list[Stage]:
        """Return the stages that turn a gradient into an update."""
        raise NotImplementedError

    def chain(self) -> list[Stage]:
        """Return all stages: clipping, the optimiser's own rule, weight decay."""
        before: list[Stage] = []
        if self.clipvalue is not None:
            before.append(ClipByValue(self.clipvalue))
        if self.clipnorm is not None:
            before.append(ClipByNorm(self.clipnorm))
        if self.global_clipnorm is not None:
            before.append(ClipByGlobalNorm(self.global_clipnorm))
        return [*before, *self.rule(), *([DecayWeights(self.weight_decay)] if self.weight_decay else [])]

    def slots(self, name: str, parameter: Variable) -> dict[str, Variable]:
        """Return the arrays kept for one parameter, by the slot's name; all 0."""
        names = [slot for stage in self.chain() for slot in stage.slots]
        zeros = np.zeros(parameter.shape, parameter.dtype)
        return {slot: Variable(zeros.copy(), name=f"optimizer/{name}/{slot}", trainable=False) for slot in names}

    def rate(self, learning_rate: Tensor, iteration: Tensor) -> Tensor:
        """Return the rate of a step: the schedule's, or `learning_rate`, the variable that holds a plain rate."""
        return self.learning_rate(iteration) if isinstance(self.learning_rate, LearningRateSchedule) else learning_rate

    def updates(
        self,
        parameters: Sequence[Tensor],
        gradients: Sequence[Tensor],
        slots: Sequence[Mapping[str, Tensor]],
        iteration: Tensor,
        learning_rate: Tensor,
    ) -> tuple[list[Tensor], list[dict[str, Tensor]]]:
        """Return what to add to each parameter, and its new slots, as graph."""
        updates, after = list(gradients), [dict(kept) for kept in slots]
        for stage in self.chain():
            updates = stage.across(updates)
            for i, parameter in enumerate(parameters):
                mine = {slot: slots[i][slot] for slot in stage.slots}
                updates[i], new = stage.each(updates[i], mine, At(parameter, iteration, learning_rate))
                after[i] |= new
        return updates, after


@configurable
@dataclass
class SGD(Optimizer):
    """Gradient descent: w ← w − rate · g; with momentum v ← momentum · v − rate · g, w ← w + v.

    Args:
        learning_rate: a rate, or a schedule of rates.
        momentum: the share of the last step that is kept.
        nesterov: take the gradient's step from where momentum leads. Source: Sutskever et al., 2013.
    """

    learning_rate: float | LearningRateSchedule = 0.01
    momentum: float = 0.0
    nesterov: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require_shares(momentum=self.momentum)

    def rule(self) -> list[Stage]:
        return [Momentum(self.momentum, self.nesterov)] if self.momentum else [Descend()]


@configurable
@dataclass
class RMSprop(Optimizer):
    """Steps divided by the root of a running mean of squared gradients. Source: Tieleman and Hinton, 2012.

    Args:
        learning_rate: a rate, or a schedule of rates.
        rho: the share of the running mean that is kept.
        momentum: the share of the last step that is kept.
        epsilon: added under the root.
        centered: divide by the root of the variance, not of the mean square.
    """

    rho: float = 0.9
    momentum: float = 0.0
    epsilon: float = 1e-7
    centered: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require_shares(rho=self.rho, momentum=self.momentum)

    def rule(self) -> list[Stage]:
        scale = ScaleByRms(self.rho, self.epsilon, self.centered)
        return [scale, Momentum(self.momentum)] if self.momentum else [scale, Descend()]


@configurable
@dataclass
class Adam(Optimizer):
    """Running means of gradient and squared gradient, corrected for their start at 0. Source: Kingma and Ba, 2015.

    As in Keras, ε is added to the root before the correction ("epsilon hat" in section 2 of the paper).

    Args:
        learning_rate: a rate, or a schedule of rates.
        beta_1: the share of the mean gradient that is kept.
        beta_2: the share of the mean squared gradient that is kept.
        epsilon: added to the root.
        amsgrad: divide by the largest mean squared gradient so far. Source: Reddi, Kale and Kumar, 2018.

    Example:
        >>> import chainrule as cr
        >>> cr.optimizers.Adam(1e-3).chain()
        [ScaleByAdam(beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False)]
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7
    amsgrad: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, beta in (("beta_1", self.beta_1), ("beta_2", self.beta_2)):
            if not 0 <= beta < 1:
                raise ArgumentError(f"{type(self).__name__}: {name} must be below 1, and 0 or more. Got {beta} instead.")

    def rule(self) -> list[Stage]:
        return [ScaleByAdam(self.beta_1, self.beta_2, self.epsilon, self.amsgrad)]


@configurable
@dataclass
class AdamW(Adam):
    """Adam with weight decay apart from the gradient. Source: Loshchilov and Hutter, 2019."""

    weight_decay: float | None = field(default=0.004, kw_only=True)


OPTIMIZERS: dict[str, type[Optimizer]] = {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}


def get(optimizer: str | Optimizer) -> Optimizer:
    """Return the optimiser of a name, or the one given."""
    if isinstance(optimizer, Optimizer):
        return optimizer
    if optimizer.lower() not in OPTIMIZERS:
        raise unknown_name("An optimizer", optimizer, OPTIMIZERS)
    return OPTIMIZERS[optimizer.lower()]()
