"""Curves smoothed by a moving average, the figures themselves pale behind it."""

import re
from typing import TYPE_CHECKING

import pytest
from browsing import PIXELS, becomes, drawn, settled, visit, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

FULL = f"canvas => ({PIXELS})(canvas).filter((part, i) => i % 4 === 3 && part > 240).length"


def test_curves_are_smoothed_and_the_address_says_how_much(page: "Page") -> None:
    visit(page, "#/watch?run=small")
    curve = page.get_by_role("img", name="loss over the steps of small").locator("canvas")
    drawn(curve, more_than=10)
    slider = page.get_by_role("slider", name="Smoothing of the curves")
    expect(slider).to_have_value("0")
    settled(page)
    plain, full = curve.evaluate("canvas => canvas.toDataURL()"), curve.evaluate(FULL)
    slider.fill("0.9")
    expect(page).to_have_url(re.compile("smoothing=0.9"))
    wait_until(page, lambda: 0 < curve.evaluate(FULL) < full)  # one calm line is shorter than all of its turns, which are pale now
    page.reload()
    expect(slider).to_have_value("0.9")
    slider.fill("0")
    becomes(page, lambda: curve.evaluate("canvas => canvas.toDataURL()"), plain)
    expect(page).not_to_have_url(re.compile("smoothing"))
