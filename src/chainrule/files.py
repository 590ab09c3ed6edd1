"""Files that are whole or not there at all."""

import os
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
