"""Files that a source is read from: found, and known to be the same as when the source was opened."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from chainrule.errors import DataError

Stamp = tuple[int, int]  # bytes, and nanoseconds since 1970 at the last change


def stamp_of(path: str | Path) -> Stamp:
    """Return a file's size and time of change.

    Raises:
        DataError: there is no such file, or it cannot be read.
    """
    try:
        found = os.stat(path)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error
    return found.st_size, found.st_mtime_ns


def require_unchanged(path: str | Path, stamp: Stamp) -> None:
    """Raise DataError where a file is no longer the one that it was."""
    if stamp_of(path) != stamp:
        raise DataError(
            f"{path} has changed since it was opened: {stamp_of(path)[0]:,} bytes, {stamp[0]:,} before, or another time of change. "
            "The steps made so far cannot be made again from it: put the old file back, or begin anew."
        )


def fingerprint(names: Sequence[str], stamps: Sequence[Stamp]) -> str:
    """Return a text that changes when any of these files does."""
    digest = hashlib.sha256()
    for name, (size, time) in zip(names, stamps, strict=True):
        digest.update(f"{name}\0{size}\0{time}\n".encode())
    return digest.hexdigest()


def require_fingerprint(found: str, expected: str, what: str) -> None:
    """Raise DataError where files are not those that a fingerprint was taken of."""
    if expected and found != expected:
        raise DataError(f"{what} has changed since: a file was added, taken away or written. Put the old files back, or begin anew.")
