"""`chainrule explain`."""

from pathlib import Path
from typing import Annotated

import typer

from chainrule.cli.options import RUNS, RunName, Runs, find_run


def explain(
    run: RunName,
    row: Annotated[
        int | None,
        typer.Option(
            "--row", metavar="N", help="The example, by the number that the report of the test part gives it; with --input, its row."
        ),
    ] = None,
    input: Annotated[
        Path | None, typer.Option("--input", metavar="FILE", help="Take the example from a file, as for predict, not from the test part.")
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            help="How its parts are weighed: integrated-gradients, occlusion and others. A name that is not known lists them all.",
        ),
    ] = "integrated-gradients",
    influential: Annotated[
        bool, typer.Option("--influential", help="Name the training examples too that taught the model this answer (TracIn).")
    ] = False,
    picture: Annotated[Path | None, typer.Option("--picture", metavar="FILE.png", help="Draw the reasons into a picture file.")] = None,
    runs: Runs = RUNS,
) -> None:
    """Say why a saved model answers as it does: what in the example speaks for the answer, and what against it."""
    from chainrule.cli.answer_views import draw_picture, show_answer, show_influence, show_reasons, strongest  # noqa: PLC0415
    from chainrule.cli.screen import show_notes  # noqa: PLC0415
    from chainrule.insight import open_run  # noqa: PLC0415
    from chainrule.tasks.explanation import explain as explained_by  # noqa: PLC0415
    from chainrule.tasks.explanation import influences  # noqa: PLC0415
    from chainrule.tasks.learning import open_trained_run  # noqa: PLC0415

    path = find_run(run, runs)
    learned = open_trained_run(path)
    explained, notes = explained_by(learned, row, input, method)
    show_notes(notes)
    show_answer(learned, explained)
    show_reasons(explained, method)
    if influential:
        opened = open_run(path)
        show_influence(learned, opened, influences(learned, opened, explained, 5), strongest(explained, 3))
    if picture is not None:
        draw_picture(explained, method, picture)
