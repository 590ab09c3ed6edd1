"""Leak: rows of a later part that are copies of training rows."""

from collections.abc import Sequence

import numpy as np

from chainrule.counting import counted
from chainrule.data.checks.equal import Rows
from chainrule.data.checks.issue import Issue, ascending, name_rows
from chainrule.data.checks.parts import NAMES, Parts, as_parts
from chainrule.data.frame import Place

SERIOUS, SERIOUS_NEAR = 0.01, 0.05  # of a part's rows: from here on the part's figures do not mean what they say
FEWEST = 3  # rows, for an error: fewer may be alike by chance


def copies_across_parts(groups: Sequence[Rows], parts: Parts, *, near: bool = False, place: Place | None = None) -> list[Issue]:
    """Return an issue for each two parts that share rows.

    A network that learns by heart is right on such rows of the later part: its figures may be wrong by as much as their share. From
    1 % of the part and three rows on that is an error, and from 5 % on for rows that are nearly the same only.

    Args:
        groups: of rows that are equal, from `equal_examples`, or nearly so, from `near_images` and its kin (equal ones among them).
        parts: the part of every row.
        near: whether they are nearly the same only.
        place: how messages name a row; None for by its number from 0.

    Returns:
        Issues whose rows are those of both parts that are copies of one another.

    Example:
        >>> issue, = copies_across_parts([np.array([0, 3])], ["train", "train", "test", "test"])
        >>> issue.severity, issue.rows
        ('warning', (0, 3))
    """
    codes = as_parts(parts, len(parts))
    issues: list[Issue] = []
    for first, second in ((0, 2), (0, 1), (1, 2)):
        shared = [group for group in groups if (codes[group] == first).any() and (codes[group] == second).any()]
        if shared:
            issues.append(_issue(np.concatenate(shared), codes, first, second, near, place))
    return issues


def _issue(
    group: Rows, codes: np.ndarray[tuple[int], np.dtype[np.int8]], first: int, second: int, near: bool, place: Place | None
) -> Issue:
    rows = ascending(group[(codes[group] == first) | (codes[group] == second)])
    later = [row for row in rows if codes[row] == second]
    share = len(later) / int((codes == second).sum())
    verb, noun = ("is", "a copy") if len(later) == 1 else ("are", "copies")
    what = f"{verb} nearly the same as" if near else f"{verb} {noun} of"
    where = f"{counted(len(later), 'row')} of the {NAMES[second]} part ({share:.1%})"
    message = f"{where} {what} rows of the {NAMES[first]} part: {name_rows(later, place)}."
    check = "near duplicates across parts" if near else "duplicates across parts"
    serious = share >= (SERIOUS_NEAR if near else SERIOUS) and len(later) >= FEWEST and first == 0
    severity = "error" if serious else "warning"
    return Issue(check, severity, message, rows, (), len(later), "Keep one of each, or split with groups so that copies stay together.")
