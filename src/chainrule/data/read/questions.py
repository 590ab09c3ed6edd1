"""Collecting questions about texts: bAbI's stories, and articles in the form of SQuAD."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

import polars as pl

from chainrule.counting import counted
from chainrule.data.collection import Collection, parts_column
from chainrule.data.read.archives import archive_files, first_names
from chainrule.data.read.files import decode
from chainrule.errors import DataError

_FILE = re.compile(r"^qa(?P<task>\d+)_(?:(?P<title>[a-z-]+)_)?(?P<part>train|valid|test)\.txt$")
_LINE = re.compile(r"^(?P<number>\d+) (?P<text>[^\t]*)(?:\t(?P<answer>[^\t]+)(?:\t(?P<facts>[\d ]*))?)?$")
_PARTS_OF_FILES = {"train": "train", "valid": "validation", "test": "test"}

_KINDS_OF_STORIES: dict[str, str] = {
    "task": "category",
    "story": "context",
    "question": "question",
    "answer": "category",
    "answer_start": "drop",
    "supporting": "drop",
    "beginning": "drop",
    "file": "drop",
}
_File: TypeAlias = tuple[int, str, str, bytes]  # task, part, place, bytes
_BEGIN = 1 << 14  # bytes in which the name of what SQuAD's paragraphs are kept under must be met
_KINDS_OF_ARTICLES: dict[str, str] = {
    "paragraph": "drop",
    "context": "context",
    "question": "question",
    "answer": "span",
    "answer_start": "drop",
}


@dataclass(frozen=True)
class _Question:
    """A question, and the story before it."""

    task: int
    part: str
    place: str
    beginning: str
    story: str
    question: str
    answer: str
    start: int | None
    supporting: list[int]


def from_babi(path: Path, *, tasks: Sequence[int] | None = None) -> Collection:
    """Return the collection of bAbI's questions: the story told so far, the question and the answer.

    The column "supporting" keeps which sentences of the story answer the question, counted from 1, and "answer_start" at which
    character of the story the answer stands in the last of them that holds it, where there is one; nothing is learned from them.
    "beginning" is where the story begins; questions of one story are never divided between parts.

    Args:
        path: a file (`qa1_..._train.txt`), a folder of such files, or the archive of one of bAbI's editions.
        tasks: the numbers of the tasks to take; None for all that are there.

    Raises:
        DataError: no file of bAbI, a task that is not there, a line that is neither a statement nor a question; with file and line.
    """
    files = sorted(_files(path))
    if not files:
        raise DataError(f"{path}: there is no file of bAbI (qa1_..._train.txt) in it.")
    for task in tasks or ():
        if task not in {file[0] for file in files}:
            raise DataError(f"{path}: there is no task {task} of bAbI in it. It has {sorted({file[0] for file in files})}.")
    chosen = [file for file in files if tasks is None or file[0] in tasks]
    rows = [question for file in chosen for question in _questions(*file)]
    frame = pl.DataFrame(
        {
            "file": [row.place for row in rows],
            "beginning": [row.beginning for row in rows],
            "task": [str(row.task) for row in rows],
            "story": [row.story for row in rows],
            "question": [row.question for row in rows],
            "answer": [row.answer for row in rows],
            "answer_start": pl.Series([row.start for row in rows], dtype=pl.Int64),
            "supporting": pl.Series([row.supporting for row in rows], dtype=pl.List(pl.Int64)),
        }
    ).with_columns(parts_column([row.part for row in rows]))
    met = {(file[0], file[1]) for file in chosen}
    missing = [
        f"task {task} has no file for {part}" for task in sorted({file[0] for file in chosen}) for part in _expected(met) - _of(met, task)
    ]
    facts = (f"{counted(len(rows), 'question')} of {counted(len(_tasks(met)), 'task')}", *missing)
    kinds = dict(_KINDS_OF_STORIES)
    if len(_tasks(met)) == 1:
        kinds["task"] = "drop"
    answers = tuple(sorted(set(frame["answer"].to_list())))  # those of all parts: one that training lacks is a mistake, not an error
    return Collection(frame, kinds=kinds, target="answer", group="beginning", name="babi", facts=facts, class_names=answers)


def is_babi(path: Path) -> bool:
    """Return whether a file is named like one of bAbI's, or a folder or an archive holds such."""
    return any(_FILE.match(PurePosixPath(name).name) for name in first_names(path))


def _tasks(met: set[tuple[int, str]]) -> set[int]:
    return {task for task, _ in met}


def _of(met: set[tuple[int, str]], task: int) -> set[str]:
    return {part for other, part in met if other == task}


def _expected(met: set[tuple[int, str]]) -> set[str]:
    """Return the parts that an edition has, seen from all of its tasks."""
    return {part for _, part in met} if len(_tasks(met)) > 1 else set()


def _files(path: Path) -> Iterator[_File]:
    if path.is_dir():
        found = ((file.name, file.read_bytes()) for file in path.iterdir() if _FILE.match(file.name))
    elif _FILE.match(path.name):
        found = iter([(path.name, path.read_bytes())])
    else:
        found = archive_files(path)
    for place, data in found:
        match = _FILE.match(PurePosixPath(place).name)
        if match:
            yield int(match["task"]), _PARTS_OF_FILES[match["part"]], place, data


def _questions(task: int, part: str, place: str, data: bytes) -> Iterator[_Question]:
    """Yield the questions of a file; a line with the number 1 begins another story."""
    beginning, told = place, list[str]()
    sentence: dict[int, int] = {}  # the number of a sentence in the story, by the number of its line
    for number, line in enumerate(decode(data, place).splitlines(), 1):
        match = _LINE.match(line.rstrip())
        if match is None:
            raise DataError(f"{place}, line {number}: this is neither a statement nor a question in the form of bAbI: {line[:60]!r}.")
        index = int(match["number"])
        if index == 1:
            beginning, told, sentence = f"{place}, line {number}", [], {}
        if match["answer"] is None:
            told.append(match["text"].strip())
            sentence[index] = len(told)
            continue
        supporting = [sentence[int(fact)] for fact in (match["facts"] or "").split() if int(fact) in sentence]
        answer = match["answer"].strip()
        start = _start(told, answer, supporting)
        asked_at = f"{place}, line {number}"
        yield _Question(task, part, asked_at, beginning, "\n".join(told), match["text"].strip(), answer, start, supporting)


def _start(told: Sequence[str], answer: str, supporting: Sequence[int]) -> int | None:
    """Return at which character of a story the answer stands in the last sentence among the supporting ones that has it as a word."""
    for number in sorted(supporting, reverse=True):
        found = re.search(rf"\b{re.escape(answer)}\b", told[number - 1])
        if found is not None:
            return sum(len(sentence) + 1 for sentence in told[: number - 1]) + found.start()
    return None


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
    return Collection(frame, kinds=_KINDS_OF_ARTICLES, target="answer", group="paragraph", name=path.name.split(".")[0], facts=tuple(facts))


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
