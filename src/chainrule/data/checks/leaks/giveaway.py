"""Leak: a column that gives the target away, or is the target itself."""

import numpy as np
import polars as pl

from chainrule.data.checks.issue import Issue
from chainrule.data.checks.leaks.foretelling import Foretelling, as_numbers, foretell, line, task_of
from chainrule.data.checks.parts import Parts
from chainrule.data.targets.columns import Task

CERTAIN, DOUBTFUL = 0.98, 0.9  # skill of one column alone, from which on it is an error, or a warning
CERTAIN_NUMBER = 0.99  # R² of one column alone, for a target of numbers
INFORMATION = 0.95  # share of the target's entropy
_EXACT = 1e-5  # standard deviations of the target by which an affine copy may miss it


def giveaway(frame: pl.DataFrame, target: pl.Series, parts: Parts | None = None, task: Task | None = None) -> list[Issue]:
    """Return an issue for each column that foretells the target almost perfectly, alone, on rows that it was not learned from.

    A copy of the target, its classes under other names, and a number that is a · target + b are named as such. For how columns are
    judged see `foretell`.

    Args:
        frame: the columns to look at: numbers, truth values, categories.
        target: what is to be foretold.
        parts: the part of every row; None where there is no split yet.
        task: None to have it decided by what the target holds.

    Returns:
        Issues whose rows are all rows.

    Example:
        >>> ages = pl.Series("age", [20, 30, 40, 50, 60, 70] * 20)
        >>> issue, = giveaway(pl.DataFrame({"class": ["old" if age > 45 else "young" for age in ages]}), ages > 45)
        >>> issue.message
        "Column 'class' is the target under other names."
    """
    chosen = task_of(target, task)
    issues: list[Issue] = []
    for column in frame:
        copy = _copy(column, target, chosen)
        found = Foretelling(1.0, 1.0) if copy else foretell(column, target, chosen, parts)
        certain = found.skill >= (CERTAIN if chosen == "classification" else CERTAIN_NUMBER) or found.information >= INFORMATION
        if certain or found.skill >= DOUBTFUL:
            issues.append(_issue(column.name, copy or _words(column.name, found, chosen), certain, len(target)))
    return issues


def _issue(column: str, message: str, certain: bool, rows: int) -> Issue:
    advice = f"Would column {column!r} be known when an answer is wanted? If not, leave it out (kinds={{{column!r}: 'drop'}})."
    severity = "error" if certain else "warning"
    return Issue("a column gives the target away", severity, message, tuple(range(rows)), (column,), 1, advice)


def _words(column: str, found: Foretelling, task: Task) -> str:
    if task == "regression":
        return f"Column {column!r} alone foretells the target almost perfectly: R² {found.skill:.4f} on rows it was not learned from."
    return (
        f"Column {column!r} alone foretells the target almost perfectly: on rows it was not learned from it makes "
        f"{1 - found.skill:.1%} of the errors of the most common class, and holds {found.information:.0%} of the target's information."
    )


def _copy(column: pl.Series, target: pl.Series, task: Task) -> str | None:
    """Return what is to be said of a column that is the target, or an affine function of it; else None."""
    if task == "regression":
        return _affine(column, target) if column.dtype.is_numeric() else None
    pairs = pl.DataFrame({"column": column, "target": target}).drop_nulls("target")
    distinct = pairs["target"].n_unique()
    if distinct < 2 or pairs.height < 5 * distinct or pairs["column"].n_unique() != distinct or pairs.n_unique() != distinct:
        return None
    same = pairs["column"].cast(pl.String).eq_missing(pairs["target"].cast(pl.String)).all()
    return f"Column {column.name!r} is the target itself." if same else f"Column {column.name!r} is the target under other names."


def _affine(column: pl.Series, target: pl.Series) -> str | None:
    x, y = as_numbers(column), as_numbers(target)
    known = np.isfinite(x) & np.isfinite(y)
    if known.sum() < 5 or known.sum() < 0.5 * len(x):
        return None
    slope, intercept = line(y, x)  # how the column is made from the target
    least = _EXACT * float(y[known].std())
    if not slope or np.abs(x[known] - intercept - slope * y[known]).max() > abs(slope) * least:
        return None
    moved = abs(intercept) > abs(slope) * least
    if abs(slope - 1) < _EXACT and not moved:
        return f"Column {column.name!r} is the target itself."
    shift = f" {'+' if intercept > 0 else '-'} {abs(intercept):.6g}" if moved else ""
    return f"Column {column.name!r} is the target in other units: {slope:.6g} · target{shift}."
