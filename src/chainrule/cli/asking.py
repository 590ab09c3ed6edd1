"""Options about data that several commands share, and what they say together."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from chainrule.errors import ArgumentError

if TYPE_CHECKING:
    from chainrule.recipes.problem import Asked


class TaskName(StrEnum):
    """What a target can be learned as."""

    classification = "classification"
    regression = "regression"


Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A data set's name (see: chainrule data), a table (CSV, Parquet, Excel, SQLite, ...), or a folder of images, sounds or texts.",
    ),
]
Target = Annotated[
    str | None, typer.Option("--target", metavar="COLUMN", help="The column to foretell; the source's own or the last if not given.")
]
TaskOption = Annotated[TaskName | None, typer.Option("--task", help="Decided by what the target holds, if not given.")]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--kind", metavar="COLUMN=KIND", help="What a column is: number, category, text, date, drop, ...; may be repeated."),
]
Group = Annotated[str | None, typer.Option("--group", metavar="COLUMN", help="Rows with the same value here stay in one part.")]
Time = Annotated[str | None, typer.Option("--time", metavar="COLUMN", help="The column that orders the rows: the last are the test.")]
Query = Annotated[str | None, typer.Option("--query", metavar="SQL", help="The rows of a database (SQLite, DuckDB) to learn from.")]
Pattern = Annotated[
    str | None,
    typer.Option("--pattern", metavar="NAMES", help="How the files of a folder are named, such as '{class}_{speaker}_{index}'."),
]
Forecast = Annotated[
    int | None, typer.Option("--forecast", metavar="STEPS", help="How many rows ahead of a series in time are to be foretold.")
]
Balance = Annotated[str | None, typer.Option("--balance", help="Make classes count alike in training: weights, oversample or undersample.")]


def asked_for(
    source: str,
    target: str | None,
    task: TaskName | None,
    seed: int,
    kinds: list[str] | None,
    group: str | None,
    time: str | None,
    query: str | None,
    pattern: str | None,
    forecast: int | None,
    balance: str | None,
) -> "Asked":
    """Return what was said of the data.

    Raises:
        ArgumentError: a --kind that is not COLUMN=KIND, a forecast of no row.
    """
    from chainrule.recipes.problem import Asked  # noqa: PLC0415

    pairs = [text.rpartition("=") for text in kinds or ()]
    for (column, equals, kind), text in zip(pairs, kinds or (), strict=True):
        if not (column and equals and kind):
            raise ArgumentError(f"--kind must be COLUMN=KIND, such as code=category. Got {text!r} instead.")
    if forecast is not None and forecast < 1:
        raise ArgumentError(f"--forecast must be a whole number from 1. Got {forecast} instead.")
    known = {column: kind for column, _, kind in pairs}
    return Asked(source, target, task.value if task else None, seed, known, group, time, query, pattern, forecast, balance)  # pyright: ignore[reportArgumentType]
