"""What a step was computed from: its graph and the arrays of its leaves, so that more of it can be asked for."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.graph import Array, Tensor
from chainrule.training.step import Step
from chainrule.xla import Program

Values = dict[str, np.ndarray[Any, Any]]
Wanted = tuple[Sequence[Tensor], Sequence[Tensor]]  # outputs, and inputs beside the leaves


@dataclass(frozen=True)
class Computation:
    """The graph of a step, and the arrays it was computed from.

    Args:
        graph: the step.
        state: weights and the optimiser's arrays before the step, by address.
        position: the number of the batch among those that are fed: in its epoch, or in its chunk.
        fixed: the examples, their order and the key of the random numbers.
        programs: what was compiled so far, shared by all steps of a run.
    """

    graph: Step
    state: Mapping[str, Array]
    position: int
    fixed: Sequence[Array]
    programs: dict[Hashable, Program]

    def compute(self, key: Hashable, wanted: Callable[[], Wanted], *more: Array) -> list[np.ndarray[Any, Any]]:
        """Return values of graph made from the step's own.

        Args:
            key: what the program is kept under.
            wanted: makes the graph; called if it was not made before.
            more: arrays for the inputs beside the leaves.
        """
        if key not in self.programs:
            outputs, inputs = wanted()
            leaves = [*self.graph.state.values(), self.graph.feed.index, *self.graph.feed.fixed]
            self.programs[key] = Program(outputs, [*leaves, *inputs])
        arrays = self.programs[key](*self.state.values(), np.int32(self.position), *self.fixed, *more)
        return [np.asarray(array) for array in arrays]


def line_of(lines: Mapping[str, str], path: str) -> str:
    """Return the line of the user's program at which a layer, or the network that it is part of, was made; empty where none is known."""
    return next((lines[known] for known in (path, path.rpartition("/")[0]) if known and known in lines), "")
