"""The server: the page, its connection, and uploads; on this machine alone."""

import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.responses import Response as Reply
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from chainrule.errors import ArgumentError, ChainruleError
from chainrule.studio.connection import Connection
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Failed, Frame, Response
from chainrule.studio.questions.uploads import UploadList
from chainrule.studio.redirect_file import redirect_file
from chainrule.studio.security import Guard

HOST = "127.0.0.1"
PAGE = Path(__file__).parent / "page"
MOST_MESSAGE = 4 << 20  # bytes of one question
_MISSING = "The studio's page has not been built: run `make page` (it needs Node.js), or install the chainrule wheel, which holds it.\n"


def make_app(jobs: Jobs, port: int, token: str, closing: ExitStack | None = None) -> ASGIApp:
    """Return the application that answers at a port to whoever has the token; what is to be left when it is closed is left then."""

    async def live(socket: WebSocket) -> None:
        await Connection(jobs, socket).run()

    async def upload(request: Request) -> Reply:
        try:
            kept = await jobs.uploads.keep(request.query_params.get("name", ""), request.stream())
        except ChainruleError as error:
            return _json(Failed(0, str(error)), 400)
        except ClientDisconnect:
            return PlainTextResponse("", 400)
        return _json(Response(0, UploadList(jobs.uploads.all(before=kept))))

    async def missing(request: Request) -> Reply:
        return PlainTextResponse(_MISSING, 503)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        with closing or ExitStack():
            yield
            jobs.trainings.close()

    page: BaseRoute = Mount("/", StaticFiles(directory=PAGE, html=True)) if (PAGE / "index.html").exists() else Route("/", missing)
    routes = [WebSocketRoute("/live", live), Route("/upload", upload, methods=["POST"]), page]
    return Guard(Starlette(routes=routes, lifespan=lifespan), port, token)


def _json(answer: Frame, status: int = 200) -> Reply:
    return Reply(msgspec.json.encode(answer), status, media_type="application/json")


class Server:
    """A server that listens, and answers when it is run.

    Args:
        folder: of the runs.
        run: to open at first.
        port: to listen at; 0 for any that is free.

    Raises:
        ArgumentError: the port is taken.
    """

    def __init__(self, folder: Path, run: str | None = None, port: int = 0) -> None:
        self.jobs = Jobs(folder, run)
        self.token = secrets.token_urlsafe(32)
        self._closing = ExitStack()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((HOST, port))
            self._socket.listen()  # from now on: whoever reads the link below is answered as soon as the server runs
        except (OSError, OverflowError) as error:
            self._socket.close()
            raise ArgumentError(f"The studio cannot listen at port {port}: {error}. Choose another with --port.") from error
        self.port = int(self._socket.getsockname()[1])
        config = uvicorn.Config(
            make_app(self.jobs, self.port, self.token, self._closing),
            ws="websockets-sansio",
            ws_max_size=MOST_MESSAGE,
            ws_per_message_deflate=False,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)

    @property
    def address(self) -> str:
        """The link that opens the page, with the token in it."""
        return f"http://{HOST}:{self.port}/?token={self.token}"

    @property
    def embedded(self) -> str:
        """The link for a page within another, as in a notebook."""
        return f"http://localhost:{self.port}/t/{self.token}/"

    def open_browser(self) -> None:
        """Open the page in the browser, soon."""
        door = self._closing.enter_context(redirect_file(self.address, self.jobs.library.folder))
        threading.Timer(0.5, webbrowser.open, [door.as_uri()]).start()

    def run(self) -> None:
        """Answer until somebody presses Ctrl-C."""
        self._server.run([self._socket])

    def start(self) -> threading.Thread:
        """Answer in a thread, until `stop`."""
        thread = threading.Thread(target=self.run, name="chainrule studio", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Stop answering, soon."""
        self._server.should_exit = True


def serve(folder: Path, run: str | None = None, port: int = 0, browser: bool = True) -> None:
    """Open the studio on a folder of runs, and answer until somebody presses Ctrl-C.

    Args:
        folder: of the runs.
        run: the name of the run to show at first; None for the list.
        port: to listen at; 0 for any that is free.
        browser: whether to open the page in the browser.
    """
    server = Server(folder, run, port)
    print(f"The studio is open at {server.address}\nPress Ctrl-C to close it.", file=sys.stderr, flush=True)
    if browser and (PAGE / "index.html").exists():
        server.open_browser()
    server.run()
