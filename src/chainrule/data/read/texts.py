"""Collecting texts: lines that begin with their class, and files of text in folders or archives."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from chainrule.counting import counted
from chainrule.data.collection import Collection, parts_column
from chainrule.data.frame import LINE, LeftOut
from chainrule.data.read.archives import archive_files, first_names, is_archive, is_hidden
from chainrule.data.read.files import decode, escaped_byte
from chainrule.data.read.folders import PART_NAMES, TARGETS, compiled
from chainrule.errors import DataError

TEXT_ENDINGS = (".txt", ".text", ".md")

_OTHERS = (
    ".md",
    ".json",
    ".py",
    ".csv",
    ".tsv",
    ".parquet",
    ".pq",
    ".jsonl",
    ".ndjson",
    ".gz",
    ".arrow",
    ".feather",
    ".ipc",
    ".xls",
    ".xlsx",
    ".ods",
)
_BEGIN = 1 << 16  # bytes by which a file of labelled lines is recognised
_MOST_CLASSES = 20
_SHARE_OF_WORDS = 0.9  # of the sampled lines that have letters after the class


@dataclass(frozen=True)
class _Text:
    """A text that was met, and where."""

    place: str
    folders: tuple[str, ...]
    name: str
    data: bytes


def from_labelled_lines(path: Path, *, encoding: str = "utf-8", separator: str | None = None, leave_out: bool = False) -> Collection:
    """Return the collection of a file each line of which is a class, a separator and a text.

    Args:
        path: the file.
        encoding: of its bytes.
        separator: between class and text; None for a tab where every line has one, else a space.
        leave_out: whether lines that cannot be read are left out and named, rather than refused.

    Raises:
        DataError: bytes that are not of the encoding, a line without a text, an empty file; with the line.
    """
    data = path.read_bytes()
    text = data.decode(encoding, "surrogateescape") if leave_out else decode(data, str(path), encoding)
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        raise DataError(f"{path}: the file is empty.")
    separator = separator or ("\t" if all("\t" in line for _, line in lines) else " ")
    rows: list[tuple[str, str, int]] = []
    left_out: list[LeftOut] = []
    for number, line in lines:
        place = f"{path}, line {number}"
        try:
            rows.append((*_labelled(line, separator, place, encoding), number))
        except DataError as error:
            if not leave_out:
                raise
            left_out.append(LeftOut.of(place, error))
    if not rows:
        raise left_out[0].error()
    frame = pl.DataFrame(rows, schema=["class", "text", LINE], orient="row")
    kinds: dict[str, str] = {"class": "category", "text": "text"}
    said = "a tab" if separator == "\t" else "a space" if separator == " " else repr(separator)
    facts = (f"each line is a class, {said} and a text",)
    return Collection(frame, kinds=kinds, target="class", name=path.name.split(".")[0], facts=facts, left_out=tuple(left_out))


def _labelled(line: str, separator: str, place: str, encoding: str) -> tuple[str, str]:
    """Return the class and the text of a line."""
    byte = escaped_byte(line)
    if byte is not None:
        raise DataError(f"{place}: byte {byte} is not {encoding}.")
    label, _, rest = line.lstrip(" ").partition(separator)
    if not rest.strip():
        raise DataError(f"{place}: a line must be a class, {separator!r} and a text. Got {line[:60]!r} instead.")
    return label.strip(), rest.strip()


def is_labelled_lines(path: Path) -> bool:
    """Return whether a file looks as if each line were a class and a text: few first words, that come again, and letters after them."""
    if not path.is_file() or path.suffix.lower() in _OTHERS:
        return False
    with path.open("rb") as stream:
        begin = stream.read(_BEGIN)
    encoding = "utf-16" if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "latin-1"  # which takes any byte
    whole = begin.decode(encoding, errors="ignore").split("\n")[: -1 if len(begin) == _BEGIN else None]
    sample = [line for line in whole if line.strip()]
    if len(sample) < 2 or "\0" in "".join(sample):
        return False
    split = [re.split(r"[\t ]", line.strip(), maxsplit=1) for line in sample]
    labels = {parts[0] for parts in split}
    worded = sum(len(parts) == 2 and re.search(r"[^\W\d_]{2}", parts[1]) is not None for parts in split)
    few = len(labels) <= min(_MOST_CLASSES, len(sample) / 2) and not any(re.search(r"[,;|]", label) for label in labels)
    return few and worded >= _SHARE_OF_WORDS * len(sample)


def from_text_files(path: Path, *, encoding: str = "utf-8", pattern: str | None = None, leave_out: bool = False) -> Collection:
    r"""Return the collection of files of text in a folder or an archive: the class is the folder that a file lies in.

    Folders named train, validation and test above the classes give the parts. Nothing of an archive is unpacked on the disk.

    Args:
        path: the folder, or a .tar, .tar.gz or .zip file.
        encoding: of the files.
        pattern: how the files are named, whose named parts become columns: "{class}_{index}", or a regular expression searched in each
            name, `r"cv(?P<fold>\d)"`. The part "class" or "label" is to be predicted, nothing is learned from others.
        leave_out: whether files that are not of the encoding are left out and named, rather than refused.

    Raises:
        DataError: no text, bytes that are not of the encoding, a name that does not fit the pattern, a damaged archive.
    """
    found = sorted(_texts(path), key=lambda text: text.place)
    if not found:
        raise DataError(f"{path}: there are no files of text ({', '.join(TEXT_ENDINGS)}) in it.")
    met, texts, left_out = _decoded(found, encoding, leave_out)
    depth = min(len(text.folders) for text in met)
    columns: dict[str, Any] = {"file": [text.place for text in met], "text": texts}
    kinds: dict[str, str] = {"file": "drop", "text": "text"}
    parts = [_part(text.folders) for text in met]
    classes = [text.folders[-1] if depth else "" for text in met]
    target = "class" if len(set(classes)) > 1 else None
    if target:
        columns["class"], kinds["class"] = classes, "category"
    said = f" in {counted(len(set(classes)), 'folder')}, which are their classes" if target else ""
    if pattern is not None:
        named = _from_names(met, pattern)
        columns |= named
        kinds |= {name: "category" if name in TARGETS else "drop" for name in named}
        target = next((name for name in TARGETS if name in named), target)
    frame = pl.DataFrame(columns)
    if "train" in parts:
        frame = frame.with_columns(parts_column([str(part) for part in _all_known(parts, met)]))
    facts = (counted(len(met), "file of text", "files of text") + said,)
    return Collection(frame, kinds=kinds, target=target, name=path.name.split(".")[0], facts=facts, left_out=left_out)


def _decoded(found: list[_Text], encoding: str, leave_out: bool) -> tuple[list[_Text], list[str], tuple[LeftOut, ...]]:
    """Return the files that are of the encoding, what each says, and the others."""
    met, texts, left_out = list[_Text](), list[str](), list[LeftOut]()
    for text in found:
        try:
            texts.append(decode(text.data, text.place, encoding))
            met.append(text)
        except DataError as error:
            if not leave_out:
                raise
            left_out.append(LeftOut.of(text.place, error))
    if not met:
        raise left_out[0].error()
    return met, texts, tuple(left_out)


def holds_texts(path: Path) -> bool:
    """Return whether most files of a folder or an archive are texts."""
    if path.is_file() and not is_archive(path):
        return False
    names = first_names(path)
    texts = sum(name.lower().endswith(TEXT_ENDINGS) for name in names)
    return texts > len(names) / 2


def _part(folders: tuple[str, ...]) -> str | None:
    return next((PART_NAMES[folder.lower()] for folder in folders[:-1] if folder.lower() in PART_NAMES), None)


def _all_known(parts: list[str | None], met: list[_Text]) -> list[str | None]:
    for text, part in zip(met, parts, strict=True):
        if part is None:
            raise DataError(f"{text.place}: it lies in no class's folder below train, validation or test, as others do. Take it away.")
    return parts


def _from_names(met: list[_Text], pattern: str) -> dict[str, list[str]]:
    named = compiled(pattern)
    found = [named.search(PurePosixPath(text.name).stem) for text in met]
    for text, match in zip(met, found, strict=True):
        if match is None:
            raise DataError(f"{text.place}: the name {text.name!r} does not fit the pattern {pattern!r}.")
    return {group: [match[group] for match in found if match] for group in named.groupindex}


def _texts(path: Path) -> Iterator[_Text]:
    for place, data in archive_files(path) if path.is_file() else _folder_files(path):
        inside = PurePosixPath(place)
        if inside.name.lower().endswith(TEXT_ENDINGS) and not is_hidden(inside):
            yield _Text(place, inside.parts[:-1], inside.name, data)


def _folder_files(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(path.rglob("*")):
        if file.name.lower().endswith(TEXT_ENDINGS) and not is_hidden(file.relative_to(path)) and file.is_file():
            yield file.relative_to(path).as_posix(), file.read_bytes()
