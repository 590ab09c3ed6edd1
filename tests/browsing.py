"""A studio that is looked at in a browser, and how its page is found one's way about in."""

import base64
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chainrule.studio.server import PAGE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

SIZES = {"desk": {"width": 1280, "height": 720}, "tablet": {"width": 820, "height": 1180}}
SECONDS = 60_000  # milliseconds that an answer may take on a busy machine: a limit, not an expectation


@dataclass
class Studio:
    """A server, and the folder of its runs."""

    folder: Path
    url: str
    process: "subprocess.Popen[str]"
    said: list[str] = field(default_factory=list[str])


@contextmanager
def serving(folder: Path) -> Generator[Studio]:
    """A studio on a folder of runs, in a process of its own."""
    if not (PAGE / "index.html").exists():
        pytest.skip("The studio's page has not been built: make page")
    command = [sys.executable, "-u", "-m", "chainrule", "studio", "--runs", str(folder), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://\S+", line):
                reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
                reader.start()
                yield Studio(folder, found.group(), process, said)
                break
        else:
            pytest.fail("The studio did not start:\n" + "".join(said))
        process.terminate()
        process.wait(30)
        reader.join(30)


@contextmanager
def opened(browser: "Browser", url: str, size: str = "desk", theme: str = "light") -> Generator["Page"]:
    """A page of its own, that has opened a studio. It must say nothing to the console, and ask nothing of any other machine."""
    context = browser.new_context(viewport=SIZES[size], color_scheme=theme)
    page = context.new_page()
    page.set_default_timeout(SECONDS)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type in ("error", "warning") else None)
    host = url.split("/?")[0]
    ours = (host, host.replace("http", "ws"), f"blob:{host}")
    page.on("request", lambda asked: None if asked.url.startswith(ours) else troubles.append(asked.url))
    page.goto(url)
    page.get_by_role("navigation", name="Views").wait_for()
    yield page
    context.close()
    assert troubles == []


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


def drop(target: "Locator", file: Path, type: str) -> None:
    """Let go of a file over something, as a hand does that has dragged it there."""
    content = base64.b64encode(file.read_bytes()).decode()
    made = target.page.evaluate_handle(
        """([content, name, type]) => {
            const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
            const held = new DataTransfer();
            held.items.add(new File([bytes], name, { type }));
            return held;
        }""",
        [content, file.name, type],
    )
    target.dispatch_event("dragover", {"dataTransfer": made})
    target.dispatch_event("drop", {"dataTransfer": made})
