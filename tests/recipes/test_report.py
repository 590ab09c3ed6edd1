"""Reports as tables and as text, and the table of recipes."""

from typing import Any

import pytest
from rich.console import Console

from chainrule import recipes
from chainrule.errors import ArgumentError
from chainrule.recipes import RECIPES, Options, Report, Row

REPORT = Report(
    "Two networks",
    ("hidden units", "ours", "theirs"),
    (Row(("2", "85.0 (6.0)", "85.7"), True), Row(("12", "80.1", "90.4"), False), Row(("24", "80.1", "-"))),
    ("The first note.", "The second."),
    {"test": 85.0},
)


def test_the_text_is_aligned_and_says_which_figures_are_met() -> None:
    assert REPORT.to_text().splitlines() == [
        "Two networks",
        "hidden units        ours  theirs  met",
        "2             85.0 (6.0)    85.7  yes",
        "12                  80.1    90.4   no",
        "24                  80.1       -    -",
        "The first note.",
        "The second.",
    ]


def test_the_table_shows_title_cells_verdicts_and_notes() -> None:
    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(REPORT.to_table())
    lines = capture.get().splitlines()
    assert lines[0].strip() == "Two networks"
    assert any([cell.strip() for cell in line.strip("│").split("│")] == ["12", "80.1", "90.4", "no"] for line in lines)
    assert [line.strip() for line in lines[-2:]] == ["The first note.", "The second."]


def test_brackets_in_cells_and_notes_are_shown_as_they_are() -> None:
    report = Report("[a]", ("", "ours"), (Row(("[red]", "[1, 2]")),), ("See [3].",))
    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(report.to_table())
    for text in ("[a]", "[red]", "[1, 2]", "See [3]."):
        assert text in capture.get()


@pytest.mark.parametrize(
    ("verdicts", "met"),
    [((True, None), True), ((True, False), False), ((None,), False), ((), False)],
    ids=["met", "missed", "not judged", "empty"],
)
def test_a_report_is_met_when_all_judged_rows_are(verdicts: tuple[bool | None, ...], met: bool) -> None:
    assert Report("", ("",), tuple(Row(("a",), verdict) for verdict in verdicts)).met is met


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Report("", ("a", "b"), (Row(("1",)),)), r"A row must have 2 cells, one for each column\. Got \('1',\) instead"),
        (lambda: Options(seed=-1), r"seed must be a whole number from 0 .* Got -1 instead"),
        (lambda: recipes.run("sonor"), r"The recipe must be one of .* Did you mean 'sonar'\?"),
        (lambda: recipes.run("xor", seed=-1), "Got -1 instead"),
    ],
    ids=["cells", "seed", "name", "seed of a run"],
)
def test_what_cannot_be_meant_is_refused(make: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        make()


def test_recipes_are_listed_under_their_own_names_with_their_sources() -> None:
    assert all(name == recipe.name and recipe.title and recipe.source for name, recipe in RECIPES.items())


def test_progress_is_told_in_ascending_shares() -> None:
    heard: list[tuple[float, str]] = []
    recipes.run("xor", quick=True, on_progress=lambda share, doing: heard.append((share, doing)))
    assert heard[0] == (0.0, "run 1 of 4")
    shares = [share for share, _ in heard]
    assert shares == sorted(shares)
    assert shares[-1] <= 1
