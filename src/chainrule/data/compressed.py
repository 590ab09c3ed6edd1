"""Opening files that may be gzipped."""

import gzip
import zlib
from pathlib import Path
from typing import IO, cast

from chainrule.errors import DataError

_JUDGED = 1 << 22  # bytes of a gzipped file by which it is told how long all are
GZIP_ERRORS = (EOFError, zlib.error, gzip.BadGzipFile)


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file to read its bytes, through gzip where its first two bytes say so."""
    with existing(path).open("rb") as stream:
        zipped = stream.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path, "rb")) if zipped else path.open("rb")


def unpacked_size(path: Path) -> int:
    """Return how many bytes are read of a file; of a gzipped one about as many, judged by its beginning."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        if stream.read(2) != b"\x1f\x8b":
            return size
        stream.seek(0)
        begun = len(gzip.GzipFile(fileobj=stream).read(_JUDGED))
        return begun * size // stream.tell()


def existing(path: Path) -> Path:
    """Return `path` where it is a file, else raise DataError."""
    if not path.is_file():
        raise DataError(f"{path}: {'this is a folder, not a file' if path.is_dir() else 'there is no such file'}.")
    return path


def broken_gzip(path: Path, error: Exception) -> DataError:
    """Return the error for a gzip file that ends too early or is damaged."""
    what = "the gzip file is cut off: it ends before its data do" if isinstance(error, EOFError) else f"the gzip file is damaged ({error})"
    return DataError(f"{path}: {what}. Fetch it again.")
