"""What the commands have in common on the screen: one console for answers, one for errors, forms of table, the bar of a download.

Texts of the user's own, such as column names, may hold brackets: so nothing is read as markup, and styles are given apart.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text


def console() -> Console:
    """Return the console for answers; made anew, so that it is that of the moment's standard output."""
    return Console(markup=False, highlight=False)


def show_error(message: str) -> None:
    """Print an error on the standard error output."""
    Console(stderr=True, markup=False, highlight=False).print(Text.assemble(("Error: ", "bold red"), message), soft_wrap=True)


def show_notes(notes: Iterable[str]) -> None:
    """Print what one should know, a line each."""
    for note in notes:
        console().print(Text.assemble(("Note: ", "yellow"), note))


def heading(text: str) -> None:
    """Print the heading of a part of a report."""
    screen = console()
    screen.print()
    screen.print(Text(text, "bold"))


def lines(texts: Iterable[str]) -> None:
    """Print lines, set in; what is too long goes on below, set in further."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column()
    for text in texts:
        grid.add_row("", Text("·"), Text(text))
    console().print(grid)


def pairs(entries: Mapping[str, Any]) -> None:
    """Print names and values in two columns."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="cyan", no_wrap=True)
    grid.add_column()
    for name, value in entries.items():
        grid.add_row(f"  {name}", Text(str(value)))
    console().print(grid)


def table(columns: Sequence[str], rows: Iterable[Sequence[str | Text]], left: int = 1) -> Table:
    """Return a table whose first `left` columns are texts and the others numbers."""
    made = Table(box=SIMPLE_HEAD, header_style="cyan", show_edge=False)
    for position, column in enumerate(columns):
        made.add_column(column, justify="left" if position < left else "right", overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return made


def number(value: float | None, digits: int = 4) -> str:
    """Return a number in few characters."""
    if value is None or value != value:
        return "-"
    if value and not 1e-3 <= abs(value) < 1e5:
        return f"{value:.{digits - 2}e}"
    return f"{value:.{digits}f}" if abs(value) < 10 else f"{value:,.{max(digits - 2, 0)}f}"


def figure(name: str, value: float | None) -> str:
    """Return a figure of an evaluation: accuracy in per cent, any other as a number."""
    return f"{value:.2%}" if name == "accuracy" and value is not None else number(value)


@contextmanager
def downloading() -> Generator[Callable[[int, int], None]]:
    """Yield what hears of the bytes that are here and of all bytes; nothing is shown where nothing is downloaded."""
    bar = Progress(TextColumn("downloading"), BarColumn(), DownloadColumn(), console=console(), transient=True)
    tasks: list[int] = []

    def hear(here: int, all_bytes: int) -> None:
        if not tasks:
            bar.start()
            tasks.append(bar.add_task("download"))
        bar.update(tasks[0], completed=here, total=all_bytes)  # pyright: ignore[reportArgumentType]

    try:
        yield hear
    finally:
        if tasks:
            bar.stop()
