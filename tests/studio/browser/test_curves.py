"""Curves smoothed by a moving average, the figures themselves pale behind it."""

import re
from typing import TYPE_CHECKING

import pytest
from browsing import visit, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

FULL = """canvas => {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((part, i) => i % 4 === 3 && part > 240).length;
}"""


def test_curves_are_smoothed_and_the_address_says_how_much(page: "Page") -> None:
    visit(page, "#/watch?run=small")
    curve = page.get_by_role("img", name="loss over the steps of small").locator("canvas")
    curve.wait_for()
    slider = page.get_by_role("slider", name="Smoothing of the curves")
    expect(slider).to_have_value("0")
    page.wait_for_timeout(500)
    plain, full = curve.evaluate("canvas => canvas.toDataURL()"), curve.evaluate(FULL)
    slider.fill("0.9")
    expect(page).to_have_url(re.compile("smoothing=0.9"))
    wait_until(page, lambda: curve.evaluate("canvas => canvas.toDataURL()") != plain)
    assert curve.evaluate(FULL) < full  # one calm line is shorter than all of its turns, which are pale now
    page.reload()
    expect(slider).to_have_value("0.9")
    slider.fill("0")
    wait_until(page, lambda: curve.evaluate("canvas => canvas.toDataURL()") == plain)
    expect(page).not_to_have_url(re.compile("smoothing"))
