"""`chainrule demo`."""

import typer

from chainrule.cli.options import RUNS, Quiet, Runs, Seed

ENOUGH = 0.97  # held-out accuracy that the demo must reach


def demo(runs: Runs = RUNS, seed: Seed = 0, quiet: Quiet = False) -> None:
    """Learn to read handwritten digits, which travel inside the package, in well under a minute.

    Ends with code 1 if fewer than 97 % of the test part are read rightly.
    """
    from chainrule.cli.learning import learn_and_report  # noqa: PLC0415
    from chainrule.cli.screen import show_error  # noqa: PLC0415
    from chainrule.tasks.networks import Choices  # noqa: PLC0415
    from chainrule.tasks.problem import ProblemSpec  # noqa: PLC0415

    found = learn_and_report(ProblemSpec("digits", seed=seed), Choices(epochs=30, seed=seed), runs, None, quiet)
    if found.figures["accuracy"] < ENOUGH:
        show_error(f"The demo must read at least {ENOUGH:.0%} of the test part rightly. It read {found.figures['accuracy']:.2%}.")
        raise typer.Exit(1)
