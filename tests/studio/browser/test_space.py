"""A layer's outputs in space, turned by a pointer and by keys; and laid out by neighbours."""

import re
from itertools import product
from typing import TYPE_CHECKING

import pytest
from browsing import colours, visit, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def drawn(canvas: "Locator") -> str:
    return canvas.evaluate("canvas => canvas.toDataURL()")


def turns(page: "Page", canvas: "Locator", before: str) -> str:
    """Wait until the canvas shows something else, and return what."""
    wait_until(page, lambda: drawn(canvas) != before)
    return drawn(canvas)


def test_points_in_space_are_turned(page: "Page") -> None:
    visit(page, "#/question?run=small&question=embedding&layer=dense")
    label = "The validation part in the outputs of dense"
    canvas = page.get_by_role("img", name=label)
    wait_until(page, lambda: colours(canvas) > 50)
    page.get_by_role("radio", name="space").click()
    expect(page).to_have_url(re.compile("dimensions=3"))
    cloud = page.get_by_role("application", name=f"{label}, in space")
    expect(cloud).to_be_visible()
    wait_until(page, lambda: colours(canvas) > 50)
    first = drawn(canvas)
    cloud.press("ArrowLeft")
    second = turns(page, canvas, first)
    cloud.press("ArrowUp")
    turned = turns(page, canvas, second)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")  # so that the time line lies over none of it
    box = cloud.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1] + 20)
    page.mouse.up()
    turns(page, canvas, turned)
    expect(page.get_by_role("heading", name="What looks alike to it?")).to_be_visible()  # dragging asks no question
    for across, down in product(range(-90, 91, 18), (0, -18, 18, -36, 36)):  # somewhere near the middle lies a point
        page.mouse.click(middle[0] + across, middle[1] + down)
        if "question=answer" in page.evaluate("location.hash"):
            break
    expect(page).to_have_url(re.compile(r"row=\d+&question=answer"))


def test_neighbours_stay_together(page: "Page") -> None:
    visit(page, "#/question?run=small&question=embedding&layer=dense&layout=tsne")
    expect(page.get_by_text("how far apart groups lie")).to_be_visible()
    canvas = page.get_by_role("img", name="The validation part in the outputs of dense")
    wait_until(page, lambda: colours(canvas) > 50)
