"""`chainrule landscape`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from chainrule.cli.options import RUNS, RunName, Runs, find_run


class Kind(StrEnum):
    """What is drawn."""

    PATH = "path"
    PLANE = "plane"
    LINE = "line"
    SHARPNESS = "sharpness"


def landscape(
    run: RunName,
    picture: Annotated[Path | None, typer.Option("--picture", metavar="FILE.png", help="Draw it, into this file.")] = None,
    kind: Annotated[
        Kind,
        typer.Option(
            "--kind",
            help="path: the plane in which the run moved most; plane: around its end, along random directions; "
            "line: from its end back to its beginning; sharpness: the curvature over training.",
        ),
    ] = Kind.PATH,
    examples: Annotated[int, typer.Option("--examples", min=1, help="How many training examples the loss is taken over, at most.")] = 1024,
    runs: Runs = RUNS,
) -> None:
    """Look at the loss around the way that a run took, and at how sharply it curves."""
    from chainrule.cli.inside_views import course_table, landscape_view, slice_table  # noqa: PLC0415
    from chainrule.cli.screen import console, show_notes  # noqa: PLC0415
    from chainrule.insight import open_run  # noqa: PLC0415
    from chainrule.insight.landscape import SharpnessCourse  # noqa: PLC0415

    found = landscape_view(open_run(find_run(run, runs)), kind.value, examples)
    console().print(course_table(found) if isinstance(found, SharpnessCourse) else slice_table(found))
    if picture is not None:
        from chainrule.insight.pictures.landscape import draw  # noqa: PLC0415
        from chainrule.pictures import save  # noqa: PLC0415

        save(draw(found), picture)
        show_notes([f"The picture is in {picture}."])
