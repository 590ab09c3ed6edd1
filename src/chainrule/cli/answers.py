"""Answers as a table on the screen."""

from collections.abc import Sequence

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chainrule.cli.screen import number, table
from chainrule.counting import counted
from chainrule.data.frame import LINE, LeftOut

MOST_CLASSES = 4  # whose probabilities still fit a line


def answers_table(frame: pl.DataFrame, target: str, rows: int) -> Table:
    """Return the first rows of answers: where each stands, the true target if it is there, the answer, probabilities."""
    each = [name for name in frame.columns if name.startswith("probability of ")]
    single = f"predicted {target}"  # not there where several series are foretold
    answers = [
        *([single] if single in frame.columns else [name for name in frame.columns if name.startswith("predicted ")]),
        *(["probability"] if "probability" in frame.columns else []),
        *(each if len(each) <= MOST_CLASSES else []),
    ]
    given = [target] if target in frame.columns else []
    lines = frame[LINE].to_list() if LINE in frame.columns else None
    shown = [
        [str(lines[i]) if lines else str(i), *(_text(name, row[name]) for name in [*given, *answers])]
        for i, row in enumerate(frame.head(rows).iter_rows(named=True))
    ]
    return table(["line" if lines else "row", *given, *answers], shown, left=0)


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
