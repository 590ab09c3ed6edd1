"""Spans of text as a target: the part of a text that answers a question, by its first and last token."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.data.collection import Collection
from chainrule.data.frame import Place
from chainrule.data.steps.questions import Reading, spans_in
from chainrule.data.steps.step import ColumnStep
from chainrule.data.steps.tokens import PADDING, Sentences, Tokens
from chainrule.errors import ArgumentError, DataError


@dataclass(frozen=True)
class SpanTarget:
    """From parts of texts, in characters, to the places of their first and last token, and back.

    Args:
        tokens: the fitted step that made the texts' tokens: `Tokens` with padding at the end, or `Sentences`, whose places are
            counted through its rows.

    Raises:
        ArgumentError: tokens that are not fitted, or are padded at the beginning.

    Example:
        >>> import polars as pl
        >>> from chainrule.data.steps.values import At
        >>> texts = ["Mary went to the garden ."]
        >>> target = SpanTarget(Tokens(at_least=1).fit(pl.Series(texts), At("story")))
        >>> places = target.encode(texts, target.find(texts, ["the garden"]))
        >>> places.tolist(), target.decode(texts, places)
        ([[3, 4]], ['the garden'])
    """

    tokens: Tokens | Sentences

    def __post_init__(self) -> None:
        inner = self.tokens.tokens if isinstance(self.tokens, Sentences) else self.tokens
        if inner.tokenizer is None or inner.pad != "end":
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
        return np.asarray((self.places(texts, spans) < self.length).all(axis=1))

    def encode(self, texts: Sequence[str], spans: ArrayLike) -> NDArray[np.int32]:  # (rows, 2)
        """Return the places of the first and the last token that a span touches.

        Args:
            texts: as the tokens took them.
            spans: first character, and the one after the last, of shape (rows, 2).

        Raises:
            DataError: a span that touches no token, or lies where the text is cut.
        """
        places = self.places(texts, spans)
        cut = np.flatnonzero((places >= self.length).any(axis=1))
        if len(cut):
            raise DataError(
                f"Row {cut[0] + 1}: the answer lies beyond the {self.length} tokens that are kept of its text, as in {len(cut)} of "
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

    def places(self, texts: Sequence[str], spans: ArrayLike) -> NDArray[np.int64]:  # (rows, 2)
        """Return the places of the first and the last token that a span touches, counted on where a text is cut.

        Raises:
            DataError: a span that touches no token.
        """
        places: list[tuple[int, int]] = []
        for row, (offsets, (begin, end)) in enumerate(zip(self.tokens.offsets(texts), np.asarray(spans).tolist(), strict=True), 1):
            touched = [place for place, (low, high) in enumerate(offsets) if low < end and high > begin]
            if not touched:
                raise DataError(f"Row {row}: the span from character {begin} to {end} touches no token of its text.")
            places.append((touched[0], touched[-1]))
        return np.array(places, np.int64).reshape(-1, 2)

    @property
    def length(self) -> int:
        """How many places an example has."""
        assert self.tokens.length is not None
        return self.tokens.length


@dataclass(frozen=True)
class AnswerTarget:
    """A target that is a part of a text, as the answer to a question about it: the places of its first and its last token.

    Args:
        name: of the column of answers.
        reading: the columns of questions and texts.
        step: the fitted step that makes the tokens of both.
    """

    name: str
    reading: Reading
    step: Tokens | Sentences

    task: ClassVar[str] = "span"

    @classmethod
    def of(cls, name: str, reading: Reading, steps: Mapping[str, tuple[ColumnStep, ...]]) -> "AnswerTarget":
        """Return the target of answers in what is read, by the steps of each column.

        Raises:
            ArgumentError: steps that do not keep the places of tokens.
        """
        own = steps[reading.name]
        if len(own) == 1 and isinstance(own[0], Tokens | Sentences):
            return cls(name, reading, own[0])
        raise ArgumentError(f"Answers in {reading.context!r} need encode=[Sentences()] or [Tokens()], and no step before it.")

    @property
    def class_names(self) -> None:
        """None: there are no classes."""
        return None

    def values(self, collection: Collection) -> pl.Series:
        """Return what is encoded of each row: what is read, and the first character of the answer in it and the one after its last."""
        spans = spans_in(collection, self.reading, self.name)
        shift = np.where(spans[:, :1] < 0, 0, self.reading.begins(collection)[:, None])
        begin, end = (spans + shift).T
        read = self.reading.join(collection).frame[self.reading.name]
        return pl.DataFrame({"read": read, "begin": begin, "end": end}).to_struct(self.name)

    def encode(self, column: Any, place: Place) -> NDArray[np.int32]:  # (rows, 2)
        """Return the places of the first and the last token of each answer; where its text is cut, the last place that there is.

        So an answer that no network can find counts as a mistake, and nothing is learned from it: see `holds`.

        Raises:
            DataError: an answer that is no part of its text.
        """
        rows = pl.Series(column).struct.unnest()
        missing = (rows["begin"] < 0).arg_true()
        if len(missing):
            raise DataError(f"Column {self.name!r}, {place(missing[0])}: the answer must be a part of {self.reading.context!r}.")
        target = SpanTarget(self.step)
        return np.minimum(target.places(*_texts_and_spans(rows)), target.length - 1).astype(np.int32)

    def holds(self, collection: Collection) -> NDArray[np.bool_]:  # (rows,)
        """Return whether each row's answer lies in what is kept of its text."""
        return SpanTarget(self.step).holds(*_texts_and_spans(self.values(collection).struct.unnest()))

    def likeliest(self, outputs: NDArray[Any], x: NDArray[Any], from_logits: bool = True) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the likeliest answer of each example, and its probability, as `likeliest_spans`: a part of the text, not of the question.

        Args:
            outputs: of the network, of shape (examples, 2, places).
            x: the examples as the network takes them.
            from_logits: whether the outputs are logits.
        """
        is_text = x != PADDING
        if isinstance(self.step, Sentences):
            is_text[:, 0] = False  # the question
        return likeliest_spans(outputs, from_logits, is_text.reshape(len(x), -1))

    def decode(self, y: ArrayLike) -> NDArray[Any]:
        """Return the places as they are: what stands there is known by the texts alone."""
        return np.asarray(y)

    def texts(self, read: pl.Series, places: ArrayLike) -> list[str]:
        """Return what stands from the first to the last of these places in what is read."""
        return SpanTarget(self.step).decode(read.to_list(), places)

    def words(self, x: NDArray[Any], places: ArrayLike) -> list[str]:
        """Return what stands from the first to the last of these places of each example, in the words of the vocabulary."""
        rows = x.reshape(len(x), -1)
        return [self.step.decode([row[first : last + 1]])[0] for row, (first, last) in zip(rows, np.asarray(places).tolist(), strict=True)]

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data, but for the step, which the feature keeps."""
        return {"class": "AnswerTarget", "name": self.name, "question": self.reading.question, "context": self.reading.context}

    @classmethod
    def from_config(cls, config: Mapping[str, Any], steps: Mapping[str, tuple[ColumnStep, ...]]) -> "AnswerTarget":
        """Return the target that `to_config` described."""
        return cls.of(config["name"], Reading(config["question"], config["context"]), steps)


def _texts_and_spans(rows: pl.DataFrame) -> tuple[list[str], NDArray[np.int64]]:
    return rows["read"].to_list(), rows.select("begin", "end").to_numpy()


def likeliest_spans(
    outputs: NDArray[Any], from_logits: bool = True, among: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the spans of the greatest probability, p(first) · p(last) with first ≤ last, of shape (rows, 2), and these probabilities.

    Args:
        outputs: for the first and for the last place, of shape (rows, 2, places).
        from_logits: whether they are logits, not probabilities.
        among: the places at which a span may begin and end, of shape (rows, places); None for all.

    Source:
        Rajpurkar, Zhang, Lopyrev and Liang (2016), SQuAD: 100,000+ questions for machine comprehension of text.

    Example:
        >>> spans, chances = likeliest_spans(np.array([[[0.1, 0.2, 0.7], [0.6, 0.3, 0.1]]]), from_logits=False)
        >>> spans.tolist(), chances.round(2).tolist()
        ([[2, 2]], [0.07])
    """
    rows = np.asarray(outputs, np.float64)
    if from_logits:
        powers = np.exp(rows - rows.max(axis=-1, keepdims=True))
        rows = powers / powers.sum(axis=-1, keepdims=True)
    first, last = (rows if among is None else np.where(among[:, None], rows, 0.0)).swapaxes(0, 1)
    best = np.maximum.accumulate(first, axis=1)  # of all places up to each
    end = (best * last).argmax(axis=1)
    begin = np.array([row[: place + 1].argmax() for row, place in zip(first, end, strict=True)], np.int64)
    each = np.arange(len(rows))
    return np.stack([begin, end], axis=1), first[each, begin] * last[each, end]
