"""Leak: the same file in two parts."""

from collections.abc import Sequence
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from chainrule.counting import counted
from chainrule.data.checks.equal import Rows, equal_examples
from chainrule.data.checks.issue import Issue, ascending, some
from chainrule.data.checks.parts import Parts, as_parts


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
        issues.append(_issue(same, whole, column, "the same file", "error"))
    known = {row for group in same for row in group.tolist()}
    alike = [group for group in equal_examples([PurePath(path).name for path in paths]) if _tells(group, whole, codes)]
    alike = [group for group in alike if not known.issuperset(group.tolist())]
    if alike:
        issues.append(_issue(alike, [PurePath(path).name for path in paths], column, "a file of the same name", "warning"))
    return issues


def _tells(group: Rows, paths: Sequence[str], codes: NDArray[np.int8]) -> bool:
    """Return whether a name that comes several times is the name of one file: once in each part, and more than a number."""
    parts = codes[group].tolist()
    return len(set(parts)) == len(parts) and not PurePath(paths[int(group[0])]).stem.isdigit()


def _issue(groups: list[Rows], names: Sequence[str], column: str, what: str, severity: str) -> Issue:
    rows = ascending(np.concatenate(groups))
    shown = some([repr(names[int(group[0])]) for group in groups])
    message = f"Column {column!r}: {counted(len(groups), 'time')} {what} is in several parts: {shown}."
    advice = "Look whether these are copies; keep each file in one part."
    return Issue("same file in two parts", "error" if severity == "error" else "warning", message, rows, (column,), len(groups), advice)
