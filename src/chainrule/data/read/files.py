"""One file: opened through gzip where it is gzipped, and its bytes as text."""

import codecs
import gzip
import re
import zlib
from pathlib import Path
from typing import IO, cast

from chainrule.errors import DataError

_SAMPLED = 1 << 22  # bytes of a gzipped file from which the length of the whole is estimated
GZIP_ERRORS = (EOFError, zlib.error, gzip.BadGzipFile)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WESTERN = ("cp1252", "latin-1")  # tried in this order: latin-1 takes any byte
_ESCAPED = re.compile("[\udc80-\udcff]")  # what Python's "surrogateescape" makes of a byte that is not of the encoding


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file to read its bytes, through gzip where its first two bytes say so."""
    with existing(path).open("rb") as stream:
        zipped = stream.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path, "rb")) if zipped else path.open("rb")


def unpacked_size(path: Path) -> int:
    """Return how many bytes are read of a file; of a gzipped one about as many, estimated from its beginning."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        if stream.read(2) != b"\x1f\x8b":
            return size
        stream.seek(0)
        begun = len(gzip.GzipFile(fileobj=stream).read(_SAMPLED))
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


def decode(data: bytes, place: str, encoding: str = "utf-8") -> str:
    r"""Return bytes as text, without a byte order mark, line ends as \n.

    Args:
        data: the bytes of a file.
        place: its name, for messages.
        encoding: the name of an encoding.

    Raises:
        DataError: bytes that are not of the encoding, with the line and the encodings that they may be of; a name that is none.

    Example:
        >>> decode("Größe\r\n".encode("latin-1"), "words.txt", "latin-1")
        'Größe\n'
    """
    try:
        text = data.decode("utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding)
    except LookupError as error:
        raise DataError(f"{encoding!r} is not the name of an encoding. Try 'utf-8', 'cp1252', 'latin-1' or 'utf-16'.") from error
    except UnicodeDecodeError as error:
        raise _undecodable(data, place, encoding, error) from error
    if "\0" in text:
        raise DataError(f"{place}: this is not text in {encoding}: it has characters of zero.{_advice(fitting(data))}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def escaped_byte(text: str) -> str | None:
    """Return the first byte of a text, decoded with "surrogateescape", that was not of the encoding, as 0xe9; None if all were.

    Example:
        >>> escaped_byte("café".encode("latin-1").decode("utf-8", "surrogateescape")), escaped_byte("cafe")
        ('0xe9', None)
    """
    found = _ESCAPED.search(text)
    return None if found is None else f"{ord(found[0]) - 0xDC00:#04x}"


def fitting(data: bytes) -> tuple[str, ...]:
    """Return the encodings that bytes may be of, the likeliest first.

    Example:
        >>> fitting("naïve".encode("cp1252")), fitting("naïve".encode("utf-16"))
        (('cp1252', 'latin-1'), ('utf-16',))
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return (name,)
    if b"\0" in data:
        half = len(data) // 2 or 1
        return ("utf-16-le",) if data[1::2].count(0) > half / 2 else ("utf-16-be",) if data[::2].count(0) > half / 2 else ()
    return tuple(name for name in ("utf-8", *_WESTERN) if _is(data, name))


def _is(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _undecodable(data: bytes, place: str, encoding: str, error: UnicodeDecodeError) -> DataError:
    line = data.count(b"\n", 0, error.start) + 1
    met = f"byte {data[error.start]:#04x} is not {encoding}"
    return DataError(f"{place}, line {line}: {met}.{_advice(fitting(data))}")


def _advice(encodings: tuple[str, ...]) -> str:
    if not encodings:
        return " If it is text, pass its encoding."
    said = " or ".join(f"encoding={name!r}" for name in encodings)
    return f" Pass {said}, or save it as UTF-8."
