"""The trainer: a network with an optimiser and an objective, and the programs that are made of them."""

from collections.abc import Sequence
from typing import Any

from chainrule.errors import ShapeError, TrainingError
from chainrule.graph import Variable
from chainrule.networks import Network
from chainrule.optimizers import Optimizer
from chainrule.rules import Rule
from chainrule.training.augmentation import check_augmentation, program_key
from chainrule.training.listener import Listener
from chainrule.training.objective import Objective
from chainrule.training.plan import Examples, Plan
from chainrule.training.programs import EvaluationProgram, TrainingProgram, feed_for
from chainrule.training.session import Progress, Session, StopRequest
from chainrule.training.step import make_state, make_step, signature, trainable_weights


class Trainer:
    """A network, and how it is trained: what `compile` makes.

    Args:
        network: its weights are trained in place.
        optimizer: how gradients become updates.
        objective: the losses and metrics of its outputs.
        rule: how gradients are passed back.

    Attributes:
        state: every variable of training by its address: weights, the optimiser's arrays, the step's number, the learning rate.
    """

    def __init__(self, network: Network, optimizer: Optimizer, objective: Objective, rule: Rule) -> None:
        self.network, self.optimizer, self.objective, self.rule = network, optimizer, objective, rule
        self._slots: dict[str, dict[str, Variable]] = {
            name: optimizer.slots(name, variable) for name, variable in trainable_weights(network).items()
        }
        self.state = make_state(network, optimizer, self._slots)
        self._programs: dict[Any, Any] = {}

    def session(
        self, plan: Plan, listeners: Sequence[Listener] = (), progress: Progress | None = None, stop: StopRequest | None = None
    ) -> Session:
        """Return the session that carries out a plan, its data checked, its programs made.

        Args:
            plan: what to do.
            listeners: who hears of it.
            progress: where to go on from; the beginning when None.
            stop: by which whoever holds it ends training.
        """
        for part in (plan.train, plan.validation):
            if part is not None:
                self.check(part)
        check_augmentation(plan.augment, plan.train.x, plan.train.source is None)
        evaluation = self.evaluation_program(plan.validation, plan.settings.validation_batch_size) if plan.validation else None
        return Session(plan, self.training_program(plan), evaluation, self.state, listeners, progress, stop)

    def training_program(self, plan: Plan) -> TrainingProgram:
        """Return the program that trains on examples of the plan's shapes; made once for each."""
        learning = tuple(trainable_weights(self.network))  # a layer may be frozen between two fits
        size = plan.settings.batch_size
        feed = feed_for(plan.train, size, plan.settings.steps(len(plan.train)))
        key = ("train", signature(feed.fixed), feed.rows is not None, size, learning, plan.probes, program_key(plan.augment))
        if key not in self._programs:
            parts = (self.objective, self.rule, self.optimizer, self.state, self._slots)
            step = make_step(self.network, *parts, feed, size, plan.augment)
            self._programs[key] = TrainingProgram(step, self.objective, plan.probes)
        return self._programs[key]

    def evaluation_program(self, examples: Examples, batch_size: int) -> EvaluationProgram:
        """Return the program that evaluates examples of these shapes; made once for each."""
        feed = feed_for(examples, batch_size, -(-len(examples) // batch_size))
        key = ("evaluate", signature(feed.fixed), feed.rows is not None, batch_size)
        if key not in self._programs:
            self._programs[key] = EvaluationProgram(self.network, self.objective, feed, batch_size)
        return self._programs[key]

    def check(self, examples: Examples) -> None:
        """Raise an error where examples cannot be meant for the network.

        Raises:
            ShapeError: inputs of another shape.
            DataError: targets that the losses do not take.
            TrainingError: fractions where whole numbers are taken.
        """
        require_inputs(self.network, examples.x)
        self.objective.check(examples.y)
        for symbol, array in zip(self.network.inputs, examples.x, strict=True):
            if symbol.dtype.kind in "iu" and array.dtype.kind == "f":
                raise TrainingError(f"The network takes whole numbers ({symbol.dtype}). Got {array.dtype}: give indices as integers.")


def require_inputs(network: Network, inputs: Sequence[Any]) -> None:
    """Raise ShapeError where inputs are of other shapes than the network takes."""
    wanted = [symbol.example_shape for symbol in network.inputs]
    found = [tuple(array.shape[1:]) for array in inputs]
    if wanted != found:
        raise ShapeError(f"{network.name or 'The network'} takes inputs with examples of shape {_shown(wanted)}. Got {_shown(found)}.")


def _shown(shapes: Sequence[tuple[int, ...]]) -> str:
    return ", ".join(map(str, shapes))
