"""Draws the picture of the README: what `chainrule demo` shows at its end, as SVG."""

import io
import os
import pty
import re
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).resolve().parent / "pictures" / "demo.svg"
WIDTH = 84


def in_terminal(command: list[str]) -> str:
    """Return what a command writes to a terminal."""
    chunks: list[bytes] = []

    def keep(descriptor: int) -> bytes:
        chunks.append(os.read(descriptor, 4096))
        return chunks[-1]

    pty.spawn(command, keep)
    return b"".join(chunks).decode()


def main() -> None:
    """Run the demo and draw the end of it."""
    os.environ |= {"COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
    os.chdir(tempfile.mkdtemp())  # where the demo keeps its run
    shown = in_terminal([str(Path(sys.executable).parent / "chainrule"), "demo"]).replace("\r\n", "\n")
    end = shown[shown.rindex("\n", 0, shown.index("Test:")) + 1 : shown.index("Next")]
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("$ make demo\n\n" + end.rstrip()))
    svg = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title="chainrule"), flags=re.DOTALL)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
