"""What a check finds: one frozen value, for people and for programs."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Severity: TypeAlias = Literal["error", "warning", "note"]

_SHOWN = 5  # rows or values that a message names one by one


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


def name_rows(rows: Sequence[int], numbers: NDArray[np.int64] | None = None) -> str:
    """Return rows as text: "row 4", "rows 4 and 9", "rows 0, 2, 4, 6, 8 and 95 more".

    Args:
        rows: to be named.
        numbers: the number of each row in the source, by which it is named; None where none was left out before.
    """
    return ("row " if len(rows) == 1 else "rows ") + some(rows if numbers is None else numbers[list(rows)].tolist())


def some(values: Sequence[object]) -> str:
    """Return the first few values as text, and how many more there are."""
    shown = [str(value) for value in values[:_SHOWN]]
    more = len(values) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
