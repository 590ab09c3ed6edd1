"""The file that leads the browser to the studio."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from html import escape
from pathlib import Path

_PAGE = """<!doctype html>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={link}">
<title>Chainrule studio</title>
<p><a href="{link}">Open the studio</a></p>
"""


@contextmanager
def redirect_file(link: str, folder: Path) -> Generator[Path]:
    """A file that only its owner can read, and that leads a browser to a link; it is gone after the block.

    A browser that is started has the address of its first page on its command line, which every user of the machine can list: the link
    itself, with its token, must not stand there.

    Args:
        link: to the studio.
        folder: of the runs, where browsers that are kept from temporary files can read; where it cannot be written to, the folder of those.
    """
    place = folder if os.access(folder, os.W_OK) else None
    descriptor, name = tempfile.mkstemp(".html", "open-studio-", place)  # with mode 0600
    path = Path(name).resolve()
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_PAGE.format(link=escape(link)))
        yield path
    finally:
        path.unlink(missing_ok=True)
