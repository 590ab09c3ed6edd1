"""`chainrule tree`."""

from pathlib import Path
from typing import Annotated

import typer

from chainrule.cli.options import RUNS, Runs


def tree(
    folder: Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="The folder to show, in place of that of --runs.")] = None,
    runs: Runs = RUNS,
) -> None:
    """Show which run was forked from which, at what step, what was changed, and how each ended."""
    from chainrule.cli.run_views import show_families  # noqa: PLC0415

    show_families(folder or runs)
