"""`chainrule why`."""

from pathlib import Path
from typing import Annotated

import typer

from chainrule.cli.options import RUNS, RunName, Runs, find_run


def why(
    run: RunName,
    step: Annotated[int, typer.Option("--step", help="The step, counted from 0: step 137 is the update after 137 others.")],
    weight: Annotated[str, typer.Option("--weight", metavar="NAME", help="The weight's address, such as dense/kernel.")],
    index: Annotated[str, typer.Option("--index", metavar="I,J", help="The number's position in the weight, such as 3,7.")],
    example: Annotated[
        int | None, typer.Option("--example", help="The example whose paths are listed, by its place in the batch; else the strongest.")
    ] = None,
    paths: Annotated[int, typer.Option("--paths", min=1, help="How many paths of the chain rule are listed.")] = 5,
    nudge: Annotated[float | None, typer.Option("--nudge", help="Also tell what would be if so much were added to the weight.")] = None,
    picture: Annotated[Path | None, typer.Option("--picture", metavar="FILE.png", help="Draw the examples and the paths.")] = None,
    runs: Runs = RUNS,
) -> None:
    """Tell why a weight has its gradient: what each example, and each path of the chain rule, contributes to it."""
    from rich.text import Text  # noqa: PLC0415

    from chainrule.cli.screen import console, show_notes  # noqa: PLC0415
    from chainrule.errors import ArgumentError  # noqa: PLC0415
    from chainrule.insight import open_run  # noqa: PLC0415

    try:
        place = tuple(int(part) for part in index.split(",") if part.strip())
    except ValueError:
        raise ArgumentError(f"--index takes whole numbers with commas between them, such as 3,7. Got {index!r} instead.") from None
    moment = open_run(find_run(run, runs)).at(step)
    answer = moment.why(weight, place, example, paths)
    console().print(Text(str(answer)), soft_wrap=True)
    if nudge is not None:
        console().print(Text(f"\n{moment.nudge(weight, place, nudge)}"), soft_wrap=True)
    if picture is not None:
        from chainrule.insight.pictures.why import draw_why  # noqa: PLC0415
        from chainrule.pictures import save  # noqa: PLC0415

        save(draw_why(answer), picture)
        show_notes([f"The picture is in {picture}."])
