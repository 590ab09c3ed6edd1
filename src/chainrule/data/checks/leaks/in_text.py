"""Leak: a text in which the target stands written."""

import re
from functools import lru_cache

import numpy as np
import polars as pl

from chainrule.data.checks.issue import Issue, name_rows
from chainrule.data.frame import Place

OFTEN, SOMETIMES = 0.5, 0.05  # shares of rows whose text holds their own target, from which on it is an error, or a warning
PURITY = 0.8  # of the mentions beyond what chance would give


def target_in_text(texts: pl.Series, target: pl.Series, place: Place | None = None) -> list[Issue]:
    """Return an issue where texts hold their own target as a word, more often than chance would have it.

    What chance gives is seen from the targets of other rows, drawn at random. Case does not count; 7.0 is also found as 7.

    Args:
        texts: of every row; missing ones are passed over.
        target: of every row: classes by name, or numbers.
        place: how messages name a row; None for by its number from 0.

    Returns:
        At most one issue; its rows are those whose text holds their target.

    Example:
        >>> texts = pl.Series("note", ["fever, flu", "cough; cold", "tired", "FLU again"] * 10)
        >>> issue, = target_in_text(texts, pl.Series(["flu", "cold", "cold", "flu"] * 10))
        >>> issue.count, issue.rows[:4]
        (30, (0, 1, 3, 4))
    """
    words = [_word(value) for value in target.to_list()]
    contents = texts.to_list()
    own = np.array([_holds(text, word) for text, word in zip(contents, words, strict=True)], bool)
    order = np.random.Generator(np.random.Philox(0)).permutation(len(words))
    others = float(np.mean([_holds(text, words[other]) for text, other in zip(contents, order, strict=True)])) if len(words) else 0.0
    share = float(own.mean()) if len(own) else 0.0
    shares = target.drop_nulls().value_counts()["count"].to_numpy() / max(len(words), 1)
    pure = share - others >= PURITY * share * (1 - float(np.sum(shares**2)))
    if share < SOMETIMES or not pure:
        return []
    rows = tuple(np.flatnonzero(own).tolist())
    message = (
        f"Column {texts.name!r}: the text holds the row's own target as a word in {len(rows):,} of {len(own):,} rows ({share:.0%}; that of "
        f"another row: {others:.0%}): {name_rows(rows, place)}."
    )
    advice = f"Take the target out of column {texts.name!r}, or ask whether it would stand there when an answer is wanted."
    severity = "error" if share >= OFTEN else "warning"
    return [Issue("the target stands in a text", severity, message, rows, (texts.name,), len(rows), advice)]


def _word(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _holds(text: str | None, word: str) -> bool:
    return bool(text and word.strip() and _pattern(word).search(text))


@lru_cache(maxsize=1000)
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(word.strip())}(?:\.0+)?(?!\w|\.\d)", re.IGNORECASE)
