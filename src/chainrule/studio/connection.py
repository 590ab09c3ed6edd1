"""One page's connection: requests in, responses out. Nothing that a page sends ends it, or the server."""

import asyncio
import sys
import traceback
from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from typing import Any

import anyio.to_thread
import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from chainrule.errors import ChainruleError
from chainrule.explain import methods
from chainrule.studio.fields import PartName
from chainrule.studio.frames import encode
from chainrule.studio.jobs import Jobs, SupersededError
from chainrule.studio.protocol import Failed, Frame, Request, Response, Superseded, Welcome, decode
from chainrule.studio.questions.follow import Unfollow
from chainrule.studio.settings import SettingsError
from chainrule.studio.uploads import MOST_BYTES

MOST_REQUESTS = 64  # of one page at a time
PARTS: tuple[PartName, ...] = ("train", "validation", "test")

_loose = msgspec.json.Decoder(dict)


class Connection:
    """A page.

    Args:
        jobs: that are needed to answer.
        socket: to the page.
    """

    def __init__(self, jobs: Jobs, socket: WebSocket) -> None:
        self._jobs, self._socket = jobs, socket
        self._sending = asyncio.Lock()
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Answer until the page is closed."""
        await self._socket.accept()
        await self._send(encode(self._welcome()))
        try:
            while True:
                message = await self._socket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                await self._receive(message.get("text") or message.get("bytes") or b"")
        except WebSocketDisconnect:
            pass
        finally:
            for task in self._tasks.values():
                task.cancel()  # one whose thread is at work keeps its turn until that ends, which the page need not wait for
            self._jobs.forget(id(self))

    def _welcome(self) -> Welcome:
        jobs = self._jobs
        return Welcome(0, version("chainrule"), str(jobs.library.folder), jobs.first, list(methods()), list(PARTS), MOST_BYTES)

    async def _receive(self, text: str | bytes) -> None:
        try:
            request = decode(text)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            await self._send(encode(_malformed(text, error)))
            return
        if isinstance(request, Unfollow):
            task = self._tasks.pop(request.of, None)
            if task is not None:
                task.cancel()
        if request.id in self._tasks:
            message = f"There is a question {request.id} already: give each a number of its own."
            await self._send(encode(Failed(request.id, message, field="id")))
        elif len(self._tasks) >= MOST_REQUESTS:
            await self._send(encode(Failed(request.id, f"{MOST_REQUESTS} questions wait already: wait for some answers.")))
        else:
            task = self._tasks[request.id] = asyncio.create_task(self._answer(request))
            task.add_done_callback(lambda done: self._forget(request.id, done))

    def _forget(self, id: int, done: asyncio.Task[None]) -> None:
        if self._tasks.get(id) is done:
            del self._tasks[id]

    async def _answer(self, request: Request) -> None:
        try:
            if request.every is None:
                await self._send(await self._response(request))
            else:
                await self._stream(request, request.every)
        except (WebSocketDisconnect, ConnectionError):
            pass
        except Exception as error:
            await self._send(encode(_failure(request.id, error)))

    async def _response(self, request: Request) -> str | bytes:
        job = partial(_respond, request, self._jobs)
        if not request.waits:
            return await anyio.to_thread.run_sync(job)
        about = request.about()
        key = None if about is None else (id(self), type(request))
        return await self._jobs.ask(request.runs(), job, key, about)

    async def _stream(self, request: Request, seconds: float) -> None:
        responses: Iterator[Any] = request.respond(self._jobs)
        while True:
            frame = await anyio.to_thread.run_sync(partial(_next, request, responses))
            if frame is not None:
                await self._send(frame)
            await asyncio.sleep(seconds)

    async def _send(self, frame: str | bytes) -> None:
        async with self._sending:
            if isinstance(frame, str):
                await self._socket.send_text(frame)
            else:
                await self._socket.send_bytes(frame)


def _respond(request: Request, jobs: Jobs) -> str | bytes:
    """Return the frame with the response to a request; in a thread, encoding and all."""
    return encode(Response(request.id, request.respond(jobs)))


def _next(request: Request, responses: Iterator[Any]) -> str | bytes | None:
    """Return the frame with the next response to a request that is answered again and again; None where there is nothing new."""
    found = next(responses)
    return None if found is None else encode(Response(request.id, found))


def _failure(id: int, error: Exception) -> Frame:
    """Return what is sent where a request could not be answered."""
    if isinstance(error, SupersededError):
        return Superseded(id)
    if isinstance(error, SettingsError):
        return Failed(id, str(error), error.layer, error.field or None)
    if isinstance(error, ChainruleError):
        return Failed(id, str(error))
    traceback.print_exception(error, file=sys.stderr)
    return Failed(id, f"The studio could not answer, by a fault of its own: {type(error).__name__}: {error}", fault=True)


def _malformed(text: str | bytes, error: Exception) -> Failed:
    """Return what is sent back for a message that is no request, under its id where that can be read."""
    id = 0
    try:
        found = _loose.decode(text).get("id")
        id = found if isinstance(found, int) and not isinstance(found, bool) and 0 < found < 2**53 else 0
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        pass
    reason, _, field = str(error).partition(" - at `")
    return Failed(id, f"This is no question that the studio knows: {reason}.", field=field.rstrip("`").removeprefix("$.") or None)
