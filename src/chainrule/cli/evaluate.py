"""`chainrule evaluate`."""

from pathlib import Path
from typing import Annotated

import typer

from chainrule.cli.options import RUNS, RunName, Runs, find_run


def evaluate(
    run: RunName,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="Examples with their target, of the kind it learned from; arrays as x and y in a .npz file; else its own test part.",
        ),
    ] = None,
    runs: Runs = RUNS,
) -> None:
    """Report how good a saved run's model is on examples whose target is known."""
    from chainrule.cli.learning import images_of, read_again  # noqa: PLC0415
    from chainrule.cli.report import show_evaluation  # noqa: PLC0415
    from chainrule.cli.screen import show_notes  # noqa: PLC0415
    from chainrule.tasks.learning import evaluate_file, evaluate_problem, open_trained_run  # noqa: PLC0415

    learned = open_trained_run(find_run(run, runs))
    if file is None:
        problem = read_again(learned.recording)
        found = evaluate_problem(learned.model, problem)
        show_evaluation(found, problem.task, "Test", problem.places, images_of(problem))
        return
    found, places, notes = evaluate_file(learned, file)
    show_notes(notes)
    show_evaluation(found, learned.task, str(file), places, None)
