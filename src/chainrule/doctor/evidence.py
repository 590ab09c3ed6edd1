"""The evidence: all that a symptom may look at. It is plain data: a model, a specification or a saved run can each give it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.doctor.activation_names import activation_name, activation_named
from chainrule.doctor.answers import Answers
from chainrule.doctor.course import Course, falls
from chainrule.doctor.inspection import Inspection
from chainrule.doctor.targets import Array, Targets
from chainrule.doctor.trial import Trial
from chainrule.losses import Loss, Target
from chainrule.metrics import Metric
from chainrule.networks import Role


@dataclass(frozen=True)
class LayerFacts:
    """What is known of one layer.

    Args:
        name: its address.
        kind: its class, as a program names it.
        arguments: its constructor's.
        activation: what its output went through, "linear" where nothing; an `Activation` layer after it counts as its own.
        input_shape: of one example; None where it is not known.
        output_shape: likewise.
        parameters: how many numbers it may learn.
        trainable: whether it may learn.
        role: what it is for in a network; see `Layer`.
        bends: whether its output is not a linear function of its input, without an activation.
        uses_batch: whether in training an example's output depends on the others of its batch.
    """

    name: str
    kind: str
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    activation: str = "linear"
    input_shape: tuple[int, ...] | None = None
    output_shape: tuple[int, ...] | None = None
    parameters: int = 0
    trainable: bool = True
    role: Role = "other"
    bends: bool = False
    uses_batch: bool = False

    @property
    def is_weighted(self) -> bool:
        """Whether it takes weighted sums and nothing else, so that its activation alone bends it."""
        return self.role == "weighted"

    @property
    def is_recurrent(self) -> bool:
        """Whether it takes the timesteps of a series one after the other."""
        return self.role == "recurrent"

    @property
    def is_convolution(self) -> bool:
        """Whether its weighted sums are of a window that is moved over its input."""
        return self.is_weighted and "kernel_size" in self.arguments

    @property
    def own_activation(self) -> str:
        """The name of the activation that is an argument of its own; "linear" for none."""
        return activation_name(self.arguments.get("activation"))

    @property
    def rectifies(self) -> bool:
        """Whether its own activation makes 0 of everything below 0, so that its units can die."""
        made = activation_named(self.own_activation)
        return made is not None and made.rectifies

    @property
    def units(self) -> int | None:
        """How many units it has."""
        found = self.arguments.get("units", self.arguments.get("filters"))
        return int(found) if isinstance(found, int | float) else None

    @property
    def fan_in(self) -> int | None:
        """How many inputs meet in one unit."""
        if not self.input_shape:
            return None
        size = self.arguments.get("kernel_size", 1)
        places = math.prod(size) if isinstance(size, list | tuple) else int(size) ** (len(self.input_shape) - 1)
        return int(self.input_shape[-1]) * places


@dataclass(frozen=True, eq=False)
class Output:
    """One output of the network: where it comes from, what it is compared with, and how.

    Args:
        layer: the last one with weights before it; None where there is none.
        activation: the last one before it.
        shape: of one example; None where it is not known.
        objective: the loss, which says what targets it takes; None where it is not known.
        metrics: of this output.
        y: the targets; None where there are none.
        y_val: those of the validation data.
    """

    layer: LayerFacts | None
    activation: str
    shape: tuple[int, ...] | None
    objective: Loss | None = None
    metrics: tuple[Metric, ...] = ()
    y: Array | None = None
    y_val: Array | None = None

    @property
    def loss(self) -> str:
        """The loss's name, as in "mean_squared_error"."""
        return self.objective.name if self.objective else "a loss that is not known"

    @property
    def limits(self) -> tuple[float, float] | None:
        """The numbers that the last activation keeps outputs between; None where it does not, or is not known."""
        made = activation_named(self.activation)
        return made.limits if made is not None and any(map(math.isfinite, made.limits)) else None

    @property
    def probabilities(self) -> str:
        """What probabilities the last activation gives: "each" by itself, "together" summing to 1; "" for none."""
        made = activation_named(self.activation)
        return "" if made is None else made.probabilities

    @property
    def from_logits(self) -> bool:
        """Whether the loss takes logits."""
        return self.objective is not None and self.objective.from_logits

    @property
    def target(self) -> Target | None:
        """What the loss takes as targets; None where it is not known."""
        return self.objective.target if self.objective else None

    @property
    def takes_probabilities(self) -> bool:
        """Whether the loss compares probabilities, as the crossentropies do."""
        return self.target in (Target.PROBABILITY, Target.DISTRIBUTION, Target.CLASS)

    @property
    def takes_distances(self) -> bool:
        """Whether the loss measures how far numbers are from one another."""
        return self.target is Target.QUANTITY

    @property
    def has_accuracy(self) -> bool:
        """Whether a metric is the part of answers that are right."""
        return any(metric.is_accuracy for metric in self.metrics)

    @property
    def units(self) -> int | None:
        """The size of the last axis."""
        if self.shape is not None:
            return self.shape[-1] if self.shape else 1
        return self.layer.units if self.layer else None

    @cached_property
    def targets(self) -> Targets | None:
        """The targets, looked at as what the loss and the output take them for."""
        return None if self.y is None or not self.y.size else Targets(self.y, self._names_classes)

    @cached_property
    def targets_val(self) -> Targets | None:
        """Those of the validation data."""
        return None if self.y_val is None or not self.y_val.size else Targets(self.y_val, self._names_classes)

    @property
    def _names_classes(self) -> bool:
        return self.takes_probabilities or self.probabilities == "together" or self.has_accuracy

    @property
    def called(self) -> str:
        """The output layer's name, for sentences."""
        return f"the output layer {self.layer.name}" if self.layer else "the output"

    def constant_loss(self, y: Array) -> float | None:
        """Return the smallest loss that one and the same answer for these targets can have; None where that is not known."""
        return None if self.objective is None else self.objective.constant_loss(np.asarray(y, np.float64))

    def rewritten(self, activation: str | None, units: int | None = None) -> str:
        """Return the output layer's line of code with another activation."""
        kind = self.layer.kind if self.layer and self.layer.is_weighted else "Dense"
        more = ", 1" if self.layer and self.layer.is_convolution else ""
        said = f", activation={activation!r}" if activation else ""
        return f"{kind}({units or self.units or 1}{more}{said})"


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the doctor knows.

    Args:
        stage: "before", "during" or "after" training.
        layers: in the order of the network.
        outputs: each with its loss and targets.
        is_chain: whether each layer follows the one before.
        optimizer: how a program names its class.
        learning_rate: None where a schedule gives it.
        scales_gradients: whether steps have about the size of the learning rate, whatever the gradient's, as Adam's have.
        amplification: to how many times its own length a step adds up while the gradient stays the same.
        weight_decay: the part of each weight taken off at each step, times the rate; 0 for none.
        x: the inputs; more than one array where there are several.
        x_val: those of the validation data.
        weights: of the examples; None where all count alike.
        batch_size: of training.
        epochs: planned; None where no fit is planned yet.
        shuffle: whether each epoch takes another order.
        refusals: what `fit` says of it, where it would not begin.
        inspections: insides of the network on some rows, at some steps, in order.
        course: the figures of training.
        trials: other trainings from the same first weights.
        answers: the network's answers for the rows of the last inspection, after training.
        keeps_best: whether training ends with the weights that were best.
        in_time: whether the validation data are those after the training data in time, as for forecasts they must be.
    """

    stage: str
    layers: tuple[LayerFacts, ...]
    outputs: tuple[Output, ...]
    is_chain: bool = True
    optimizer: str = "cr.optimizers.Adam"
    learning_rate: float | None = None
    scales_gradients: bool = False
    amplification: float = 1.0
    weight_decay: float = 0.0
    x: tuple[Array, ...] = ()
    x_val: tuple[Array, ...] = ()
    weights: Array | None = None
    batch_size: int | None = None
    epochs: int | None = None
    shuffle: bool = True
    refusals: tuple[str, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    answers: Answers | None = None
    course: Course | None = None
    trials: tuple[Trial, ...] = ()
    keeps_best: bool = False
    in_time: bool = False

    def recompiled(self, rate: float, **more: float) -> str:
        """Return the line of code that compiles the model with another learning rate."""
        arguments = ", ".join([f"{rate:g}", *(f"{name}={value:g}" for name, value in more.items())])
        return f"model.compile({self.optimizer}({arguments}), loss)"

    @property
    def rows(self) -> int:
        """How many examples there are to learn from."""
        return len(self.x[0]) if self.x else 0

    @property
    def updates(self) -> int | None:
        """How many updates are planned, or were made."""
        if self.course is not None and self.stage == "after":
            return self.course.steps
        if not self.rows or self.epochs is None:
            return None
        return self.epochs * -(-self.rows // (self.batch_size or 32))

    @property
    def weighted(self) -> list[LayerFacts]:
        """The layers that take weighted sums."""
        return [layer for layer in self.layers if layer.is_weighted]

    @property
    def hidden(self) -> list[LayerFacts]:
        """Those of them that are not an output."""
        last = [output.layer for output in self.outputs]
        return [layer for layer in self.weighted if layer not in last]

    @property
    def parameters(self) -> int:
        """How many numbers the network may learn."""
        return sum(layer.parameters for layer in self.layers if layer.trainable)

    @property
    def normalizes_inputs(self) -> bool:
        """Whether the first layer that computes anything brings the inputs to its own scale."""
        roles = [layer.role for layer in self.layers if layer.role not in ("shape", "dropout", "masking")]
        return roles[:1] in (["normalization"], ["scaling"], ["embedding"])

    @cached_property
    def constant_loss(self) -> float | None:
        """The loss of the best constant answer; None where it is not known, or where there are several outputs."""
        if len(self.outputs) != 1 or self.outputs[0].targets is None:
            return None
        return self.outputs[0].constant_loss(self.outputs[0].targets.y)

    @property
    def last_loss(self) -> float | None:
        """The loss that training ended with, or has now: of the last epoch, or out of training on some rows, whichever is less."""
        found = [] if self.course is None or not self.course.steps else [self.course.last_loss]
        if len(self.inspections) > 1 and self._is_typical(self.inspections[-1]):
            found.append(self.inspections[-1].loss)
        return min(found) if found and all(map(math.isfinite, found)) else (math.nan if found else None)

    def _is_typical(self, inspection: Inspection) -> bool:
        """Whether the rows of a inspection are like all: of targets with a long tail a few rows make up most of the loss."""
        constant = self.constant_loss
        if constant is None or not len(inspection.rows):
            return True
        there = None if self.outputs[0].y is None else self.outputs[0].constant_loss(self.outputs[0].y[inspection.rows])
        return there is None or there > constant / 2

    @property
    def skill(self) -> float | None:
        """Which share of the loss of the best constant answer training has removed: 1 is perfect, 0 has learned nothing."""
        constant, last = self.constant_loss, self.last_loss
        if constant is None or last is None or constant <= 0:
            return None
        return 1 - last / constant if math.isfinite(last) else -math.inf

    @property
    def is_solved(self) -> bool:
        """Whether hardly anything of the loss of the best constant answer is left."""
        return self.skill is not None and self.skill > 0.9

    @property
    def holds_indices(self) -> bool:
        """Whether x names things by number: the distance of two such rows says nothing."""
        return any(layer.role == "embedding" for layer in self.layers)

    @property
    def is_improving(self) -> bool:
        """Whether the loss has fallen by a tenth or more, and still fell in the last quarter: so that going on would help."""
        course = self.course
        if course is None or not course.is_finite or course.steps < 4 or self.last_loss is None:
            return False
        tail = course.pieces[-max(3, len(course.pieces) // 4) :]
        return self.last_loss < 0.9 * course.first_loss and falls(tail) > 0.8 and float(tail[-1]) < 0.995 * float(tail[0])

    @property
    def has_learned(self) -> bool:
        """Whether the network answers clearly better than any constant: what looks odd in it has not kept it from learning."""
        return self.skill is not None and self.skill >= 0.5
