"""The folder of runs: which there are, and those that are open. No name leads out of it."""

import threading
from collections import OrderedDict
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from chainrule.errors import ArgumentError, unknown_name
from chainrule.record import Recording
from chainrule.record.database import FILE
from chainrule.studio.room import Room

MOST_OPEN = 6


class Library:
    """The runs in a folder.

    Args:
        folder: which.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._rooms: OrderedDict[str, tuple[int, Room]] = OrderedDict()  # by name, with the number of the file that they have open
        self._recordings: dict[str, tuple[int, threading.Lock, Recording]] = {}
        self._opening = threading.Lock()

    def names(self) -> list[str]:
        """Return the runs' names, the newest first."""
        found = [path.parent for path in self.folder.glob(f"*/{FILE}") if not path.parent.name.startswith(".")]
        return [path.name for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)]

    def path(self, name: str) -> Path:
        """Return the folder that a run of this name has, or would have.

        Raises:
            ArgumentError: a name that is not a plain one, or leads elsewhere.
        """
        path = self.folder / name
        plain = name not in ("", ".", "..") and not name.startswith(".") and Path(name).name == name and "\0" not in name
        if not plain or path.resolve().parent != self.folder:
            raise ArgumentError(f"The name of a run must be that of a folder in {self.folder}, not beginning with a dot. Got {name!r}.")
        return path

    def has(self, name: str) -> bool:
        """Return whether there is a run of this name."""
        return (self.path(name) / FILE).is_file()

    @contextmanager
    def reading(self, name: str) -> Generator[Recording]:
        """A run's recording, for one reader at a time; what is read so is quick.

        Raises:
            ArgumentError: there is none of this name.
            RecordError: a damaged one.
        """
        path = self._existing(name)
        file = (path / FILE).stat().st_ino
        with self._opening:
            known, lock, recording = self._recordings.get(name) or (0, threading.Lock(), None)
            if recording is None or known != file:  # a folder that was removed, and made anew
                recording = Recording(path)
                self._recordings[name] = file, lock, recording
        with lock:
            yield recording

    def room(self, name: str) -> Room:
        """Return a run, opened for questions.

        Raises:
            ArgumentError: there is none of this name.
            RecordError: a damaged one.
        """
        path = self._existing(name)
        file = (path / FILE).stat().st_ino
        with self._opening:
            known, room = self._rooms.get(name) or (0, None)
            if room is None or known != file:
                room = Room(path)
                self._rooms[name] = file, room
                if len(self._rooms) > MOST_OPEN:
                    self._rooms.popitem(last=False)
            self._rooms.move_to_end(name)
            return room

    def _existing(self, name: str) -> Path:
        path = self.path(name)
        if not (path / FILE).is_file():
            raise unknown_name("The run", name, self.names())
        return path
