"""Answers as a table on the screen."""

import polars as pl
from rich.table import Table

from chainrule.cli.screen import number, table
from chainrule.data.frame import LINE

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


def _text(name: str, value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1%}" if name.startswith("probability") else number(value)
    return "-" if value is None else str(value)
