"""Options and arguments that several commands share, and how a run is found by its name."""

import difflib
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from chainrule.errors import ArgumentError

RUN_FILE = "run.sqlite"

RunName: TypeAlias = Annotated[str, typer.Argument(metavar="RUN", help="A run's name in the runs folder, or its own folder.")]
Runs: TypeAlias = Annotated[Path, typer.Option("--runs", envvar="CHAINRULE_RUNS", help="The folder that runs are kept in.")]
Seed: TypeAlias = Annotated[int, typer.Option("--seed", min=0, help="What first weights, splits, shuffling and dropout hang on.")]
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
    hint = f" Did you mean {nearest[0]!r}?" if nearest else f" There are {', '.join(known)}." if known else " No run is kept there yet."
    raise ArgumentError(f"There is no run {name!r} in {folder}, and no folder of this name that holds one.{hint}")


def shown_name(path: Path, folder: Path) -> str:
    """Return how a run is to be typed: its name where it is in the usual folder, else its path."""
    return path.name if path.parent.resolve() == RUNS.resolve() or path.parent == folder else str(path)
