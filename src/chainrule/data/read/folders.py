"""Collecting files, one for each example: images, sounds, and what other kinds keep in files."""

import re
from collections import Counter
from pathlib import Path

import polars as pl

from chainrule.counting import counted
from chainrule.data.collection import Collection, LeftOut, parts_column
from chainrule.data.kind import Kind, all_kinds
from chainrule.data.read.archives import first_names, is_archive, is_hidden, unpacked
from chainrule.errors import ArgumentError, DataError
from chainrule.files import is_path

PART_NAMES = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}
TARGETS = ("class", "label")  # named groups of a pattern that are what is to be predicted

_NAMED = 5  # of what is listed


def from_files(path: Path, *, pattern: str | None = None, kind: Kind | None = None) -> Collection:
    r"""Return the collection of a folder's or an archive's files: the class is the folder that a file lies in, or a part of its name.

    Args:
        path: the folder, or an archive, which is unpacked into the cache.
        kind: of the files; None for the one that most of them are of.
        pattern: how their names are made, whose named parts become columns, as "{class}_{speaker}_{index}", or as a regular expression
            with named groups, r"(?P<label>\d)_.*". The part "class" or "label" is to be predicted, nothing is learned from others.

    Raises:
        DataError: no such files, a name that does not fit the pattern, a damaged archive.
    """
    kind = kind or kind_of_folder(path)
    if kind is None:
        raise DataError(f"{path}: there are no files in it that hold an example each, such as images or sounds.")
    folder = unpacked(path) if is_archive(path) else path
    files, others = found(folder, kind.endings)
    if not files:
        raise DataError(f"{path}: there are no {kind.plural} ({', '.join(kind.endings)}) in it.")
    columns: dict[str, list[str]] = {kind.column: [str(file) for file in files]}
    kinds: dict[str, str] = {kind.column: kind.name}
    parts = [_part(file.relative_to(folder)) for file in files]
    facts = [f"{len(files):,} {kind.plural}"]
    if pattern is not None:
        named = _from_names(files, pattern)
        columns |= named
        kinds |= {name: "category" if name in TARGETS else "drop" for name in named}
        target = next((name for name in TARGETS if name in named), None)
    else:
        classes = [file.parent.name for file in files]
        target = "class" if len(set(classes)) > 1 and all(file.parent != folder for file in files) else None
        if target:
            columns["class"], kinds["class"] = classes, "category"
            facts[0] += f" in {len(set(classes))} folders, which are their classes"
    if target is None and pattern is None:
        facts.append(f"neither folders nor names say a class: give pattern='{{class}}_{{index}}', as the names are made ({files[0].name})")
    frame = pl.DataFrame(columns)
    if any(part is not None for part in parts):
        frame = _with_parts(frame, parts, files)
    if target and pattern is None:
        facts += _empty(folder, files)
    left_out = tuple(LeftOut(str(file), f"is no file of {kind.plural} by its name") for file in others)
    if left_out:
        others_are = counted(len(left_out), "other file is", "other files are")
        facts.append(f"{others_are} not looked at: {listed([Path(entry.place).name for entry in left_out])}")
    name = path.name.split(".")[0]
    return Collection(frame, kinds=kinds, target=target, name=name, facts=tuple(facts), left_out=left_out)


def found(folder: Path, endings: tuple[str, ...]) -> tuple[list[Path], list[Path]]:
    """Return the files of a folder and of those in it whose names end so, and the others, in the order of their paths; hidden ones are
    passed over.
    """
    seen = [file for file in sorted(folder.rglob("*")) if not is_hidden(file.relative_to(folder)) and file.is_file()]
    fitting = [file for file in seen if is_path(file.name, endings)]
    return fitting, [file for file in seen if not is_path(file.name, endings)]


def listed(names: list[str]) -> str:
    """Return the first few of these names, and how many more there are."""
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _part(file: Path) -> str | None:
    return next((PART_NAMES[folder.lower()] for folder in file.parts[:-1] if folder.lower() in PART_NAMES), None)


def _with_parts(frame: pl.DataFrame, parts: list[str | None], files: list[Path]) -> pl.DataFrame:
    for part, file in zip(parts, files, strict=True):
        if part is None:
            raise DataError(f"{file}: it lies in no folder named train, validation or test, as others do.")
    if "train" not in parts:
        raise DataError(f"The folders give the parts {', '.join(sorted({str(part) for part in parts}))}, and none named train.")
    return frame.with_columns(parts_column([str(part) for part in parts]))


def _from_names(files: list[Path], pattern: str) -> dict[str, list[str]]:
    named = compiled(pattern)
    columns: dict[str, list[str]] = {name: [] for name in named.groupindex}
    for file in files:
        match = named.search(file.stem)
        if match is None:
            raise DataError(f"{file}: the name {file.stem!r} does not fit the pattern {pattern!r}.")
        for name, values in columns.items():
            values.append(match[name] or "")
    return columns


def compiled(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of a pattern: "{class}_{index}", or one with named groups already.

    Raises:
        ArgumentError: a pattern without named parts, or one that cannot be read.

    Example:
        >>> compiled("{class}_{speaker}_{index}").search("7_jackson_0").groupdict()
        {'class': '7', 'speaker': 'jackson', 'index': '0'}
    """
    source = pattern
    if "(?P<" not in pattern:
        pieces = re.split(r"\{(\w+)\}", pattern)
        source = "".join(f"(?P<{piece}>.+?)" if number % 2 else re.escape(piece) for number, piece in enumerate(pieces))
        source = f"^{source}$"
    try:
        named = re.compile(source)
    except re.error as error:
        raise ArgumentError(f"pattern must be like '{{class}}_{{index}}' or a regular expression. Got {pattern!r}: {error}.") from error
    if not named.groupindex:
        raise ArgumentError(f"pattern must have named parts, such as '{{class}}_{{index}}'. Got {pattern!r} instead.")
    return named


def _empty(folder: Path, files: list[Path]) -> list[str]:
    """Return what there is to say of folders that look like classes and hold no files, and of classes with a single file."""
    filled = {file.parent for file in files}
    beside = {entry for parent in {file.parent for file in filled} for entry in parent.iterdir() if entry.is_dir()}
    named = [entry for entry in beside - filled if not entry.name.startswith(".")]
    empty = sorted(str(entry.relative_to(folder)) for entry in named if not any(entry.iterdir()))
    folders = counted(len(empty), "folder is empty, and is no class", "folders are empty, and are no classes")
    said = [f"{folders}: {listed(empty)}"] if empty else []
    single = sorted(name for name, count in Counter(file.parent.name for file in files).items() if count == 1)
    return said + ([f"{counted(len(single), 'class has', 'classes have')} a single file: {listed(single)}"] if single else [])


def kind_of_folder(path: Path) -> Kind | None:
    """Return the kind that most files of a folder or an archive hold a value of each, as images and sounds do; None for no such kind."""
    if not path.is_dir() and not is_archive(path):
        return None
    names = first_names(path)
    known = (kind for kind in all_kinds() if kind.holds_files)
    return next((kind for kind in known if sum(is_path(name, kind.endings) for name in names) > len(names) / 2), None)


def holds_files(path: Path) -> bool:
    """Return whether most files of a folder or an archive are of one kind that keeps a value in each."""
    return kind_of_folder(path) is not None
