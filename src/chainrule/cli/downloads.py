"""A bar while a data set is downloaded."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from chainrule.cli.screen import console


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
