"""Collecting sounds: files in folders and archives."""

from pathlib import Path

from chainrule.data.collecting.collection import Collection
from chainrule.data.collecting.files import first_names, is_archive
from chainrule.data.collecting.kinds import AUDIO_ENDINGS, is_path
from chainrule.data.collecting.media import Medium, from_files

SOUNDS = Medium("audio", "sound", AUDIO_ENDINGS, "sounds")


def from_sounds(path: Path, *, pattern: str | None = None) -> Collection:
    """Return the collection of the sounds in a folder or an archive.

    The class is the folder that a file lies in, or a part of its name; see `from_files` for the pattern.

    Raises:
        DataError: no sounds, a name that does not fit the pattern, a damaged archive.
    """
    return from_files(path, SOUNDS, pattern)


def holds_sounds(path: Path) -> bool:
    """Return whether most files of a folder or an archive are sounds."""
    if not path.is_dir() and not is_archive(path):
        return False
    names = first_names(path)
    return sum(is_path(name, AUDIO_ENDINGS) for name in names) > len(names) / 2
