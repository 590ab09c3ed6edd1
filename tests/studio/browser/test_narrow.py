"""Nothing is wider than a screen as narrow as a telephone's."""

from typing import TYPE_CHECKING

import pytest
from browsing import visit, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

WIDTH = 390  # CSS pixels
HEADINGS = {
    "watch": "What the doctor says",
    "rewind": "What if?",
    "question?question=mistakes": "The worst mistakes",
    "question?question=answer": "Who taught it this?",
    "data": "Data",
    "build": "Descents side by side",
    "runs": "All runs",
}


@pytest.mark.parametrize("view", HEADINGS)
def test_no_view_is_wider_than_the_screen(page: "Page", view: str) -> None:
    page.set_viewport_size({"width": WIDTH, "height": 800})
    visit(page, f"#/{view}{'&' if '?' in view else '?'}run=small&step=30")
    expect(page.locator("main")).to_contain_text(HEADINGS[view])
    wait_until(page, lambda: page.evaluate("document.documentElement.scrollWidth") == WIDTH)
    expect(page.get_by_role("link", name="Watch", exact=True)).to_be_in_viewport()
