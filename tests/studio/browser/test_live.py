"""What a person sees of a run while it learns, and of a fork."""

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from browsing import step_of, visit, wait_until

import chainrule as cr

if TYPE_CHECKING:
    from browsing import Studio
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

TRAINING = """
import sys
import chainrule as cr
x, y = cr.data.load("digits").train
model = cr.Sequential([cr.Input((8, 8, 1)), cr.layers.Flatten(), cr.layers.Dense(32, activation="relu"), cr.layers.Dense(10)], seed=1)
model.compile(cr.optimizers.SGD(0.1), cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
model.fit(x, y, epochs=100000, verbose=0, validation_split=0.1, callbacks=[cr.callbacks.Recorder(sys.argv[1])])
"""


def test_a_run_is_watched_while_it_learns(page: "Page", studio: "Studio") -> None:
    with subprocess.Popen([sys.executable, "-c", TRAINING, str(studio.folder / "learning")], env=dict(os.environ)) as training:
        try:
            page.get_by_role("combobox", name="Run", exact=True).locator("option", has_text="learning").wait_for(state="attached")
            visit(page, "#/watch?run=learning")
            expect(page.get_by_text(re.compile("^Learning"))).to_be_visible()
            page.get_by_role("region", name="Layer dense", exact=True).locator("canvas").first.wait_for()
            before = step_of(page)
            wait_until(page, lambda: step_of(page) > before + 100)
            assert training.poll() is None
            expect(page.get_by_role("button", name="live")).to_be_disabled()
            page.get_by_role("button", name="One step back").click()  # the moment now stays, though the run goes on
            expect(page.get_by_role("button", name="live")).to_be_enabled()
            stays = step_of(page)
            wait_until(page, lambda: step_of(page, "max") > stays + 100)
            assert step_of(page) == stays
        finally:
            training.terminate()
    expect(page.get_by_text(re.compile("^(Interrupted|Killed)"))).to_be_visible()


def test_a_run_is_forked_and_both_courses_are_shown(page: "Page", studio: "Studio") -> None:
    visit(page, "#/rewind?run=small&step=60")
    page.get_by_role("textbox", name="learning rate").fill("0.0001")
    page.get_by_role("button", name="Fork here").click()
    expect(page).to_have_url(re.compile("beside=small-fork"))
    name = re.search(r"beside=([^&]+)", page.url)[1]  # type: ignore[index]
    legend = page.locator(".curve figcaption").first
    expect(legend).to_contain_text(f"{name}, training")
    expect(legend).to_contain_text("small, training")
    visit(page, f"#/watch?run={name}")
    expect(page.get_by_text("Finished")).to_be_visible()
    fork = cr.open_run(studio.folder / name)
    assert fork.configuration["parent"]["step"] == 60
    assert fork.configuration["parent"]["changes"] == {"learning_rate": 0.0001}
    assert fork.figures()["step"][0] == 60
