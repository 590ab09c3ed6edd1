"""Views of answers: a table of them, and the reasons of one: what speaks for it and against it, who taught it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.columns import Columns
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from chainrule.cli.drawing import LARGEST, half_blocks, shades, signed_blocks, signs
from chainrule.cli.report import draw
from chainrule.cli.screen import console, heading, number, pairs, table
from chainrule.counting import counted
from chainrule.data.frame import LINE, LeftOut
from chainrule.errors import ArgumentError
from chainrule.insight import Influence, Run
from chainrule.tasks.contributions import named_contributions
from chainrule.tasks.explanation import Explanation, compared_weights
from chainrule.tasks.learning import TrainedRun

_FILES = ("image", "sound", "file")  # columns of the readers of files
MOST_CLASSES = 4  # whose probabilities still fit a line


def answers_table(frame: pl.DataFrame, target: str, rows: int) -> Table:
    """Return the first rows of answers: where each stands, the true target if it is there, the answer, probabilities."""
    each = [name for name in frame.columns if name.startswith("probability of ")]
    single = f"predicted {target}"  # not there where several series are predicted
    answers = [
        *([single] if single in frame.columns else [name for name in frame.columns if name.startswith("predicted ")]),
        *(["probability"] if "probability" in frame.columns else []),
        *(each if len(each) <= MOST_CLASSES else []),
    ]
    given = [target] if target in frame.columns else []
    where, places = _places(frame.head(rows))
    shown = [
        [place, *(_text(name, row[name]) for name in [*given, *answers])]
        for place, row in zip(places, frame.head(rows).iter_rows(named=True), strict=True)
    ]
    return table([where, *given, *answers], shown, left=0)


def _places(frame: pl.DataFrame) -> tuple[str, list[str]]:
    """Return what rows are found by, and where each stands: its line, the name of its file, the step ahead, else its number from 0."""
    if LINE in frame.columns:
        return "line", [str(line) for line in frame[LINE]]
    files = next((name for name in _FILES if name in frame.columns and frame[name].dtype == pl.String), None)
    if files is not None:
        return "file", [Path(str(path)).name for path in frame[files]]
    own = [name for name in frame.columns if not name.startswith("predicted ")]
    if own[-1:] == ["step"] and len(own) <= 2:  # a forecast, whose rows tell at most their series and the step
        return ", ".join(own), [", ".join(map(str, row)) for row in frame.select(own).iter_rows()]
    return "row", [str(row) for row in range(frame.height)]


def show_left_out(entries: Sequence[LeftOut]) -> None:
    """Print on the standard error output what could not be used, a line each."""
    screen = Console(stderr=True, markup=False, highlight=False)
    screen.print(Text(f"{counted(len(entries), 'example')} could not be used:", "bold red"))
    for entry in entries:
        screen.print(Text(f"  {entry.place}: {entry.reason}"), soft_wrap=True)


def _text(name: str, value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1%}" if name.startswith("probability") else number(value)
    return "-" if value is None else str(value)


MOST_OTHERS, MOST_COLUMNS, BAR = 5, 12, 20


def show_answer(learned: TrainedRun, explained: Explanation) -> None:
    """Print what the model says, and how sure it is."""
    heading(f"{explained.place}: {learned.notes['target']}")
    order = np.argsort(-explained.probabilities, kind="stable")[1:MOST_OTHERS]
    others = [
        f"{(learned.class_names or ())[place]} {explained.probabilities[place]:.1%}"
        for place in order
        if explained.probabilities[place] > 5e-4
    ]
    said = {"answer": explained.answer, "then": ", ".join(others), "in truth": explained.true or ""}
    pairs({name: text for name, text in said.items() if text})


def show_reasons(explained: Explanation, method: str) -> None:
    """Print the strongest columns with bars, or the image beside the map of what matters in it."""
    heading(f"What speaks for this answer, and what against it ({method})")
    if explained.columns:
        _show_columns(explained)
    elif max(explained.x.shape[1:3]) <= LARGEST:
        _show_image(explained)
    else:
        console().print(Text("  The image is too large for the screen: --picture FILE.png draws it."))


def show_influence(learned: TrainedRun, run: Run, found: Influence, columns: Sequence[str]) -> None:
    """Print the training examples that taught most for and against this answer, with some of their columns; small images are drawn."""
    train, compared = run.plan().train, compared_weights(learned)
    how = f"at {len(found.steps)} steps of the run" + (f", by {compared} alone" if compared else "")
    for title, rows in (("taught this answer", found.proponents[0]), ("taught against it", found.opponents[0])):
        heading(f"Training examples that {title} most ({how})")
        taken = train.take(rows)
        columns = [] if taken.x[0].dtype.kind in "iu" else columns  # a word in its place is of its own text alone
        cells = [
            [str(row), learned.task.label(y, x)[1], number(float(found.scores[0, row]))]
            for row, y, x in zip(rows, taken.y[0], taken.x[0], strict=True)
        ]
        has = [_met(learned, x, columns) for x in taken.x[0]]
        lines = [[*some, *more] for some, more in zip(cells, has, strict=True)]
        console().print(table(["training row", "target", "score", *columns], lines, left=2))
        images = taken.x[0]
        if images.ndim == 4 and max(images.shape[1:3]) <= LARGEST:
            console().print()
            draw(images, [f"row {cell[0]}\n{cell[1]}" for cell in cells])


def draw_picture(explained: Explanation, method: str, path: Path) -> None:
    """Draw the reasons into a picture file.

    Raises:
        ArgumentError: matplotlib is not installed, or the file's ending is no format of pictures.
    """
    try:
        from chainrule.explain.pictures import column_attributions, image_attributions  # noqa: PLC0415
        from chainrule.pictures import save  # noqa: PLC0415
    except ImportError as error:
        raise ArgumentError("--picture needs matplotlib: pip install 'chainrule[pictures]'.") from error

    said = f"{explained.place}: {explained.answer}"
    if explained.columns:
        figure = column_attributions(explained.columns, explained.met, said)
    else:
        figure = image_attributions(explained.x, explained.values, heading=f"{said} ({method})")
    save(figure, path)
    console().print(Text(f"The picture is in {path}."))


def _show_columns(explained: Explanation) -> None:
    largest = max(abs(value) for value in explained.columns.values()) or 1.0
    rows = [
        [name, explained.met[name], number(explained.columns[name]), _bar(explained.columns[name] / largest)]
        for name in strongest(explained, MOST_COLUMNS)
    ]
    made = table(["what", "has", "contribution", ""], rows, left=2)
    made.columns[-1].justify = "left"
    console().print(made)


def _bar(share: float) -> Text:
    return Text("█" * max(1, round(abs(share) * BAR)), "red" if share > 0 else "blue") if share else Text("")


def _show_image(explained: Explanation) -> None:
    screen, values = console(), _over_channels(explained.values[0], explained.x[0])
    colours = bool(screen.color_system)
    image = half_blocks(explained.x[0]) if colours else shades(explained.x[0])
    marks = signed_blocks(values) if colours else signs(values)
    key = Text("red for, blue against" if colours else "# + for, = - against")
    screen.print(Columns([Group(*image, Text("the example")), Group(*marks, key)], padding=(0, 4)))


def _over_channels(values: NDArray[Any], image: NDArray[Any]) -> NDArray[Any]:
    return values.sum(axis=-1) if values.ndim == image.ndim else values


def _met(learned: TrainedRun, features: NDArray[Any], columns: Sequence[str]) -> list[str]:
    met = named_contributions(learned.preparation, features, features)[1] if columns else {}
    return [met.get(column, "") for column in columns]


def strongest(explained: Explanation, most: int) -> list[str]:
    """Return the columns, terms or words that matter most for an answer; none for an image."""
    return sorted(explained.columns, key=lambda name: -abs(explained.columns[name]))[:most]
