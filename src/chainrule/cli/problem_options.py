"""Options about data that several commands share, and what they say together."""

import functools
import inspect
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Concatenate

import typer

from chainrule.cli.options import Seed
from chainrule.errors import ArgumentError

if TYPE_CHECKING:
    from chainrule.tasks.problem import ProblemSpec


class TaskName(StrEnum):
    """What a target can be learned as."""

    classification = "classification"
    regression = "regression"
    span = "span"


Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A data set's name (see: chainrule data), a table (CSV, Parquet, Excel, SQLite, ...), or a folder of images, sounds or texts.",
    ),
]
Target = Annotated[
    str | None, typer.Option("--target", metavar="COLUMN", help="The column to predict; the source's own or the last if not given.")
]
TaskOption = Annotated[TaskName | None, typer.Option("--task", help="Decided by what the target holds, if not given.")]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--kind", metavar="COLUMN=KIND", help="What a column is: number, category, text, date, drop, ...; may be repeated."),
]
Group = Annotated[
    str | None,
    typer.Option("--group", metavar="COLUMN", help="Rows with the same value here stay in one part; with --forecast they are a series."),
]
Time = Annotated[str | None, typer.Option("--time", metavar="COLUMN", help="The column that orders the rows: the last are the test.")]
Query = Annotated[str | None, typer.Option("--query", metavar="SQL", help="The rows of a database (SQLite, DuckDB) to learn from.")]
Pattern = Annotated[
    str | None,
    typer.Option("--pattern", metavar="NAMES", help="How the files of a folder are named, such as '{class}_{speaker}_{index}'."),
]
Forecast = Annotated[
    int | None, typer.Option("--forecast", metavar="STEPS", help="How many rows ahead of a series in time are to be predicted.")
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="Of texts and text tables: cp1252, latin-1, ...; UTF-8 if not given."),
]
Balance = Annotated[str | None, typer.Option("--balance", help="Make classes count alike in training: weights, oversample or undersample.")]


def problem_spec(
    source: Source,
    target: Target = None,
    task: TaskOption = None,
    kind: Kinds = None,
    group: Group = None,
    time: Time = None,
    query: Query = None,
    pattern: Pattern = None,
    forecast: Forecast = None,
    balance: Balance = None,
    encoding: Encoding = None,
    seed: Seed = 0,
) -> "ProblemSpec":
    """Return what was said of the data.

    Raises:
        ArgumentError: a --kind that is not COLUMN=KIND, a forecast of no row.
    """
    from chainrule.tasks.problem import ProblemSpec  # noqa: PLC0415

    pairs = [text.rpartition("=") for text in kind or ()]
    for (column, equals, known), text in zip(pairs, kind or (), strict=True):
        if not (column and equals and known):
            raise ArgumentError(f"--kind must be COLUMN=KIND, such as code=category. Got {text!r} instead.")
    if forecast is not None and forecast < 1:
        raise ArgumentError(f"--forecast must be a whole number from 1. Got {forecast} instead.")
    kinds = {column: known for column, _, known in pairs}
    chosen = task.value if task else None
    return ProblemSpec(source, target, chosen, seed, kinds, group, time, query, pattern, forecast, balance, encoding=encoding)  # pyright: ignore[reportArgumentType]


def with_problem_options(command: Callable[Concatenate["ProblemSpec", ...], None]) -> Callable[..., None]:
    """Return a command with the options of `problem_spec` in place of its first parameter, which is what they say of the data."""
    of_data = list(inspect.signature(problem_spec).parameters.values())
    of_command = list(inspect.signature(command).parameters.values())[1:]

    @functools.wraps(command)
    def called_with_spec(**given: Any) -> None:
        said = {option.name: given.pop(option.name) for option in of_data}
        command(problem_spec(**said), **given)

    options = [*of_data, *of_command]
    called_with_spec.__signature__ = inspect.Signature(options)  # pyright: ignore[reportAttributeAccessIssue]
    called_with_spec.__annotations__ = {option.name: option.annotation for option in options}
    return called_with_spec
