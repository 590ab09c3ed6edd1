"""The lock of a run: the process that makes it holds a lock on a file of the run, which the system frees when the process ends."""

import sqlite3
from pathlib import Path

FILE = "process.lock"


class RunLock:
    """The lock of a run, held from now until `release`, or until the process ends, however it ends.

    SQLite's locks are used, for they are the same everywhere and know nothing of process numbers that are used again.

    Args:
        folder: the run's folder.

    Raises:
        sqlite3.OperationalError: another process makes this run.
    """

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / FILE, timeout=1, isolation_level=None, check_same_thread=False)
        self._connection.execute("BEGIN EXCLUSIVE")

    def release(self) -> None:
        """Free the lock."""
        self._connection.close()


def is_locked(folder: Path) -> bool:
    """Return whether a process makes the run in this folder now."""
    path = folder / FILE
    if not path.exists():
        return False
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", timeout=0, uri=True)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError:
        return True
    finally:
        connection.close()
    return False
