"""How well one column predicts another, evaluated on rows that nothing was learned from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data.checks.issue import FEWEST_TO_JUDGE, Parts, held_out
from chainrule.data.columns import MOST_CLASSES, TargetTask

FEWEST_ERRORS = 5  # that always taking the most common class must make, for a skill to mean something
_MOST_BINS, _ROWS_OF_BIN = 256, 4  # at most so many bins, of at least so many rows on average


@dataclass(frozen=True)
class Predictability:
    """How well one column predicts another.

    Args:
        skill: 1 - errors / errors of the most common class, for classes; for numbers R² = 1 - Σ(y - ŷ)² / Σ(y - ȳ)².
        information: the mutual information of both in shares of the answer's entropy, I(x; y) / H(y), for classes; else 0.
    """

    skill: float
    information: float


NOTHING = Predictability(0.0, 0.0)


def task_of(target: pl.Series, task: TargetTask | None) -> TargetTask:
    """Return the task that was asked for, or the one that the target's values suggest."""
    if task is not None:
        return task
    if target.dtype == pl.Boolean or not target.dtype.is_numeric():
        return "classification"
    known = target.drop_nulls()
    whole = bool((known == known.floor()).all())
    return "classification" if whole and known.n_unique() <= MOST_CLASSES else "regression"


def predictability(feature: pl.Series, target: pl.Series, task: TargetTask, parts: Parts | None, seed: int = 0) -> Predictability:
    """Return how well a column predicts the target.

    What is learned from the rows to learn from is a table: the most common class, or the mean, for each category, for each value of
    numbers that take few, and for each of at most 256 bins of numbers that take many. For numbers a straight line is tried as well.

    Args:
        feature: the column; missing values are a category of their own.
        target: what is to be predicted; rows without it are left out.
        task: whether it is classes or numbers.
        parts: the part of every row: learned from the training part, evaluated on the others; two random halves where None.
        seed: of the halves.
    """
    known = target.is_not_null().to_numpy()
    learn, judge = held_out(parts, len(target), seed)
    learn, judge = learn[known[learn]], judge[known[judge]]
    if len(learn) < FEWEST_TO_JUDGE or len(judge) < FEWEST_TO_JUDGE:
        return NOTHING
    bins = _bins(feature, learn)
    if task == "classification":
        return _classes(bins, target.rank("dense").fill_null(0).to_numpy().astype(np.int64), learn, judge)
    answers = target.cast(pl.Float64).fill_null(0.0).to_numpy()
    return _numbers(feature, bins, answers, learn, judge)


def _bins(feature: pl.Series, learn: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bin of every row, from 0; a category not met in learning, or a missing value, has a bin of its own."""
    if not feature.dtype.is_numeric():
        codes = feature.cast(pl.String).rank("dense").fill_null(0).to_numpy().astype(np.int64)
        met = np.isin(codes, codes[learn])
        return np.where(met, codes, codes.max() + 1)
    values = as_numbers(feature)
    known = values[learn][~np.isnan(values[learn])]
    if not len(known):
        return np.zeros(len(values), np.int64)
    distinct = np.unique(known)
    most = max(2, min(_MOST_BINS, len(known) // _ROWS_OF_BIN))
    centres = distinct if len(distinct) <= most else np.unique(np.quantile(known, (np.arange(most) + 0.5) / most))
    edges = (centres[1:] + centres[:-1]) / 2
    return np.where(np.isnan(values), len(centres), np.searchsorted(edges, values))


def as_numbers(column: pl.Series) -> NDArray[np.float64]:
    """Return a column of numbers, NaN where a value is missing."""
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _classes(bins: NDArray[np.int64], answers: NDArray[np.int64], learn: NDArray[np.int64], judge: NDArray[np.int64]) -> Predictability:
    counts = _table(bins[learn], answers[learn], bins.max() + 1, answers.max() + 1)
    common = counts.sum(axis=0).argmax()
    chosen = np.where(counts.any(axis=1), counts.argmax(axis=1), common)
    errors, errors_of_common = (chosen[bins[judge]] != answers[judge]).sum(), (answers[judge] != common).sum()
    if errors_of_common < FEWEST_ERRORS:
        return NOTHING
    return Predictability(float(1 - errors / errors_of_common), _information(_table(bins[judge], answers[judge], *counts.shape)))


def _table(rows: NDArray[np.int64], columns: NDArray[np.int64], height: int, width: int) -> NDArray[np.int64]:
    return np.bincount(rows * width + columns, minlength=height * width).reshape(height, width)


def _information(counts: NDArray[np.int64]) -> float:
    """Return I / H of a table, less what chance alone gives: (cells - rows - columns + 1) / 2n (Miller and Madow)."""
    total = counts.sum()
    uncertainty = _entropy(counts.sum(axis=0))
    shared = _entropy(counts.sum(axis=1)) + uncertainty - _entropy(counts)
    by_chance = (int(counts.any(axis=1).sum()) - 1) * (int(counts.any(axis=0).sum()) - 1) / (2 * total)
    return max(0.0, shared - by_chance) / uncertainty if uncertainty > 0 else 0.0


def _entropy(counts: NDArray[np.int64]) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-np.sum(shares * np.log(shares)))


def _numbers(
    feature: pl.Series, bins: NDArray[np.int64], answers: NDArray[np.float64], learn: NDArray[np.int64], judge: NDArray[np.int64]
) -> Predictability:
    sums, counts = np.bincount(bins[learn], answers[learn], bins.max() + 1), np.bincount(bins[learn], minlength=bins.max() + 1)
    mean = answers[learn].mean()
    means = np.where(counts > 0, sums / np.maximum(counts, 1), mean)
    guesses = [means[bins[judge]]]
    if feature.dtype.is_numeric():
        slope, intercept = line(as_numbers(feature)[learn], answers[learn])
        straight = intercept + slope * as_numbers(feature)[judge]
        guesses.append(np.where(np.isfinite(straight), straight, mean))
    total = np.sum((answers[judge] - mean) ** 2)
    return Predictability(max(float(1 - np.sum((answers[judge] - guess) ** 2) / total) for guess in guesses) if total > 0 else 0.0, 0.0)


def line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Return slope and intercept of the least-squares line through points; slope 0 where x is missing or constant."""
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return 0.0, 0.0
    x, y = x[known], y[known]
    centred: NDArray[Any] = x - x.mean()
    spread = float(centred @ centred)
    slope = float(centred @ (y - y.mean())) / spread if spread > 0 else 0.0
    return slope, float(y.mean() - slope * x.mean())
