"""`chainrule rewind`."""

from typing import Annotated

import typer

from chainrule.cli.options import RUNS, RunName, Runs, find_run


def rewind(
    run: RunName,
    step: Annotated[int, typer.Option("--step", help="The step, counted from 0: step 137 is the update after 137 others.")],
    node: Annotated[
        str | None, typer.Option("--node", metavar="NAME", help="Print the numbers of one address, such as dense/kernel.")
    ] = None,
    runs: Runs = RUNS,
) -> None:
    """Compute a step of a kept run again, and show every value, gradient and update in it."""
    from chainrule.cli.inside import show_moment, show_node  # noqa: PLC0415
    from chainrule.insight import open_run  # noqa: PLC0415

    opened = open_run(find_run(run, runs))
    moment = opened.at(step)
    if node is None:
        show_moment(opened, moment)
    else:
        show_node(moment, node)
