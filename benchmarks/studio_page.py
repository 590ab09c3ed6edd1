"""The studio's page in a real browser: its first view, frames while a run streams, and memory after eight hours of streaming, simulated.

Run: python benchmarks/studio_page.py (needs Chromium, Playwright and the built page).
"""

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, WebSocketRoute, sync_playwright

import chainrule as cr
from chainrule.studio.messages import Blocks, encode
from chainrule.studio.messages.answers.runs import Curve, Epoch, Grown

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
STREAM = """
import sys, time
import chainrule as cr

class Slowly(cr.callbacks.Callback):
    def steps_allowed(self):
        time.sleep(0.02)
        return 1

x, y = cr.data.load("digits").train
model = cr.Sequential([cr.Input((8, 8, 1)), cr.layers.Conv2D(16, 3, activation="relu"), cr.layers.Flatten(), cr.layers.Dense(10)], seed=1)
model.compile(cr.optimizers.SGD(0.01), cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
model.fit(x, y, epochs=100000, verbose=0, validation_split=0.1, callbacks=[Slowly(), cr.Recorder(sys.argv[1])])
"""
HOURS, UPDATES, MESSAGES = 8, 50, 10  # of streaming; of each a second
FRAMES = """seconds => new Promise(done => {
    const times = [];
    const frame = now => {
        times.push(now);
        if (now - times[0] < seconds * 1000) requestAnimationFrame(frame);
        else done(times.slice(1).map((one, i) => one - times[i]));
    };
    requestAnimationFrame(frame);
})"""


@contextmanager
def studio(folder: Path) -> Iterator[str]:
    """Open a studio on a folder of runs, and give its address."""
    command = [sys.executable, "-u", "-m", "chainrule", "studio", "--runs", str(folder), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        yield next(found.group() for line in process.stdout if (found := re.search(r"http://\S+", line)))
        process.terminate()


def train(path: Path) -> None:
    """Make a finished run."""
    x, y = cr.data.load("digits").train
    model = cr.Sequential(
        [cr.Input((8, 8, 1)), cr.layers.Conv2D(16, 3, activation="relu"), cr.layers.Flatten(), cr.layers.Dense(10)], seed=1
    )
    model.compile(cr.optimizers.SGD(0.01), cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    model.fit(x, y, epochs=3, verbose=0, validation_split=0.1, callbacks=[cr.Recorder(path)])


def first_view(browser: Browser, url: str, times: int = 5) -> list[float]:
    """Return how many seconds a cold page takes from the request to curves that are drawn."""
    found: list[float] = []
    for _ in range(times):
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        page = context.new_page()
        begin = time.perf_counter()
        page.goto(f"{url}#/watch?run=finished")
        page.locator(".curve canvas").first.wait_for()
        found.append(time.perf_counter() - begin)
        context.close()
    return found


def frames(browser: Browser, url: str, folder: Path, seconds: int = 15) -> tuple[list[float], float]:
    """Return the milliseconds between frames while a run streams, and how many updates a second it made."""
    with subprocess.Popen([sys.executable, "-c", STREAM, str(folder / "streaming")]) as training:
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        page = context.new_page()
        page.goto(url)
        page.get_by_role("combobox", name="Run", exact=True).locator("option", has_text="streaming").wait_for(
            state="attached", timeout=60_000
        )
        page.goto(f"{url}#/watch?run=streaming")
        page.locator(".room canvas").first.wait_for(timeout=60_000)
        page.wait_for_timeout(3000)
        before, begin = _last(page), time.perf_counter()
        gaps: list[float] = page.evaluate(FRAMES, seconds)
        pace = (_last(page) - before) / (time.perf_counter() - begin)
        context.close()
        training.terminate()
    return gaps, pace


def _last(page: Page) -> int:
    return int(page.locator(".track").get_attribute("aria-valuemax") or 0)


def grown(identity: int, message: int, rng: np.random.Generator) -> bytes:
    """Return what the server tells of a tenth of a second of streaming."""
    blocks, count = Blocks(), UPDATES // MESSAGES
    first = 1000 + message * count
    steps = np.arange(first, first + count)
    curves = [Curve(name, blocks.add(steps, "int32"), *(blocks.add(rng.random(count)) for _ in range(3))) for name in ("loss", "accuracy")]
    ends = message % 8 == 0  # an epoch of 40 updates
    figures = {"loss": 0.5, "accuracy": 0.9, "val_loss": rng.random(), "val_accuracy": 0.9}
    epochs = [Epoch(3 + message // 8, first + count, 0.8, figures)] if ends else []
    told = Grown(identity, "finished", "running", "", 0, first + count - 1, 1, curves, epochs, [], None, float(UPDATES))
    frame = encode(told, blocks)
    assert isinstance(frame, bytes)
    return frame


def heaps(browser: Browser, url: str) -> list[float]:
    """Return the megabytes of the page's heap at tenths of eight hours of streaming."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    sockets: list[tuple[WebSocketRoute, int]] = []

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def heard(message: str | bytes) -> None:
            if isinstance(message, str) and '"type":"follow"' in message:
                sockets.append((route, int(re.search(r'"id":(\d+)', message)[1])))  # type: ignore[index]
            server.send(message)

        route.on_message(heard)

    page.route_web_socket(re.compile("/live$"), between)
    page.goto(f"{url}#/watch?run=finished")
    page.locator(".room canvas").first.wait_for(timeout=60_000)
    page.wait_for_timeout(2000)
    tools = context.new_cdp_session(page)
    tools.send("Performance.enable")
    route, identity = sockets[-1]
    rng, total, found = np.random.default_rng(0), HOURS * 3600 * MESSAGES, []
    for message in range(total):
        route.send(grown(identity, message, rng))
        if message % (total // 10) == total // 10 - 1:
            page.wait_for_timeout(1000)
            tools.send("HeapProfiler.collectGarbage")
            metrics = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
            found.append(metrics["JSHeapUsedSize"] / 1e6)
            print(f"after {(message + 1) / MESSAGES / 3600:.1f} h: step {_last(page):,}, heap {found[-1]:.1f} MB", flush=True)
    context.close()
    return found


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        train(folder / "finished")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        with studio(folder) as url:
            seconds = first_view(browser, url)
            print(f"first view, cold: median {statistics.median(seconds):.2f} s of {[round(one, 2) for one in seconds]}")
            gaps, pace = frames(browser, url, folder)
            late = sum(gap > 25 for gap in gaps) / len(gaps)
            print(f"{pace:.0f} updates a second: {1000 / statistics.mean(gaps):.1f} frames a second, {late:.1%} later than 25 ms")
            if "--memory" in sys.argv:
                heaps(browser, url)
        browser.close()


if __name__ == "__main__":
    main()
