"""How the page looks: at both sizes, in both themes."""

from typing import TYPE_CHECKING

import pytest
from browsing import settled, visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

VIEWS = {
    "watch": "#/watch?run=small&layer=conv2d",
    "rewind": "#/rewind?run=small&step=57&layer=dense&unit=12",
    "why": "#/question?run=small&step=57&question=why&weight=dense/kernel&index=40,3",
    "answer": "#/question?run=small&question=answer",
    "mistakes": "#/question?run=small&question=mistakes&cell=9,9",
    "landscape": "#/question?run=small&question=landscape",
    "embedding": "#/question?run=small&question=embedding",
    "learn": "#/learn?run=small",
    "build": "#/build",
    "data": "#/data",
    "runs": "#/runs",
}
PALE = """() => {  // text whose contrast with the page's ground is less than 4.5 (WCAG 2.2, 1.4.3)
    const linear = value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const light = colour => {
        const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(value => linear(value / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = light(getComputedStyle(document.body).backgroundColor);
    const contrast = one => {
        const own = light(getComputedStyle(one).color);
        return (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05);
    };
    return [...document.querySelectorAll('h1, h2, h3, p, a, th, td, label span, .eyebrow')]
        .filter(one => one.textContent.trim() && one.checkVisibility() && contrast(one) < 4.5)
        .map(one => one.className + ': ' + one.textContent.slice(0, 40));
}"""
settings = [{"size": size, "theme": theme} for size in ("desk", "tablet") for theme in ("light", "dark")]


@pytest.mark.parametrize("page", settings, indirect=True, ids=lambda setting: f"{setting['size']}-{setting['theme']}")
def test_no_view_is_wider_than_the_screen_and_all_text_can_be_read(page: "Page") -> None:
    for name, address in VIEWS.items():
        visit(page, address)
        settled(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} is {wide} pixels wider than the screen"
        assert page.evaluate(PALE) == [], name


def test_the_theme_is_chosen_and_remembered(page: "Page") -> None:
    root = page.locator(":root")
    expect(root).to_have_attribute("data-theme", "light")
    switch = page.get_by_role("button", name="Theme")
    switch.click()
    switch.click()
    expect(root).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(root).to_have_attribute("data-theme", "dark")


def test_all_that_can_be_done_has_a_name(page: "Page") -> None:
    for name, address in VIEWS.items():
        visit(page, address)
        settled(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        nameless = page.evaluate(
            """() => [...document.querySelectorAll('button, a, input, select, textarea, canvas, [role=button]')]
                .filter(one => one.checkVisibility() && !one.closest('.uplot') && !one.closest('.track'))
                .filter(one => !(one.getAttribute('aria-label') || one.title || one.textContent.trim() || one.labels?.length))
                .map(one => one.outerHTML.slice(0, 120))"""
        )
        assert nameless == [], name
