"""Columns whose values are distributed otherwise in the test part than in the training part."""

from collections.abc import Iterable

import numpy as np
import polars as pl
import scipy
from numpy.typing import NDArray

from chainrule.data.checks.check import Check, CheckedData
from chainrule.data.checks.issue import Issue
from chainrule.data.checks.parts import NAMES, Parts, as_parts

UNLIKELY = 1e-3  # probability, by chance alone and over all columns, of so great a difference
DIFFERENT = 0.15  # distance of the two distributions, from 0 to 1, that matters
_MOST_CATEGORIES = 200


def drift(frame: pl.DataFrame, parts: Parts) -> list[Issue]:
    """Return a warning for each column that is distributed otherwise in a later part than in the training part.

    For numbers the distance is that of Kolmogorov and Smirnov, the greatest difference of the two cumulative shares; for categories half
    the sum of the differences of their shares. A distance counts from 0.15 on, where chance (the test of Kolmogorov and
    Smirnov, or χ²) has a probability below 0.001 divided by the number of columns (Bonferroni).

    Args:
        frame: the columns to look at: numbers, truth values, categories; missing values are passed over.
        parts: the part of every row.

    Returns:
        Issues without rows: it is the column as a whole that differs.

    Example:
        >>> heights = pl.DataFrame({"height": [*range(100), *range(50, 150)]})
        >>> drift(heights, ["train"] * 100 + ["test"] * 100)[0].columns
        ('height',)
    """
    if not frame.width:
        return []
    codes = pl.Series("part", as_parts(parts, frame.height))
    issues: list[Issue] = []
    for column in frame:
        first = column.filter(codes == 0).drop_nulls()
        for part in (1, 2):
            later = column.filter(codes == part).drop_nulls()
            distance, chance = _distance(first, later)
            if distance >= DIFFERENT and chance < UNLIKELY / frame.width:
                message = (
                    f"Column {column.name!r} is distributed otherwise in the {NAMES[part]} part than in the training part: distance "
                    f"{distance:.2f} of at most 1, {_typical(first)} there, {_typical(later)} here."
                )
                advice = "Were the parts recorded at other times or places? Figures of such a part say little of the training part's world."
                issues.append(Issue("drift between parts", "warning", message, (), (column.name,), 1, advice))
    return issues


class Drift(Check):
    """Columns whose values are distributed otherwise in one part than in another."""

    needs = ("parts",)
    examines = ("number", "category")
    rank = 70

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.parts is not None
        return drift(data.series(self), data.parts)


def _distance(first: pl.Series, later: pl.Series) -> tuple[float, float]:
    """Return the distance of two columns' distributions, and the probability of one as great by chance."""
    if not len(first) or not len(later):
        return 0.0, 1.0
    if first.dtype.is_numeric():
        return _kolmogorov_smirnov(first.cast(pl.Float64).to_numpy(), later.cast(pl.Float64).to_numpy())
    both = pl.concat([first.cast(pl.String), later.cast(pl.String)])
    codes = both.rank("dense").to_numpy().astype(np.int64) - 1
    if codes.max() == 0 or codes.max() >= _MOST_CATEGORIES:
        return 0.0, 1.0
    counts = np.stack([np.bincount(piece, minlength=codes.max() + 1) for piece in (codes[: len(first)], codes[len(first) :])])
    shares = counts / counts.sum(axis=1, keepdims=True)
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    chance = scipy.special.chdtrc(counts.shape[1] - 1, np.sum((counts - expected) ** 2 / expected))
    return float(np.abs(shares[0] - shares[1]).sum() / 2), float(chance)


def _kolmogorov_smirnov(first: NDArray[np.float64], later: NDArray[np.float64]) -> tuple[float, float]:
    """Return the greatest difference of two cumulative shares, and its probability by chance (for many values)."""
    places = np.concatenate([first, later])
    cumulative = [np.searchsorted(np.sort(values), places, side="right") / len(values) for values in (first, later)]
    greatest = float(np.abs(cumulative[0] - cumulative[1]).max())
    effective = len(first) * len(later) / (len(first) + len(later))
    return greatest, float(scipy.special.kolmogorov(np.sqrt(effective) * greatest))


def _typical(column: pl.Series) -> str:
    return f"median {column.median():g}" if column.dtype.is_numeric() else f"mostly {column.mode(maintain_order=True)[0]!r}"
