"""`chainrule walk`."""

from typing import Annotated

import typer

from chainrule.cli.options import RUNS, RunName, Runs, find_run


def walk(
    run: RunName,
    step: Annotated[int, typer.Option("--step", help="The step, counted from 0: step 137 is the update after 137 others.")],
    layer: Annotated[str | None, typer.Option("--layer", metavar="NAME", help="Stay in one layer, such as dense_1.")] = None,
    runs: Runs = RUNS,
) -> None:
    """Go through the backward pass of a step, operation by operation: formula, rule, value, gradient in, gradients out."""
    from rich.text import Text  # noqa: PLC0415

    from chainrule.cli.screen import console  # noqa: PLC0415
    from chainrule.insight import open_run  # noqa: PLC0415

    for station in open_run(find_run(run, runs)).at(step).walk(layer):
        console().print(Text(str(station)), soft_wrap=True)
