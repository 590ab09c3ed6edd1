"""The files that a folder or an archive holds: their names, and their bytes, read in memory."""

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path, PurePath

from chainrule.errors import DataError

ARCHIVE_ENDINGS = (".tar", ".tar.gz", ".tgz", ".zip")
ARCHIVE_ERRORS = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError,
    RuntimeError,  # of zipfile, where files are encrypted, or compressed in a way that it does not know
)  # fmt: skip

_SAMPLE = 2000  # names that are looked at
_LARGEST = 1 << 26  # bytes of one text
_PIECE = 1 << 16  # bytes


def is_archive(path: Path) -> bool:
    """Return whether a path is a file that is named like an archive."""
    return path.name.lower().endswith(ARCHIVE_ENDINGS) and path.is_file()


def is_hidden(inside: PurePath) -> bool:
    """Return whether a file of a folder or an archive is one that nobody put there as an example, by its path inside."""
    return any(part.startswith((".", "__MACOSX")) for part in inside.parts)


def first_names(path: Path) -> list[str]:
    """Return the names of the first files of a folder or an archive, or of the file itself, unread.

    Raises:
        DataError: an archive that is damaged.
    """
    if not path.is_dir() and not is_archive(path):
        return [path.name]
    try:
        return list(islice(_names(path), _SAMPLE))
    except ARCHIVE_ERRORS as error:
        raise damaged(path, error) from error


def _names(path: Path) -> Iterator[str]:
    """Yield the names of the files, unread."""
    if path.is_dir():
        yield from (str(file) for file in path.rglob("*") if not is_hidden(file.relative_to(path)) and file.is_file())
    elif path.name.lower().endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            yield from (entry.filename for entry in archive.infolist() if not entry.is_dir())
    else:
        with open_tar(path) as archive:
            yield from (member.name for member in archive if member.isfile())


class _Header(tarfile.TarInfo):
    """The header of a file in a tar archive, an error where it is damaged: tarfile itself takes that for the end of the archive."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "_Header":
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if not buf.strip(b"\0"):  # a true end
                raise
            raise tarfile.ReadError(f"a file's header in it is damaged: {error}") from error


@contextmanager
def open_tar(path: Path) -> Generator[tarfile.TarFile]:
    """Open a tar archive that is read from its first file to its last; in the end its checksum is compared, where it has one."""
    with tarfile.open(path, tarinfo=_Header) as archive:
        yield archive
        while archive.fileobj.read(_PIECE):
            pass


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
            with open_tar(path) as archive:
                for member in archive:
                    stream = archive.extractfile(member) if member.isfile() else None
                    if stream is not None:
                        yield member.name, _bounded(path, member.name, member.size) or stream.read()
    except ARCHIVE_ERRORS as error:
        raise damaged(path, error) from error


def damaged(path: Path, error: Exception) -> DataError:
    """Return the error for an archive that cannot be read."""
    what = "damaged, or it is encrypted" if isinstance(error, RuntimeError) else "damaged or cut off"
    return DataError(f"{path}: the archive is {what}: {error}")


def _bounded(path: Path, name: str, size: int) -> None:
    if size > _LARGEST:
        raise DataError(f"{path}: {name} has {size:,} bytes, more than the {_LARGEST:,} that are read as one text.")
