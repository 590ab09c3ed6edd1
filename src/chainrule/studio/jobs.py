"""The jobs of the studio: the runs, the uploads, the trainings and the data that requests need, shared by all pages, and their queues."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TypeVar

import anyio.to_thread

from chainrule.studio.library import Library
from chainrule.studio.run_list import RunLines
from chainrule.studio.settings import DataChoice
from chainrule.studio.settings_data import read_data
from chainrule.studio.trainings import Trainings
from chainrule.studio.uploads import Uploads
from chainrule.tasks.problem import Problem

Result = TypeVar("Result")
MOST_PROBLEMS = 3
UPLOADS = "uploads"  # the folder of uploads, in that of the runs


class SupersededError(Exception):
    """A newer question has taken the place of this one."""


class Queue:
    """One question after the other. Of those of one key, whoever waits gives way to another subject."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._newest: dict[object, object] = {}

    @asynccontextmanager
    async def turn(self, key: object = None, subject: object = None) -> AsyncGenerator[None]:
        """One's turn.

        Args:
            key: of those that give way to one another, such as the seeks of a page; None gives way to none.
            subject: what it is about; those of one key and one subject stand beside one another.

        Raises:
            SupersededError: one of the same key about something else has come while this one waited.
        """
        if key is not None:
            self._newest[key] = subject
        async with self._lock:
            if key is not None and self._newest.get(key) != subject:
                raise SupersededError
            yield

    def forget(self, page: int) -> None:
        """Drop what is known of a page that has gone."""
        self._newest = {key: subject for key, subject in self._newest.items() if not (isinstance(key, tuple) and key[0] == page)}


class Jobs:
    """What requests need to be answered.

    Args:
        folder: of the runs.
        first: the run to open at first.
    """

    def __init__(self, folder: Path, first: str | None = None) -> None:
        self.library = Library(folder)
        self.uploads = Uploads(self.library.folder / UPLOADS)
        self.trainings = Trainings(self.library.folder, self.uploads.folder)
        self.first = first
        self.runs = RunLines(self.library, self.trainings)
        self._problems: OrderedDict[DataChoice, Problem] = OrderedDict()
        self._reading = threading.Lock()
        self._queues: dict[str, Queue] = {}

    def queue(self, name: str) -> Queue:
        """Return the queue of a run; of "", or of a run that there is not, that of what belongs to none.

        Raises:
            ArgumentError: a name that no run can have.
        """
        return self._queues.setdefault(name if name and self.library.has(name) else "", Queue())

    async def ask(self, names: Iterable[str], job: Callable[[], Result], key: object = None, subject: object = None) -> Result:
        """Return what a job returns, in a thread, when its turn has come in the queue of each run that it looks at.

        Args:
            names: of these runs.
            job: what is to be done.
            key: as for `Queue.turn`.
            subject: likewise.

        Raises:
            SupersededError: as `Queue.turn` does.
        """
        async with AsyncExitStack() as turns:
            for name in sorted(set(names)):  # all in one order, so that no two wait for one another
                await turns.enter_async_context(self.queue(name).turn(key, subject))
            work = asyncio.create_task(anyio.to_thread.run_sync(job))
            try:
                return await asyncio.shield(work)
            finally:  # whoever asked may have gone: the thread has its turn until it ends, for a run is looked at by one at a time
                await asyncio.wait([work])

    def forget(self, page: int) -> None:
        """Drop what is known of a page that has gone."""
        for queue in self._queues.values():
            queue.forget(page)

    def problem(self, data: DataChoice) -> Problem:
        """Return the problem in the chosen data; the last few are kept.

        Raises:
            ArgumentError, DataError: data that there are not, or that cannot be learned from.
        """
        with self._reading:
            if data not in self._problems:
                self._problems[data] = read_data(data, self.uploads.place)
                if len(self._problems) > MOST_PROBLEMS:
                    self._problems.popitem(last=False)
            self._problems.move_to_end(data)
            return self._problems[data]
