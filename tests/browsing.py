"""A studio that is looked at in a browser, and how its page is found one's way about in."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


@dataclass
class Studio:
    """A server, and the folder of its runs."""

    folder: Path
    url: str
    process: "subprocess.Popen[str]"
    said: list[str] = field(default_factory=list[str])


def visit(page: "Page", address: str) -> None:
    page.evaluate("address => { location.hash = address }", address)


def number(text: str) -> float:
    """Return a number as the page writes it."""
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    digits, _, power = text.replace("−", "-").replace(",", "").removesuffix("%").partition(" · 10")
    return float(digits) * 10.0 ** (int(power.translate(raised)) if power else 0)


def figure(page: "Page", name: str) -> "Locator":
    """Return the number that stands under a name."""
    return page.locator(".figure", has=page.get_by_text(name, exact=True)).locator("dd")


def said(figure: "Locator") -> float:
    figure.wait_for()
    return number(figure.evaluate("element => element.firstChild.textContent"))


def colours(canvas: "Locator") -> int:
    """Return how many different colours a canvas has."""
    canvas.wait_for()
    return canvas.evaluate(
        "canvas => new Set(new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"
    )


def step_of(page: "Page", what: str = "now") -> int:
    """Return the step that is shown; or, with "max", the last that the run has made."""
    return int(page.get_by_role("slider", name="Step of the run").get_attribute(f"aria-value{what}") or -1)


def wait_until(page: "Page", test: Callable[[], bool], tries: int = 600) -> None:
    """Wait until something holds. The page's policy forbids what Playwright's own waiting for a function needs."""
    for _ in range(tries):
        if test():
            return
        page.wait_for_timeout(100)
    raise AssertionError("What was waited for did not come.")
