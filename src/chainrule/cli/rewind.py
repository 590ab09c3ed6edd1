"""`chainrule rewind`."""

from typing import Annotated

import typer

from chainrule.cli.options import RUNS, RunName, Runs, find_run


def rewind(
    run: RunName,
    step: Annotated[int | None, typer.Option("--step", help="The step, counted from 0: step 137 is the update after 137 others.")] = None,
    node: Annotated[
        str | None, typer.Option("--node", metavar="NAME", help="Print the numbers of one address, such as dense/kernel.")
    ] = None,
    first_nan: Annotated[
        bool, typer.Option("--first-nan", help="Go to the step where the first number came about that is not finite, and say how.")
    ] = False,
    runs: Runs = RUNS,
) -> None:
    """Compute a step of a saved run again, and show every value, gradient and update in it."""
    from chainrule.cli.inside_views import show_first_nan, show_moment, show_node  # noqa: PLC0415
    from chainrule.errors import ArgumentError  # noqa: PLC0415
    from chainrule.insight import open_run  # noqa: PLC0415

    opened = open_run(find_run(run, runs))
    if first_nan:
        step = show_first_nan(opened)
        if step is None:
            return
    if step is None:
        raise ArgumentError("rewind: give a step with --step N, or ask for the first number that is not finite with --first-nan.")
    moment = opened.at(step)
    if node is None:
        show_moment(opened, moment)
    else:
        show_node(moment, node)
