"""The files that a folder or an archive holds: their names, their bytes read in memory, and archives unpacked once into the cache."""

import hashlib
import lzma
import os
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import IO, TypeAlias

import platformdirs

from chainrule.errors import DataError

ARCHIVE_ENDINGS = (".tar", ".tar.gz", ".tgz", ".zip")
ARCHIVE_ERRORS = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError,
    RuntimeError,  # of zipfile, where files are encrypted, or compressed in a way that it does not know
)  # fmt: skip

_SAMPLE = 2000  # names that are looked at
_LARGEST = 1 << 26  # bytes of one text
_PIECE = 1 << 16  # bytes
_Archive: TypeAlias = zipfile.ZipFile | tarfile.TarFile


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


@dataclass(frozen=True)
class _Member:
    """A file in an archive."""

    name: str
    size: int
    entry: zipfile.ZipInfo | tarfile.TarInfo


def unpacked(path: Path) -> Path:
    """Return the folder in the cache that holds an archive's files, after unpacking it there where that was not done before.

    The folder is named by the SHA-256 of the archive, and appears whole or not at all. Only files are taken, no links.

    Args:
        path: a .tar, .tar.gz, .tgz or .zip file.

    Raises:
        DataError: an archive that is damaged, holds a name that leads out of the folder, or more than fits on the disk.
    """
    with path.open("rb") as stream:
        name = hashlib.file_digest(stream, "sha256").hexdigest()
    home = Path(platformdirs.user_cache_dir("chainrule"), "unpacked")
    if (home / name).is_dir():
        return home / name
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as beside:
        folder = Path(beside, "files")
        folder.mkdir()
        try:
            with _opened(path) as archive:
                _write(archive, folder, path)
        except ARCHIVE_ERRORS as error:
            raise damaged(path, error) from error
        try:
            os.rename(folder, home / name)
        except OSError:  # another process was quicker
            if not (home / name).is_dir():
                raise
    return home / name


@contextmanager
def _opened(path: Path) -> Generator[_Archive]:
    with zipfile.ZipFile(path) if path.name.lower().endswith(".zip") else open_tar(path) as archive:
        yield archive


def _write(archive: _Archive, folder: Path, path: Path) -> None:
    free = shutil.disk_usage(folder).free
    for member in _members(archive):
        if not _is_inside(member.name):
            raise DataError(f"{path}: the name {member.name!r} leads out of the archive's folder. Nothing of it was unpacked.")
        free -= member.size
        if free < 0:
            raise DataError(f"{path}: there is not enough room on the disk for its files, with {member.name!r}.")
        target = folder / member.name
        if target.is_file():
            raise DataError(f"{path}: it holds two files of the name {member.name!r}. Make it anew, each file with a name of its own.")
        target.parent.mkdir(parents=True, exist_ok=True)
        with _stream(archive, member) as source, target.open("xb") as written:
            shutil.copyfileobj(source, written)


def _members(archive: _Archive) -> Iterator[_Member]:
    if isinstance(archive, zipfile.ZipFile):
        yield from (_Member(entry.filename, entry.file_size, entry) for entry in archive.infolist() if not entry.is_dir())
    else:
        yield from (_Member(entry.name, entry.size, entry) for entry in archive if entry.isfile())


def _stream(archive: _Archive, member: _Member) -> IO[bytes]:
    if isinstance(archive, zipfile.ZipFile):
        assert isinstance(member.entry, zipfile.ZipInfo)
        return archive.open(member.entry)
    assert isinstance(member.entry, tarfile.TarInfo)
    stream = archive.extractfile(member.entry)
    assert stream is not None  # of a file there always is one
    return stream


def _is_inside(name: str) -> bool:
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    return not (posix.is_absolute() or windows.drive or windows.root or ".." in posix.parts or ".." in windows.parts)
