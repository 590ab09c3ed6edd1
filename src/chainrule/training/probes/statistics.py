"""What a probe can tell of a tensor: a few numbers, as graph.

Each statistic takes the tensor as a matrix and the weights of its rows: 1, and 0 for rows that pad a short batch.
Sums are products with ones, because XLA's own reductions are not vectorised on a CPU: six times as fast.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from chainrule import ops
from chainrule.graph import Constant, Tensor

SAMPLE = 1024  # entries that a histogram is taken from, evenly spread over the tensor
FEW = 128  # entries that quantiles are taken from: each is ranked by comparing it with all others, which is quicker than sorting
BINS = 32
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
_SMALL = 4096  # entries that are summed as quickly without a product
_SATURATED = 0.95  # of the way from the middle of an activation's range to its end, where its slope is a tenth or less


@dataclass(frozen=True)
class Table:
    """A tensor as a statistic sees it.

    Attributes:
        x: its entries, of shape (rows, columns).
        weight: how much each row counts, 0 or 1, of shape (rows,).
        limits: what the function that made it tends to for small and large numbers; None where it has no end.
        units: how many of the last columns' entries stand side by side: the size of the tensor's last axis.
    """

    x: Tensor
    weight: Tensor
    limits: tuple[float, float] | None
    units: int

    @property
    def count(self) -> Tensor:
        """How many entries count."""
        return self.weight.sum() * float(self.x.shape[1])

    def mean_of(self, y: Tensor) -> Tensor:
        """Return the mean of entries of a matrix like `x`."""
        if y.size <= _SMALL:
            return (y * self.weight.reshape(-1, 1)).sum() / self.count
        columns = self.columns_of(y)
        total = columns.sum() if columns.size <= _SMALL else (columns @ Constant(np.ones((y.shape[1], 1), np.float32))).reshape()
        return total / self.count

    def columns_of(self, y: Tensor) -> Tensor:
        """Return the sum of each column of a matrix like `x`, of shape (1, columns)."""
        return self.weight.reshape(1, -1) @ y

    def sample(self, size: int) -> tuple[Tensor, Tensor]:
        """Return some of the entries, and how much each counts."""
        rows, columns = self.x.shape
        places = np.unique(np.linspace(0, rows * columns - 1, min(size, rows * columns)).astype(np.int32))
        return ops.take(self.x.reshape(-1), Constant(places)), ops.take(self.weight, Constant(places // columns))


def mean(table: Table) -> Tensor:
    """Return Σx / n."""
    return table.mean_of(table.x)


def std(table: Table) -> Tensor:
    """Return √(Σ(x − mean)² / n)."""
    away = table.x - mean(table)
    return ops.sqrt(table.mean_of(away * away))


def norm(table: Table) -> Tensor:
    """Return √Σx²."""
    return ops.sqrt(table.mean_of(table.x * table.x) * table.count)


def minimum(table: Table) -> Tensor:
    """Return the smallest entry."""
    return -_largest(table, -table.x)


def maximum(table: Table) -> Tensor:
    """Return the largest entry."""
    return _largest(table, table.x)


def zero_fraction(table: Table) -> Tensor:
    """Return the share of entries that are 0."""
    return 1.0 - table.mean_of(_as_number(ops.not_equal(table.x, 0.0)))


def dead_fraction(table: Table) -> Tensor:
    """Return the share of units (places on the last axis) that are 0 everywhere: for every example and at every position."""
    alive = table.columns_of(_as_number(ops.not_equal(table.x, 0.0)))
    return _as_number(ops.equal(alive.reshape(-1, table.units).sum(0), 0.0)).mean()


def saturated_fraction(table: Table) -> Tensor:
    """Return the share of entries near the limits of a sigmoid or tanh, where its slope is small; 0 after functions without two limits."""
    if table.limits is None or not np.isfinite(table.limits).all():
        return ops.as_tensor(0.0)
    low, high = table.limits
    middle, half = (low + high) / 2, (high - low) / 2
    return table.mean_of(_as_number(ops.absolute(table.x - middle) > _SATURATED * half))


def histogram(table: Table) -> Tensor:
    """Return the smallest and largest entry, and the share of a sample's entries in each of 32 equal bins between them."""
    low, high = minimum(table), maximum(table)
    entries, weight = table.sample(SAMPLE)
    place = (entries - low) / ops.maximum(high - low, 1e-30) * float(BINS)
    bins = ops.cast(ops.minimum(ops.maximum(place, 0.0), BINS - 1.0), dtype="int32")
    counts = ops.scatter_add(weight, bins, rows=BINS)
    return ops.concatenate(low.reshape(1), high.reshape(1), counts / ops.maximum(counts.sum(), 1.0), axis=0)


def quantiles(table: Table) -> Tensor:
    """Return the values below which 0, 5, 25, 50, 75, 95 and 100 % of the entries of a small sample lie."""
    entries, weight = table.sample(FEW)
    entries = ops.where(weight > 0.0, entries, np.float32(np.inf)).reshape(-1, 1)
    order = Constant(np.tri(len(entries), k=-1, dtype=bool))  # of entries alike, the earlier comes first
    before = ops.logical_or(entries > entries.T, ops.logical_and(ops.equal(entries.T, entries), order))
    rank = _as_number(before).sum(1)
    wanted = ops.round(Constant(np.asarray(QUANTILES, np.float32)) * (weight.sum() - 1.0))
    picked = ops.equal(rank.reshape(1, -1), wanted.reshape(-1, 1))
    return ops.where(picked, entries.T, 0.0).sum(1)


def _as_number(flags: Tensor) -> Tensor:
    return ops.cast(flags, dtype="float32")


def _largest(table: Table, y: Tensor) -> Tensor:
    """Return the largest entry: of 16 pieces side by side first, which a CPU does 16 at a time."""
    entries = (y + ops.where(table.weight > 0.0, 0.0, np.float32(-np.inf)).reshape(-1, 1)).reshape(-1)
    while (size := entries.shape[0] // 16) >= 16:
        pieces = [entries[i * size : (i + 1) * size] for i in range(16)]
        rest = entries[16 * size :]
        folded = pieces[0]
        for piece in pieces[1:]:
            folded = ops.maximum(folded, piece)
        entries = ops.concatenate(folded, rest, axis=0) if rest.shape[0] else folded
    return ops.reduce_max(entries)


STATISTICS: dict[str, Callable[[Table], Tensor]] = {
    "mean": mean,
    "std": std,
    "norm": norm,
    "min": minimum,
    "max": maximum,
    "zero_fraction": zero_fraction,
    "dead_fraction": dead_fraction,
    "saturated_fraction": saturated_fraction,
    "histogram": histogram,
    "quantiles": quantiles,
}
