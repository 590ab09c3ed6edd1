"""Leak: a column that is filled in, or takes its usual value, only once the answer is known."""

import polars as pl

from chainrule.data.checks.issue import Issue
from chainrule.data.checks.leaks.foretelling import foretell
from chainrule.data.checks.parts import Parts

SKILL = 0.98


def known_only_after(frame: pl.DataFrame, target: pl.Series, parts: Parts | None = None) -> list[Issue]:
    """Return an issue for each column whose gaps, or whose most common value, the target decides.

    A date of discharge that only those have who were healed is missing for all others: whether it is missing gives the target away,
    whatever it says. The same holds for an amount that is 0 for one class and never for another, which some honest
    columns do too: it is a warning only.

    Args:
        frame: the columns to look at.
        target: what is to be foretold.
        parts: the part of every row; None where there is no split yet.

    Returns:
        Issues whose rows are those where the value is missing, or the most common one.

    Example:
        >>> healed = pl.Series("healed", [row % 3 == 0 for row in range(120)])
        >>> days = pl.DataFrame({"days until healed": [row if row % 3 == 0 else None for row in range(120)]})
        >>> known_only_after(days, healed)[0].message
        "Column 'days until healed' is missing in 80 of 120 rows, and the target alone foretells in which."
    """
    issues: list[Issue] = []
    for column in frame:
        issues += _decided(column, column.is_null(), "missing", "error", target, parts) if column.null_count() else []
        known = column.drop_nulls()
        if len(known) and 1 < known.n_unique() < len(known):
            usual = known.mode(maintain_order=True)[0]
            issues += _decided(column, (column == usual).fill_null(value=False), repr(usual), "warning", target, parts)
    return issues


def _decided(column: pl.Series, there: pl.Series, what: str, severity: str, target: pl.Series, parts: Parts | None) -> list[Issue]:
    if foretell(target, there, "classification", parts).skill < SKILL:
        return []
    rows = tuple(there.arg_true().to_list())
    message = f"Column {column.name!r} is {what} in {len(rows):,} of {len(column):,} rows, and the target alone foretells in which."
    advice = f"Is column {column.name!r} filled in before the answer is known? If not, leave it out (kinds={{{column.name!r}: 'drop'}})."
    judged = "error" if severity == "error" else "warning"
    return [Issue("a column known only afterwards", judged, message, rows, (column.name,), len(rows), advice)]
