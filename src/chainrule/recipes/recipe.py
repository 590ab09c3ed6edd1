"""What a recipe is, what it is asked, and what it reports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rich.table import Table
from rich.text import Text

from chainrule.errors import ArgumentError
from chainrule.tasks.repetition import OnProgress


def _silent(share: float, doing: str) -> None:
    """Hear of progress and say nothing."""


@dataclass(frozen=True)
class Options:
    """What a recipe is asked.

    Args:
        seed: what its first weights and its orders of examples depend on.
        quick: do a small part, to see that it works; its figures are not compared.
        on_progress: hears how far the recipe is.
    """

    seed: int = 0
    quick: bool = False
    on_progress: OnProgress = _silent

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**32:
            raise ArgumentError(f"A recipe's seed must be a whole number from 0 to 2³² - 1. Got {self.seed} instead.")


@dataclass(frozen=True)
class Row:
    """One line of a report.

    Args:
        cells: its texts, one for each column.
        met: whether the published figure was met; None where there is none to meet, or the figure is not compared.
    """

    cells: tuple[str, ...]
    met: bool | None = None


@dataclass(frozen=True)
class Report:
    """What came of a recipe: our figures beside the published ones.

    Args:
        title: of the table.
        columns: their headings; the first column says what a row is about.
        rows: one line for each figure.
        notes: what one must know to compare them fairly.
        figures: our figures as numbers, by name.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict[str, float])

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ArgumentError(f"A row must have {len(self.columns)} cells, one for each column. Got {row.cells} instead.")

    @property
    def met(self) -> bool:
        """Whether every figure that was compared was met, and there was one."""
        compared = [row.met for row in self.rows if row.met is not None]
        return bool(compared) and all(compared)

    def to_table(self) -> Table:
        """Return the report as a table of Rich, the notes below it."""
        table = Table(title=Text(self.title), caption=Text("\n".join(self.notes)) if self.notes else None, caption_justify="left")
        for position, column in enumerate((*self.columns, "met")):
            table.add_column(Text(column), justify="left" if position == 0 else "right")
        for row in self.rows:
            table.add_row(*map(Text, (*row.cells, _verdict(row.met))), style="red" if row.met is False else None)
        return table

    def to_text(self) -> str:
        """Return the report as plain text: columns aligned by spaces, the notes below them."""
        lines = [(*self.columns, "met"), *((*row.cells, _verdict(row.met)) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        texts = ["  ".join(_aligned(position, cell, widths[position]) for position, cell in enumerate(line)).rstrip() for line in lines]
        return "\n".join([self.title, *texts, *self.notes])


def _verdict(met: bool | None) -> str:
    return "-" if met is None else "yes" if met else "no"


def _aligned(position: int, cell: str, width: int) -> str:
    return cell.rjust(width) if position else cell.ljust(width)


@dataclass(frozen=True)
class Recipe:
    """A published experiment: data, preparation, network, training, and the figures to meet.

    Args:
        name: what it is asked for by.
        title: what it is, in a line.
        source: where the figures were published.
        run: carries it out.
    """

    name: str
    title: str
    source: str
    run: Callable[[Options], Report]
