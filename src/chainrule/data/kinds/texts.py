"""Columns of texts: to be read as a whole, asked about, or pointed into."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data.checks.texts import near_texts
from chainrule.data.columns import FEWEST_FOR_IDENTIFIER
from chainrule.data.kind import Column, Counted, Kind, Values
from chainrule.data.read.files import decode
from chainrule.data.steps.questions import DropUnanswered
from chainrule.data.steps.texts import NormalizeText, TfIdf
from chainrule.data.steps.tokens import Sentences

WORDS_OF_TEXT = 3  # on average, from which on text is read as text rather than as the name of a category


class Text(Kind):
    """A text in each row: a message, a review, a page."""

    plural = "texts"
    rank = 90
    steps = (NormalizeText(), TfIdf())
    can_be_target = False
    endings = (".txt",)
    example = "new-text.txt"
    has_names = True

    def detect(self, column: Column) -> str | None:
        if not column.is_text:
            return None
        if is_prose(column):
            return f"{column.words:.0f} words on average"
        all_different = column.distinct == len(column.known) >= FEWEST_FOR_IDENTIFIER
        return "short texts" if column.words > 1 and not all_different else None

    def read(self, path: str) -> str:
        return self.value(Path(path))

    def value(self, path: Path, encoding: str = "utf-8") -> str:
        return decode(path.read_bytes(), str(path), encoding)

    def near_copies(self, values: Any) -> list[NDArray[np.int64]] | None:
        return near_texts(list(values))

    def count(self, values: Values) -> Counted | None:
        if not isinstance(values, pl.Series):
            return None
        words = values.cast(pl.String).fill_null("").str.split(" ").list.len()
        return Counted(words.to_numpy().astype(np.float64), unit="words")


class Question(Kind):
    """A question about the text in another column."""

    plural = "questions"
    left_because = "question and text are read as one"
    can_be_target = False


class Context(Kind):
    """The text that a question is about."""

    plural = "texts that are asked about"
    left_because = "question and text are read as one"
    can_be_target = False


class Reading(Kind):
    """A question, and on the lines below it the text that it is about."""

    plural = "questions about texts"
    steps = (Sentences(),)
    reason = "a question, and the text that it is about"


class Span(Kind):
    """An answer that is a part of the text that the question is about."""

    plural = "answers that are parts of texts"
    task = "span"
    target_steps = (DropUnanswered(),)


def is_prose(column: Column) -> bool:
    """Return whether a column of text holds texts of several words, most of them met once."""
    return column.words >= WORDS_OF_TEXT and column.distinct > math.sqrt(len(column.known))
