"""Texts as whole numbers: words, characters or parts of words in a learned vocabulary; a row for each text, or one for each sentence."""

import re
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.arguments import Number, PositiveCount, Whole
from chainrule.data.kind import Values
from chainrule.data.steps.step import ColumnStep, Verb
from chainrule.data.steps.values import At, as_texts
from chainrule.errors import ArgumentError

PADDING, UNKNOWN = 0, 1  # the numbers of what is no word, and of words that training did not have
_SPECIAL = ("[PAD]", "[UNK]")


class Tokens(ColumnStep):
    """Each text as a row of token numbers, int32, all rows of one length: 0 is padding, 1 stands for what training did not have.

    The vocabulary is trained on the training texts alone by Hugging Face's `tokenizers`, and kept as its JSON.

    Args:
        unit: "word" (words and signs), "character", "bpe" (pairs of bytes merged, the most frequent first: nothing is unknown) or
            "wordpiece" (parts of words).
        size: of the vocabulary, at most.
        length: tokens of a row; None to learn it. Longer texts are cut at their end, shorter ones padded.
        at_least: how often a token must occur in training to have a number.
        covers: the share of the training texts that the learned length holds whole.
        longest: the learned length, at most.
        pad: whether padding stands at the "end" or, as networks that read to the end like it, at the "begin".
        lower: whether capital and small letters are alike.
        tokenizer: the trained tokenizer as JSON; learned.

    Raises:
        ArgumentError: a unit or a side that is none; the extra `texts` is not installed.

    Source:
        Sennrich, Haddow and Birch (2016), Neural machine translation of rare words with subword units (bpe); Wu and others (2016),
        Google's neural machine translation system (wordpiece).

    Example:
        >>> import polars as pl
        >>> step = Tokens(length=4, at_least=1).fit(pl.Series(["to be or not", "to be"]))
        >>> rows = step.transform(pl.Series(["be to sea"]))
        >>> rows.tolist(), step.decode(rows)
        ([[2, 3, 1, 0]], ['be to [UNK]'])
    """

    verb: ClassVar[Verb] = "encode"
    kinds: ClassVar[frozenset[str]] = frozenset({"text", "reading"})
    gives_indices: ClassVar[bool] = True

    unit: Literal["word", "character", "bpe", "wordpiece"] = "word"
    size: Annotated[int, Whole(3)] = 20_000
    length: PositiveCount | None = None
    at_least: PositiveCount = 2
    covers: Annotated[float, Number(0, 1, above=True)] = 0.95
    longest: PositiveCount = 1024
    pad: Literal["begin", "end"] = "end"
    lower: bool = False
    tokenizer: str | None = None

    @property
    def vocabulary_size(self) -> int:
        """How many different numbers there are, padding and unknown included."""
        return self._trained().get_vocab_size()

    @property
    def vocabulary(self) -> dict[str, int]:
        """The number of each token."""
        return dict(sorted(self._trained().get_vocab().items(), key=lambda entry: entry[1]))

    def learn(self, values: Values, at: At) -> Self:
        texts = as_texts(values, at).fill_null("").to_list()
        trained = _train(self.unit, texts, self.size, self.at_least, self.lower)
        sizes = [len(entry.ids) for entry in trained.encode_batch(texts)]
        learned = max(1, min(self.longest, int(np.ceil(np.quantile(sizes, self.covers)))))
        return replace(self, length=self.length or learned, tokenizer=trained.to_str())

    def apply(self, values: Values, at: At) -> NDArray[np.int32]:  # (rows, length)
        rows = self.numbers(as_texts(values, at).fill_null("").to_list())
        assert self.length is not None
        encoded = np.full((len(rows), self.length), PADDING, np.int32)
        for number, row in enumerate(rows):
            kept = row[: self.length]
            encoded[number, slice(0, len(kept)) if self.pad == "end" else slice(self.length - len(kept), self.length)] = kept
        long = sum(len(row) > self.length for row in rows)
        if long:
            at.notes.append(
                f"column {at.column!r}: {long} of {len(rows)} texts are longer than {self.length} tokens and are cut at their end"
            )
        return encoded

    def numbers(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token numbers of each text, as many as it has."""
        return [entry.ids for entry in self._trained().encode_batch(list(texts))]

    def offsets(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Return where each token of each text begins and ends in it, in characters."""
        return [entry.offsets for entry in self._trained().encode_batch(list(texts))]

    def decode(self, rows: ArrayLike) -> list[str]:
        """Return the texts of rows of token numbers, without padding; what was unknown is written [UNK]."""
        kept = [[int(number) for number in row if number != PADDING] for row in np.asarray(rows)]
        return self._trained().decode_batch(kept, skip_special_tokens=False)

    def _trained(self) -> Any:
        if self.tokenizer is None:
            raise self.not_fitted()
        return _as_texts(_library("tokenizers").Tokenizer.from_str(self.tokenizer))

    def describe(self) -> str:
        if self.tokenizer is None:
            return f"tokens ({self.unit})"
        return f"{self.vocabulary_size:,} tokens ({self.unit}) of training, {self.length} in a row"


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise ArgumentError("Tokens needs the library tokenizers: pip install 'chainrule[texts]'.") from error


def _as_texts(tokenizer: Any) -> Any:
    """Return a tokenizer by which "[PAD]" and "[UNK]" in a text are letters like any other, which its JSON does not keep."""
    tokenizer.encode_special_tokens = True
    return tokenizer


def _untrained(unit: str, lower: bool) -> Any:
    """Return a tokenizer that has a way of taking texts apart, and no vocabulary yet."""
    library = _library("tokenizers")
    models, before, decoders = library.models, library.pre_tokenizers, library.decoders
    unknown = _SPECIAL[UNKNOWN]
    if unit == "bpe":
        tokenizer = library.Tokenizer(models.BPE())
        tokenizer.pre_tokenizer, tokenizer.decoder = before.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    elif unit == "wordpiece":
        tokenizer = library.Tokenizer(models.WordPiece(unk_token=unknown))
        tokenizer.pre_tokenizer, tokenizer.decoder = before.BertPreTokenizer(), decoders.WordPiece()
    else:
        tokenizer = library.Tokenizer(models.WordLevel(unk_token=unknown))
        letters = before.Split(library.Regex(r"[\s\S]"), "isolated")
        tokenizer.pre_tokenizer = before.Whitespace() if unit == "word" else letters
        if unit == "character":
            tokenizer.decoder = decoders.Fuse()
    if lower:
        tokenizer.normalizer = library.normalizers.Lowercase()
    return _as_texts(tokenizer)


def _train(unit: str, texts: Sequence[str], size: int, at_least: int, lower: bool) -> Any:
    """Return a tokenizer with a vocabulary, the same for the same texts."""
    library, tokenizer = _library("tokenizers"), _untrained(unit, lower)
    settings = {"vocab_size": size, "min_frequency": at_least, "special_tokens": list(_SPECIAL), "show_progress": False}
    if unit == "bpe":
        trainer = library.trainers.BpeTrainer(initial_alphabet=library.pre_tokenizers.ByteLevel.alphabet(), **settings)
    elif unit == "wordpiece":
        # The trainer numbers letters within words in the order of a hash table, a different one in each process, unless it knows them.
        apart = tokenizer.pre_tokenizer.pre_tokenize_str
        within = {f"##{letter}" for text in texts for word, _ in apart(text.lower() if lower else text) for letter in word[1:]}
        trainer = library.trainers.WordPieceTrainer(**settings | {"special_tokens": [*_SPECIAL, *sorted(within)]})
    else:
        trainer = library.trainers.WordLevelTrainer(**settings)
    tokenizer.train_from_iterator(texts, trainer)
    if unit == "wordpiece":
        vocabulary = tokenizer.get_vocab()
        tokenizer = _untrained(unit, lower)  # one in which the letters are no special tokens
        tokenizer.model = library.models.WordPiece(vocabulary, unk_token=_SPECIAL[UNKNOWN])
    return tokenizer


def pack(rows: Sequence[Sequence[int]], length: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return rows of tokens side by side in as few rows of one length as first-fit by decreasing size finds.

    Args:
        rows: token numbers of each text; those beyond `length` are left out.
        length: of a packed row.

    Returns:
        tokens of shape (packed rows, length), 0 where there is none, and segments of the same shape: the number of the text that a
        token is of, from 1 in each packed row, 0 for padding, by which attention and losses can be kept within a text.

    Raises:
        ArgumentError: a length below 1.

    Source:
        Johnson (1973), Near-optimal bin packing algorithms: at most 11/9 of the fewest rows possible, and one.

    Example:
        >>> tokens, segments = pack([[5, 6, 7], [8], [9, 9]], 4)
        >>> tokens.tolist(), segments.tolist()
        ([[5, 6, 7, 8], [9, 9, 0, 0]], [[1, 1, 1, 2], [1, 1, 0, 0]])
    """
    if length < 1:
        raise ArgumentError(f"length must be a whole number from 1. Got {length} instead.")
    kept = [list(row[:length]) for row in rows if row]
    bins: list[list[list[int]]] = []
    room = np.zeros(len(kept), np.int64)  # left in each bin
    for row in sorted(kept, key=len, reverse=True):
        fitting = np.flatnonzero(room[: len(bins)] >= len(row))
        place = int(fitting[0]) if len(fitting) else len(bins)
        if place == len(bins):
            bins.append([])
            room[place] = length
        bins[place].append(row)
        room[place] -= len(row)
    tokens = np.full((len(bins), length), PADDING, np.int32)
    segments = np.zeros((len(bins), length), np.int32)
    for number, texts in enumerate(bins):
        flat = [token for text in texts for token in text]
        tokens[number, : len(flat)] = flat
        segments[number, : len(flat)] = [segment for segment, text in enumerate(texts, 1) for _ in text]
    return tokens, segments


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
