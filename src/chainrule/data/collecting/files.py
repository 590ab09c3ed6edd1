"""The files that a folder or an archive holds: their names, and their bytes, read in memory."""

import tarfile
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from chainrule.errors import DataError

ARCHIVE_ENDINGS = (".tar", ".tar.gz", ".tgz", ".zip")

_SAMPLE = 2000  # names that are looked at
_LARGEST = 1 << 26  # bytes of one text


def is_archive(path: Path) -> bool:
    """Return whether a path is a file that is named like an archive."""
    return path.name.lower().endswith(ARCHIVE_ENDINGS) and path.is_file()


def first_names(path: Path) -> list[str]:
    """Return the names of the first files of a folder or an archive, or of the file itself, unread.

    Raises:
        DataError: an archive that is damaged.
    """
    if not path.is_dir() and not is_archive(path):
        return [path.name]
    try:
        return list(islice(_names(path), _SAMPLE))
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as error:
        raise damaged(path, error) from error


def _names(path: Path) -> Iterator[str]:
    """Yield the names of the files, unread."""
    if path.is_dir():
        yield from (str(file) for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
    elif path.name.lower().endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            yield from (entry.filename for entry in archive.infolist() if not entry.is_dir())
    else:
        with tarfile.open(path) as archive:
            yield from (member.name for member in archive if member.isfile())


def archive_files(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each file in an archive, read in memory, so that no name can lead out of a folder.

    Raises:
        DataError: an archive that is damaged or cut off, or a file in it that is larger than a text can be.
    """
    try:
        if path.name.lower().endswith(".zip"):
            with zipfile.ZipFile(path) as archive:
                for entry in archive.infolist():
                    if not entry.is_dir():
                        yield entry.filename, _bounded(path, entry.filename, entry.file_size) or archive.read(entry)
        else:
            with tarfile.open(path) as archive:
                for member in archive:
                    stream = archive.extractfile(member) if member.isfile() else None
                    if stream is not None:
                        yield member.name, _bounded(path, member.name, member.size) or stream.read()
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as error:
        raise damaged(path, error) from error


def damaged(path: Path, error: Exception) -> DataError:
    """Return the error for an archive that cannot be read."""
    return DataError(f"{path}: the archive is damaged or cut off: {error}")


def _bounded(path: Path, name: str, size: int) -> None:
    if size > _LARGEST:
        raise DataError(f"{path}: {name} has {size:,} bytes, more than the {_LARGEST:,} that are read as one text.")
