"""Points set by hand in a plane, and learned from."""

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from browsing import visit, wait_until

if TYPE_CHECKING:
    from browsing import Studio
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_points_are_set_taken_away_and_learned_from(page: "Page", studio: "Studio") -> None:
    visit(page, "#/build")
    part = page.get_by_role("region", name="Data", exact=True)
    part.get_by_text("Or set points in a plane by hand").click()
    plane = part.get_by_role("application", name="Plane of points")
    learn = part.get_by_role("button", name="Learn from these")
    for number in range(24):
        if number == 12:
            expect(learn).to_be_disabled()
            part.get_by_role("radio", name="blue").click()
        plane.click(position={"x": (40 if number < 12 else 200) + 25 * (number % 4), "y": 40 + 25 * (number % 12)})
    expect(part).to_contain_text("24 points: 12 orange, 12 blue.")
    plane.click(position={"x": 201, "y": 41})  # once more: it is taken away
    expect(part).to_contain_text("23 points: 12 orange, 11 blue.")
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        plane.press(key)
    expect(part).to_contain_text("24 points")
    learn.click()
    data = part.get_by_role("combobox", name="Data set")
    expect(data).to_have_value(re.compile(r"^upload:points(-\d+)?\.csv$"))
    expect(part.get_by_role("img", name="Plane of points")).to_have_count(0)
    file = studio.folder / "uploads" / data.input_value().removeprefix("upload:")
    table = np.genfromtxt(file, delimiter=",", skip_header=1, dtype=None, encoding=None)
    assert len(table) == 24
    first = table[0]
    assert (first[0], first[1], first[2]) == (pytest.approx(40 / 160 - 1, abs=0.02), pytest.approx(1 - 40 / 160, abs=0.02), "orange")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("It has learned")
    field = page.get_by_role("img", name="What the network answers over the plane of x1 and x2")
    expect(field).to_be_visible()
    wait_until(page, lambda: page.locator(".field-of circle").count() == 24 - 4)  # those of the validation part are not drawn
