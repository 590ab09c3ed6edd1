"""Files: written whole or not at all, and known by the endings of their names."""

import os
import re
import threading
from pathlib import Path

from chainrule.errors import DataError


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside, flush to the disk, then rename: nobody ever meets half a file, and an old one stays until then.

    Raises:
        DataError: a folder that cannot be written, or a full disk; the old file, if any, is untouched.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise DataError(f"{path} could not be written: {error.strerror or error}. Free some space or choose another folder.") from error


def is_path(name: str, endings: tuple[str, ...]) -> bool:
    """Return whether a file's name ends like these.

    Example:
        >>> is_path("7_jackson_0.WAV", (".wav", ".flac"))
        True
    """
    return re.search(r"\.[A-Za-z0-9]+$", name) is not None and name.lower().endswith(endings)
