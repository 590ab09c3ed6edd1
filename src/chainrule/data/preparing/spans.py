"""Spans of text as a target: the part of a text that answers a question, by its first and last token."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.data.preparing.tokens import Tokens
from chainrule.errors import ArgumentError, DataError


@dataclass(frozen=True)
class SpanTarget:
    """From parts of texts, in characters, to the places of their first and last token, and back.

    Args:
        tokens: the fitted step that made the texts' tokens, with padding at the end.

    Raises:
        ArgumentError: tokens that are not fitted, or are padded at the beginning.

    Example:
        >>> import polars as pl
        >>> from chainrule.data.preparing.step import At
        >>> texts = ["Mary went to the garden ."]
        >>> target = SpanTarget(Tokens(at_least=1).fit(pl.Series(texts), At("story")))
        >>> places = target.encode(texts, target.find(texts, ["the garden"]))
        >>> places.tolist(), target.decode(texts, places)
        ([[3, 4]], ['the garden'])
    """

    tokens: Tokens

    def __post_init__(self) -> None:
        if self.tokens.tokenizer is None or self.tokens.pad != "end":
            raise ArgumentError("SpanTarget needs Tokens that are fitted and have padding at the end.")

    def find(self, texts: Sequence[str], answers: Sequence[str]) -> NDArray[np.int64]:  # (rows, 2)
        """Return where each answer first stands in its text: its first character, and the one after its last.

        Raises:
            DataError: an answer that is empty, or not in its text.
        """
        spans: list[tuple[int, int]] = []
        for row, (text, answer) in enumerate(zip(texts, answers, strict=True), 1):
            begin = text.find(answer)
            if begin < 0 or not answer:
                raise DataError(f"Row {row}: the answer {answer!r} must be a part of its text. Its text is {text[:60]!r}.")
            spans.append((begin, begin + len(answer)))
        return np.array(spans, np.int64).reshape(-1, 2)

    def holds(self, texts: Sequence[str], spans: ArrayLike) -> NDArray[np.bool_]:  # (rows,)
        """Return whether each span lies in what is kept of its text, which is cut at the tokens' length."""
        return np.asarray((self._places(texts, spans) < self._length()).all(axis=1))

    def encode(self, texts: Sequence[str], spans: ArrayLike) -> NDArray[np.int32]:  # (rows, 2)
        """Return the places of the first and the last token that a span touches.

        Args:
            texts: as the tokens took them.
            spans: first character, and the one after the last, of shape (rows, 2).

        Raises:
            DataError: a span that touches no token, or lies where the text is cut.
        """
        places = self._places(texts, spans)
        cut = np.flatnonzero((places >= self._length()).any(axis=1))
        if len(cut):
            raise DataError(
                f"Row {cut[0] + 1}: the answer lies beyond the {self._length()} tokens that are kept of its text, as in {len(cut)} of "
                f"{len(places)} rows. Give Tokens a greater length, or leave out the rows that `holds` does not hold."
            )
        return places.astype(np.int32)

    def decode(self, texts: Sequence[str], places: ArrayLike) -> list[str]:
        """Return the part of each text from its first to its last token; empty where the last is before the first, or there is none."""
        found: list[str] = []
        for text, offsets, (first, last) in zip(texts, self.tokens.offsets(texts), np.asarray(places).tolist(), strict=True):
            inside = 0 <= first <= last < len(offsets)
            found.append(text[offsets[first][0] : offsets[last][1]] if inside else "")
        return found

    def _places(self, texts: Sequence[str], spans: ArrayLike) -> NDArray[np.int64]:
        places: list[tuple[int, int]] = []
        for row, (offsets, (begin, end)) in enumerate(zip(self.tokens.offsets(texts), np.asarray(spans).tolist(), strict=True), 1):
            touched = [place for place, (low, high) in enumerate(offsets) if low < end and high > begin]
            if not touched:
                raise DataError(f"Row {row}: the span from character {begin} to {end} touches no token of its text.")
            places.append((touched[0], touched[-1]))
        return np.array(places, np.int64).reshape(-1, 2)

    def _length(self) -> int:
        assert self.tokens.length is not None
        return self.tokens.length
