"""What a person does on the page with a finished run."""

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from browsing import becomes, drawn, figure, number, said, settled, step_of, visit, wait_until

import chainrule as cr

if TYPE_CHECKING:
    from browsing import Studio
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_the_first_view_shows_a_run(page: "Page", studio: "Studio") -> None:
    kept = [path.parent.name for path in studio.folder.glob("*/run.sqlite")]  # other tests may have trained some
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("|".join(map(re.escape, kept))))
    visit(page, "#/watch?run=small")
    expect(page.get_by_role("heading", name="small", level=1)).to_be_visible()
    expect(page.get_by_text("Finished")).to_be_visible()
    wait_until(page, lambda: 0 < said(figure(page, "loss")) < 2)
    drawn(page.get_by_role("img", name="loss over the steps of small").locator("canvas"), more_than=10)
    rooms = page.get_by_role("region", name=re.compile("^Layer "))
    expect(rooms).to_have_count(5)
    drawn(rooms.first.locator("canvas").first, more_than=5)


def test_dragging_the_time_line_rewinds_and_the_address_says_where(page: "Page", studio: "Studio") -> None:
    visit(page, "#/rewind?run=small")
    track = page.get_by_role("slider", name="Step of the run")
    track.wait_for()
    settled(page)
    box = track.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.9, middle)
    page.mouse.down()
    for share in np.linspace(0.9, 0.3, 12):
        page.mouse.move(box["x"] + box["width"] * float(share), middle)
    page.mouse.up()
    wait_until(page, lambda: abs(step_of(page) - 0.3 * 122) <= 2)
    step = step_of(page)
    expect(page.get_by_role("heading", name=f"Step {step}", exact=True)).to_be_visible()
    expect(page.get_by_text("Computed again in")).to_be_visible()
    moment = cr.open_run(studio.folder / "small").at(step)
    becomes(page, lambda: said(figure(page, "loss of the batch")), pytest.approx(moment.loss, rel=1e-3))
    expect(page).to_have_url(re.compile(rf"step={step}\b"))
    page.reload()
    expect(page.get_by_role("heading", name=f"Step {step}", exact=True)).to_be_visible()


def test_steps_forward_and_back_by_buttons_keys_and_history(page: "Page") -> None:
    visit(page, "#/rewind?run=small&step=40")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Step 40")
    page.get_by_role("button", name="One step forward").click()
    expect(heading).to_have_text("Step 41")
    page.get_by_role("button", name="One step back").click()
    page.get_by_role("button", name="One step back").click()
    expect(heading).to_have_text("Step 39")
    page.go_back()
    expect(heading).to_have_text("Step 40")
    page.get_by_role("slider", name="Step of the run").focus()
    page.keyboard.press("ArrowRight")
    expect(heading).to_have_text("Step 41")
    page.keyboard.press("Home")
    expect(heading).to_have_text("Step 0")
    page.keyboard.press("End")
    expect(heading).to_have_text("Step 122")
    page.get_by_role("textbox", name="Go to step").fill("57")
    page.get_by_role("textbox", name="Go to step").press("Enter")
    expect(heading).to_have_text("Step 57")


def test_an_example_travels_and_a_unit_is_written_out(page: "Page", studio: "Studio") -> None:
    visit(page, "#/rewind?run=small&step=57&example=3&layer=dense&unit=12")
    sheet = page.locator(".batch button")
    expect(sheet).to_have_count(32)
    expect(sheet.nth(3)).to_have_attribute("aria-pressed", "true")
    moment = cr.open_run(studio.folder / "small").at(57)
    value = page.get_by_role("row", name=re.compile("the unit's value")).locator("td.number")
    output = float(moment["dense/output"][3, 12])
    becomes(page, lambda: number(value.inner_text()), pytest.approx(output, rel=2e-3))
    total = page.get_by_role("row", name=re.compile("^weighted sum")).locator("td.number")
    becomes(page, lambda: np.tanh(number(total.inner_text())), pytest.approx(output, rel=5e-3))
    sheet.nth(5).click()
    expect(sheet.nth(5)).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("example=5"))


def test_a_click_on_a_weight_says_why(page: "Page", studio: "Studio") -> None:
    visit(page, "#/question?run=small&step=57&question=why&weight=dense/kernel")
    matrix = page.get_by_role("application", name="gradient of dense/kernel, ")
    matrix.wait_for()
    settled(page)
    box = matrix.bounding_box()
    assert box is not None
    rows, columns = 72, 16
    page.mouse.click(box["x"] + box["width"] * 3.5 / columns, box["y"] + box["height"] * 40.5 / rows)
    expect(page).to_have_url(re.compile("index=40,3"))
    why = cr.open_run(studio.folder / "small").at(57).why("dense/kernel", (40, 3))
    expect(page.get_by_role("listbox", name="Contributions of the examples").get_by_role("option")).to_have_count(32)
    for name, value in (("weight", why.weight), ("gradient", why.gradient), ("update", why.update)):
        becomes(page, lambda name=name: said(figure(page, name)), pytest.approx(value, rel=1e-2))
    settled(page)
    terms = [number(text) for text in page.locator(".factors td.number").all_inner_texts()]
    assert np.prod(terms[:-1]) == pytest.approx(terms[-1], rel=1e-2)
    assert terms[-1] == pytest.approx(why.paths[0].value, rel=1e-2)
    page.get_by_role("slider", name="Change of the weight").fill("60")
    expect(page.get_by_text("the gradient alone predicts")).to_be_visible()
