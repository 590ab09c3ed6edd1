"""`chainrule runs`."""

from pathlib import Path
from typing import Annotated

import typer

from chainrule.cli.options import RUN_FILE, RUNS, Runs


def runs(
    folder: Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="The folder to list, in place of that of --runs.")] = None,
    runs: Runs = RUNS,
) -> None:
    """List the saved runs: what each learned from, how it ended, and its figures."""
    from rich.text import Text  # noqa: PLC0415

    from chainrule.cli.run_views import run_row  # noqa: PLC0415
    from chainrule.cli.screen import console, show_notes, table  # noqa: PLC0415
    from chainrule.errors import RecordError  # noqa: PLC0415
    from chainrule.record import Recording  # noqa: PLC0415

    folder = folder or runs
    found: list[Recording] = []
    for path in sorted(path.parent for path in folder.glob(f"*/{RUN_FILE}") if not path.parent.name.startswith(".")):
        try:
            found.append(Recording(path))
        except RecordError as error:
            show_notes([str(error)])
    if not found:
        console().print(Text(f"No run is saved in {folder}. Begin one with: chainrule learn digits"))
        return
    ordered = sorted(found, key=lambda recording: recording.configuration["created"])
    made = table(["name", "data", "status", "epochs", "figures", "begun"], map(run_row, ordered), left=3)
    for column in made.columns:
        column.no_wrap = column.header not in {"name", "data"}
        column.overflow = "ellipsis" if column.header == "data" else "fold"  # a name must be seen whole, to be typed
        column.min_width = 10 if column.header == "data" else None
    console().print(made)
