"""What a question begins with, and that a link holds what was asked."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from browsing import visit

import chainrule as cr
from chainrule.tasks.problem import ProblemSpec

if TYPE_CHECKING:
    from browsing import Studio
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_why_begins_with_the_largest_gradient(page: "Page", studio: "Studio") -> None:
    moment = cr.open_run(studio.folder / "small").at(57)
    visit(page, "#/question?run=small&step=57&question=why&weight=dense/kernel")
    size = np.abs(moment.gradient("dense/kernel"))
    row, column = np.unravel_index(size.argmax(), size.shape)
    expect(page.get_by_text("Of all numbers of dense/kernel this one has the largest gradient in step 57")).to_be_visible()
    expect(page.get_by_label("index")).to_have_value(f"{row}, {column}")
    page.get_by_label("index").fill("40, 3")
    page.get_by_label("index").press("Enter")
    expect(page.get_by_text("If dense/kernel[40, 3] grew by a little")).to_be_visible()
    expect(page.get_by_text("this one has the largest gradient")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"index=40,3\b"))


def test_a_text_of_ones_own_is_held_by_the_link(asking: "Page", learned: Callable[..., str], tmp_path: Path) -> None:
    words = ("tea", "milk", "sugar", "rain", "wind", "snow")
    lines = [f'"{a} and {b} and more {c}",{"drink" if a in words[:3] else "weather"}' for a in words for b in words for c in words]
    (tmp_path / "talk.csv").write_text("\n".join(["said,about", *lines]) + "\n")
    run = learned("talk", ProblemSpec(str(tmp_path / "talk.csv")), 1)
    visit(asking, f"#/question?run={run}&question=answer")
    text, own = "tea & sugar, 50 % off?", asking.get_by_label("A text of your own")
    own.fill(text)
    answer = asking.get_by_role("region", name="The answer")
    expect(answer).to_contain_text("sugar = ")
    expect(asking).to_have_url(re.compile("own="))
    asking.reload()
    expect(own).to_have_value(text)
    expect(answer).to_contain_text("sugar = ")
    long = text * 200
    own.fill(long)
    expect(asking).not_to_have_url(re.compile("own="))
    expect(own).to_have_value(long)
