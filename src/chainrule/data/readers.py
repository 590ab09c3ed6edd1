"""The first verb: from whatever holds the data to a collection."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from chainrule.data.catalogue import CATALOGUE, collect_named
from chainrule.data.catalogue.entry import Progress
from chainrule.data.collection import PARTS, Collection, Found, joined
from chainrule.data.frame import ArrowStream, as_frame
from chainrule.data.kind import Kind
from chainrule.data.read.archives import first_names
from chainrule.data.read.arrays import comes_in_examples, from_arrays, from_examples
from chainrule.data.read.folders import from_files, holds_files, listed
from chainrule.data.read.images import from_donkeycar, from_images, holds_images, is_donkeycar, with_paths
from chainrule.data.read.questions import from_babi, from_squad, is_babi, is_squad
from chainrule.data.read.tables import from_frame, from_table_file
from chainrule.data.read.texts import from_labelled_lines, from_text_files, holds_texts, is_labelled_lines
from chainrule.errors import ArgumentError, DataError, unknown_name

_LEAVE_OUT = (from_table_file, from_text_files, from_labelled_lines)  # readers that can leave out what they cannot read
_BY_NAME = (from_images, from_files, from_text_files)  # readers that take a pattern of files' names
_DECODING = (from_table_file, from_text_files, from_labelled_lines)  # readers that take the encoding of texts
_READERS: tuple[tuple[Callable[[Path], bool], Callable[..., Collection]], ...] = (  # the first that fits reads; else it is a table
    (is_donkeycar, from_donkeycar),
    (holds_images, from_images),
    (holds_files, from_files),
    (is_babi, from_babi),
    (is_squad, from_squad),
    (holds_texts, from_text_files),
    (is_labelled_lines, from_labelled_lines),
)


def collect(
    source: Any,
    *,
    target: str | None = None,
    kinds: Mapping[str, str | type[Kind]] | None = None,
    group: str | None = None,
    time: str | None = None,
    progress: Progress | None = None,
    **reading: Any,
) -> Collection:
    """Collect examples from a named data set, a file, a folder, a table, or arrays.

    Args:
        source: the name of a data set, the path of a file or a folder, a table (Polars, pandas, Arrow, columns by name), arrays
            (x, y), a data set of numbered examples (PyTorch, Hugging Face), a list of rows by name, a generator of (x, y) or of such
            rows, or the paths of given parts by name: {"train": ..., "test": ...}.
        target: the column to predict; None for what the source says, and else none.
        kinds: what single columns are: "number", "category", "text", "question", "context" (that a question is about), "span" (of a
            context), "date", "image", "audio", "labels", "identifier", "drop".
        group: the column of what must not be divided between parts.
        time: the column that orders the rows.
        progress: hears of downloads.
        reading: further arguments for the reader of this kind of source, such as `delimiter` for a text table; `leave_out=True`: rows
            and texts that cannot be read are left out and named in `left_out`, rather than refused.

    Raises:
        ArgumentError: a name that is neither a data set nor a path.
        DataError: what cannot be read, with file, line and column.

    Example:
        >>> digits = collect("digits")
        >>> len(digits), digits.columns, digits.target
        (1797, ('image', 'class'), 'class')
    """
    collection = source if isinstance(source, Collection) else _read(source, progress, reading)
    changes = {"target": target, "group": group, "time": time}
    return collection.taken_as(kinds=kinds, **{name: column for name, column in changes.items() if column is not None})


def _read(source: Any, progress: Progress | None, reading: dict[str, Any]) -> Collection:
    if isinstance(source, str) and source in CATALOGUE:
        return replace(collect_named(source, progress=progress), found=Found(source))
    if isinstance(source, str | os.PathLike):
        return replace(_from_path(Path(source), reading), found=Found(_absolute(source), reading))
    if (
        isinstance(source, Mapping)
        and source
        and all(part in PARTS and isinstance(held, str | os.PathLike) for part, held in source.items())
    ):
        found = Found({str(part): _absolute(held) for part, held in source.items()}, reading)
        return replace(joined({str(part): _from_path(Path(held), reading) for part, held in source.items()}), found=found)
    if isinstance(source, Mapping | ArrowStream):
        return from_frame(as_frame(source))  # pyright: ignore[reportArgumentType]
    return from_examples(source) if comes_in_examples(source) else from_arrays(source)


def _absolute(path: "str | os.PathLike[str]") -> str:
    return str(Path(path).absolute())


def _from_path(path: Path, reading: dict[str, Any]) -> Collection:
    if not path.exists():
        if path.suffix or len(path.parts) > 1:
            raise DataError(f"{path}: there is no such file or folder.")
        raise unknown_name("The source is not a file here, so it", str(path), CATALOGUE)
    reader = next((read for fits, read in _READERS if fits(path)), from_table_file)
    if reader is from_table_file and path.is_dir():
        raise _no_examples(path)
    if "pattern" in reading and reader not in _BY_NAME:
        raise ArgumentError(f"pattern is for folders and archives of images, sounds or texts. Got {path.name} instead.")
    if "encoding" in reading and reader not in _DECODING:
        raise ArgumentError(f"encoding is for texts and for tables written as text. Got {path.name} instead.")
    taken = {name: value for name, value in reading.items() if name != "leave_out" or reader in _LEAVE_OUT}
    return with_paths(reader(path, **taken), path.parent)


def _no_examples(folder: Path) -> DataError:
    """Return the error for a folder that is of no kind that is known, with what was met in it."""
    names = sorted(Path(name).name for name in first_names(folder))
    met = f"It has {listed(names)}; for a table, give the file itself" if names else "It is empty"
    return DataError(f"{folder}: a folder of examples must hold images, sounds or files of text, best in a folder for each class. {met}.")
