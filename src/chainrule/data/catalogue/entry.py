"""What the catalogue says of a named data set, and finding its files: in a folder, in the cache, or at their home on the web."""

import errno
import hashlib
import os
import re
import shutil
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any, TypeAlias

import platformdirs

from chainrule.data.collection import Collection
from chainrule.data.splits import Split
from chainrule.errors import DataError

FOLDER_VARIABLE = "CHAINRULE_DATA"

Progress: TypeAlias = Callable[[int, int], None]

_TIMEOUT = 30  # seconds without a byte
_ATTEMPTS = 5  # after which a transfer that breaks off again and again is given up
_CHUNK = 1 << 16


@dataclass(frozen=True)
class File:
    """A file of a data set: where it is found, and how it is known to be the right one.

    Args:
        path: its place within a folder of data sets, such as "mnist/train-labels-idx1-ubyte.gz".
        url: its home.
        sha256: of its bytes, in hexadecimal.
        size: in bytes.
        inside: what is to be fetched at its home by hand, where `url` is a page; None where it is the file.
    """

    path: str
    url: str
    sha256: str
    size: int
    inside: str | None = None


def find(file: File, *, folder: str | os.PathLike[str] | None = None, progress: Progress | None = None) -> Path:
    """Return where a data set's file lies on this machine, after downloading it where needed.

    It is looked for in `folder`, else in the folder that the environment variable CHAINRULE_DATA names, else in the user's
    cache. Into the cache alone it is downloaded; a transfer that broke off goes on where it stopped, also in a later run.
    Wherever it lies, its SHA-256 is compared.

    Args:
        file: what to find.
        folder: a folder of data sets, laid out as `File.path` says.
        progress: is called with the bytes that are here and all bytes, while they are downloaded.

    Raises:
        DataError: the file is not in the folder; it cannot be downloaded, and how to put it there by hand; its checksum is
            another (a download is then removed, a file in the user's folder is not); the disk is full.

    Source:
        Fielding, Nottingham and Reschke (2022), HTTP Semantics, RFC 9110, section 14 (range requests).

    Example:
        >>> import tempfile
        >>> file = File("tiny/a.txt", "https://example.org/a.txt", hashlib.sha256(b"abc").hexdigest(), size=3)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Path(folder, "tiny").mkdir()
        ...     _ = Path(folder, "tiny", "a.txt").write_bytes(b"abc")
        ...     find(file, folder=folder).name
        'a.txt'
    """
    named, target = folder or os.environ.get(FOLDER_VARIABLE), place_of(file, folder)
    try:
        if named:
            return _in_folder(file, target, "the folder given" if folder else f"the folder that {FOLDER_VARIABLE} names")
        return _in_cache(file, target, progress)
    except OSError as error:
        raise _local_trouble(file, target, error) from error


def place_of(file: File, folder: str | os.PathLike[str] | None = None) -> Path:
    """Return where a data set's file lies, or would lie, on this machine; the arguments are those of `find`."""
    named = folder or os.environ.get(FOLDER_VARIABLE)
    return Path(named or Path(platformdirs.user_cache_dir("chainrule"), "datasets"), file.path).expanduser()


def _in_folder(file: File, path: Path, what: str) -> Path:
    if not path.is_file():
        home = f"Its home is {file.url}; without a folder it is downloaded." if file.inside is None else _fetched_by_hand(file)
        raise DataError(f"{path} is not there: {file.path} must lie in {what}. {home}")
    return _checked(file, path)


def _checked(file: File, path: Path) -> Path:
    met = _sha256(path)
    if met != file.sha256:
        size = f"{path.stat().st_size:,} of {file.size:,} bytes"
        again = f"Fetch it again from {file.url}." if file.inside is None else _fetched_by_hand(file)
        raise DataError(f"{path}: the SHA-256 must be {file.sha256}. Met {met} ({size}). {again}")
    return path


def _in_cache(file: File, path: Path, progress: Progress | None) -> Path:
    if path.is_file():
        if file.inside is not None:
            return _checked(file, path)
        if _sha256(path) == file.sha256:
            return path
        path.unlink()
    if file.inside is not None:
        raise DataError(f"{path} is not there, and it cannot be downloaded by itself. {_fetched_by_hand(file)} {_by_hand(file)}")
    _download(file, path, progress)
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _download(file: File, target: Path, progress: Progress | None) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    here = _begun(part, file)
    free = shutil.disk_usage(target.parent).free
    if free < file.size - here:
        raise OSError(errno.ENOSPC, f"{free:,} bytes are free")
    for _ in range(_ATTEMPTS if here < file.size else 0):
        before, trouble = here, _transfer(file, part, here, progress)
        here = _begun(part, file)
        if here == file.size:
            break
        if here == before:
            raise _unreachable(file, target, here, trouble)
    if here < file.size:
        raise _unreachable(file, target, here, "the transfer broke off again and again")
    met = _sha256(part)
    if met != file.sha256:
        part.unlink()
        raise DataError(
            f"{file.url}: the SHA-256 must be {file.sha256}. Met {met}; the file was removed. It has changed at its home. {_by_hand(file)}"
        )
    os.replace(part, target)


def _begun(part: Path, file: File) -> int:
    """Return how many bytes are here already; more than there should be are worth nothing."""
    here = part.stat().st_size if part.exists() else 0
    if here > file.size:
        part.unlink()
        return 0
    return here


def _transfer(file: File, part: Path, here: int, progress: Progress | None) -> Exception | None:
    """Add to the part what its home sends, and return what went wrong on the way, if anything did."""
    headers = {"User-Agent": "chainrule"} | ({"Range": f"bytes={here}-"} if here else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(file.url, headers=headers), timeout=_TIMEOUT) as response:
            begin = _first_byte(response)
            with part.open("r+b" if part.exists() else "wb") as stream:
                stream.truncate(min(begin, here))
                stream.seek(0, os.SEEK_END)
                if begin > here:
                    return DataError(f"the server sent bytes from {begin:,} on, asked for those from {here:,} on")
                _copy(response, stream, file, progress)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416:  # the server does not have bytes from there on: begin again
            part.unlink()
        return error
    except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError, ssl.SSLError) as error:
        return error
    return None


def _first_byte(response: Any) -> int:
    """Return the place of the first byte that is sent: 0 from a server that does not know ranges."""
    match = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(match[1]) if response.status == 206 and match else 0


def _copy(response: IO[bytes], stream: IO[bytes], file: File, progress: Progress | None) -> None:
    while chunk := response.read(_CHUNK):
        stream.write(chunk)
        if progress:
            progress(stream.tell(), file.size)
        if stream.tell() > file.size:
            raise DataError(f"{file.url}: the file must have {file.size:,} bytes. Its home sends more: it has changed. {_by_hand(file)}")


def _unreachable(file: File, target: Path, here: int, trouble: object) -> DataError:
    kept = f" {here:,} of {file.size:,} bytes are here; the next attempt goes on from there." if here else ""
    advice = f"Try again later, or fetch it by other means and put it at {target}."
    return DataError(f"{file.url} cannot be downloaded: {trouble or 'it ends too early'}.{kept} {advice} {_by_hand(file)}")


def _by_hand(file: File) -> str:
    return f"Any folder that the environment variable {FOLDER_VARIABLE} names serves as well, with the file in it as {file.path}."


def _fetched_by_hand(file: File) -> str:
    return f"Fetch it by hand and put it there: {file.inside}, at {file.url}."


def _local_trouble(file: File, target: Path, error: OSError) -> DataError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DataError(f"{target}: the disk is full; the file needs {file.size:,} bytes ({error}). Make room. {_by_hand(file)}")
    return DataError(f"{target}: the file cannot be written or read ({error}). {_by_hand(file)}")


@dataclass(frozen=True)
class Folder:
    """A folder of a data set: where it is found, and how it is known to hold the right files.

    Args:
        path: its place within a folder of data sets, such as "fsdd".
        url: its home.
        sha256: of the paths and bytes of the files that match, in the order of their paths: see `fingerprint`.
        pattern: which files count, such as "recordings/*.wav".
    """

    path: str
    url: str
    sha256: str
    pattern: str


def find_folder(folder: Folder, root: str | os.PathLike[str] | None = None) -> Path:
    """Return where a data set's folder lies on this machine, its files compared with the SHA-256 that is known of them.

    It is looked for in `root`, else in the folder that the environment variable CHAINRULE_DATA names, else in the user's cache.

    Raises:
        DataError: it is not there, and how to put it there; files that are missing, added or changed.
    """
    named = root or os.environ.get(FOLDER_VARIABLE)
    path = Path(named or Path(platformdirs.user_cache_dir("chainrule"), "datasets"), folder.path).expanduser()
    advice = f"Fetch it from {folder.url} and put it there; any folder that {FOLDER_VARIABLE} names serves as well, as {folder.path}."
    if not path.is_dir():
        raise DataError(f"{path} is not there: it must be the folder of the data set's files. {advice}")
    met = fingerprint(path, folder.pattern)
    if met != folder.sha256:
        count = len(list(path.glob(folder.pattern)))
        raise DataError(f"{path}: the SHA-256 of its files must be {folder.sha256}. Met {met} (of {count:,} files). {advice}")
    return path


def fingerprint(path: Path, pattern: str) -> str:
    """Return the SHA-256 over a folder's files that match: for each, by path, its path below the folder, a line feed and its bytes' own.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = Path(folder, "a.txt").write_bytes(b"abc")
        ...     fingerprint(Path(folder), "*.txt")[:8]
        '81fc4c82'
    """
    whole = hashlib.sha256()
    for name in sorted(file.relative_to(path).as_posix() for file in path.glob(pattern) if file.is_file()):
        whole.update(f"{name}\n".encode() + hashlib.sha256((path / name).read_bytes()).digest())
    return whole.hexdigest()


@dataclass(frozen=True)
class Entry:
    """A named data set in the catalogue.

    Args:
        name: what it is asked for by.
        description: what it is, in a line.
        authors: who made it.
        licence: under which it may be used.
        home: a page about it.
        files: those it is read from; none where it travels inside the package.
        read: makes its training and test part, as arrays, from the places of these files; None for sets that are not arrays.
        classes: names of the classes; None where the target is a quantity, and where `collect` says.
        feature_names: names of the numbers of each example; none for images.
        collect: makes its collection from the places of these files, then of the folders: of sets that are read file by file.
        folders: those it is read from, where it is no single file.
    """

    name: str
    description: str
    authors: str
    licence: str
    home: str
    files: tuple[File, ...]
    read: Callable[[Sequence[Path]], tuple[Split, Split | None]] | None = None
    classes: tuple[str, ...] | None = None
    feature_names: tuple[str, ...] = ()
    collect: Callable[[Sequence[Path]], Collection] | None = None
    folders: tuple[Folder, ...] = ()

    @property
    def source(self) -> str:
        """Who made it, where it lives, and under which licence."""
        return f"{self.authors}. {self.home}. Licence: {self.licence}."
