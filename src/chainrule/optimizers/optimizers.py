"""Optimisers: each is a chain of stages from gradients to updates."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, TypeAlias

import numpy as np

from chainrule.arguments import Fraction, NotNegative, Positive
from chainrule.configuration import Configurable, names_in
from chainrule.errors import ArgumentError, unknown_name
from chainrule.graph import Tensor, Variable
from chainrule.optimizers.schedules import LearningRateSchedule
from chainrule.optimizers.stages import (
    At,
    ClipByGlobalNorm,
    ClipByNorm,
    ClipByValue,
    Decay,
    DecayWeights,
    Momentum,
    ScaleByAdam,
    ScaleByLearningRate,
    ScaleByRms,
    Stage,
)

LearningRate: TypeAlias = NotNegative | LearningRateSchedule


class Optimizer(Configurable):
    """An optimiser: a chain of stages from gradients to steps. The named ones are subclasses, each with a chain of its own.

    Args:
        learning_rate: a rate, or a schedule of rates.
        chain: the stages, in order. One of them makes the step, by −rate: `ScaleByLearningRate`, `Momentum` or `ScaleByAdam`.
        weight_decay: the part of each parameter taken off at each step, times the rate; None for none.
        clipnorm: scale the gradient of each parameter down to this norm.
        clipvalue: keep each element of a gradient within ± this.
        global_clipnorm: scale all gradients down together to this norm.

    Raises:
        ArgumentError: a setting outside of what it takes, or a chain that makes no step.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> from chainrule.optimizers import Optimizer, stages
        >>> rule = [stages.ClipByGlobalNorm(1.0), stages.ScaleByRms(0.9), stages.Momentum(0.5), stages.DecayWeights(0.01)]
        >>> Optimizer(0.01, chain=rule).slots("dense/kernel", cr.Variable(np.zeros((2, 3)))).keys()
        dict_keys(['velocity', 'momentum'])
    """

    learning_rate: LearningRate = 0.001
    chain: Sequence[Stage] = field(default=(), kw_only=True)
    weight_decay: NotNegative | None = field(default=None, kw_only=True)
    clipnorm: Positive | None = field(default=None, kw_only=True)
    clipvalue: Positive | None = field(default=None, kw_only=True)
    global_clipnorm: Positive | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        given = [n for n in (self.clipnorm, self.clipvalue, self.global_clipnorm) if n is not None]
        if len(given) > 1:
            raise ArgumentError("An optimizer takes one of clipnorm, clipvalue and global_clipnorm. Got several: choose one.")
        if not isinstance(self.learning_rate, LearningRateSchedule):
            self.learning_rate = float(self.learning_rate)
        self.chain = tuple(self.chain)
        _require_step(type(self).__name__, self.stages)

    def rule(self) -> Sequence[Stage]:
        """Return the stages that turn a gradient into a step: those of `chain`, unless a subclass makes its own."""
        return self.chain

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All stages: clipping, the optimiser's own rule, weight decay."""
        clips = (ClipByValue, self.clipvalue), (ClipByNorm, self.clipnorm), (ClipByGlobalNorm, self.global_clipnorm)
        before = [clip(limit) for clip, limit in clips if limit is not None]
        return (*before, *self.rule(), *([DecayWeights(self.weight_decay)] if self.weight_decay else []))

    @property
    def schedule(self) -> LearningRateSchedule | None:
        """The schedule that sets the learning rate at every step; None for a plain rate."""
        return self.learning_rate if isinstance(self.learning_rate, LearningRateSchedule) else None

    def rates(self, steps: Sequence[int] | np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the learning rate of each of some steps, which are counted from 0.

        Example:
            >>> from chainrule.optimizers import SGD, schedules
            >>> SGD(schedules.ExponentialDecay(0.5, 10, 0.5)).rates([0, 10, 20]).tolist()
            [0.5, 0.25, 0.125]
        """
        plain = np.full(len(steps), 0.0 if self.schedule else self.learning_rate, np.float32)
        return self.schedule.course(steps) if self.schedule else plain

    @property
    def scales_gradients(self) -> bool:
        """Whether steps have about the size of the learning rate, whatever the gradient's, as Adam's have."""
        return any(stage.scales_gradients for stage in self.stages)

    @property
    def amplification(self) -> float:
        """To how many times its own length a step adds up while the gradient stays the same: 1 / (1 − momentum)."""
        return float(np.prod([stage.amplification for stage in self.stages]))

    @property
    def stability_limit(self) -> float | None:
        """The product of learning rate and curvature below which gradient descent, with momentum or not, descends a quadratic.

        It is 2 (1 + momentum); None for other chains, for which no such limit is known.
        """
        return self.stages[0].stability_limit if len(self.stages) == 1 else None

    def slots(self, name: str, parameter: Variable) -> dict[str, Variable]:
        """Return the arrays that go with one parameter from step to step, by the slot's name; all 0."""
        names = [slot for named in self._slot_names() for slot in named.values()]
        zeros = np.zeros(parameter.shape, parameter.dtype)
        return {slot: Variable(zeros.copy(), name=f"optimizer/{name}/{slot}", trainable=False) for slot in names}

    def _slot_names(self) -> list[dict[str, str]]:
        """Return for each stage the names that its slots have in the chain: its own, numbered where another stage has them already."""
        taken: list[str] = []
        found: list[dict[str, str]] = []
        for stage in self.stages:
            found.append({slot: f"{slot}_{taken.count(slot)}" if slot in taken else slot for slot in stage.slots})
            taken += stage.slots
        return found

    def rate(self, learning_rate: Tensor, iteration: Tensor) -> Tensor:
        """Return the rate of a step: the schedule's, or `learning_rate`, the variable that holds a plain rate."""
        return self.schedule(iteration) if self.schedule else learning_rate

    def updates(
        self,
        parameters: Sequence[Tensor],
        gradients: Sequence[Tensor],
        slots: Sequence[Mapping[str, Tensor]],
        iteration: Tensor,
        learning_rate: Tensor,
    ) -> tuple[list[Tensor], list[dict[str, Tensor]]]:
        """Return what to add to each parameter, and its new slots, as graph."""
        updates, after = list(gradients), [dict(arrays) for arrays in slots]
        for stage, names in zip(self.stages, self._slot_names(), strict=True):
            updates = stage.across(updates)
            for i, parameter in enumerate(parameters):
                mine = {slot: slots[i][name] for slot, name in names.items()}
                updates[i], new = stage.each(updates[i], mine, At(parameter, iteration, learning_rate))
                after[i] |= {names[slot]: array for slot, array in new.items()}
        return updates, after


class _Named(Optimizer, abstract=True):
    """The base of optimisers whose chain follows from their settings."""

    chain: Sequence[Stage] = field(default=(), init=False, repr=False, compare=False)


class SGD(_Named):
    """Gradient descent: w ← w − rate · g; with momentum v ← momentum · v − rate · g, w ← w + v.

    Args:
        learning_rate: a rate, or a schedule of rates.
        momentum: the part of the last step that goes on into this one.
        nesterov: take the gradient's step from where momentum leads. Source: Sutskever et al., 2013.
    """

    learning_rate: LearningRate = 0.01
    momentum: Fraction = 0.0
    nesterov: bool = False

    def rule(self) -> list[Stage]:
        return [Momentum(self.momentum, self.nesterov)] if self.momentum else [ScaleByLearningRate()]


class RMSprop(_Named):
    """Steps divided by the root of a running mean of squared gradients. Source: Tieleman and Hinton, 2012.

    Args:
        learning_rate: a rate, or a schedule of rates.
        rho: the part of the running mean that stays at each step.
        momentum: the part of the last step that goes on into this one.
        epsilon: added under the root.
        centered: divide by the root of the variance, not of the mean square.
    """

    aliases = ("rmsprop",)
    rho: Fraction = 0.9
    momentum: Fraction = 0.0
    epsilon: NotNegative = 1e-7
    centered: bool = False

    def rule(self) -> list[Stage]:
        scale = ScaleByRms(self.rho, self.epsilon, self.centered)
        return [scale, Momentum(self.momentum)] if self.momentum else [scale, ScaleByLearningRate()]


class Adam(_Named):
    """Running means of gradient and squared gradient, corrected for their start at 0. Source: Kingma and Ba, 2015.

    As in Keras, ε is added to the root before the correction ("epsilon hat" in section 2 of the paper).

    Args:
        learning_rate: a rate, or a schedule of rates.
        beta_1: the part of the mean gradient that stays at each step.
        beta_2: the part of the mean squared gradient that stays at each step.
        epsilon: added to the root.
        amsgrad: divide by the largest mean squared gradient so far. Source: Reddi, Kale and Kumar, 2018.

    Example:
        >>> import chainrule as cr
        >>> cr.optimizers.Adam(1e-3).stages
        (ScaleByAdam(),)
    """

    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: NotNegative = 1e-7
    amsgrad: bool = False

    def rule(self) -> list[Stage]:
        return [ScaleByAdam(self.beta_1, self.beta_2, self.epsilon, self.amsgrad)]


class AdamW(Adam):
    """Adam with weight decay apart from the gradient. Source: Loshchilov and Hutter, 2019."""

    aliases = ("adamw",)
    weight_decay: NotNegative | None = field(default=0.004, kw_only=True)


def _require_step(name: str, stages: Sequence[Stage]) -> None:
    """Raise ArgumentError unless one stage makes the step, and those that change steps stand behind it."""
    makers = [stage for stage in stages if stage.makes_step]
    if len(makers) != 1:
        raise ArgumentError(
            f"{name}: a chain must have one stage that makes the step: ScaleByLearningRate, Momentum or ScaleByAdam. "
            f"Got {', '.join(type(stage).__name__ for stage in makers) or 'none'} instead."
            + ("" if makers else " Put optimizers.stages.ScaleByLearningRate() at its end.")
        )
    early = [stage for stage in stages[: stages.index(makers[0])] if stage.changes_step]
    if early:
        raise ArgumentError(
            f"{name}: {type(early[0]).__name__} changes steps. It must stand behind {type(makers[0]).__name__}, which makes them."
        )


def optimizer_names() -> dict[str, type[Optimizer]]:
    """Return the optimisers that have a rule of their own by all their names, ours and the user's."""
    return {name: cls for name, cls in names_in(Optimizer).items() if cls is not Optimizer}


OptimizerLike: TypeAlias = str | Optimizer


def get(optimizer: OptimizerLike) -> Optimizer:
    """Return the optimiser of a name, or the one given.

    Raises:
        ArgumentError: no optimiser of this name.

    Example:
        >>> get("adam")
        Adam()
    """
    if isinstance(optimizer, Optimizer):
        return optimizer
    spelt = {name.lower().replace("_", ""): cls for name, cls in optimizer_names().items()}
    plain = str(optimizer).lower().replace("_", "")
    if plain not in spelt:
        raise unknown_name("An optimizer", optimizer, spelt)
    return spelt[plain]()
