"""The doctor's findings on the screen."""

from collections.abc import Sequence

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from chainrule.cli.screen import console, heading
from chainrule.doctor import Finding

STYLES = {"certain": "bold red", "likely": "bold yellow", "possible": "bold cyan"}


def show_findings(name: str, findings: Sequence[Finding]) -> None:
    """Print findings, the first to be mended first."""
    heading(f"Findings about run {name}")
    if not findings:
        console().print(Text("  Nothing looks wrong."))
    for number, finding in enumerate(findings, 1):
        console().print(Text.assemble(f"\n  {number}. ", (finding.symptom, STYLES[finding.certainty]), f" ({finding.certainty})"))
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(style="cyan", no_wrap=True)
        grid.add_column()
        for what, text in (("seen", finding.seen), ("cause", finding.cause), ("remedy", finding.remedy)):
            grid.add_row(what, Text(text))
        console().print(Padding(grid, (0, 0, 0, 5)))
