"""A studio that is looked at in a browser, and how its page is found one's way about in."""

import base64
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus
from weakref import WeakKeyDictionary

import pytest

import chainrule as cr
from chainrule.studio.server import PAGE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, WebSocket

SIZES = {"desk": {"width": 1280, "height": 720}, "tablet": {"width": 820, "height": 1180}}
PATIENCE = 180.0  # seconds that an answer may take on a busy machine: a limit, not an expectation
PIXELS = """canvas => {  // from a copy, for the browser warns of a canvas that is read again and again
    if (!canvas.width || !canvas.height) return new Uint8ClampedArray(4);
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    return copy.getImageData(0, 0, canvas.width, canvas.height).data;
}"""
FRAMES = """() => new Promise(drawn => {
    let left = 3;
    const wait = () => left-- ? requestAnimationFrame(wait) : setTimeout(drawn);
    wait();
})"""
SLOWNESS = float(os.environ.get("CHAINRULE_SLOW_PAGE", "1"))  # how many times slower than the machine the page's processor is made to be


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
        pytest.skip("the studio's page is not built: make page")
    command = [sys.executable, "-u", "-m", "chainrule", "studio", "--runs", str(folder), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://\S+", line):
                reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
                reader.start()
                try:
                    yield Studio(folder, found.group(), process, said)
                finally:  # also where a test has failed: what is said can be closed only when nobody reads it
                    process.terminate()
                    process.wait(PATIENCE)
                    reader.join(PATIENCE)
                return
        pytest.fail("The studio did not start:\n" + "".join(said))


@contextmanager
def opened(browser: "Browser", url: str, size: str = "desk", theme: str = "light") -> Generator["Page"]:
    """A page of its own, that has opened a studio. It must say nothing to the console, and ask nothing of any other machine."""
    context = browser.new_context(viewport=SIZES[size], color_scheme=theme)
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.on("websocket", lambda socket: _count_questions(socket, _unanswered.setdefault(page, {})))
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWNESS})
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
    assert not troubles, troubles


_unanswered: "WeakKeyDictionary[Page, dict[WebSocket, set[int]]]" = WeakKeyDictionary()  # the questions of each page


def _count_questions(socket: "WebSocket", of_page: "dict[WebSocket, set[int]]") -> None:
    unanswered = of_page[socket] = set[int]()

    def ask(frame: "str | bytes") -> None:
        asked = json.loads(frame)
        unanswered.add(asked["id"])
        unanswered.discard(asked.get("of"))  # what is no longer followed is not answered any more

    def answer(frame: "str | bytes") -> None:
        answered = json.loads(frame if isinstance(frame, str) else frame[4 : 4 + int.from_bytes(frame[:4], "little")])
        if answered["type"] != "working":
            unanswered.discard(answered["id"])

    socket.on("framesent", ask)
    socket.on("framereceived", answer)
    socket.on("close", lambda _: of_page.pop(socket, None))


def settled(page: "Page") -> None:
    """Wait until the page has been told all that it has asked, and has drawn it: for a while of its own frames, however slow they are."""
    idle = 0

    def is_settled() -> bool:
        nonlocal idle
        page.evaluate(FRAMES)
        idle = 0 if any(_unanswered[page].values()) or page.locator(".waiting").count() else idle + 1
        return idle > 2

    wait_until(page, is_settled)


def visit(page: "Page", address: str) -> None:
    page.evaluate("address => { location.hash = address }", address)


def in_address(page: "Page", text: str) -> None:
    """Wait until the address holds something, which is written there once changes pause."""
    wait_until(page, lambda: text in unquote_plus(page.url))


def number(text: str) -> float:
    """Return a number as the page writes it; NaN where it writes something else, as it does before it knows."""
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    digits, _, power = text.replace("−", "-").replace(",", "").removesuffix("%").partition(" · 10")
    try:
        return float(digits) * 10.0 ** (int(power.translate(raised)) if power else 0)
    except ValueError:
        return float("nan")


def figure(page: "Page", name: str) -> "Locator":
    """Return the number that stands under a name."""
    return page.locator(".figure", has=page.get_by_text(name, exact=True)).locator("dd")


def said(figure: "Locator") -> float:
    figure.wait_for()
    return number(figure.evaluate("element => element.firstChild.textContent"))


def colours(canvas: "Locator") -> int:
    """Return how many different colours a canvas has."""
    canvas.wait_for()
    return canvas.evaluate(f"canvas => new Set(new Uint32Array(({PIXELS})(canvas).buffer)).size")


def drawn(canvas: "Locator", more_than: int) -> None:
    """Wait until a canvas has more than so many colours: the page draws after it has told what it draws."""
    wait_until(canvas.page, lambda: colours(canvas) > more_than)


def step_of(page: "Page", what: str = "now") -> int:
    """Return the step that is shown; or, with "max", the last that the run has made."""
    return int(page.get_by_role("slider", name="Step of the run").get_attribute(f"aria-value{what}") or -1)


def wait_until(page: "Page", test: Callable[[], bool]) -> None:
    """Wait until something holds. The page's policy forbids what Playwright's own waiting for a function needs."""
    end = time.monotonic() + PATIENCE
    while not test():
        assert time.monotonic() < end, "What was waited for did not come."
        page.wait_for_timeout(100)


def becomes(page: "Page", read: Callable[[], Any], expected: Any) -> None:
    """Wait until what is read from the page is what is expected, and where it does not become that, tell what it is."""
    end = time.monotonic() + PATIENCE
    while (found := read()) != expected:
        assert time.monotonic() < end, f"{found} did not become {expected}."
        page.wait_for_timeout(100)


def trained(page: "Page", path: Path) -> cr.Run:
    """Return a run that the studio trains, once it is over: it is then judged by the test part."""
    wait_until(page, lambda: (path / "run.sqlite").exists())
    run = cr.open_run(path)

    def is_over() -> bool:
        run.reread()
        return "test" in run.notes

    wait_until(page, is_over)
    return run


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
