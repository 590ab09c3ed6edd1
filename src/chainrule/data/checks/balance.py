"""Classes with few rows."""

import polars as pl

from chainrule.counting import counted
from chainrule.data.checks.issue import Issue
from chainrule.data.checks.parts import NAMES, Parts, as_parts

UNEQUAL = 10.0  # rows of the largest class / rows of the smallest, from which on it is a warning
FEWEST_ROWS = 5  # that a class needs to be learned and judged at all


def class_imbalance(target: pl.Series, parts: Parts | None = None) -> list[Issue]:
    """Return issues for classes of very unequal size, with few rows, or without rows in a part.

    Args:
        target: the class of every row; missing ones are passed over.
        parts: the part of every row; None where there is no split yet.

    Returns:
        Issues whose rows are those of the small classes. A class that has rows, but none to learn from, is an error.

    Example:
        >>> class_imbalance(pl.Series("kind", ["common"] * 95 + ["rare"] * 5))[0].message
        "Column 'kind': class 'rare' has 5 rows, class 'common' 95, 19 times as many."
    """
    counts = target.drop_nulls().value_counts(sort=True)
    if counts.height < 2:
        return []
    classes, sizes = counts[target.name].to_list(), counts["count"].to_list()
    issues: list[Issue] = []
    if sizes[0] >= UNEQUAL * sizes[-1]:
        message = (
            f"Column {target.name!r}: class {classes[-1]!r} has {counted(sizes[-1], 'row')}, class {classes[0]!r} {sizes[0]:,}, "
            f"{sizes[0] / sizes[-1]:.0f} times as many."
        )
        advice = "Weight the classes (balance='weights'), and judge by more than accuracy."
        issues.append(_issue("class imbalance", "warning", message, target, classes[-1], advice))
    for name, size in zip(classes, sizes, strict=True):
        if size < FEWEST_ROWS:
            message = f"Column {target.name!r}: class {name!r} has only {counted(size, 'row')}."
            issues.append(
                _issue("class with few rows", "warning", message, target, name, "Find more, merge it with another, or leave it out.")
            )
    return issues + ([] if parts is None else _lacking(target, parts, classes))


def _lacking(target: pl.Series, parts: Parts, classes: list[object]) -> list[Issue]:
    codes = pl.Series("part", as_parts(parts, len(target)))
    issues: list[Issue] = []
    for part in sorted(set(codes.to_list())):
        here = set(target.filter(codes == part).to_list())
        for name in classes:
            if name not in here:
                message = f"Column {target.name!r}: class {name!r} has no row in the {NAMES[part]} part."
                severity = "error" if part == 0 else "warning"
                issues.append(
                    _issue("class missing in a part", severity, message, target, name, "Split in proportion to the classes (stratify).")
                )
    return issues


def _issue(check: str, severity: str, message: str, target: pl.Series, name: object, advice: str) -> Issue:
    rows = tuple((target == name).arg_true().to_list())
    return Issue(check, "error" if severity == "error" else "warning", message, rows, (target.name,), len(rows), advice)
