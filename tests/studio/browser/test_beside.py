"""A run and its fork, moment by moment, side by side."""

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from browsing import becomes, drawn, number, visit

import chainrule as cr

if TYPE_CHECKING:
    from browsing import Studio
    from playwright.sync_api import Locator, Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def fork(studio: "Studio") -> str:
    """A fork of the run "small" from step 40, with a tenth of its learning rate."""
    path = studio.folder / "slower"
    cr.open_run(studio.folder / "small").at(40).fork(path, learning_rate=0.0004, verbose=0)
    return path.name


def cells(section: "Locator", name: str) -> list[float]:
    """Return what either run has of a figure."""
    row = section.get_by_role("row", name=re.compile(f"^{name}"))
    return [number(text) for text in row.locator("td.number").all_inner_texts()]


def distance_in(section: "Locator", address: str) -> float:
    row = section.get_by_role("row", name=address, exact=True)
    found = re.search(r"apart by ([^,;]+)", row.inner_text())
    return number(found[1] if found else "")


def distance(studio: "Studio", address: str, first: tuple[str, int], second: tuple[str, int]) -> float:
    a, b = (cr.open_run(studio.folder / name).at(step)[address].astype(np.float64) for name, step in (first, second))
    return float(np.linalg.norm(b - a))


def test_a_fork_stands_beside_its_parent(page: "Page", studio: "Studio", fork: str) -> None:
    visit(page, "#/rewind?run=small&step=70&example=2")
    section = page.get_by_role("region", name="Side by side")
    section.get_by_role("combobox", name="Compare with").select_option(fork)
    expect(page).to_have_url(re.compile(f"against={fork}"))
    table = section.get_by_role("table", name="What differs, layer by layer")
    table.wait_for()
    moments = [cr.open_run(studio.folder / name).at(70) for name in ("small", fork)]
    becomes(page, lambda: cells(section, "loss of its batch"), pytest.approx([moment.loss for moment in moments], rel=1e-3))
    becomes(page, lambda: cells(section, "learning rate"), pytest.approx([0.004, 0.0004]))
    for address in ("conv2d/kernel", "dense_1/kernel"):
        expected = distance(studio, address, ("small", 70), (fork, 70))
        becomes(page, lambda address=address: distance_in(section, address), pytest.approx(expected, rel=1e-3))
    pictures = table.get_by_role("row", name="conv2d/output", exact=True).locator("canvas")
    expect(pictures).to_have_count(3)
    for picture in pictures.all():
        drawn(picture, more_than=5)


def test_each_run_has_a_step_of_its_own_and_the_address_keeps_it(page: "Page", studio: "Studio", fork: str) -> None:
    visit(page, f"#/rewind?run=small&step=70&against={fork}")
    section = page.get_by_role("region", name="Side by side")
    section.get_by_role("checkbox", name="the same step").uncheck()
    section.get_by_role("textbox", name="Step of the other run").fill("90")
    section.get_by_role("textbox", name="Step of the other run").press("Enter")
    expect(section).to_contain_text(f"small before step 70 and {fork} before step 90")
    expect(page).to_have_url(re.compile("against_step=90"))
    page.reload()
    expect(section).to_contain_text(f"small before step 70 and {fork} before step 90")
    expected = distance(studio, "dense/kernel", ("small", 70), (fork, 90))
    becomes(page, lambda: distance_in(section, "dense/kernel"), pytest.approx(expected, rel=1e-3))


def test_where_a_fork_begins_both_are_the_same(page: "Page", fork: str) -> None:
    visit(page, f"#/rewind?run=small&step=40&against={fork}")
    section = page.get_by_role("region", name="Side by side")
    for address in ("conv2d/kernel", "dense/output"):
        expect(section.get_by_role("row", name=address, exact=True)).to_contain_text("the same, to the bit")


def test_a_run_stands_beside_another_step_of_itself(page: "Page", studio: "Studio") -> None:
    visit(page, "#/rewind?run=small&step=100&against=small&against_step=5")
    section = page.get_by_role("region", name="Side by side")
    section.get_by_role("columnheader", name="step 5", exact=True).first.wait_for()
    expected = distance(studio, "dense/kernel", ("small", 100), ("small", 5))
    becomes(page, lambda: distance_in(section, "dense/kernel"), pytest.approx(expected, rel=1e-3))
