"""Compiled training and evaluation over data that are resident, or are streamed in chunks."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any, TypeAlias

import jax.numpy as jnp
import numpy as np

from chainrule import ops
from chainrule.data.stream import Epoch
from chainrule.graph import Array, Tensor, Variable
from chainrule.layers import Trace
from chainrule.networks import Network
from chainrule.ops import random_key
from chainrule.training.objective import Objective
from chainrule.training.plan import Examples, Settings
from chainrule.training.probes import Probe, Readings
from chainrule.training.step import Feed, TrainingStep, forward, make_feed, pick_batch
from chainrule.training.supply import Resident, Streamed, Supply, chunk_steps
from chainrule.xla import StepProgram

TargetCheck: TypeAlias = Callable[[Sequence[np.ndarray[Any, Any]]], None]

_BUFFER = 1 << 18  # numbers kept on the device for the statistics of one dispatch


def capacity_for(statistics: int) -> int:
    """Return how many steps fit one dispatch; a function of the program alone, so that it is the same when computed again."""
    return max(1, min(4096, _BUFFER // max(statistics, 1)))


class _Resident:
    """Data put on the device once, and kept there while the same arrays are fed."""

    def __init__(self) -> None:
        self._examples: Examples | None = None
        self._arrays: list[Array] = []

    def supply(self, feed: Feed, batch_size: int, examples: Examples, epoch: Epoch, steps: int, seed: int, check: TargetCheck) -> Supply:
        """Return what feeds the steps of an epoch."""
        key = random_key(seed)
        if examples.source is None:
            return Resident(self._feed(examples, epoch.rows(0, len(examples)).astype(np.int32), key), steps)
        return Streamed(examples.source, epoch, batch_size, feed.order.shape[0] // batch_size, steps, key, check)

    def _feed(self, examples: Examples, order: np.ndarray[Any, Any], key: np.ndarray[Any, Any]) -> list[Array]:
        if examples is not self._examples:
            weight = [] if examples.weight is None else [examples.weight]
            self._arrays = [jnp.asarray(array) for array in (*examples.x, *examples.y, *weight)]
            self._examples = examples
        return [*self._arrays, jnp.asarray(order), jnp.asarray(key)]


class TrainingProgram:
    """A step, compiled to run many times in one dispatch, with what its probes read."""

    def __init__(self, step: TrainingStep, objective: Objective, probes: Sequence[Probe] = ()) -> None:
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

    def supply(self, examples: Examples, settings: Settings, number: int) -> Supply:
        """Return what feeds the steps of an epoch; close it after use."""
        epoch = examples.epoch(settings.seed, number, settings.shuffle)
        steps = settings.steps(len(examples))
        return self._resident.supply(self.step.feed, settings.batch_size, examples, epoch, steps, settings.seed, self.objective.check)

    def compile_ahead(self, state: Mapping[str, Array], fixed: Sequence[Array]) -> None:
        """Compile now, so that the first dispatch's time is that of its steps."""
        self._program.compile(tuple(state.values()), fixed)

    def __call__(self, state: Sequence[Array], first: int, count: int, fixed: Sequence[Array]) -> tuple[tuple[Array, ...], Array]:
        """Run steps `first` to `first + count` of an epoch; return the state after them, and a row for each step: statistics, readings."""
        return self._program(state, first, count, fixed)


class EvaluationProgram:
    """The forward pass in inference mode, and the statistics of all batches."""

    def __init__(self, network: Network, objective: Objective, feed: Feed, batch_size: int) -> None:
        batch = pick_batch(feed, batch_size)
        _, statistics, _ = forward(network, objective, batch, Trace(training=False, valid=batch.valid))
        self._weights: dict[str, Variable] = dict(network.named_weights(""))
        self._batch_size, self._feed, self._check = batch_size, feed, objective.check
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
        weights = [state[name] for name in self._weights]
        steps, done = -(-len(examples) // self._batch_size), 0
        epoch = examples.epoch(0, 0, shuffle=False)
        rows: list[np.ndarray[Any, Any]] = []
        with closing(self._resident.supply(self._feed, self._batch_size, examples, epoch, steps, 0, self._check)) as supply:
            while done < steps:
                served = supply.at(done)
                count = min(served.steps, self._program.capacity)
                _, emitted = self._program((), served.first, count, [*weights, *served.arrays])
                rows.append(np.asarray(emitted)[:count].astype(np.float64))
                done += count
        return np.concatenate(rows).sum(axis=0)


def feed_for(examples: Examples, batch_size: int, steps: int) -> Feed:
    """Return the placeholders for all examples, or, where they come from a source, for a chunk of them."""
    x, y, weighted = examples.x, examples.y, examples.weight is not None
    if examples.source is None:
        return make_feed(x, y, weighted)
    rows = batch_size * chunk_steps(examples.source, batch_size, steps)
    x, y = ([np.broadcast_to(array[:1], (rows, *array.shape[1:])) for array in arrays] for arrays in (x, y))
    return make_feed(x, y, weighted, streamed=True)
