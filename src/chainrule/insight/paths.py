"""The strongest paths of the chain rule from a weight to the loss of one example, and the exact sum of all others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Any

import numpy as np

from chainrule.graph import Placeholder, Tensor
from chainrule.insight.computation import Computation, Nodes
from chainrule.ops import one_hot, scan

Array = np.ndarray[Any, Any]
MOST_ROWS = 4096  # of local derivatives, with which the strongest paths are still found for certain
_AT_ONCE = 1 << 21  # numbers of local derivatives computed in one dispatch


@dataclass(frozen=True)
class Route:
    """One path: for each stage from the weight up, the unit that it passes; and the derivatives along it, in the same order.

    Args:
        units: flat positions in the stages' values.
        factors: the derivative of the first unit by the weight, of each next unit by the one before it.
        value: the product of all factors and of what the search began with.
    """

    units: tuple[int, ...]
    factors: tuple[float, ...]
    value: float


@dataclass(frozen=True)
class Routes:
    """What the search found.

    Args:
        routes: the strongest first.
        others: the sum over all paths that are not listed.
        number: how many paths there are with a value other than zero; None where they were not counted.
    """

    routes: list[Route]
    others: float
    number: int | None


class LocalDerivatives:
    """Rows of the matrix of derivatives between two stages, computed when asked for."""

    def __init__(self, computation: Computation, below: Tensor, above: Tensor, values: tuple[Array, Array]) -> None:
        self._computation, self._below, self._above, self._values = computation, below, above, values
        self._rows: dict[int, tuple[Array, Array]] = {}
        self._count = max(1, min(64, _AT_ONCE // max(below.size, above.size)))

    def row(self, unit: int) -> tuple[Array, Array]:
        """Return where the derivative of a unit of the stage above is not zero, and its values there."""
        self.prepare([unit])
        return self._rows[unit]

    def prepare(self, units: Iterable[int]) -> None:
        """Compute the rows of these units, many in one dispatch."""
        missing = [unit for unit in units if unit not in self._rows]
        for start in range(0, len(missing), self._count):
            chunk = missing[start : start + self._count]
            positions = np.array(chunk + [chunk[0]] * (self._count - len(chunk)), np.int32)
            key = ("local derivatives", self._below, self._above)
            (rows,) = self._computation.compute(key, self._wanted, *self._values, positions)
            for unit, row in zip(chunk, rows.reshape(self._count, -1), strict=False):
                places = np.flatnonzero(row)
                self._rows[unit] = places, row[places].astype(np.float64)

    def _wanted(self) -> Nodes:
        below, above, rule = self._below, self._above, self._computation.graph.rule
        positions = Placeholder((self._count,), "int32", "positions")

        def step(position: Tensor) -> tuple[list[Tensor], list[Tensor]]:
            (found,) = rule.gradient(above, [below], one_hot(position, above.size, above.dtype).reshape(above.shape))
            assert isinstance(found, Tensor)
            return [], [found]

        _, (rows,) = scan(step, [], [positions])
        return [rows], [below, above, positions]


@dataclass(frozen=True)
class Search:
    """A search from the loss of one example down the stages.

    What leads from the loss to one unit stands for all paths that go on from it; their sum is the product so far times the
    unit's own derivative by the weight, so what is listed and what is still open add up to the whole at any moment.

    Args:
        slopes: for each stage, from the weight up to the loss of each example, the derivative of its units by the weight, flat.
        local: for each stage but the first, the derivatives of its units by those of the stage before.
    """

    slopes: Sequence[Array]
    local: Sequence[LocalDerivatives]
    _tie: "count[int]" = field(default_factory=lambda: count())

    def run(self, unit: int, share: float, wanted: int) -> Routes:
        """Return the strongest paths.

        Where the local derivatives are few enough to be known all, these are the strongest for certain. Else each path
        follows, from unit to unit, what has the largest sum of paths below it.

        Args:
            unit: the example's position in the batch.
            share: what its loss counts in the batch's.
            wanted: how many paths.
        """
        top = len(self.slopes) - 1
        bounds, number = self._bounds(unit)
        heap: list[tuple[float, int, int, float, tuple[int, ...], tuple[float, ...]]] = []

        def put(level: int, product: float, units: tuple[int, ...], factors: tuple[float, ...]) -> None:
            heappush(heap, (-abs(product) * float(bounds[level][units[0]]), next(self._tie), level, product, units, factors))

        put(top, share, (unit,), ())
        routes: list[Route] = []
        while heap and heap[0][0] < 0 and len(routes) < wanted:
            _, _, level, product, units, factors = heappop(heap)
            while level:
                places, values = self.local[level - 1].row(units[0])
                order = np.argsort(-np.abs(values) * bounds[level - 1][places], kind="stable")
                for i in order[1:].tolist():
                    put(level - 1, product * float(values[i]), (int(places[i]), *units), (float(values[i]), *factors))
                best = int(order[0])
                level, product = level - 1, product * float(values[best])
                units, factors = (int(places[best]), *units), (float(values[best]), *factors)
            slope = float(self.slopes[0][units[0]])
            routes.append(Route(units, (slope, *factors), product * slope))
        others = sum(product * float(self.slopes[level][units[0]]) for _, _, level, product, units, _ in heap)
        return Routes(sorted(routes, key=lambda route: -abs(route.value)), others, number)

    def _bounds(self, unit: int) -> tuple[list[Array], int | None]:
        """Return for each unit the largest product that any path from the weight to it has, and the number of paths to `unit`."""
        batch = len(self.slopes[-1])
        units = sum(slope.size // batch for slope in self.slopes[1:])  # of one example; a normalisation may lead on to others
        reached: list[Array] = [np.array([unit])]
        rows = 0
        for local in reversed(self.local):
            rows += len(reached[0])
            if max(rows, units) > MOST_ROWS:
                return [np.abs(slope) for slope in self.slopes], None
            local.prepare(reached[0].tolist())
            reached.insert(0, np.unique(np.concatenate([local.row(above)[0] for above in reached[0].tolist()])))
        bounds: list[Array] = [np.abs(self.slopes[0])]
        numbers = (bounds[0] > 0).astype(object)
        for level, local in enumerate(self.local):
            bound, counted = np.zeros(len(self.slopes[level + 1])), np.zeros(len(self.slopes[level + 1]), object)
            for above in reached[level + 1].tolist():
                places, values = local.row(above)
                bound[above] = (np.abs(values) * bounds[level][places]).max(initial=0.0)
                counted[above] = numbers[places].sum()
            bounds.append(bound)
            numbers = counted
        return bounds, int(numbers[unit])
