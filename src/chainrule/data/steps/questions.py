"""Questions about texts: the question and its text as one, which a network reads, and the part of the text that answers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.data.collection import Collection
from chainrule.data.kind import infer_kind, is_kind
from chainrule.data.steps.step import RowStep
from chainrule.errors import ArgumentError

START = "_start"  # what the name of the column ends in that says at which character an answer begins, after the answer's own
_WORDS_OF_TEXT = 3  # on average, from which on a column may be what is asked about
_FIRST = 100  # values that must be questions before all are looked at


@dataclass(frozen=True)
class Reading:
    """Two columns of texts that are read as one: a question, and on the lines below it the text that it is about.

    Args:
        question: the column of the questions.
        context: the column of the texts.
    """

    question: str
    context: str

    @property
    def name(self) -> str:
        """The name of the column that holds both."""
        return f"{self.question}, {self.context}"

    def begins(self, collection: Collection) -> NDArray[np.int64]:
        """Return at which character of what is read each row's text begins."""
        return self._questions(collection).str.len_chars().to_numpy().astype(np.int64) + 1

    def join(self, collection: Collection) -> Collection:
        """Return the collection with the column that holds both, unless it has it already."""
        if self.name in collection.columns or not {self.question, self.context} <= set(collection.columns):
            return collection
        both = pl.DataFrame({"question": self._questions(collection), "context": _texts(collection, self.context)})
        joined = both.select(pl.concat_str("question", "context", separator="\n").alias(self.name)).to_series()
        kinds: dict[str, str] = {self.question: "question", self.context: "context", self.name: "reading"}
        return collection.taken_as(frame=collection.frame.with_columns(joined), kinds=kinds)

    def _questions(self, collection: Collection) -> pl.Series:
        return _texts(collection, self.question).str.replace_all(r"\s", " ")


class DropUnanswered(RowStep):
    """Leave out rows whose answer is not a part of the text that the question is about.

    Example:
        >>> rows = pl.DataFrame({"question": ["Who left?", "Who slept?"], "text": ["Mary left.", "Mary left."], "answer": ["Mary", "John"]})
        >>> kinds = {"question": "question", "text": "context", "answer": "span"}
        >>> DropUnanswered().keeps(Collection(rows, kinds=kinds, target="answer"))[0].tolist()
        [True, False]
    """

    def keeps(self, collection: Collection) -> tuple[NDArray[np.bool_], str]:
        reading = reading_of(collection)
        if reading is None or collection.target is None:
            raise ArgumentError("DropUnanswered is for a question, a text that it is about, and a target that is a part of the text.")
        found = spans_in(collection, reading, collection.target)[:, 0] >= 0
        return found, f"their {collection.target!r} is not a part of their {reading.context!r}"


def with_reading(collection: Collection, task: str | None) -> Collection:
    """Return the collection with its question and the text that it is about as one column, where it has such.

    A column of the kind "question" asks, or one of texts that all end in a question mark; the text is the column of the kind
    "context", or the longest other column of texts. The target is then a span where that is asked for, where another column says at
    which character it begins (`answer_start`), or where it is too manifold for classes and always a part of the text.

    Args:
        collection: the rows.
        task: what is asked for.
    """
    reading = reading_of(collection)
    if reading is None:
        if task == "span" or "span" in collection.kinds.values():
            raise ArgumentError(
                "An answer that is a part of a text needs a column of questions and one of texts. Name them by kinds, such as "
                "kinds={'query': 'question', 'passage': 'context'}."
            )
        plain: dict[str, str] = {name: "text" for name, kind in collection.kinds.items() if is_kind(kind, "question", "context")}
        return collection.taken_as(kinds=plain)
    joined = reading.join(collection)
    if not _is_span(joined, reading, task):
        return joined
    kinds: dict[str, str] = {str(joined.target): "span"}
    if f"{joined.target}{START}" in joined.columns:
        kinds[f"{joined.target}{START}"] = "drop"
    return joined.taken_as(kinds=kinds)


def reading_of(collection: Collection) -> Reading | None:
    """Return which columns are read as one; None where no column asks about another."""
    asked = [name for name, kind in collection.kinds.items() if is_kind(kind, "question")]
    others = [name for name in collection.features if isinstance(collection.values(name), pl.Series) and name not in asked]
    question = asked[0] if asked else next((name for name in others if _asks(collection, name)), None)
    given = [name for name, kind in collection.kinds.items() if is_kind(kind, "context")]
    if question is None:
        return None
    texts = given or [name for name in others if name != question and _tells(collection, name)]
    if not texts:
        return None
    return Reading(question, max(texts, key=lambda name: float(_texts(collection, name).str.len_chars().mean() or 0)))  # pyright: ignore[reportArgumentType]


def spans_in(collection: Collection, reading: Reading, target: str) -> NDArray[np.int64]:  # (rows, 2)
    """Return where each row's answer stands in its text: its first character and the one after its last; -1 where it does not.

    That is where the column says that is called as the target and "_start", and else where the answer first stands.

    Args:
        collection: the rows.
        reading: the columns of questions and texts.
        target: the column of answers.
    """
    answers, texts = (_texts(collection, name).to_list() for name in (target, reading.context))
    start = f"{target}{START}"
    said: list[Any] = pl.Series(collection.values(start)).to_list() if start in collection.columns else [None] * len(texts)
    spans = np.full((len(texts), 2), -1, np.int64)
    for row, (text, answer, begin) in enumerate(zip(texts, answers, said, strict=True)):
        place = text.find(answer) if start not in collection.columns else -1 if begin is None else int(begin)
        if answer and place >= 0 and text[place : place + len(answer)] == answer:
            spans[row] = place, place + len(answer)
    return spans


def _is_span(collection: Collection, reading: Reading, task: str | None) -> bool:
    target = collection.target
    if target is None or task not in {None, "span"} or not isinstance(collection.values(target), pl.Series):
        return False
    known = collection.kinds.get(target)
    if task == "span" or known is not None:
        return task == "span" or is_kind(known, "span")
    if collection.frame[target].dtype != pl.String:
        return False
    manifold = f"{target}{START}" in collection.columns or infer_kind(target, collection.values(target))[0] != "category"
    known_ones = _texts(collection, target).str.len_chars().to_numpy() > 0
    return manifold and bool((spans_in(collection, reading, target)[known_ones, 0] >= 0).all())


def _tells(collection: Collection, name: str) -> bool:
    """Return whether a column holds texts, which may come again, as there may be several questions about each."""
    column = collection.values(name)
    if not isinstance(column, pl.Series) or column.dtype != pl.String or name in collection.kinds:
        return is_kind(collection.kinds.get(name), "text")
    return float(column.str.count_matches(" ", literal=True).mean() or 0) + 1 >= _WORDS_OF_TEXT  # pyright: ignore[reportArgumentType]


def _asks(collection: Collection, name: str) -> bool:
    column = collection.values(name)
    if not isinstance(column, pl.Series) or column.dtype != pl.String or not is_kind(collection.kinds.get(name, "text"), "text"):
        return False
    known = column.drop_nulls()
    return bool(len(known)) and all(bool(some.str.strip_chars().str.ends_with("?").all()) for some in (known.head(_FIRST), known))


def _texts(collection: Collection, name: str) -> pl.Series:
    return pl.Series(name, collection.values(name)).cast(pl.String).fill_null("")
