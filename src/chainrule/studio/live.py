"""One page's connection: questions in, answers out. Nothing that a page sends ends it, or the server."""

import asyncio
import sys
import traceback
from functools import partial
from importlib.metadata import version

import anyio.to_thread
import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from chainrule.errors import ChainruleError
from chainrule.studio.desk import Desk, SupersededError
from chainrule.studio.messages import Blocks, Request, encode
from chainrule.studio.messages.answers.general import Done, Failed, Superseded, Told, Welcome
from chainrule.studio.messages.answers.runs import Runs
from chainrule.studio.messages.requests import Ask, Follow, Unfollow, WatchRuns
from chainrule.studio.messages.shared import PartName
from chainrule.studio.situation import SituationError
from chainrule.studio.uploads import MOST_BYTES
from chainrule.studio.views.runs import list_runs
from chainrule.studio.views.table import VIEWS
from chainrule.studio.watch import Watch
from chainrule.tasks.explanation import METHODS

MOST_QUESTIONS = 64  # of one page at a time
PARTS: tuple[PartName, ...] = ("train", "validation", "test")
LIVE_SECONDS, LIST_SECONDS = 0.1, 1.0  # between two looks at a run, and at the list

_decoder = msgspec.json.Decoder(Request)
_loose = msgspec.json.Decoder(dict)


class Connection:
    """A page.

    Args:
        desk: that answers.
        socket: to the page.
    """

    def __init__(self, desk: Desk, socket: WebSocket) -> None:
        self._desk, self._socket = desk, socket
        self._sending = asyncio.Lock()
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Answer until the page is closed."""
        await self._socket.accept()
        await self._send(self._welcome())
        try:
            while True:
                message = await self._socket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                await self._hear(message.get("text") or message.get("bytes") or b"")
        except WebSocketDisconnect:
            pass
        finally:
            for task in self._tasks.values():
                task.cancel()  # one whose thread is at work keeps its turn until that ends, which the page need not wait for
            self._desk.forget(id(self))

    def _welcome(self) -> Welcome:
        desk = self._desk
        return Welcome(0, version("chainrule"), str(desk.library.folder), desk.first, list(METHODS), list(PARTS), MOST_BYTES)

    async def _hear(self, text: str | bytes) -> None:
        try:
            ask = _decoder.decode(text)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            await self._send(_malformed(text, error))
            return
        if isinstance(ask, Unfollow):
            task = self._tasks.pop(ask.of, None)
            if task is not None:
                task.cancel()
            await self._send(Done(ask.id))
        elif ask.id in self._tasks:
            await self._send(Failed(ask.id, f"There is a question {ask.id} already: give each a number of its own.", field="id"))
        elif len(self._tasks) >= MOST_QUESTIONS:
            await self._send(Failed(ask.id, f"{MOST_QUESTIONS} questions wait already: wait for some answers."))
        else:
            task = self._tasks[ask.id] = asyncio.create_task(self._answer(ask))
            task.add_done_callback(lambda done: self._forget(ask.id, done))

    def _forget(self, id: int, done: asyncio.Task[None]) -> None:
        if self._tasks.get(id) is done:
            del self._tasks[id]

    async def _answer(self, ask: Ask) -> None:
        try:
            match ask:
                case Follow():
                    await self._follow(ask)
                case WatchRuns():
                    await self._watch_runs(ask)
                case _:
                    await self._send(*await self._ask(ask))
        except SupersededError:
            await self._send(Superseded(ask.id))
        except SituationError as error:
            await self._send(Failed(ask.id, str(error), error.layer, error.field or None))
        except ChainruleError as error:
            await self._send(Failed(ask.id, str(error)))
        except (WebSocketDisconnect, ConnectionError):
            pass
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            message = f"The studio could not answer, by a fault of its own: {type(error).__name__}: {error}"
            await self._send(Failed(ask.id, message, fault=True))

    async def _ask(self, ask: Ask) -> tuple[Told, Blocks]:
        view, blocks = VIEWS[type(ask)], Blocks()
        job = partial(view.answer, self._desk, ask, blocks)
        if not view.queued:
            return await anyio.to_thread.run_sync(job), blocks
        key, subject = (None, None) if view.about is None else ((id(self), type(ask)), view.about(ask))
        return await self._desk.ask(view.runs(ask), job, key, subject), blocks

    async def _follow(self, ask: Follow) -> None:
        self._desk.library.path(ask.run)
        watch = Watch(self._desk, ask.run, ask.after)
        while True:
            blocks = Blocks()
            grown = await anyio.to_thread.run_sync(partial(watch.look, ask.id, blocks))
            if grown is not None:
                await self._send(grown, blocks)
            await asyncio.sleep(LIVE_SECONDS)

    async def _watch_runs(self, ask: WatchRuns) -> None:
        known = None
        while True:
            runs = await anyio.to_thread.run_sync(partial(list_runs, self._desk))
            if runs != known:
                known = runs
                await self._send(Runs(ask.id, runs))
            await asyncio.sleep(LIST_SECONDS)

    async def _send(self, answer: Told, blocks: Blocks | None = None) -> None:
        content = encode(answer, blocks)
        async with self._sending:
            if isinstance(content, str):
                await self._socket.send_text(content)
            else:
                await self._socket.send_bytes(content)


def _malformed(text: str | bytes, error: Exception) -> Failed:
    """Return the answer to what is no request, under its id where that can be read."""
    id = 0
    try:
        found = _loose.decode(text).get("id")
        id = found if isinstance(found, int) and not isinstance(found, bool) and 0 < found < 2**53 else 0
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        pass
    said, _, field = str(error).partition(" - at `")
    return Failed(id, f"This is no question that the studio knows: {said}.", field=field.rstrip("`").removeprefix("$.") or None)
