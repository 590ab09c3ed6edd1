"""`chainrule predict`."""

from pathlib import Path
from typing import Annotated

import typer

from chainrule.cli.options import RUNS, RunName, Runs, find_run
from chainrule.counting import counted

SHOWN = 20  # rows on the screen
SOME_BROKEN = 3  # the exit code where some of the examples could not be used


def predict(
    run: RunName,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Examples of the kind it learned from: a table (its target may be missing), a folder, an image, a sound, ...",
        ),
    ],
    output: Annotated[Path | None, typer.Option("--output", help="A CSV file for all rows, with their own columns.")] = None,
    runs: Runs = RUNS,
) -> None:
    """Answer for new examples: classes with their probabilities, or the quantity in the target's own unit.

    What the examples have that training had not (unknown categories, further columns) is noted. Broken ones (files that cannot be
    read, rows that do not fit) are named, and all others answered; the exit code is then 3.
    """
    import polars as pl  # noqa: PLC0415
    from polars import selectors  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from chainrule.cli.answer_views import answers_table, show_left_out  # noqa: PLC0415
    from chainrule.cli.screen import console, show_notes  # noqa: PLC0415
    from chainrule.files import write_atomically  # noqa: PLC0415
    from chainrule.tasks.learning import open_trained_run, predict_file  # noqa: PLC0415
    from chainrule.tasks.predictions import without_lines  # noqa: PLC0415

    learned = open_trained_run(find_run(run, runs))
    answered = predict_file(learned, file)
    frame = answered.frame
    show_notes(answered.notes)
    console().print(answers_table(frame, str(learned.notes["target"]), SHOWN))
    if output is not None:
        lists = selectors.by_dtype(pl.List)
        plain = without_lines(frame).with_columns(lists.cast(pl.List(pl.String)).list.join("|", ignore_nulls=True))
        write_atomically(output, plain.write_csv().encode())
        console().print(Text(f"{counted(frame.height, 'row is', 'rows are')} written to {output}."))
    elif frame.height > SHOWN:
        console().print(Text(f"The first {SHOWN} of {frame.height:,} rows. --output FILE writes all of them, with their own columns."))
    if answered.left_out:
        show_left_out(answered.left_out)
        raise typer.Exit(SOME_BROKEN)
