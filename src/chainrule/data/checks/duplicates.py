"""Rows that are there more than once."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.counting import counted
from chainrule.data.checks.equal import Rows
from chainrule.data.checks.issue import Issue, ascending, name_rows, some


def duplicates(groups: Sequence[Rows], *, near: bool = False) -> list[Issue]:
    """Return an issue for rows that are copies of an earlier row.

    Args:
        groups: of rows that are equal, from `equal_examples`, or nearly so, from `near_images` and its kin.
        near: whether they are nearly the same only.

    Returns:
        At most one issue; its rows are the copies, without the first row of each group.

    Example:
        >>> duplicates([np.array([3, 8, 9])])[0].message
        '2 rows are copies of an earlier one: rows 8 and 9.'
    """
    copies = ascending(np.concatenate([group[1:] for group in groups])) if groups else ()
    if not copies:
        return []
    what = "nearly the same as" if near else "a copy of" if len(copies) == 1 else "copies of"
    message = f"{counted(len(copies), 'row is', 'rows are')} {what} an earlier one: {name_rows(copies)}."
    advice = "Keep one of each, or give all of a group to one part (split with groups)."
    return [
        Issue("near duplicates" if near else "exact duplicates", "note" if near else "warning", message, copies, (), len(copies), advice)
    ]


def contradictions(groups: Sequence[Rows], labels: Sequence[Any] | np.ndarray[Any, Any]) -> list[Issue]:
    """Return an issue for equal examples whose targets differ: at most one of them is right, or the examples lack something.

    Args:
        groups: of rows that are equal, without their target.
        labels: the target of every row.

    Example:
        >>> contradictions([np.array([0, 2])], ["cat", "dog", "dog"])[0].rows
        (0, 2)
    """
    array = np.asarray(labels)
    found = [group for group in groups if len(set(array[group].tolist())) > 1]
    if not found:
        return []
    rows = ascending(np.concatenate(found))
    first = found[0]
    message = (
        f"{counted(len(found), 'group', 'groups')} of equal rows with different targets, {len(rows):,} rows: "
        f"{name_rows(first.tolist())} have {some([repr(label) for label in dict.fromkeys(array[first].tolist())])}."
    )
    advice = "Correct the targets, or add what tells these rows apart."
    return [Issue("contradicting targets", "warning", message, rows, (), len(rows), advice)]
