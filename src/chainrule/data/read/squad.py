"""Collecting questions in the form of SQuAD: articles of paragraphs, each with questions whose answers stand in it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from chainrule.counting import counted
from chainrule.data.collection import Collection
from chainrule.data.read.files import decode
from chainrule.errors import DataError

_BEGIN = 1 << 14  # bytes in which the name of what SQuAD's paragraphs are kept under must be met
_KINDS: dict[str, str] = {
    "paragraph": "drop",
    "context": "context",
    "question": "question",
    "answer": "span",
    "answer_start": "drop",
}


def from_squad(path: Path) -> Collection:
    """Return the collection of the questions in a file of SQuAD's form (version 1.1 or 2.0), of several answers the first.

    Questions without an answer are left out and counted. All questions about one paragraph stay in one part.

    Args:
        path: a JSON document with "data": articles with "paragraphs", each with a "context" and "qas".

    Raises:
        DataError: no JSON, or another form.

    Source:
        Rajpurkar, Zhang, Lopyrev and Liang (2016), SQuAD: 100,000+ questions for machine comprehension of text; Rajpurkar, Jia and
        Liang (2018), Know what you don't know: unanswerable questions for SQuAD.
    """
    try:
        document = json.loads(decode(path.read_bytes(), str(path)))
    except json.JSONDecodeError as error:
        raise DataError(f"{path}, line {error.lineno}, position {error.colno}: this is not JSON: {error.msg}.") from error
    try:
        rows = list(_rows(document))
    except (KeyError, TypeError, IndexError) as error:
        raise DataError(f"{path}: this is not in the form of SQuAD, data > paragraphs > context and qas: {error!r} is missing.") from error
    answered = [row for row in rows if row["answer"] is not None]
    if not answered:
        raise DataError(f"{path}: there is no question with an answer in it.")
    frame = pl.DataFrame(answered)
    facts = [f"{counted(len(answered), 'question')} about {counted(frame['paragraph'].n_unique(), 'paragraph')}"]
    if len(answered) < len(rows):
        facts.append(f"{counted(len(rows) - len(answered), 'question')} without an answer left out")
    return Collection(frame, kinds=_KINDS, target="answer", group="paragraph", name=path.name.split(".")[0], facts=tuple(facts))


def is_squad(path: Path) -> bool:
    """Return whether a file is JSON and begins like one of SQuAD's."""
    if not path.is_file() or path.suffix.lower() != ".json":
        return False
    with path.open("rb") as stream:
        return b'"paragraphs"' in stream.read(_BEGIN)


def _rows(document: Any) -> Iterator[dict[str, Any]]:
    """Yield the questions; where there is no answer, None."""
    number = 0
    for article in document["data"]:
        for paragraph in article["paragraphs"]:
            number += 1
            for question in paragraph["qas"]:
                first: dict[str, Any] = (question.get("answers") or [{"text": None, "answer_start": None}])[0]
                yield {
                    "paragraph": number,
                    "context": str(paragraph["context"]),
                    "question": str(question["question"]),
                    "answer": first["text"],
                    "answer_start": first["answer_start"],
                }
