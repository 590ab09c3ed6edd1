"""Rows and files that are there more than once, in one part or in several."""

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.counting import counted
from chainrule.data.checks.check import Check, CheckedData
from chainrule.data.checks.equal import Rows, equal_examples
from chainrule.data.checks.issue import NAMES, Issue, Parts, as_parts, ascending, name_rows, some
from chainrule.data.frame import Place
from chainrule.data.kind import Kind

SERIOUS, SERIOUS_NEAR = 0.01, 0.05  # of a part's rows: from here on the part's figures do not mean what they say
FEWEST = 3  # rows, for an error: fewer may be alike by chance


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


class Duplicates(Check):
    """Rows that are copies of an earlier one, or nearly."""

    name = "duplicates"
    rank = 10

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        return [*duplicates(data.equal), *duplicates(data.near, near=True)]


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


class Contradictions(Check):
    """Equal rows with different classes."""

    name = "contradicting targets"
    needs = ("target",)
    tasks = ("classification",)
    rank = 140

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.target is not None
        return contradictions(data.equal, data.target.to_list())


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
            issues.append(_issue_across(np.concatenate(shared), codes, first, second, near, place))
    return issues


class CopiesAcrossParts(Check):
    """Rows of one part that are copies of those of another."""

    name = "duplicates across parts"
    needs = ("parts",)
    always = True
    rank = 60

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.parts is not None
        return copies_across_parts(data.equal, data.parts, place=data.place)


class NearCopiesAcrossParts(Check):
    """Rows of one part that are nearly those of another."""

    name = "near duplicates across parts"
    needs = ("parts",)
    rank = 61

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.parts is not None
        return copies_across_parts(data.near, data.parts, near=True, place=data.place)


def _issue_across(
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


def same_files(paths: Sequence[str], parts: Parts, column: str = "file") -> list[Issue]:
    """Return issues where one path, or one file name, is in several parts.

    The same path in two parts is an error. The same name in different folders is a warning, where names tell files apart: not where
    they are bare numbers that begin again in each folder, nor where one part has a name twice.

    Args:
        paths: the file of every row.
        parts: the part of every row.
        column: name of the column of paths.

    Returns:
        Issues whose rows are those of the files concerned.

    Example:
        >>> issue, = same_files(["a/img_1.png", "a/img_2.png", "b/img_1.png"], ["train", "train", "test"])
        >>> issue.severity, issue.rows
        ('warning', (0, 2))
    """
    codes = as_parts(parts, len(paths))
    whole = [PurePath(path).as_posix() for path in paths]
    same = [group for group in equal_examples(whole) if len(set(codes[group].tolist())) > 1]
    issues: list[Issue] = []
    if same:
        issues.append(_issue_of_files(same, whole, column, "the same file", "error"))
    known = {row for group in same for row in group.tolist()}
    alike = [group for group in equal_examples([PurePath(path).name for path in paths]) if _is_one_file(group, whole, codes)]
    alike = [group for group in alike if not known.issuperset(group.tolist())]
    if alike:
        issues.append(_issue_of_files(alike, [PurePath(path).name for path in paths], column, "a file of the same name", "warning"))
    return issues


class SameFiles(Check):
    """Files that are in several parts."""

    name = "same file in two parts"
    needs = ("parts",)
    always = True
    rank = 51

    def takes(self, kind: Kind) -> bool:
        return kind.holds_files or super().takes(kind)

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.parts is not None
        for column in data.series(self):
            yield from same_files(column.cast(pl.String).fill_null("").to_list(), data.parts, column.name)


def _is_one_file(group: Rows, paths: Sequence[str], codes: NDArray[np.int8]) -> bool:
    """Return whether a name that comes several times is the name of one file: once in each part, and more than a number."""
    parts = codes[group].tolist()
    return len(set(parts)) == len(parts) and not PurePath(paths[int(group[0])]).stem.isdigit()


def _issue_of_files(groups: list[Rows], names: Sequence[str], column: str, what: str, severity: str) -> Issue:
    rows = ascending(np.concatenate(groups))
    shown = some([repr(names[int(group[0])]) for group in groups])
    message = f"Column {column!r}: {counted(len(groups), 'time')} {what} is in several parts: {shown}."
    advice = "Look whether these are copies; keep each file in one part."
    return Issue("same file in two parts", "error" if severity == "error" else "warning", message, rows, (column,), len(groups), advice)
