"""What a step was computed from: its graph and the arrays of its leaves, so that more of it can be asked for."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.graph import Array, Tensor
from chainrule.training.step import TrainingStep
from chainrule.xla import Program

NamedArrays = dict[str, np.ndarray[Any, Any]]
Nodes = tuple[Sequence[Tensor], Sequence[Tensor]]  # outputs, and inputs beside the leaves


@dataclass(frozen=True)
class Computation:
    """The graph of a step, and the arrays it was computed from.

    Args:
        graph: the step.
        state: weights and the optimiser's arrays before the step, by address.
        position: the number of the batch among those that are fed: in its epoch, or in its chunk.
        fixed: the examples, their order and the key of the random numbers.
        programs: what was compiled so far, shared by all steps of a run.
        groups: the nodes inside the step, by group and address.
        number: of the step, counted from 0.
        lines: the lines of the user's program at which layers were made, by path.
    """

    graph: TrainingStep
    state: Mapping[str, Array]
    position: int
    fixed: Sequence[Array]
    programs: dict[Hashable, Program]
    groups: Mapping[str, Mapping[str, Tensor]]
    number: int
    lines: Mapping[str, str]

    def compute(self, key: Hashable, nodes: Callable[[], Nodes], *more: Array) -> list[np.ndarray[Any, Any]]:
        """Return values of graph made from the step's own.

        Args:
            key: what the program is kept under.
            nodes: makes the graph; called if it was not made before.
            more: arrays for the inputs beside the leaves.
        """
        if key not in self.programs:
            outputs, inputs = nodes()
            leaves = [*self.graph.state.values(), self.graph.feed.index, *self.graph.feed.fixed]
            self.programs[key] = Program(outputs, [*leaves, *inputs])
        arrays = self.programs[key](*self.state.values(), np.int32(self.position), *self.fixed, *more)
        return [np.asarray(array) for array in arrays]

    @cached_property
    def insides(self) -> dict[str, NamedArrays]:
        """All that is inside the step, by group and address.

        The groups are "value", "gradient", "update" and "batch".
        """
        nodes = [node for group in self.groups.values() for node in group.values()]
        arrays = iter(self.compute("insides", lambda: (nodes, ())))
        return {group: {name: next(arrays) for name in known} for group, known in self.groups.items()}

    @property
    def real(self) -> np.ndarray[Any, Any]:
        """Which rows of the batch are examples, of shape (batch,); a short last batch is computed with padding."""
        return self.insides["batch"]["valid"] > 0

    @property
    def rows(self) -> np.ndarray[Any, Any]:
        """The numbers, in the training data, of the examples of the batch."""
        return self.insides["batch"]["rows"][self.real]

    @property
    def example_losses(self) -> np.ndarray[Any, Any]:
        """The loss of each example of the batch."""
        return self.insides["batch"]["example_losses"][self.real]

    def line_of(self, path: str) -> str:
        """Return the line of the user's program at which a layer, or the network that it is part of, was made; empty if unknown."""
        return next((self.lines[known] for known in (path, path.rpartition("/")[0]) if known and known in self.lines), "")


def inside_nodes(step: TrainingStep) -> dict[str, dict[str, Tensor]]:
    """Return the nodes inside a step, by group and address: values, gradients, updates, and the batch."""
    seen = {**step.outputs, **step.insides}
    found = step.rule.gradient(step.loss, list(seen.values()))
    into_layers = {name: dx for name, dx in zip(seen, found, strict=True) if isinstance(dx, Tensor)}
    return {
        "value": {**step.augmented, **seen},
        "gradient": {**into_layers, **step.gradients},
        "update": step.updates,
        "batch": {"loss": step.loss, "example_losses": step.example_losses, "rows": step.batch.rows, "valid": step.batch.valid}
        | {f"x{i}": x for i, x in enumerate(step.batch.x)}
        | {f"y{i}": y for i, y in enumerate(step.batch.y)},
    }
