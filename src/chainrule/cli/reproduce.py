"""`chainrule reproduce`."""

from typing import Annotated

import typer

from chainrule.cli.options import Seed


def reproduce(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Which experiment; all are listed if not given.")] = None,
    seed: Seed = 0,
    quick: Annotated[bool, typer.Option("--quick", help="Do a small part, to see that it works; its figures are not compared.")] = False,
) -> None:
    """Carry out a published experiment again and print its table beside ours.

    Ends with code 1 if a published figure is missed.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    from chainrule import recipes  # noqa: PLC0415
    from chainrule.cli.screen import console, table  # noqa: PLC0415

    if name is None:
        rows = [[recipe.name, recipe.title, recipe.source] for recipe in recipes.RECIPES.values()]
        console().print(table(["name", "what", "published"], rows, left=3))
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(), transient=True) as bar:
        task = bar.add_task(name, total=1.0)
        report = recipes.run(name, seed, quick, lambda share, doing: bar.update(task, completed=share, description=doing))
    console().print(report.to_table())
    if not quick and not report.met:
        raise typer.Exit(1)
