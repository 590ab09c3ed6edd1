"""What is to be predicted where nobody says so: the last column of a table; of files, nothing."""

import re
from pathlib import Path

from chainrule.data import Collection
from chainrule.data.kind import all_kinds, get_kind
from chainrule.errors import DataError


def last_column(collection: Collection, source: str) -> str:
    """Return the last column that may be predicted.

    Raises:
        DataError: the source has files alone whose classes neither folders nor names tell, with how to tell them.
    """
    columns = [name for name in collection.columns if name not in collection.kinds or get_kind(collection.kinds[name]).can_be_target]
    if columns:
        return columns[-1]
    named = [name for name in collection.columns if collection.kinds.get(name) == "drop" and name != "file"]
    if named:
        raise DataError(
            f"{source}: the names of the files have the parts {', '.join(named)}, and none is to be predicted. "
            f"Call the one that is 'class' in --pattern, or give it by --target, such as --target {named[0]}."
        )
    files = next((name for name in _columns_of_files() if name in collection.frame.columns), None)
    advice = "Give the column to be predicted by --target."
    if files is not None:
        name = Path(str(collection.frame[files][0])).name
        advice = f"Put the files into a folder for each class, or, if the class stands in their names, say where: {_pattern(name)}."
    raise DataError(f"{source}: nothing says what is to be predicted. {advice}")


def _columns_of_files() -> list[str]:
    """Return the names that the readers of folders give the column of the files."""
    return [*(kind.column for kind in all_kinds() if kind.holds_files), "file"]


def _pattern(name: str) -> str:
    """Return a pattern for files that are named like this one, its first part the class."""
    stem = Path(name).stem
    pieces = re.split(r"([_\- ]+)", stem)
    if len(pieces) > 1:
        parts = [piece if number % 2 else f"{{part{number // 2 + 1}}}" for number, piece in enumerate(pieces)]
        return f"--pattern '{''.join(['{class}', *parts[1:]])}' takes {pieces[0]!r} for the class of {name}"
    letters = re.match(r"[^\W\d]+", stem)
    if letters and letters[0] != stem:
        return f"--pattern '(?P<class>[A-Za-z]+)' takes {letters[0]!r} for the class of {name}"
    return f"--pattern '{{class}}_{{index}}', though a name such as {name} does not seem to hold one"
