"""All runs of the folder in one table, filtered and sorted."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import becomes, number, opened, serving, visit

import chainrule as cr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsing import Studio
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

RATES = {"quick": 0.1, "slow": 0.0005, "middle": 0.01}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs that differ in their learning rates, and a fork."""
    folder = tmp_path_factory.mktemp("table")
    x, y = (part[:200] for part in cr.data.load("digits").train)
    for name, rate in RATES.items():
        model = cr.Sequential([cr.Input((8, 8, 1)), cr.layers.Flatten(), cr.layers.Dense(10)], seed=1)
        model.compile(cr.optimizers.SGD(rate), cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
        model.fit(x, y, 50, epochs=2, verbose=0, validation_split=0.2, callbacks=[cr.callbacks.Recorder(folder / name)])
    cr.open_run(folder / "slow").at(4).fork(folder / "forked", learning_rate=0.02, verbose=0)
    return folder


@pytest.fixture(scope="module")
def served(folder: Path) -> "Iterator[Studio]":
    with serving(folder) as studio:
        yield studio


@pytest.fixture
def table(browser: "Browser", served: "Studio") -> "Iterator[Page]":
    """A page that has opened a studio on them."""
    with opened(browser, served.url) as page:
        yield page


def names(page: "Page") -> list[str]:
    return page.get_by_role("table", name="Runs").get_by_role("rowheader").all_inner_texts()


def cell(page: "Page", run: str, column: str) -> str:
    heads = page.get_by_role("columnheader").all_inner_texts()
    place = next(at for at, head in enumerate(heads) if head.rstrip("\n↑↓") == column)
    return page.get_by_role("row", name=re.compile(f"^{run}")).locator("th, td").nth(place).inner_text()


def share(page: "Page", run: str, column: str) -> float:
    return number(cell(page, run, column).replace(" ", "")) / 100


def test_runs_are_filtered_sorted_and_opened(table: "Page") -> None:
    table.get_by_role("link", name="All runs").click()
    expect(table.get_by_role("heading", name="All runs", level=1)).to_be_visible()
    expect(table.get_by_role("rowheader")).to_have_text(["forked", "middle", "slow", "quick"])  # the newest first
    becomes(table, lambda: [cell(table, run, "Learning rate") for run in ("quick", "slow", "forked")], ["0.1", "0.0005", "0.02"])
    assert (cell(table, "quick", "Network"), cell(table, "quick", "Optimiser")) == ("Dense 10", "SGD")
    assert (cell(table, "forked", "Forked from"), cell(table, "slow", "Forked from")) == ("slow, step 4", "–")

    head = table.get_by_role("columnheader", name="Learning rate")
    expect(head).to_have_attribute("aria-sort", "none")
    head.get_by_role("button").focus()
    table.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(table.get_by_role("rowheader")).to_have_text(["slow", "middle", "forked", "quick"])
    table.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(table.locator("[aria-sort]:not([aria-sort=none])")).to_have_count(1)

    table.get_by_role("searchbox", name="Filter").fill("SGD slow")
    expect(table.get_by_role("rowheader")).to_have_text(["forked", "slow"])
    expect(table.get_by_role("status").filter(has_text="2 of 4 runs")).to_be_visible()
    expect(table).to_have_url(re.compile(r"#/runs\?.*filter=SGD\+slow&order=-rate"))
    table.reload()
    expect(table.get_by_role("rowheader")).to_have_text(["forked", "slow"])

    table.get_by_role("link", name="forked").click()
    expect(table.get_by_role("heading", name="forked", level=1)).to_be_visible()
    table.go_back()
    expect(table.get_by_role("searchbox", name="Filter")).to_have_value("SGD slow")
    table.get_by_role("searchbox", name="Filter").fill("no such run")
    expect(table.get_by_text("No run has all of these words.")).to_be_visible()


def test_figures_are_those_of_the_runs(table: "Page", folder: Path) -> None:
    visit(table, "#/runs?order=-best_accuracy")
    expect(table.get_by_role("rowheader")).to_have_count(4)
    for run in ("quick", "slow", "middle", "forked"):
        epochs = [epoch["figures"] for epoch in cr.open_run(folder / run).epochs()]
        expected = [epochs[-1]["val_loss"], min(epoch["val_loss"] for epoch in epochs)]
        assert [number(cell(table, run, column)) for column in ("Loss", "Best loss")] == pytest.approx(expected, rel=1e-3)
        expected = [epochs[-1]["val_accuracy"], max(epoch["val_accuracy"] for epoch in epochs)]
        assert [share(table, run, column) for column in ("Accuracy", "Best accuracy")] == pytest.approx(expected, abs=1e-3)
    best = [share(table, run, "Best accuracy") for run in names(table)]
    assert best == sorted(best, reverse=True)
