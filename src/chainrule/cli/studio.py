"""`chainrule studio`."""

import os
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Annotated

import typer

from chainrule.cli.options import RUN_FILE, RUNS, Runs, find_run

Port = Annotated[
    int, typer.Option("--port", min=0, max=65535, help="The port to listen at, on this machine alone; any that is free if not given.")
]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")]


def studio(
    run: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="A run's name or folder, or a folder of runs; the runs folder if not given.")
    ] = None,
    port: Port = 0,
    browser: Browser = True,
    runs: Runs = RUNS,
) -> None:
    """Open a page in the browser where learning can be watched, stopped, rewound and questioned.

    The page is served on this machine alone, to whoever has the link that is printed. Trainings that it begins run in processes
    of their own; Ctrl-C closes the studio and interrupts them, and chainrule resume goes on with them.
    """
    open_studio(run, runs, port, browser)


@contextmanager
def studio_beside(wanted: bool, path: Path) -> Generator[None]:
    """The studio on a run that is about to be made, in a process of its own while the block runs, and then until Ctrl-C."""
    if not wanted:
        yield
        return
    _serve()
    page = get_context("spawn").Process(target=_serve_beside, args=(path.parent, path.name))
    page.start()
    try:
        yield
        print("The studio stays open until Ctrl-C is pressed.", flush=True)
        with suppress(KeyboardInterrupt):
            page.join()
    finally:
        page.terminate()
        page.join()


def _serve_beside(folder: Path, run: str) -> None:
    """Open the studio on a run, until the process that began this one closes it or is gone, however it ended."""
    threading.Thread(target=_end_with_parent, name="chainrule end with parent", daemon=True).start()
    _serve()(folder, run)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)  # which the server takes as the wish to close


def open_studio(run: str | None, runs: Path, port: int, browser: bool) -> None:
    """Open the studio on a run, on a folder of runs, or on the runs folder."""
    serve = _serve()
    if run is None:
        serve(runs, None, port, browser)
    elif Path(run).is_dir() and not (Path(run) / RUN_FILE).is_file():
        serve(Path(run), None, port, browser)
    else:
        path = find_run(run, runs).resolve()
        serve(path.parent, path.name, port, browser)


def _serve() -> Callable[..., None]:
    """Return what opens the studio.

    Raises:
        ArgumentError: the extra is not installed.
    """
    try:
        from chainrule.studio.server import serve  # noqa: PLC0415
    except ModuleNotFoundError as error:
        from chainrule.errors import ArgumentError  # noqa: PLC0415

        raise ArgumentError(f"The studio needs {error.name}: install it with pip install 'chainrule[studio]'.") from error
    return serve
