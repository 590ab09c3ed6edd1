"""A weight set by hand on the page while the network is trained."""

import re
from typing import TYPE_CHECKING

import pytest
from browsing import visit

import chainrule as cr

if TYPE_CHECKING:
    from browsing import Studio
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_a_weight_is_set_while_training_waits(asking: "Page", kinds: "Studio") -> None:
    visit(asking, "#/build")
    asking.get_by_role("button", name="Begin paused").click()
    steering = asking.get_by_role("group", name="Steer the training")
    steering.get_by_role("button", name="One step").click()
    expect(asking).to_have_url(re.compile("run=[^&]+"))
    run = re.search(r"run=([^&]+)", asking.url)[1]  # type: ignore[index]
    visit(asking, f"#/question?run={run}&question=why&step=0&index=0,1")
    address = asking.get_by_role("combobox", name="Weight").input_value()
    part = asking.get_by_role("region", name="What if it were another")
    field, button = part.get_by_label("Training goes on: set it to"), part.get_by_role("button", name="Set the weight")
    field.fill("nothing")
    expect(part).to_contain_text("must be a number")
    expect(button).to_be_disabled()
    field.fill("−0,375")
    button.click()
    expect(part).to_contain_text(f"{address}[0, 1] is -0.375 from the next step on.")
    visit(asking, f"#/watch?run={run}")
    steering.get_by_role("button", name="One step").click()
    mark = asking.get_by_role("button", name=f"{address}[0, 1] set to -0.375, from step 1")
    expect(mark).to_be_visible()
    steering.get_by_role("button", name="Stop").click()
    expect(asking.get_by_text("Finished")).to_be_visible()
    assert cr.open_run(kinds.folder / run).at(1)[address][0, 1] == -0.375
