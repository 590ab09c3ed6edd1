"""Texts that are nearly the same, and texts in which the target stands."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data.checks.check import Check, CheckedData
from chainrule.data.checks.equal import Rows, joined
from chainrule.data.checks.issue import Issue, name_rows
from chainrule.data.frame import Place

LETTERS = 5  # of a shingle
LIKENESS = 0.8  # shingles that two texts share, of those that either has
HASHES, BANDS = 64, 16  # 16 bands of 4: texts of likeness 0.8 meet in a band with probability 1 - (1 - 0.8⁴)¹⁶ = 0.9998

_NOT_A_WORD = re.compile(r"[\W_]+")
OFTEN, SOMETIMES = 0.5, 0.05  # shares of rows whose text holds their own target, from which on it is an error, or a warning
PURITY = 0.8  # of the mentions beyond what chance would give


def near_texts(texts: Sequence[str | None], likeness: float = LIKENESS) -> list[Rows]:
    """Return the groups of texts that are nearly the same.

    Case, punctuation and spaces do not count. Of what is left, the shingles, all runs of five letters, are hashed; texts whose
    smallest hashes agree in one of 16 bands are compared by their Jaccard likeness |A ∩ B| / |A ∪ B|.

    Args:
        texts: one for each row; None where it is missing.
        likeness: the least that counts, from 0 to 1.

    Returns:
        Groups of two or more rows, each ascending.

    Source:
        Broder (1997), On the resemblance and containment of documents.

    Example:
        >>> [group.tolist() for group in near_texts(["Call me now, please!", "It rains.", "call me now please"])]
        [[0, 2]]
    """
    plain = [_NOT_A_WORD.sub(" ", text.lower()).strip() if text else "" for text in texts]
    rows = np.array([row for row, text in enumerate(plain) if text], np.int64)
    if len(rows) < 2:
        return []
    shingles, starts = _shingles([plain[row] for row in rows])
    pairs = _meetings(_smallest_hashes(shingles, starts))
    sets = [np.unique(piece) for piece in np.split(shingles, starts[1:])]
    near = np.array([_likeness(sets[first], sets[second]) >= likeness for first, second in pairs], bool)
    return [rows[group] for group in joined(pairs[near], len(rows))]


def _shingles(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the hashes of all shingles of all texts, one text after the other, and where each text begins."""
    contents = [text.encode() for text in texts]
    gap = b" " * (LETTERS - 1)  # so that a short text has shingles too, and none reaches into the next
    letters = np.frombuffer(gap.join([*contents, b""]), np.uint8).astype(np.uint64)
    packed = np.zeros(len(letters) - len(gap), np.uint64)
    for place in range(LETTERS):
        packed = (packed << np.uint64(8)) | letters[place : place + len(packed)]
    lengths = np.array([len(content) for content in contents])
    begins = np.cumsum(lengths + len(gap)) - lengths - len(gap)
    kept = np.zeros(len(packed), np.int8)
    kept[begins] += 1
    kept[(begins + lengths)[:-1]] -= 1  # the last text ends where the array does
    return packed[np.cumsum(kept, dtype=np.int8) > 0], np.cumsum(lengths) - lengths


def _smallest_hashes(shingles: NDArray[np.uint64], starts: NDArray[np.int64]) -> NDArray[np.uint64]:  # (texts, HASHES)
    factors = np.random.Generator(np.random.Philox(0)).integers(1, 2**63, HASHES, dtype=np.uint64) | np.uint64(1)
    return np.stack([np.minimum.reduceat(_mixed(shingles, factor), starts) for factor in factors], axis=1)


def _mixed(values: NDArray[np.uint64], factor: np.uint64) -> NDArray[np.uint64]:
    product = values * factor
    return (product ^ (product >> np.uint64(29))) * factor


def _meetings(smallest: NDArray[np.uint64]) -> NDArray[np.int64]:  # (pairs, 2)
    """Return pairs that agree in a band; of many that do, each with the first and with the one before it."""
    found: set[tuple[int, int]] = set()
    for band in np.split(smallest, BANDS, axis=1):
        code = np.unique(band, axis=0, return_inverse=True)[1].reshape(-1)
        order = np.argsort(code, kind="stable")
        same = np.diff(code[order], prepend=-1) == 0
        first = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
        found.update(zip(order[np.flatnonzero(same) - 1].tolist(), order[same].tolist(), strict=True))
        found.update(zip(order[first[same]].tolist(), order[same].tolist(), strict=True))
    return np.array(sorted(found), np.int64).reshape(-1, 2)


def _likeness(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> float:
    shared = len(np.intersect1d(first, second, assume_unique=True))
    return shared / (len(first) + len(second) - shared)


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


class TargetInText(Check):
    """Texts in which their own target stands."""

    name = "the target stands in a text"
    needs = ("target",)
    examines = ("text",)
    always = True
    rank = 4

    def examine(self, data: CheckedData) -> Iterable[Issue]:
        assert data.target is not None
        for texts in data.series(self):
            yield from target_in_text(texts.cast(pl.String), data.target, data.place)


def _word(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _holds(text: str | None, word: str) -> bool:
    return bool(text and word.strip() and _pattern(word).search(text))


@lru_cache(maxsize=1000)
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(word.strip())}(?:\.0+)?(?!\w|\.\d)", re.IGNORECASE)
