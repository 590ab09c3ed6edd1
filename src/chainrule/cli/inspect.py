"""`chainrule inspect`."""

from pathlib import Path
from typing import Annotated

import typer

from chainrule.cli.options import RUNS, RunName, Runs, find_run


def inspect(
    run: RunName,
    series: Annotated[str | None, typer.Option("--series", metavar="PATTERN", help="Print these readings, such as 'norm of *'.")] = None,
    picture: Annotated[Path | None, typer.Option("--picture", metavar="FILE.png", help="Draw what was read.")] = None,
    table: Annotated[Path | None, typer.Option("--table", metavar="FILE", help="Write the readings to .arrow, .parquet or .csv.")] = None,
    tensorboard: Annotated[Path | None, typer.Option("--tensorboard", metavar="FOLDER", help="Write event files for TensorBoard.")] = None,
    runs: Runs = RUNS,
) -> None:
    """Show what happened inside a saved run: activations, gradients, updates and their course, as its probes read them."""
    from chainrule.cli.inside_views import show_readings, show_series  # noqa: PLC0415
    from chainrule.cli.screen import show_notes  # noqa: PLC0415
    from chainrule.insight.export import write_probe_table  # noqa: PLC0415
    from chainrule.record import Recording  # noqa: PLC0415

    recording = Recording(find_run(run, runs))
    if series is not None:
        show_series(recording, series)
    else:
        show_readings(recording)
    if picture is not None:
        from chainrule.insight.pictures.probes import draw_probes  # noqa: PLC0415
        from chainrule.pictures import save  # noqa: PLC0415

        save(draw_probes(recording), picture)
        show_notes([f"The picture is in {picture}."])
    if table is not None:
        write_probe_table(recording, table, series or "*")
        show_notes([f"The readings are in {table}."])
    if tensorboard is not None:
        from chainrule.insight.tensorboard import write_tensorboard  # noqa: PLC0415

        points = write_tensorboard(recording, tensorboard, series or "*")
        show_notes([f"{points:,} points are in {tensorboard}: tensorboard --logdir {tensorboard}"])
