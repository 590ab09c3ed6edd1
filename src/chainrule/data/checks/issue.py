"""What a check finds: one frozen value, for people and for programs; and which part each row is in."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chainrule.data.frame import Place
from chainrule.errors import DataError

Severity: TypeAlias = Literal["error", "warning", "note"]

_SHOWN = 5  # rows or values that a message names one by one
PARTS = ("train", "validation", "test")  # from first to last, as time should have it
NAMES = ("training", "validation", "test")  # in sentences
FEWEST_TO_JUDGE = 20  # rows on either side
Parts: TypeAlias = Sequence[str] | NDArray[Any]  # one of PARTS for each row


@dataclass(frozen=True)
class Issue:
    """What one check found.

    Args:
        check: name of the check.
        severity: "error" where figures of the test part would not mean what they say, or training could not work; "warning" where it
            may be so; "note" for what one should know.
        message: what was found and where, as a sentence for people.
        rows: all rows concerned, ascending, counted from 0 over all parts.
        columns: names of the columns concerned.
        count: how many were found: of rows where there are any, else of what the message names.
        advice: what to do.

    Example:
        >>> issue = Issue("constant column", "note", "Column 'unit' is 'cm' in all 20 rows.", (), ("unit",), 1, "Leave it out.")
        >>> issue.to_dict()["columns"]
        ['unit']
    """

    check: str
    severity: Severity
    message: str
    rows: tuple[int, ...]
    columns: tuple[str, ...]
    count: int
    advice: str

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return asdict(self) | {"rows": list(self.rows), "columns": list(self.columns)}


def ascending(rows: Iterable[int] | np.ndarray[Any, Any]) -> tuple[int, ...]:
    """Return rows once each, ascending, as plain whole numbers."""
    array = rows if isinstance(rows, np.ndarray) else np.array(list(rows), np.int64)
    return tuple(np.unique(array).tolist())


def name_rows(rows: Sequence[int] | NDArray[np.int64], place: Place | None = None) -> str:
    """Return rows as text: "row 4", "rows 4 and 9", "lines 2, 4, 6, 8, 10 and 95 more", "dark/1.png and light/7.png".

    Args:
        rows: to be named.
        place: names one of them, in one word or by a word and a number; None for its number from 0.

    Example:
        >>> name_rows([0, 2], lambda row: f"line {row + 2}"), name_rows([0, 2], lambda row: f"{row}.png")
        ('lines 2 and 4', '0.png and 2.png')
    """
    first = [f"row {row}" if place is None else place(int(row)) for row in rows[:_SHOWN]]
    word = "row" if not first or _counted(first, "row") else "line" if _counted(first, "line") else None
    names = first if word is None else [name.removeprefix(f"{word} ") for name in first]
    plural = "" if word is None else f"{word} " if len(rows) == 1 else f"{word}s "
    return plural + _listed(names, len(rows) - len(names))


def _counted(names: Sequence[str], word: str) -> bool:
    return all(name.startswith(f"{word} ") and name.removeprefix(f"{word} ").isdigit() for name in names)


def some(values: Sequence[object]) -> str:
    """Return the first few values as text, and how many more there are."""
    shown = [str(value) for value in values[:_SHOWN]]
    return _listed(shown, len(values) - len(shown))


def _listed(shown: Sequence[str], more: int) -> str:
    if more:
        return f"{', '.join(shown)} and {more:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def as_parts(parts: Parts, rows: int) -> NDArray[np.int8]:
    """Return the number in `PARTS` of each row's part.

    Raises:
        DataError: another number of rows, or a part of another name.
    """
    names = np.asarray(parts, np.str_)
    if names.shape != (rows,):
        raise DataError(f"parts must name one part for each of the {rows:,} rows. Got shape {names.shape} instead.")
    codes = np.full(rows, -1, np.int8)
    for number, part in enumerate(PARTS):
        codes[names == part] = number
    if (codes < 0).any():
        row = int(np.argmin(codes))
        raise DataError(f"parts, row {row}: a part must be one of {', '.join(PARTS)}. Got {str(names[row])!r} instead.")
    return codes


def held_out(parts: Parts | None, rows: int, seed: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows to learn from and rows to judge by: the training part and the others, or two halves at random.

    Halves are taken where there are no parts, or where the others are too few to judge by.
    """
    if parts is not None:
        training = as_parts(parts, rows) == 0
        if min(training.sum(), (~training).sum()) >= FEWEST_TO_JUDGE:
            return np.flatnonzero(training), np.flatnonzero(~training)
    order = np.random.Generator(np.random.Philox(seed)).permutation(rows)
    return np.sort(order[: rows // 2]), np.sort(order[rows // 2 :])
