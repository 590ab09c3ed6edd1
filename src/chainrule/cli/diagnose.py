"""`chainrule diagnose`."""

from typing import Annotated

import typer

from chainrule.cli.options import RUNS, RunName, Runs, find_run


def diagnose(
    run: RunName,
    experiments: Annotated[
        bool, typer.Option("--try", help="Train again for at most 500 updates at a time, with other learning rates and scaled inputs.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    runs: Runs = RUNS,
) -> None:
    """Say what is, or may be, wrong with a saved run: what was seen, its likely cause, how sure that is, and what to type."""
    import json  # noqa: PLC0415

    from chainrule.cli.run_views import show_findings  # noqa: PLC0415
    from chainrule.doctor import diagnose as examine  # noqa: PLC0415
    from chainrule.insight import open_run  # noqa: PLC0415

    opened = open_run(find_run(run, runs))
    found = examine(opened, experiments=experiments)
    if as_json:
        print(json.dumps([finding.to_dict() for finding in found], indent=1))
    else:
        show_findings(opened.name, found)
