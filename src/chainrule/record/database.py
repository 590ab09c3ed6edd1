"""A run's SQLite file: its configuration, where it ran, what happened, and the figures of every step."""

import json
import os
import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.errors import RecordError

FORMAT = 1
FILE = "run.sqlite"
_SCHEMA = """
CREATE TABLE configuration (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE events (id INTEGER PRIMARY KEY, time REAL NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL);
CREATE TABLE epochs (epoch INTEGER PRIMARY KEY, step INTEGER NOT NULL, seconds REAL NOT NULL, figures TEXT NOT NULL);
CREATE TABLE steps (step INTEGER PRIMARY KEY, {columns});
CREATE TABLE readings (probes INTEGER NOT NULL, step INTEGER NOT NULL, reading BLOB NOT NULL, PRIMARY KEY (probes, step)) WITHOUT ROWID;
"""


class Database:
    """A run's SQLite file, opened. Every method that writes is one transaction.

    Args:
        path: the file.

    Raises:
        RecordError: a file that is missing, damaged, or not a run's.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise RecordError(f"There is no run at {path.parent}: it has no file {path.name}.")
        self.path = path
        writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        address = f"{path.absolute().as_uri()}?{'mode=rw' if writable else _reading(path)}"
        self._connection = sqlite3.connect(address, timeout=30, check_same_thread=False, uri=True)
        try:
            if writable:
                self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            written_in = self.configuration().get("format")
        except (sqlite3.DatabaseError, ValueError) as error:
            raise RecordError(f"{path} is damaged or not a run of Chainrule: {error}.") from error
        if not isinstance(written_in, int):
            raise RecordError(f"{path} is not a run of Chainrule: it does not say in which format it was written.")
        if written_in > FORMAT:
            raise RecordError(f"{path} was written by a newer Chainrule (format {written_in}, this one reads {FORMAT}): update Chainrule.")

    @staticmethod
    def create(path: Path, names: Sequence[str], configuration: Mapping[str, Any]) -> None:
        """Write a new file for a run whose steps give the figures `names`."""
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode = WAL")  # here, and not by who opens it first: two at once would find it locked
        columns = ", ".join(f"{_quoted(name)} REAL" for name in names)
        connection.executescript(_SCHEMA.format(columns=columns))
        rows = [(key, json.dumps(value)) for key, value in ({"format": FORMAT} | dict(configuration)).items()]
        connection.executemany("INSERT INTO configuration VALUES (?, ?)", rows)
        connection.commit()
        connection.close()

    def configuration(self) -> dict[str, Any]:
        """Return the run's configuration, by key."""
        return {key: json.loads(value) for key, value in self._connection.execute("SELECT key, value FROM configuration")}

    def configure(self, **entries: Any) -> None:
        """Set entries of the configuration."""
        with self._connection:
            rows = [(key, json.dumps(value)) for key, value in entries.items()]
            self._connection.executemany("INSERT OR REPLACE INTO configuration VALUES (?, ?)", rows)

    def add_event(self, kind: str, **data: Any) -> None:
        """Note that something happened now."""
        with self._connection:
            self._connection.execute("INSERT INTO events (time, kind, data) VALUES (?, ?, ?)", (time.time(), kind, json.dumps(data)))

    def events(self, skip: int = 0) -> list[dict[str, Any]]:
        """Return what happened, in order, without the first `skip`."""
        rows = self._connection.execute("SELECT time, kind, data FROM events WHERE id > ? ORDER BY id", (skip,))
        return [{"time": when, "kind": kind} | json.loads(data) for when, kind, data in rows]

    def add_steps(self, first: int, figures: Mapping[str, np.ndarray[Any, Any]]) -> None:
        """Save the figures of steps from `first` on."""
        columns = ", ".join(["step", *map(_quoted, figures)])
        places = ", ".join("?" * (len(figures) + 1))
        count = len(next(iter(figures.values())))
        rows = zip(range(first, first + count), *(values.tolist() for values in figures.values()), strict=True)
        with self._connection:
            self._connection.executemany(f"INSERT OR REPLACE INTO steps ({columns}) VALUES ({places})", rows)

    def figures(self, first: int = 0, last: int | None = None, every: int = 1) -> dict[str, np.ndarray[Any, Any]]:
        """Return the figures of steps `first` to `last` (with), of one in `every`."""
        query = "SELECT * FROM steps WHERE step >= ? AND step <= ? AND (step - ?) % ? = 0 ORDER BY step"
        cursor = self._connection.execute(query, (first, 2**62 if last is None else last, first, every))
        names = [column[0] for column in cursor.description]
        table = np.array(cursor.fetchall(), np.float64).reshape(-1, len(names))  # NaN is saved as NULL, and read as NaN
        return {name: table[:, i].astype(np.int64) if name == "step" else table[:, i] for i, name in enumerate(names)}

    def buckets(self, names: Sequence[str], first: int, last: int, every: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Return figures of steps `first` to `last` (with) in buckets of `every` steps: their first steps, and (names, buckets, 3)
        with mean, smallest and largest of each; the mean is NaN where a step's figure is. Buckets without steps are left out."""
        mean = "CASE count({0}) WHEN count(*) THEN avg({0}) END"
        columns = ", ".join(f"{mean}, min({{0}}), max({{0}})".format(name) for name in map(_quoted, names))
        query = f"SELECT min(step), {columns} FROM steps WHERE step >= ? AND step < ?"
        bounds = ((begin, min(begin + every, last + 1)) for begin in range(first, last + 1, every))
        rows = [row for row in (self._connection.execute(query, pair).fetchone() for pair in bounds) if row[0] is not None]
        table = np.array([row[1:] for row in rows], np.float64).reshape(len(rows), len(names), 3)
        return np.array([row[0] for row in rows], np.int64), table.swapaxes(0, 1)

    def version(self) -> int:
        """Return a number that is another when another connection has written to the file."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def steps_made(self) -> tuple[int, int] | None:
        """Return the first step with figures and the last; None where none was made."""
        first, last = self._connection.execute("SELECT (SELECT min(step) FROM steps), (SELECT max(step) FROM steps)").fetchone()
        return None if first is None else (first, last)

    def add_readings(self, readings: Sequence[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]], first: int = 0) -> None:
        """Save what each group of probes has read, at which steps; `first` is the number of the first group."""
        rows = [
            (group, step, reading.astype("<f4").tobytes())
            for group, (steps, values) in enumerate(readings, first)
            for step, reading in zip(steps.tolist(), values, strict=True)
        ]
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO readings VALUES (?, ?, ?)", rows)

    def readings(self, group: int, size: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Return the steps at which a group of probes was read, and the `size` numbers it read at each."""
        rows = self._connection.execute("SELECT step, reading FROM readings WHERE probes = ? ORDER BY step", (group,)).fetchall()
        values = np.frombuffer(b"".join(reading for _, reading in rows), "<f4").reshape(-1, size)
        return np.array([step for step, _ in rows], np.int64), values

    def add_epoch(self, epoch: int, step: int, seconds: float, figures: Mapping[str, float]) -> None:
        """Save the figures of an epoch that ended after `step` updates."""
        with self._connection:
            row = (epoch, step, seconds, json.dumps(dict(figures)))
            self._connection.execute("INSERT OR REPLACE INTO epochs VALUES (?, ?, ?, ?)", row)

    def epochs_made(self) -> tuple[int, int] | None:
        """Return the first epoch that is over and the last; None where none is."""
        first, last = self._connection.execute("SELECT (SELECT min(epoch) FROM epochs), (SELECT max(epoch) FROM epochs)").fetchone()
        return None if first is None else (first, last)

    def epochs(self, first: int = 0) -> list[dict[str, Any]]:
        """Return each epoch's number, last step, seconds and figures, from epoch `first` on."""
        rows = self._connection.execute("SELECT epoch, step, seconds, figures FROM epochs WHERE epoch >= ? ORDER BY epoch", (first,))
        return [{"epoch": epoch, "step": step, "seconds": seconds, "figures": json.loads(text)} for epoch, step, seconds, text in rows]

    def forget_after(self, step: int, epoch: int) -> None:
        """Drop figures of steps from `step` and epochs from `epoch` on, which are about to be computed again."""
        with self._connection:
            self._connection.execute("DELETE FROM steps WHERE step >= ?", (step,))
            self._connection.execute("DELETE FROM readings WHERE step >= ?", (step,))
            self._connection.execute("DELETE FROM epochs WHERE epoch >= ?", (epoch,))

    def close(self) -> None:
        """Close the file; everything written is already safe."""
        self._connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _reading(path: Path) -> str:
    """Return how SQLite reads a file in a folder where nothing can be written, not even the lock that it otherwise makes there."""
    return "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "mode=ro&immutable=1"
