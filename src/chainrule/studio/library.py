"""The folder of runs: which there are, and those that are open. No name leads out of it."""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypeAlias

from chainrule.errors import ArgumentError, RecordError, unknown_name
from chainrule.record import Recording
from chainrule.record.database import FILE
from chainrule.studio.open_run import OpenRun

MOST_OPEN = 6  # runs
MOST_READ = 64  # recordings, each of which holds three files open
LONGEST_NAME = 255  # bytes, that a file system takes

Stamp: TypeAlias = tuple[tuple[int, int, int], ...]


class _Read(NamedTuple):
    """A recording that is open.

    Args:
        file: the number of the file that it has open.
        lock: held by who reads it.
        recording: it.
    """

    file: int
    lock: threading.Lock
    recording: Recording


class Library:
    """The runs in a folder.

    Args:
        folder: which.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._open: OrderedDict[str, tuple[int, OpenRun]] = OrderedDict()  # by name, with the number of the file that they have open
        self._recordings: OrderedDict[str, _Read] = OrderedDict()
        self._opening = threading.Lock()

    def names(self) -> list[str]:
        """Return the runs' names, the newest first; folders that no name of a run leads to are passed over."""
        found: dict[str, float] = {}
        for file in self.folder.glob(f"*/{FILE}"):
            with suppress(ArgumentError, FileNotFoundError):  # it leads elsewhere, or has just been removed
                if self.has(file.parent.name):
                    found[file.parent.name] = file.parent.stat().st_mtime
        return sorted(found, key=lambda name: found[name], reverse=True)

    def path(self, name: str) -> Path:
        """Return the folder that a run of this name has, or would have.

        Raises:
            ArgumentError: a name that is not a plain one, or leads elsewhere.
        """
        path = self.folder / name
        if not _is_plain(name) or path.resolve().parent != self.folder:
            raise ArgumentError(f"The name of a run must be that of a folder in {self.folder}, not beginning with a dot. Got {name!r}.")
        return path

    def stamp(self, name: str) -> Stamp:
        """Return what is other whenever the record of a run has been written to, without opening it: of its file and of the log beside."""
        files = [self.path(name) / f"{FILE}{ending}" for ending in ("", "-wal")]
        found = [file.stat() for file in files if file.exists()]
        # An empty log comes and goes with those who read.
        return tuple((told.st_ino, told.st_size, told.st_mtime_ns) for told in found if told.st_size)

    def has(self, name: str) -> bool:
        """Return whether there is a run of this name."""
        return (self.path(name) / FILE).is_file()

    @contextmanager
    def reading(self, name: str) -> Generator[Recording]:
        """A run's recording, for one reader at a time; what is read so is quick. Those that were read lately stay open.

        Raises:
            ArgumentError: there is none of this name.
            RecordError: a damaged one.
        """
        while True:
            read = self._read(name)
            with read.lock:
                if self._recordings.get(name) is not read:  # it was closed before its turn came
                    continue
                try:
                    yield read.recording
                except sqlite3.DatabaseError as error:
                    raise RecordError(f"The run {name} cannot be read: {error}.") from error
                return

    def _read(self, name: str) -> _Read:
        """Return a recording from among those that are open, whose oldest is closed where they are too many."""
        path, file = self._existing(name)
        with self._opening:
            known = self._recordings.get(name)
            if known is None or known.file != file:  # a folder that was removed, and made anew
                if known is not None:
                    self._close(name)
                known = self._recordings[name] = _Read(file, threading.Lock(), Recording(path))
                if len(self._recordings) > MOST_READ:
                    self._close(next(iter(self._recordings)))
            self._recordings.move_to_end(name)
            return known

    def _close(self, name: str) -> None:
        """Let a recording go, and close it unless somebody reads it still."""
        read = self._recordings.pop(name)
        if read.lock.acquire(blocking=False):
            read.recording.close()
            read.lock.release()

    def open(self, name: str) -> OpenRun:
        """Return a run, opened for questions.

        Raises:
            ArgumentError: there is none of this name.
            RecordError: a damaged one.
        """
        path, file = self._existing(name)
        with self._opening:
            known, opened = self._open.get(name) or (0, None)
            if opened is None or known != file:
                opened = OpenRun(path)
                self._open[name] = file, opened
                if len(self._open) > MOST_OPEN:
                    self._open.popitem(last=False)
            self._open.move_to_end(name)
            return opened

    def _existing(self, name: str) -> tuple[Path, int]:
        """Return the folder of a run, and the number of its file."""
        path = self.path(name)
        with suppress(FileNotFoundError, NotADirectoryError):
            return path, (path / FILE).stat().st_ino
        raise unknown_name("The run", name, self.names())


def _is_plain(name: str) -> bool:
    """Return whether this is the name of something in a folder, which can be written in a message."""
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return False
    return 0 < size <= LONGEST_NAME and not name.startswith(".") and Path(name).name == name and "\0" not in name
