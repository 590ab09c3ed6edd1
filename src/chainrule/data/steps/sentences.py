"""Texts as sentences of whole numbers: a row for each sentence, a number for each of its words."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Annotated, ClassVar, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.arguments import PositiveCount, Whole
from chainrule.data.kind import Values
from chainrule.data.steps.step import ColumnStep, Verb
from chainrule.data.steps.tokens import PADDING, Tokens
from chainrule.data.steps.values import At, as_texts

_BETWEEN = re.compile(r"\n\s*|(?<=[.!?])\s+")  # lines, and sentences within a line
_MOST_SENTENCES, _MOST_WORDS = 64, 48  # that are learned where nothing is said
_COVERS = 0.99  # of the training texts' sentences, that the learned number of words holds whole
Offsets: TypeAlias = Sequence[tuple[int, int]]  # where each token of a text begins and ends, in characters


class Sentences(ColumnStep):
    """Each text as rows of token numbers, int32, one for each sentence: 0 is padding, 1 stands for what training did not have.

    The first line of a text, such as a question about the rest, is the first row; the last sentences stand in the last rows. Where a
    text has more sentences than there are rows, those after the first line are left out; longer sentences are cut at their end.

    Args:
        tokens: how words become numbers; the vocabulary is learned from the training texts alone.
        sentences: rows of an example; None to learn it, at most 64.
        words: numbers in a row; None to learn it, at most 48.

    Raises:
        ArgumentError: fewer than two sentences, fewer than one word.

    Example:
        >>> import polars as pl
        >>> texts = ["Where is Mary?\\nMary left. Mary slept."]
        >>> step = Sentences(Tokens(at_least=1)).fit(pl.Series(texts))
        >>> rows = step.transform(pl.Series(texts))
        >>> rows.shape, step.decode(rows[0])
        ((1, 3, 4), ['Where is Mary ?', 'Mary left .', 'Mary slept .'])
    """

    verb: ClassVar[Verb] = "encode"
    kinds: ClassVar[frozenset[str]] = frozenset({"text", "reading"})
    gives_indices: ClassVar[bool] = True

    tokens: Tokens = Tokens(lower=True)
    sentences: Annotated[int, Whole(2)] | None = None
    words: PositiveCount | None = None

    @property
    def vocabulary_size(self) -> int:
        """How many different numbers there are, padding and unknown included."""
        return self.tokens.vocabulary_size

    @property
    def length(self) -> int:
        """How many places there are in an example: rows times numbers in a row."""
        if self.sentences is None or self.words is None:
            raise self.not_fitted()
        return self.sentences * self.words

    def learn(self, values: Values, at: At) -> Self:
        column = as_texts(values, at).fill_null("")
        texts, fitted = column.to_list(), replace(self, tokens=self.tokens.fit(column, at))
        apart = [_taken_apart(text, offsets) for text, offsets in zip(texts, fitted.tokens.offsets(texts), strict=True)]
        sizes = [[len(sentence) for sentence in sentences] for sentences in apart]
        longest = int(np.ceil(np.quantile([size for row in sizes for size in row] or [1], _COVERS)))
        most = max(max(map(len, sizes)), 2)
        return replace(
            fitted,
            sentences=self.sentences or min(_MOST_SENTENCES, most),
            words=self.words or max(1, min(_MOST_WORDS, longest)),
        )

    def apply(self, values: Values, at: At) -> NDArray[np.int32]:  # (rows, sentences, words)
        texts, length = as_texts(values, at).fill_null("").to_list(), self.length
        encoded = np.full((len(texts), length), PADDING, np.int32)
        cut = 0
        for row, (text, numbers, offsets) in enumerate(zip(texts, self.tokens.numbers(texts), self.tokens.offsets(texts), strict=True)):
            places = self._places(text, offsets)
            kept = places < length
            encoded[row, places[kept]] = np.array(numbers, np.int32)[kept]
            cut += not kept.all()
        if cut:
            at.notes.append(
                f"column {at.column!r}: {cut} of {len(texts)} texts have more than {self.sentences} sentences, or one of more than "
                f"{self.words} words, and are cut"
            )
        return encoded.reshape(len(texts), self.sentences or 0, self.words or 0)

    def offsets(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Return where what stands in each place of each text begins and ends, in characters; what is cut comes after all places."""
        found: list[list[tuple[int, int]]] = []
        for text, offsets in zip(texts, self.tokens.offsets(texts), strict=True):
            places = self._places(text, offsets)
            inside = [(0, 0)] * self.length
            for place, offset in zip(places.tolist(), offsets, strict=True):
                if place < self.length:
                    inside[place] = offset
            found.append(inside + [offset for place, offset in zip(places.tolist(), offsets, strict=True) if place >= self.length])
        return found

    def decode(self, rows: ArrayLike) -> list[str]:
        """Return the sentences of rows of token numbers, without padding; what was unknown is written [UNK]."""
        return self.tokens.decode(rows)

    def _places(self, text: str, offsets: Offsets) -> NDArray[np.int64]:
        """Return the place of each token of a text, in which rows follow one another; of one that is cut, the number of all places."""
        assert self.sentences is not None and self.words is not None
        apart = _taken_apart(text, offsets)
        places: list[int] = []
        for number, sentence in enumerate(apart):
            row = 0 if number == 0 else self.sentences - (len(apart) - number)
            kept = row == number == 0 or row > 0
            places += [row * self.words + word if kept and word < self.words else self.length for word in range(len(sentence))]
        return np.array(places, np.int64)

    def describe(self) -> str:
        if self.sentences is None:
            return f"sentences of tokens ({self.tokens.unit})"
        return f"{self.vocabulary_size:,} tokens ({self.tokens.unit}) of training, {self.words} in each of {self.sentences} sentences"


def _taken_apart(text: str, offsets: Offsets) -> list[list[int]]:
    """Return for each sentence of a text the numbers of its tokens, counted through the text.

    The first line is one sentence, even without a token: a question that is missing is not the first sentence of its text.
    """
    first = len(text.partition("\n")[0])
    begins = [0, *(match.end() for match in _BETWEEN.finditer(text) if match.start() >= first)]
    edges = np.searchsorted([begin for begin, _ in offsets], [*begins, len(text) + 1])
    return [list(range(low, high)) for place, (low, high) in enumerate(pairwise(edges.tolist())) if high > low or not place]
