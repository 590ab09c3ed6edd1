"""Options and arguments that several commands share, how a run is found by its name, and what is said of the data."""

import difflib
import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, TypeAlias

import typer

from chainrule.errors import ArgumentError

RUN_FILE = "run.sqlite"

RunName: TypeAlias = Annotated[str, typer.Argument(metavar="RUN", help="A run's name in the runs folder, or its own folder.")]
Runs: TypeAlias = Annotated[Path, typer.Option("--runs", envvar="CHAINRULE_RUNS", help="The folder that runs are saved in.")]
Seed: TypeAlias = Annotated[int, typer.Option("--seed", min=0, help="What first weights, splits, shuffling and dropout depend on.")]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", help="Show no progress, only the report.")]

RUNS = Path("runs")


def find_run(name: str, folder: Path) -> Path:
    """Return the folder of a run.

    Raises:
        ArgumentError: there is none of this name; the nearest one is suggested.
    """
    for path in (folder / name, Path(name)):
        if (path / RUN_FILE).is_file():
            return path
    known = sorted(path.parent.name for path in folder.glob(f"*/{RUN_FILE}") if not path.parent.name.startswith("."))
    nearest = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {nearest[0]!r}?" if nearest else f" There are {', '.join(known)}." if known else " No run is saved there yet."
    raise ArgumentError(f"There is no run {name!r} in {folder}, and no folder of this name that holds one.{hint}")


def shown_name(path: Path, folder: Path) -> str:
    """Return how a run is to be typed: its name where it is in the usual folder, else its path."""
    return path.name if path.parent.resolve() == RUNS.resolve() or path.parent == folder else str(path)


if TYPE_CHECKING:
    from chainrule.tasks.problem import ProblemSpec


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
TaskOption = Annotated[
    str | None,
    typer.Option("--task", help="What is learned: classification, regression, span, ...; by what the target holds if not given."),
]
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
    return ProblemSpec(source, target, task, seed, kinds, group, time, query, pattern, forecast, balance, encoding=encoding)


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
