"""Leak: an identifier, or the order of the rows, that says what the target is."""

import numpy as np
import polars as pl

from chainrule.data.checks.issue import Issue, some
from chainrule.data.checks.leaks.foretelling import foretell, task_of
from chainrule.data.checks.parts import Parts, as_parts
from chainrule.data.targets.columns import Task

SKILL = 0.9


def identifier_tells_target(frame: pl.DataFrame, target: pl.Series, parts: Parts | None = None, task: Task | None = None) -> list[Issue]:
    """Return an issue for each identifier that foretells the target.

    Looked at are the identifier, where it is a number; else the number in it, and what is left of it without its digits.

    Args:
        frame: the columns that are identifiers.
        target: what is to be foretold.
        parts: the part of every row; None where there is no split yet.
        task: None to have it decided by what the target holds.

    Returns:
        Issues whose rows are all rows.

    Example:
        >>> names = pl.DataFrame({"id": [f"{'sick' if row % 3 else 'well'}-{row}" for row in range(120)]})
        >>> identifier_tells_target(names, pl.Series([row % 3 > 0 for row in range(120)]))[0].columns
        ('id',)
    """
    chosen = task_of(target, task)
    issues: list[Issue] = []
    for column in frame:
        skills = {reading: foretell(values, target, chosen, parts).skill for reading, values in _readings(column).items()}
        best = max(skills, key=lambda reading: skills[reading])
        if skills[best] >= SKILL:
            found = f"{best} alone foretells it with a skill of {skills[best]:.3f}"
            message = f"Column {column.name!r}, an identifier, says what the target is: {found}."
            advice = f"Leave column {column.name!r} out, and ask what its numbers or letters were given by."
            issues.append(Issue("an identifier tells the target", "error", message, tuple(range(len(target))), (column.name,), 1, advice))
    return issues


def _readings(column: pl.Series) -> dict[str, pl.Series]:
    if column.dtype.is_numeric():
        return {"its number": column}
    text = column.cast(pl.String)
    number = text.str.extract(r"(\d+)").cast(pl.Float64, strict=False)
    return {"the number in it": number, "its letters": text.str.replace_all(r"\d", "")}


def order_tells_target(target: pl.Series, parts: Parts | None = None, task: Task | None = None) -> list[Issue]:
    """Return an issue where the rows are sorted by the target.

    That is an error where the parts were cut from sorted rows, so that classes of one are missing in another; a warning where there are no
    parts yet; a note where the parts have all classes.

    Args:
        target: what is to be foretold, in the order of the rows.
        parts: the part of every row; None where there is no split yet.
        task: None to have it decided by what the target holds; only classes are looked at.

    Returns:
        At most one issue; its rows are all rows, or those of the classes that are missing in a part.

    Example:
        >>> order_tells_target(pl.Series(["a"] * 50 + ["b"] * 50))[0].severity
        'warning'
    """
    if task_of(target, task) != "classification":
        return []
    skill = foretell(pl.Series("row", np.arange(len(target))), target, "classification", None).skill
    if skill < SKILL:
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
    message = f"The rows are sorted by the target: the row's number alone foretells it with a skill of {skill:.3f}.{divided}"
    advice = "Split at random and in proportion to the classes (stratify), never the first rows from the last."
    return [Issue("the order of rows tells the target", severity, message, rows, (target.name,) if target.name else (), len(rows), advice)]
