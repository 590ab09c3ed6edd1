"""The studio within a notebook."""

from html import escape
from pathlib import Path
from urllib.parse import quote

from chainrule.record import Recording
from chainrule.studio.server import Server

_servers: dict[Path, Server] = {}


class View:
    """The studio's page in a cell of a notebook.

    Args:
        address: of the page.
        height: pixels.
    """

    def __init__(self, address: str, height: int) -> None:
        self.address = address
        self.height = height

    def _repr_html_(self) -> str:
        frame = f'src="{escape(self.address)}" title="Chainrule studio" width="100%" height="{self.height}"'
        return f'<iframe {frame} style="border: 0" allow="microphone"></iframe>'

    def __repr__(self) -> str:
        return f"The studio is open at {self.address}"


def show(run: Recording | str | Path, height: int = 760) -> View:
    """Show a run in the studio's page, in a notebook's cell; elsewhere print the result and open the address that it names.

    The page is served by this process, on this machine alone, to whoever has the address.

    Args:
        run: a run, opened or as its folder.
        height: of the page, in pixels.

    Raises:
        RecordError: no run, or a damaged one.

    Example:
        >>> import os, tempfile, numpy as np, chainrule as cr
        >>> from chainrule.studio import show
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> path = os.path.join(tempfile.mkdtemp(), "run")
        >>> history = model.fit(np.ones((8, 2)), np.ones(8), verbose=0, callbacks=[cr.callbacks.Recorder(path)])
        >>> show(cr.open_run(path))  # doctest: +ELLIPSIS
        The studio is open at http://localhost:...
    """
    recording = run if isinstance(run, Recording) else Recording(run)
    path = recording.path.resolve()
    folder = path.parent
    if folder not in _servers:
        _servers[folder] = Server(folder)
        _servers[folder].start()
    return View(f"{_servers[folder].embedded}#/watch?run={quote(path.name)}", height)
