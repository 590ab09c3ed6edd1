"""Points set by hand in a plane: dragged, moved by keys, taken away, and learned from, be they ever so few."""

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from browsing import visit, wait_until

if TYPE_CHECKING:
    from browsing import Studio
    from playwright.sync_api import Locator, Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def by_hand(page: "Page") -> tuple["Locator", "Locator", "Locator"]:
    """Return the part of Build that is about data, the plane in it, and the button by which its points are learned from."""
    visit(page, "#/build")
    part = page.get_by_role("region", name="Data", exact=True)
    part.get_by_text("Or set points in a plane by hand").click()
    plane = part.get_by_role("application", name="Plane of points")
    learn = part.get_by_role("button", name="Learn from these")
    return part, plane, learn


def test_points_are_set_taken_away_and_learned_from(page: "Page", studio: "Studio") -> None:
    part, plane, learn = by_hand(page)
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


def test_few_points_are_moved_and_learned_from(asking: "Page", kinds: "Studio") -> None:
    part, plane, learn = by_hand(asking)
    for number, (x, y) in enumerate([(40, 40), (80, 40), (40, 280), (80, 280), (240, 160)]):
        if number == 2:
            part.get_by_role("radio", name="blue").click()
        plane.click(position={"x": x, "y": y})
    expect(part).to_contain_text("5 points: 2 orange, 3 blue. With fewer than 20, all are learned from")
    plane.click(position={"x": 241, "y": 161})
    expect(part).to_contain_text("4 points: 2 orange, 2 blue.")
    box = plane.bounding_box()
    assert box is not None
    asking.mouse.move(box["x"] + 40, box["y"] + 40)
    asking.mouse.down()
    asking.mouse.move(box["x"] + 120, box["y"] + 60)
    asking.mouse.move(box["x"] + 241, box["y"] + 81)
    asking.mouse.up()
    for key in ("Shift+ArrowLeft", "ArrowUp", "ArrowUp", "Shift+ArrowUp"):  # those without Shift leave the point behind
        plane.press(key)
    expect(part).to_contain_text("4 points: 2 orange, 2 blue.")
    learn.click()
    expect(part.get_by_role("combobox", name="Data set")).to_have_value("upload:points.csv")
    expect(part).to_contain_text("none is held out: all figures are of the rows that are learned from")
    expect(part).to_contain_text("4 training examples, the same for the test")
    table = np.genfromtxt(kinds.folder / "uploads" / "points.csv", delimiter=",", skip_header=1, dtype=None, encoding=None)
    first = table[0]
    assert (first[0], first[1], first[2]) == (pytest.approx(241 / 160 - 1.05, abs=0.02), pytest.approx(1 - 81 / 160, abs=0.02), "orange")
    asking.get_by_role("button", name="Train", exact=True).click()
    expect(asking.get_by_role("status")).to_contain_text("It has learned")
    expect(asking.get_by_role("img", name="What the network answers over the plane of x1 and x2")).to_be_visible()
    expect(asking.locator(".field-of circle")).to_have_count(8)  # each as one that was learned from, and that it is judged by
