"""The time line says what is known of the step that is shown, and what has come since the page was opened."""

import re
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from browsing import Studio, becomes, figure, said, visit

import chainrule as cr
from chainrule.errors import TrainingError
from chainrule.record import Changes, Recording, fork

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_a_loss_that_is_no_number_is_not_told_as_the_last_that_was_one(page: "Page", studio: Studio) -> None:
    x = np.random.default_rng(0).standard_normal((64, 3)).astype("float32")
    model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(1)], seed=2)
    model.compile(cr.optimizers.SGD(1e6), "mse")
    with pytest.raises(TrainingError):
        model.fit(x, x.sum(axis=1), 4, epochs=3, verbose=0, callbacks=[cr.callbacks.Recorder(studio.folder / "lost")])
    losses = cr.open_run(studio.folder / "lost").figures()["loss"]
    lost = int(np.flatnonzero(~np.isfinite(losses))[0])
    visit(page, f"#/rewind?run=lost&step={lost - 1}")
    line = page.get_by_role("region", name="Time line")
    expect(line).to_contain_text(re.compile(r"loss [\d,]"))
    visit(page, f"#/rewind?run=lost&step={lost}")
    expect(line).to_contain_text("loss –")
    shutil.rmtree(studio.folder / "lost")


def test_forks_and_figures_that_come_later_are_shown(page: "Page", studio: Studio) -> None:
    visit(page, "#/watch?run=small")
    line = page.get_by_role("region", name="Time line")
    expect(line.get_by_role("slider", name="Step of the run")).to_be_visible()
    expect(page.locator("[role=slider] :is(a, button)")).to_have_count(0)  # nothing in it would be heard
    parent = Recording(studio.folder / "small")
    fork(parent, 100, Changes(learning_rate=0.01), studio.folder / "branch")
    expect(line.get_by_role("link", name="branch goes on from step 100")).to_be_visible()
    parent.add_notes(test={"accuracy": 0.875})
    becomes(page, lambda: said(figure(page, "test accuracy")), 87.5)
    visit(page, "#/rewind?run=branch&step=100")
    expect(line).to_contain_text("epoch 3 ·")
    parent.add_notes(test={})
    shutil.rmtree(studio.folder / "branch")


def test_a_link_leads_on_from_the_step_that_is_shown(page: "Page") -> None:
    visit(page, "#/watch?run=small")
    page.get_by_role("slider", name="Step of the run").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.get_by_role("link", name="Rewind", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Step 119")
