"""What a person sees who looks away, or goes elsewhere, and comes back."""

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from browsing import opened, serving, step_of, visit, wait_until

import chainrule as cr

if TYPE_CHECKING:
    from pathlib import Path

    from browsing import Studio
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_what_was_looked_at_before_is_drawn_again(page: "Page") -> None:
    visit(page, "#/watch?run=small&step=30")
    network = page.get_by_role("region", name="The network from inside")
    drawn = network.get_by_role("img", name="conv2d/kernel, 3 × 3 × 1 × 8")
    expect(drawn).to_be_visible()
    network.get_by_role("radio", name="gradients").click()
    expect(network.get_by_role("img", name="gradient of conv2d/kernel")).to_be_visible()
    network.get_by_role("radio", name="values").click()
    expect(drawn).to_be_visible()


def test_a_room_that_was_open_before_is_drawn_again(page: "Page") -> None:
    visit(page, "#/watch?run=small&step=30")
    for layer in ("conv2d", "dense", "conv2d"):
        page.get_by_role("region", name=f"Layer {layer}", exact=True).get_by_role("button").click()
        expect(page.get_by_role("application", name=f"gradient of {layer}/kernel")).to_be_visible()


def test_a_run_that_takes_the_place_of_another_of_its_name_is_shown_in_its_stead(browser: "Browser", tmp_path: "Path") -> None:
    def keep(name: str, units: int) -> None:
        model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(units), cr.layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(np.ones((8, 2)), np.ones(8), 2, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / name)])

    keep("runs/mine", 3)
    keep("beside", 5)
    with serving(tmp_path / "runs") as studio, opened(browser, studio.url) as page:
        visit(page, "#/watch?run=mine&step=2")
        network = page.get_by_role("region", name="The network from inside")
        expect(network.get_by_role("img", name="dense/kernel, 2 × 3")).to_be_visible()
        (tmp_path / "runs" / "mine").rename(tmp_path / "gone")  # at once, for it is looked at
        expect(page.get_by_text("The folder of the run mine is gone.")).to_be_visible()
        (tmp_path / "beside").rename(tmp_path / "runs" / "mine")
        expect(network.get_by_role("img", name="dense/kernel, 2 × 5")).to_be_visible()
        expect(page.get_by_text("Dense 5 → Dense 1")).to_be_visible()


def test_a_run_that_is_chosen_among_the_lessons_is_watched(page: "Page") -> None:
    visit(page, "#/learn?stage=propagation")
    chooser = page.get_by_role("combobox", name="Run", exact=True)
    expect(chooser).to_have_value("learn-digits")
    chooser.select_option("small")
    expect(page.get_by_role("heading", name="small", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(r"#/watch\?run=small"))


def test_what_is_half_typed_stays_while_the_run_goes_on(page: "Page", browser: "Browser", studio: "Studio") -> None:
    before = {path.name for path in studio.folder.glob("digits-*")}
    visit(page, "#/build")
    page.get_by_role("button", name="Begin paused").dblclick()
    page.get_by_role("button", name="One step", exact=True).click()
    expect(page.get_by_role("region", name="Training").get_by_role("status")).to_contain_text("1 step.")
    page.get_by_role("link", name="Watch it").click()
    expect(page.get_by_role("region", name="The doctor's findings")).not_to_contain_text("Nothing is wrong")
    field = page.get_by_role("textbox", name="Go to step")
    field.press("Control+A")
    field.press("7")
    with opened(browser, studio.url) as other:
        visit(other, page.evaluate("location.hash"))
        other.get_by_role("button", name="One step", exact=True).click()
        wait_until(page, lambda: step_of(page, "max") >= 1)
        other.get_by_role("button", name="Stop", exact=True).click()
        expect(page.get_by_text("stopped in the studio")).to_be_visible()
    expect(field).to_have_value("7")
    assert len({path.name for path in studio.folder.glob("digits-*")} - before) == 1  # though the button was pressed twice
