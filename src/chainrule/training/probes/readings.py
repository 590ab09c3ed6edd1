"""The probes of a step, resolved: which nodes they look at, as vectors that the compiled step emits beside its figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import numpy as np

from chainrule import ops
from chainrule.errors import ArgumentError, unknown_name
from chainrule.graph import Constant, Tensor, topological
from chainrule.training.probes.noise import noise
from chainrule.training.probes.probe import Probe, name_of
from chainrule.training.probes.statistics import STATISTICS, Table
from chainrule.training.step import TrainingStep

GRADIENT, UPDATE = "gradient of ", "update of "


class ProbeSeries(NamedTuple):
    """What a probe has found.

    Attributes:
        steps: the steps it looked at, counted from 0.
        values: what it found at each: of shape (steps,), or (steps, n) where a statistic is several numbers.
    """

    steps: np.ndarray[Any, Any]
    values: np.ndarray[Any, Any]

    @property
    def table(self) -> np.ndarray[Any, Any]:
        """The values as a matrix of shape (steps, n), where n may be 1."""
        return self.values if self.values.ndim > 1 else self.values[:, None]


@dataclass(frozen=True)
class ReadingGroup:
    """The readings that are taken together.

    Attributes:
        every: how many steps lie between two readings.
        sizes: how many numbers each reading is, by name.
        vector: all of them one after the other; zeros at steps that are not looked at.
    """

    every: int
    sizes: dict[str, int]
    vector: Tensor


class Readings:
    """What the probes read in a step.

    Args:
        step: the step.
        probes: what to look at, each with its cadence.

    Raises:
        ArgumentError: an address that matches nothing.
    """

    def __init__(self, step: TrainingStep, probes: Sequence[Probe]) -> None:
        nodes = _Nodes(step, probes)
        named: dict[int, dict[str, Tensor]] = {}
        functions: dict[str, Any] = {}
        for probe in probes:
            assert probe.every is not None
            group = named.setdefault(probe.every, {})
            for address in nodes.matching(probe.address):
                for statistic in probe.statistics:
                    name = f"{name_of(statistic)} of {address}"
                    _require_own_name(name, statistic, functions)
                    group[name] = nodes.read(address, statistic)
        if probes:
            named[int(probes[0].every or 1)] |= {"learning rate": step.learning_rate, **noise(step)}  # the default ones come first
        iteration, in_memory = step.state["optimizer/iteration"], nodes.in_memory(step)
        forward = set(topological([*step.outputs.values(), step.loss, step.batch.valid]))
        self.groups = [_group(every, group, iteration, in_memory, forward) for every, group in sorted(named.items())]

    @property
    def vectors(self) -> list[Tensor]:
        """What the step emits for them."""
        return [group.vector for group in self.groups]

    @property
    def layout(self) -> list[dict[str, Any]]:
        """The groups as data: how many steps lie between two readings, and the name and size of each reading."""
        return [{"every": group.every, "sizes": group.sizes} for group in self.groups]

    def found(
        self, emitted: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]
    ) -> list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
        """Return for each group which of the emitted rows were looked at, and these rows."""
        answers: list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]] = []
        start = 0
        for group in self.groups:
            rows = np.flatnonzero(iterations % group.every == 0)
            answers.append((rows, emitted[rows, start : start + group.vector.size]))
            start += group.vector.size
        return answers


class _Nodes:
    """What can be looked at, by address."""

    def __init__(self, step: TrainingStep, probes: Sequence[Probe]) -> None:
        self._valid = step.batch.valid
        weights = {name: node for name, node in step.state.items() if not name.startswith("optimizer/")}
        self._groups = {"outputs": list(step.outputs), "weights": list(weights)}
        self._by_row: dict[str, Tensor] = dict(step.outputs)
        self._nodes: dict[str, Tensor] = {**step.outputs, **weights, "loss": step.loss}
        self._nodes |= {GRADIENT + name: node for name, node in step.gradients.items()}
        self._nodes |= {UPDATE + name: node for name, node in step.updates.items()}
        patterns = [probe.address for probe in probes if _kind(probe.address) == GRADIENT]
        wanted = [name for name in step.outputs if any(self._means(pattern, GRADIENT + name) for pattern in patterns)]
        for name, dx in zip(wanted, step.rule.gradient(step.loss, [step.outputs[name] for name in wanted]), strict=True):
            if isinstance(dx, Tensor):
                self._by_row[GRADIENT + name] = self._nodes[GRADIENT + name] = dx

    def matching(self, pattern: str) -> list[str]:
        """Return the addresses that a pattern means; a pattern without "gradient of" or "update of" means values."""
        found = [name for name in self._nodes if self._means(pattern, name)]
        if found or pattern.removeprefix(_kind(pattern)) in self._groups:  # of a group there may be none: where nothing learns
            return found
        if not set("*?[") & set(pattern):
            raise unknown_name("The address of a probe", pattern, [*self._nodes, *self._groups])
        raise ArgumentError(f"The probe {pattern!r} matches nothing here. What can be looked at: {', '.join(self._nodes)}.")

    def _means(self, pattern: str, name: str) -> bool:
        kind = _kind(pattern)
        group = self._groups.get(pattern.removeprefix(kind))
        return _kind(name) == kind and (fnmatchcase(name, pattern) if group is None else name.removeprefix(kind) in group)

    def read(self, address: str, statistic: str | Callable[[Tensor], object]) -> Tensor:
        """Return a statistic of what stands at an address, as a vector."""
        node = self._nodes[address]
        if not isinstance(statistic, str):
            return _from_function(statistic, address, node)
        rows = node.shape[0] if node.ndim > 1 or address in self._by_row else 1
        x = ops.cast(node, dtype="float32").reshape(rows, -1)
        weight = self._valid if address in self._by_row else Constant(np.ones(rows, np.float32))
        return STATISTICS[statistic](Table(x, weight, _limits(node), node.shape[-1] if node.ndim else 1)).reshape(-1)

    def in_memory(self, step: TrainingStep) -> set[Tensor]:
        """Return the nodes whose arrays a step has in memory without the readings.

        What works element by element XLA fuses into loops, so that it is never in memory as a whole, unless a product needs it.
        """
        order = topological([*step.following, step.statistics, step.loss, step.learning_rate, *self._nodes.values()])
        whole = [node for node in order if node.op is None or not node.op.elementwise]
        factors = [source for node in whole if node.op is not None and node.op.is_product for source in node.inputs]
        return {*whole, *factors, *step.following}


def _kind(address: str) -> str:
    return next((kind for kind in (GRADIENT, UPDATE) if address.startswith(kind)), "")


def _require_own_name(name: str, statistic: Any, functions: dict[str, Any]) -> None:
    """Raise ArgumentError where another function gives a reading of the same name, which would be lost."""
    if callable(statistic) and functions.setdefault(name, statistic) is not statistic:
        raise ArgumentError(
            f"Two functions of probes would both read {name!r}, so that one would be lost: give each a name of its own, by def."
        )


def _limits(node: Tensor) -> tuple[float, float] | None:
    """Return the limits of the function that made these numbers, which may have been moved since."""
    while node.op is not None and node.op.moves and node.op.is_affine_in([0]) and len(node.inputs) == 1:
        node = node.inputs[0]
    return node.op.limits if node.op is not None else None


def _from_function(statistic: Callable[[Tensor], object], address: str, node: Tensor) -> Tensor:
    answer = statistic(node)
    if not isinstance(answer, Tensor):
        raise ArgumentError(
            f"The function {name_of(statistic)} of the probe on {address} must return a tensor: build it from its argument with "
            f"chainrule.ops or the tensor's own operators. Got {type(answer).__name__} instead."
        )
    return ops.cast(answer, dtype="float32").reshape(-1)


def _group(every: int, readings: Mapping[str, Tensor], iteration: Tensor, in_memory: set[Tensor], forward: set[Tensor]) -> ReadingGroup:
    """Return the readings as one vector. Those that need nothing of the backward pass have a branch of their own: it can be taken
    while the activations are at hand, whose memory the backward pass then uses for something else."""
    parts = {name: ops.cast(reading, dtype="float32").reshape(-1) for name, reading in readings.items()}
    early = {name: part for name, part in parts.items() if all(node in forward for node in _edge([part], in_memory))}
    halves = [half for half in (early, {name: part for name, part in parts.items() if name not in early}) if half]
    branches: list[Tensor] = []
    for half in halves:
        vector = ops.concatenate(*half.values(), axis=0)
        branches.append(ops.cond(ops.equal(iteration % every, 0), vector, _edge([vector], in_memory)))
    sizes = {name: part.size for half in halves for name, part in half.items()}
    return ReadingGroup(every, sizes, ops.concatenate(*branches, axis=0))


def _edge(readings: Sequence[Tensor], in_memory: set[Tensor]) -> list[Tensor]:
    """Return the first nodes met below the readings that are in memory anyway: what lies above is computed in the branch alone."""
    found: dict[Tensor, None] = {}
    seen: set[Tensor] = set()
    stack = list(readings)
    while stack:
        node = stack.pop()
        if node in seen or isinstance(node, Constant):
            continue
        seen.add(node)
        if node in in_memory:
            found[node] = None
        else:
            stack.extend(node.inputs)
    return list(found)
