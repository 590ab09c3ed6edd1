"""The desk: all that the views need to answer, shared by all pages."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import anyio.to_thread

from chainrule.studio.library import Library
from chainrule.studio.messages.answers.runs import RunLine, State
from chainrule.studio.trainings import Trainings
from chainrule.studio.uploads import Uploads

Answer = TypeVar("Answer")
UPLOADS = "uploads"  # the folder of uploads, in that of the runs


class SupersededError(Exception):
    """A newer question has taken the place of this one."""


class Queue:
    """One question after the other, each in a thread; of those marked with the same key, the newest alone."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._newest: dict[object, object] = {}

    async def ask(self, job: Callable[[], Answer], key: object = None) -> Answer:
        """Return what a job returns, when its turn has come.

        Raises:
            SupersededError: another job of the same key has come while this one waited.
        """
        ticket = object()
        if key is not None:
            self._newest[key] = ticket
        async with self._lock:
            if key is not None and self._newest.get(key) is not ticket:
                raise SupersededError
            try:
                return await anyio.to_thread.run_sync(job)
            finally:
                if key is not None and self._newest.get(key) is ticket:
                    del self._newest[key]


class Desk:
    """What the views need.

    Args:
        folder: of the runs.
        first: the run to open at first.
    """

    def __init__(self, folder: Path, first: str | None = None) -> None:
        self.library = Library(folder)
        self.uploads = Uploads(self.library.folder / UPLOADS)
        self.trainings = Trainings(self.library.folder, self.uploads.folder)
        self.first = first
        self.lines: dict[str, tuple[object, RunLine]] = {}  # of the list of runs, as they were told last
        self._queues: dict[str, Queue] = {}

    def queue(self, name: str) -> Queue:
        """Return the queue of a run; of "" that of what belongs to none."""
        return self._queues.setdefault(name, Queue())

    async def in_queue(self, name: str, job: Callable[..., Answer], *arguments: Any, key: object = None) -> Answer:
        """Return what a job returns, when its turn in the queue of a run has come."""
        return await self.queue(name).ask(partial(job, *arguments), key)

    def state_of(self, name: str, kept: str) -> State:
        """Return what a run does: that of its training, while this studio makes it, else as it was kept."""
        told = self.trainings.state(name)
        return cast(State, told[0] if told is not None and self.trainings.is_steered(name) else kept)
