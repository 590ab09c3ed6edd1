"""Answers as a table on the screen."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chainrule.cli.screen import number, table
from chainrule.counting import counted
from chainrule.data.frame import LINE, LeftOut

_FILES = ("image", "sound", "file")  # columns of the readers of files
MOST_CLASSES = 4  # whose probabilities still fit a line


def answers_table(frame: pl.DataFrame, target: str, rows: int) -> Table:
    """Return the first rows of answers: where each stands, the true target if it is there, the answer, probabilities."""
    each = [name for name in frame.columns if name.startswith("probability of ")]
    single = f"predicted {target}"  # not there where several series are predicted
    answers = [
        *([single] if single in frame.columns else [name for name in frame.columns if name.startswith("predicted ")]),
        *(["probability"] if "probability" in frame.columns else []),
        *(each if len(each) <= MOST_CLASSES else []),
    ]
    given = [target] if target in frame.columns else []
    where, places = _places(frame.head(rows))
    shown = [
        [place, *(_text(name, row[name]) for name in [*given, *answers])]
        for place, row in zip(places, frame.head(rows).iter_rows(named=True), strict=True)
    ]
    return table([where, *given, *answers], shown, left=0)


def _places(frame: pl.DataFrame) -> tuple[str, list[str]]:
    """Return what rows are found by, and where each stands: its line, the name of its file, the step ahead, else its number from 0."""
    if LINE in frame.columns:
        return "line", [str(line) for line in frame[LINE]]
    files = next((name for name in _FILES if name in frame.columns and frame[name].dtype == pl.String), None)
    if files is not None:
        return "file", [Path(str(path)).name for path in frame[files]]
    own = [name for name in frame.columns if not name.startswith("predicted ")]
    if own[-1:] == ["step"] and len(own) <= 2:  # a forecast, whose rows tell at most their series and the step
        return ", ".join(own), [", ".join(map(str, row)) for row in frame.select(own).iter_rows()]
    return "row", [str(row) for row in range(frame.height)]


def show_left_out(entries: Sequence[LeftOut]) -> None:
    """Print on the standard error output what could not be used, a line each."""
    screen = Console(stderr=True, markup=False, highlight=False)
    screen.print(Text(f"{counted(len(entries), 'example')} could not be used:", "bold red"))
    for entry in entries:
        screen.print(Text(f"  {entry.place}: {entry.reason}"), soft_wrap=True)


def _text(name: str, value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1%}" if name.startswith("probability") else number(value)
    return "-" if value is None else str(value)
