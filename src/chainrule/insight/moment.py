"""One step of a run, with every value, gradient and update in it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.backprop import gradient
from chainrule.errors import unknown_name
from chainrule.graph import Array, Tensor
from chainrule.insight.computation import Computation
from chainrule.training import Model, Plan, model_from_data
from chainrule.training.step import Step
from chainrule.xla import Program

Values = dict[str, np.ndarray[Any, Any]]


class Insides:
    """The program that computes all that is inside a step, from the state before it."""

    def __init__(self, step: Step) -> None:
        found = gradient(step.loss, list(step.outputs.values()))
        into_outputs = {name: dx for name, dx in zip(step.outputs, found, strict=True) if isinstance(dx, Tensor)}
        self._groups: dict[str, dict[str, Tensor]] = {
            "value": step.outputs,
            "gradient": {**into_outputs, **step.gradients},
            "update": step.updates,
            "batch": {"loss": step.loss, "example_losses": step.example_losses, "rows": step.batch.rows, "valid": step.batch.valid}
            | {f"x{i}": x for i, x in enumerate(step.batch.x)}
            | {f"y{i}": y for i, y in enumerate(step.batch.y)},
        }
        self.parameters = list(step.updates)
        outputs = [node for group in self._groups.values() for node in group.values()]
        self._program = Program(outputs, [*step.state.values(), step.feed.index, *step.feed.fixed])

    def compute(self, state: Mapping[str, Array], position: int, fixed: Sequence[Array]) -> dict[str, Values]:
        """Return every inside by group and address."""
        arrays = iter(self._program(*state.values(), np.int32(position), *fixed))
        return {group: {name: np.asarray(next(arrays)) for name in nodes} for group, nodes in self._groups.items()}


class Moment:
    """One step of a run.

    Attributes:
        step: its number, counted from 0.
        state: weights and the optimiser's arrays before the step, by address.
        next_state: the same after the step.
        plan: what the run was to do, with its examples.
        computation: its graph, and the arrays it was computed from.
    """

    def __init__(
        self,
        step: int,
        state: Values,
        next_state: Values,
        insides: Insides,
        found: dict[str, Values],
        plan: Plan,
        model: Mapping[str, Any],
        computation: Computation,
    ) -> None:
        self.step = step
        self.state = state
        self.next_state = next_state
        self._found = found
        self._parameters = insides.parameters
        self._real = found["batch"]["valid"] > 0
        self.plan = plan
        self._model = model
        self.computation = computation

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        """Return a value by its address: a layer's output ("dense/output"), or a weight before the step ("dense/kernel")."""
        if name in self.state:
            return self.state[name]
        return self._trim(self._look_up("value", name, [*self._found["value"], *self.state]))

    def gradient(self, name: str) -> np.ndarray[Any, Any]:
        """Return the gradient of the batch's loss with respect to a weight or a layer's output, by its address."""
        found = self._look_up("gradient", name, self._found["gradient"])
        return found if name in self.state else self._trim(found)

    def update(self, name: str) -> np.ndarray[Any, Any]:
        """Return what the optimiser adds to a weight, by its address."""
        return self._look_up("update", name, self._found["update"])

    def names(self) -> dict[str, list[str]]:
        """Return every address: of values, gradients and updates."""
        weights = [name for name in self.state if not name.startswith("optimizer/")]
        return {
            "value": [*self._found["value"], *weights],
            "gradient": list(self._found["gradient"]),
            "update": list(self._found["update"]),
        }

    def model(self) -> Model:
        """Return the run's model as it was before the step: to predict, evaluate or explain with, or to train on."""
        model = model_from_data(self._model)
        for name, variable in model.state_variables().items():
            variable.assign(self.state[name])
        return model

    @property
    def loss(self) -> float:
        """The batch's loss, penalties included."""
        return float(self._found["batch"]["loss"])

    @property
    def rows(self) -> np.ndarray[Any, Any]:
        """The numbers, in the training data, of the examples of the batch."""
        return self._found["batch"]["rows"][self._real]

    @property
    def example_losses(self) -> np.ndarray[Any, Any]:
        """The loss of each example of the batch."""
        return self._found["batch"]["example_losses"][self._real]

    @property
    def x(self) -> np.ndarray[Any, Any]:
        """The inputs of the batch (the first, where there are several)."""
        return self._found["batch"]["x0"][self._real]

    @property
    def y(self) -> np.ndarray[Any, Any]:
        """The targets of the batch (the first, where there are several)."""
        return self._found["batch"]["y0"][self._real]

    @property
    def disagreement(self) -> float:
        """How far what is shown here is from what the run's own program did: the largest difference of an updated weight.

        The two programs compute the same from the same state, but may round differently in the last place.
        """
        differences = [
            float(np.abs(self.state[name] + self.update(name) - self.next_state[name]).max(initial=0.0)) for name in self._parameters
        ]
        return max(differences, default=0.0)

    def _trim(self, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the rows of real examples: a short last batch is computed with padding."""
        return array[self._real] if array.ndim and len(array) == len(self._real) else array

    def _look_up(self, group: str, name: str, known: Any) -> np.ndarray[Any, Any]:
        if name not in self._found[group]:
            raise unknown_name(f"The address of a {group}", name, known)
        return self._found[group][name]
