"""`chainrule fork`."""

from typing import Annotated

import typer

from chainrule.cli.options import RUNS, Quiet, RunName, Runs, find_run
from chainrule.counting import counted


def fork(
    run: RunName,
    step: Annotated[int, typer.Option("--step", help="The first step of the new run, counted from 0.")],
    learning_rate: Annotated[
        float | None, typer.Option("--learning-rate", help="Another learning rate, in place of a schedule too.")
    ] = None,
    optimizer: Annotated[str | None, typer.Option("--optimizer", help="Another way to change the weights: sgd, rmsprop, adam, ...")] = None,
    epochs: Annotated[int | None, typer.Option("--epochs", help="The epoch at which to stop, counted from the parent's first.")] = None,
    batch_size: Annotated[int | None, typer.Option("--batch-size", help="Examples in a batch; the epoch under way begins anew.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="What shuffling and dropout depend on; likewise.")] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="RUN", help="The new run's name; its parent's with a number if not given.")
    ] = None,
    runs: Runs = RUNS,
    quiet: Quiet = False,
) -> None:
    """Go on with a saved run from one of its past steps, with something changed, as a new run that knows its parent.

    Where nothing is changed, it repeats what the parent did, to the bit.
    """
    from rich.text import Text  # noqa: PLC0415

    from chainrule.cli.learning import report_again  # noqa: PLC0415
    from chainrule.cli.screen import console  # noqa: PLC0415
    from chainrule.errors import ArgumentError  # noqa: PLC0415
    from chainrule.record import Changes, Recording  # noqa: PLC0415
    from chainrule.record import fork as fork_run  # noqa: PLC0415

    parent = Recording(find_run(run, runs))
    made = parent.steps_made()
    if made is None or not made[0] <= step <= made[1]:
        there = "no step yet" if made is None else f"steps {made[0]} to {made[1]}"
        raise ArgumentError(f"The run {parent.name} has made {there}. Got --step {step} instead.")
    changes = Changes(learning_rate, optimizer, None, epochs, batch_size, seed)
    path = fork_run(parent, step, changes, parent.path.parent / name if name else None, verbose=0 if quiet else "auto")
    child = Recording(path)
    console().print(Text(f"  Saved as {child.name}: {counted(len(child.epochs()), 'epoch')} from step {step} of {parent.name}."))
    report_again(child, runs)
