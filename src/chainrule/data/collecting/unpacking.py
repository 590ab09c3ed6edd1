"""Archives of many files, unpacked once into the cache."""

import hashlib
import os
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, TypeAlias

import platformdirs

from chainrule.data.collecting.files import ARCHIVE_ERRORS, damaged, open_tar
from chainrule.errors import DataError


@dataclass(frozen=True)
class _Member:
    """A file in an archive."""

    name: str
    size: int
    entry: zipfile.ZipInfo | tarfile.TarInfo


_Archive: TypeAlias = zipfile.ZipFile | tarfile.TarFile


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
