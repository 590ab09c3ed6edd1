"""Columns that reveal the target."""

from collections.abc import Iterable

import numpy as np
import polars as pl

from chainrule.data.checks.check import Check, CheckedData
from chainrule.data.checks.issue import Issue, Parts, as_parts, some
from chainrule.data.checks.predictability import Predictability, as_numbers, line, predictability, task_of
from chainrule.data.columns import TargetTask

CERTAIN, DOUBTFUL = 0.98, 0.9  # skill of one column alone, from which on it is an error, or a warning
CERTAIN_NUMBER = 0.99  # R² of one column alone, for a target of numbers
INFORMATION = 0.95  # share of the target's entropy
_EXACT = 1e-5  # standard deviations of the target by which an affine copy may miss it
SKILL_OF_GAPS = 0.98  # with which the target predicts where a column has gaps
SKILL_OF_IDENTIFIER = 0.9  # with which an identifier, or the number of a row, predicts the target


def leaking_columns(frame: pl.DataFrame, target: pl.Series, parts: Parts | None = None, task: TargetTask | None = None) -> list[Issue]:
    """Return an issue for each column that predicts the target almost perfectly, alone, on rows that it was not learned from.

    A copy of the target, its classes under other names, and a number that is a · target + b are named as such. For how columns are
    evaluated see `predictability`.

    Args:
        frame: the columns to look at: numbers, truth values, categories.
        target: what is to be predicted.
        parts: the part of every row; None where there is no split yet.
        task: None to have it decided by what the target holds.

    Returns:
        Issues whose rows are all rows.

    Example:
        >>> ages = pl.Series("age", [20, 30, 40, 50, 60, 70] * 20)
        >>> issue, = leaking_columns(pl.DataFrame({"class": ["old" if age > 45 else "young" for age in ages]}), ages > 45)
        >>> issue.message
        "Column 'class' is the target under other names."
    """
    chosen = task_of(target, task)
    issues: list[Issue] = []
    for column in frame:
        copy = _copy(column, target, chosen)
        found = Predictability(1.0, 1.0) if copy else predictability(column, target, chosen, parts)
        certain = found.skill >= (CERTAIN if chosen == "classification" else CERTAIN_NUMBER) or found.information >= INFORMATION
        if certain or found.skill >= DOUBTFUL:
            issues.append(_issue(column.name, copy or _words(column.name, found, chosen), certain, len(target)))
    return issues


class LeakingColumns(Check):
    """Columns that predict the target almost perfectly, alone."""

    name = "a column reveals the target"
    needs = ("target",)
    examines = ("number", "category", "date")
    always = True
    rank = 1

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.target is not None
        return leaking_columns(data.series(self), data.target, data.parts, data.task)


def _issue(column: str, message: str, certain: bool, rows: int) -> Issue:
    advice = f"Would column {column!r} be known when an answer is wanted? If not, leave it out (kinds={{{column!r}: 'drop'}})."
    severity = "error" if certain else "warning"
    return Issue("a column reveals the target", severity, message, tuple(range(rows)), (column,), 1, advice)


def _words(column: str, found: Predictability, task: TargetTask) -> str:
    if task == "regression":
        return f"Column {column!r} alone predicts the target almost perfectly: R² {found.skill:.4f} on rows it was not learned from."
    return (
        f"Column {column!r} alone predicts the target almost perfectly: on rows it was not learned from it makes "
        f"{1 - found.skill:.1%} of the errors of the most common class, and holds {found.information:.0%} of the target's information."
    )


def _copy(column: pl.Series, target: pl.Series, task: TargetTask) -> str | None:
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


def recorded_after_target(frame: pl.DataFrame, target: pl.Series, parts: Parts | None = None) -> list[Issue]:
    """Return an issue for each column whose gaps, or whose most common value, the target decides.

    A date of discharge that only those have who were healed is missing for all others: whether it is missing reveals the target,
    whatever it says. The same holds for an amount that is 0 for one class and never for another, which some honest
    columns do too: it is a warning only.

    Args:
        frame: the columns to look at.
        target: what is to be predicted.
        parts: the part of every row; None where there is no split yet.

    Returns:
        Issues whose rows are those where the value is missing, or the most common one.

    Example:
        >>> healed = pl.Series("healed", [row % 3 == 0 for row in range(120)])
        >>> days = pl.DataFrame({"days until healed": [row if row % 3 == 0 else None for row in range(120)]})
        >>> recorded_after_target(days, healed)[0].message
        "Column 'days until healed' is missing in 80 of 120 rows, and the target alone predicts in which."
    """
    issues: list[Issue] = []
    for column in frame:
        issues += _decided(column, column.is_null(), "missing", "error", target, parts) if column.null_count() else []
        known = column.drop_nulls()
        if len(known) and 1 < known.n_unique() < len(known):
            usual = known.mode(maintain_order=True)[0]
            issues += _decided(column, (column == usual).fill_null(value=False), repr(usual), "warning", target, parts)
    return issues


class RecordedAfterTarget(Check):
    """Columns that are filled in only once the answer is known."""

    name = "a column recorded after the target"
    needs = ("target",)
    examines = ("number", "category", "date")
    always = True
    rank = 2

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.target is not None
        return recorded_after_target(data.series(self), data.target, data.parts)


def _decided(column: pl.Series, there: pl.Series, what: str, severity: str, target: pl.Series, parts: Parts | None) -> list[Issue]:
    if predictability(target, there, "classification", parts).skill < SKILL_OF_GAPS:
        return []
    rows = tuple(there.arg_true().to_list())
    message = f"Column {column.name!r} is {what} in {len(rows):,} of {len(column):,} rows, and the target alone predicts in which."
    advice = f"Is column {column.name!r} filled in before the answer is known? If not, leave it out (kinds={{{column.name!r}: 'drop'}})."
    checked = "error" if severity == "error" else "warning"
    return [Issue("a column recorded after the target", checked, message, rows, (column.name,), len(rows), advice)]


def identifier_predicts_target(
    frame: pl.DataFrame, target: pl.Series, parts: Parts | None = None, task: TargetTask | None = None
) -> list[Issue]:
    """Return an issue for each identifier that predicts the target.

    Looked at are the identifier, where it is a number; else the number in it, and what is left of it without its digits.

    Args:
        frame: the columns that are identifiers.
        target: what is to be predicted.
        parts: the part of every row; None where there is no split yet.
        task: None to have it decided by what the target holds.

    Returns:
        Issues whose rows are all rows.

    Example:
        >>> names = pl.DataFrame({"id": [f"{'sick' if row % 3 else 'well'}-{row}" for row in range(120)]})
        >>> identifier_predicts_target(names, pl.Series([row % 3 > 0 for row in range(120)]))[0].columns
        ('id',)
    """
    chosen = task_of(target, task)
    issues: list[Issue] = []
    for column in frame:
        skills = {reading: predictability(values, target, chosen, parts).skill for reading, values in _readings(column).items()}
        best = max(skills, key=lambda reading: skills[reading])
        if skills[best] >= SKILL_OF_IDENTIFIER:
            found = f"{best} alone predicts it with a skill of {skills[best]:.3f}"
            message = f"Column {column.name!r}, an identifier, says what the target is: {found}."
            advice = f"Leave column {column.name!r} out, and ask what its numbers or letters were given by."
            issues.append(
                Issue("an identifier predicts the target", "error", message, tuple(range(len(target))), (column.name,), 1, advice)
            )
    return issues


class IdentifierPredictsTarget(Check):
    """Identifiers that predict the target."""

    name = "an identifier predicts the target"
    needs = ("target",)
    examines = ("identifier",)
    always = True
    rank = 3

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.target is not None
        return identifier_predicts_target(data.series(self), data.target, data.parts, data.task)


def _readings(column: pl.Series) -> dict[str, pl.Series]:
    if column.dtype.is_numeric():
        return {"its number": column}
    text = column.cast(pl.String)
    number = text.str.extract(r"(\d+)").cast(pl.Float64, strict=False)
    return {"the number in it": number, "its letters": text.str.replace_all(r"\d", "")}


def order_predicts_target(target: pl.Series, parts: Parts | None = None, task: TargetTask | None = None) -> list[Issue]:
    """Return an issue where the rows are sorted by the target.

    That is an error where the parts were cut from sorted rows, so that classes of one are missing in another; a warning where there are no
    parts yet; a note where the parts have all classes.

    Args:
        target: what is to be predicted, in the order of the rows.
        parts: the part of every row; None where there is no split yet.
        task: None to have it decided by what the target holds; only classes are looked at.

    Returns:
        At most one issue; its rows are all rows, or those of the classes that are missing in a part.

    Example:
        >>> order_predicts_target(pl.Series(["a"] * 50 + ["b"] * 50))[0].severity
        'warning'
    """
    if task_of(target, task) != "classification":
        return []
    skill = predictability(pl.Series("row", np.arange(len(target))), target, "classification", None).skill
    if skill < SKILL_OF_IDENTIFIER:
        return []
    rows, divided = tuple(range(len(target))), ""
    if parts is not None:
        frame = pl.DataFrame({"target": target, "part": as_parts(parts, len(target))}).with_row_index("row")
        lacking = frame.filter(pl.col("part").n_unique().over("target") < frame["part"].n_unique())
        if not lacking.is_empty():
            rows = tuple(lacking["row"].to_list())
            names = lacking["target"].unique(maintain_order=True).to_list()
            divided = f" The parts were cut from that order: {some([repr(name) for name in names])} is not in all of them."
    severity = "error" if divided else "warning" if parts is None else "note"
    message = f"The rows are sorted by the target: the row's number alone predicts it with a skill of {skill:.3f}.{divided}"
    advice = "Split at random and in proportion to the classes (stratify), never the first rows from the last."
    return [
        Issue("the order of rows predicts the target", severity, message, rows, (target.name,) if target.name else (), len(rows), advice)
    ]


class OrderPredictsTarget(Check):
    """Rows that are sorted by the target; where they are in the order of time, that is as it must be."""

    name = "the order of rows predicts the target"
    needs = ("target",)
    tasks = ("classification",)
    rank = 160

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.target is not None
        return order_predicts_target(data.target, data.parts, data.task) if data.time is None else ()
