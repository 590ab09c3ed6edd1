"""Uploads: files that a page has sent, bounded in size and number, in a folder of their own. Keeping one runs nothing in it."""

import re
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

from msgspec import Struct

from chainrule.errors import ArgumentError, DataError
from chainrule.studio.settings_data import UPLOAD


class Upload(Struct, frozen=True):
    """A file that was uploaded.

    Args:
        name: that it is asked for by.
        source: as a `DataChoice` names it.
        bytes: its size.
        kind: "table", "image", "sound", "text", "array" or "images" (an archive).
    """

    name: str
    source: str
    bytes: int
    kind: str


MOST_BYTES = 64 << 20  # of one file
MOST_FILES = 200
MOST_TOGETHER = 1 << 30  # bytes of all files
LONGEST_NAME = 120
KINDS: dict[str, str] = {
    **dict.fromkeys((".csv", ".tsv", ".parquet", ".jsonl", ".ndjson"), "table"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"), "image"),
    **dict.fromkeys((".wav", ".flac", ".mp3", ".ogg"), "sound"),
    **dict.fromkeys((".txt",), "text"),
    **dict.fromkeys((".npy", ".npz"), "array"),
    **dict.fromkeys((".zip",), "images"),
}
_NAME = re.compile(r"[\w(][\w\-. ()]*", re.ASCII)


class Uploads:
    """The files in a folder.

    Args:
        folder: made when the first one comes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._coming: dict[Path, int] = {}  # bytes of those that are on their way

    def all(self, before: Path | None = None) -> list[Upload]:
        """Return the uploads, the newest first; before them the one that has just been kept, where it is given."""
        files = [path for path in self.folder.glob("*") if path.is_file() and not path.is_symlink() and path.suffix in KINDS]
        newest = sorted(files, key=lambda path: (path == before, path.stat().st_mtime), reverse=True)
        return [Upload(path.name, UPLOAD + path.name, path.stat().st_size, KINDS[path.suffix]) for path in newest]

    def place(self, name: str) -> Path:
        """Return where the upload of a name lies.

        Raises:
            ArgumentError: there is none.
        """
        path = self.folder / _checked(name)
        if not path.is_file() or path.is_symlink():
            raise ArgumentError(f"There is no upload {name!r}: drop the file on the page first.")
        return path

    async def keep(self, name: str, chunks: AsyncIterator[bytes]) -> Path:
        """Keep a file, whole or not at all, and return where it lies; one of the same name stays.

        Raises:
            ArgumentError: a name or an ending that is not taken.
            DataError: too large, or too many.
        """
        checked = _checked(name)
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f".{secrets.token_hex(8)}.part"
        self._coming[beside] = 0
        try:
            if len(self.all()) + len(self._coming) > MOST_FILES:
                raise DataError(f"There are {MOST_FILES} uploads already: delete some in {self.folder}.")
            with beside.open("wb") as file:
                async for chunk in chunks:
                    self._coming[beside] += len(chunk)
                    together = sum(self._coming.values()) + sum(upload.bytes for upload in self.all())  # others may have ended meanwhile
                    if self._coming[beside] > MOST_BYTES or together > MOST_TOGETHER:
                        raise DataError(
                            f"{name} is too large: an upload may have {MOST_BYTES >> 20} MiB, and all {MOST_TOGETHER >> 20} MiB."
                        )
                    file.write(chunk)
            if not self._coming[beside]:
                raise DataError(f"{name} is empty.")
            path = self._free(checked)
            beside.rename(path)
            return path
        finally:
            del self._coming[beside]
            beside.unlink(missing_ok=True)

    def _free(self, name: str) -> Path:
        path, number = self.folder / name, 1
        while path.exists() or path.is_symlink():
            number += 1
            path = self.folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
        return path


def _checked(name: str) -> str:
    """Return a plain file name with an ending that is taken, in small letters.

    Raises:
        ArgumentError: another one.
    """
    suffix = Path(name).suffix.lower()
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name) or suffix not in KINDS:
        raise ArgumentError(
            f"The name of an upload must be of letters, digits, spaces, - _ . ( ), {LONGEST_NAME} at most, and end in one of "
            f"{', '.join(sorted(KINDS))}. Got {name[:200]!r} instead."
        )
    return name[: -len(suffix)] + suffix
