"""Finding a data set that is a folder of many files."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from chainrule.data.download import FOLDER_VARIABLE
from chainrule.errors import DataError


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
