"""Compiled training and evaluation over resident data."""

from collections.abc import Mapping, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from chainrule import ops
from chainrule.graph import Array, Tensor, Variable
from chainrule.layers import Trace
from chainrule.models import Network
from chainrule.ops import random_key
from chainrule.training.objective import Objective
from chainrule.training.plan import Examples
from chainrule.training.probes import Probe, Readings
from chainrule.training.step import Feed, Step, forward, make_feed, pick_batch
from chainrule.xla import StepProgram

_BUFFER = 1 << 18  # numbers kept on the device for the statistics of one dispatch


def capacity_for(statistics: int) -> int:
    """Return how many steps fit one dispatch; a function of the program alone, so that it is the same when computed again."""
    return max(1, min(4096, _BUFFER // max(statistics, 1)))


class _Resident:
    """Data put on the device once, and kept there while the same arrays are fed."""

    def __init__(self) -> None:
        self._examples: Examples | None = None
        self._arrays: list[Array] = []

    def feed(self, examples: Examples, order: np.ndarray[Any, Any], key: np.ndarray[Any, Any]) -> list[Array]:
        """Return the arrays of a `Feed`'s fixed placeholders."""
        if examples is not self._examples:
            weight = [] if examples.weight is None else [examples.weight]
            self._arrays = [jnp.asarray(array) for array in (*examples.x, *examples.y, *weight)]
            self._examples = examples
        return [*self._arrays, jnp.asarray(order), jnp.asarray(key)]


class TrainingProgram:
    """A step, compiled to run many times in one dispatch, with what its probes read."""

    def __init__(self, step: Step, objective: Objective, probes: Sequence[Probe] = ()) -> None:
        self.step = step
        self.objective = objective
        self.readings = Readings(step, probes)
        emitted = ops.concatenate(step.statistics, *self.readings.vectors, axis=0)
        self.capacity = capacity_for(emitted.size)
        state = list(step.state.values())
        self._program = StepProgram(state, step.following, emitted, step.feed.index, step.feed.fixed, self.capacity)
        self._resident = _Resident()

    @property
    def compilations(self) -> int:
        """How often it was compiled."""
        return self._program.compilations

    def feed(self, examples: Examples, order: np.ndarray[Any, Any], key: np.ndarray[Any, Any]) -> list[Array]:
        """Return the arrays that stay the same over an epoch, on the device."""
        return self._resident.feed(examples, order, key)

    def compile_ahead(self, state: Mapping[str, Array], examples: Examples) -> None:
        """Compile now, so that the first dispatch's time is that of its steps."""
        order = np.zeros(len(examples), np.int32)
        self._program.compile(tuple(state.values()), self.feed(examples, order, random_key(0)))

    def __call__(self, state: Sequence[Array], first: int, count: int, fixed: Sequence[Array]) -> tuple[tuple[Array, ...], Array]:
        """Run steps `first` to `first + count` of an epoch; return the state after them, and a row for each step: statistics, readings."""
        return self._program(state, first, count, fixed)


class EvaluationProgram:
    """The forward pass in inference mode, and the statistics of all batches."""

    def __init__(self, network: Network, objective: Objective, feed: Feed, batch_size: int) -> None:
        batch = pick_batch(feed, batch_size)
        _, statistics, _ = forward(network, objective, batch, Trace(training=False, valid=batch.valid))
        self._weights: dict[str, Variable] = dict(network.named_weights(""))
        self._batch_size = batch_size
        capacity = capacity_for(statistics.size)
        fixed: list[Tensor] = [*self._weights.values(), *feed.fixed]
        self._program = StepProgram([], [], statistics, feed.index, fixed, capacity)
        self._resident = _Resident()

    @property
    def compilations(self) -> int:
        """How often it was compiled."""
        return self._program.compilations

    def totals(self, state: Mapping[str, Array], examples: Examples) -> np.ndarray[Any, Any]:
        """Return the sum of statistics over all examples."""
        order = np.arange(len(examples), dtype=np.int32)
        fixed = [*(state[name] for name in self._weights), *self._resident.feed(examples, order, random_key(0))]
        steps, done = -(-len(examples) // self._batch_size), 0
        rows: list[np.ndarray[Any, Any]] = []
        while done < steps:
            count = min(steps - done, self._program.capacity)
            _, emitted = self._program((), done, count, fixed)
            rows.append(np.asarray(emitted)[:count].astype(np.float64))
            done += count
        return np.concatenate(rows).sum(axis=0)


def make_evaluation(network: Network, objective: Objective, examples: Examples, batch_size: int) -> EvaluationProgram:
    """Return the program that evaluates examples of these shapes."""
    feed = make_feed(examples.x, examples.y, weighted=examples.weight is not None)
    return EvaluationProgram(network, objective, feed, batch_size)
