"""`chainrule prepare`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chainrule.cli.options import with_problem_options

if TYPE_CHECKING:
    from chainrule.tasks.problem import ProblemSpec


@with_problem_options
def prepare(
    spec: "ProblemSpec",
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE.html", help="Write the report with all its pictures as a page.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FILE.json", help="Save the preparation, to be loaded from Python.")
    ] = None,
) -> None:
    """Prepare data without learning from them: what each column is and becomes, the parts, and what is amiss.

    Every choice is told with its reason, and can be made otherwise by an option. All that is learned, such as means and
    categories, is learned from the training part alone.
    """
    from rich.text import Text  # noqa: PLC0415

    from chainrule.cli.learning import read  # noqa: PLC0415
    from chainrule.cli.report import show_columns, show_issues, show_problem  # noqa: PLC0415
    from chainrule.cli.screen import console  # noqa: PLC0415

    problem = read(spec)
    show_problem(problem)
    show_columns(problem)
    show_issues([issue for issue in problem.preparation.issues if issue.severity == "note"], "Worth knowing")
    if report is not None:
        problem.preparation.report().save(report)
        console().print(Text(f"The report is in {report}."))
    if save is not None:
        problem.preparation.save(save)
        console().print(Text(f"The preparation is in {save}."))
