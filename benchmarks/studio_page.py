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

from playwright.sync_api import Browser, Page, sync_playwright

import chainrule as cr

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
STREAM = """
import sys, time
import chainrule as cr

class Slowly(cr.callbacks.Callback):
    def steps_allowed(self):
        now = time.perf_counter()
        self.due = max(getattr(self, "due", now) + 1 / 52, now)
        time.sleep(self.due - now)
        return 1

x, y = cr.data.load("digits").train
model = cr.Sequential([cr.Input((8, 8, 1)), cr.layers.Conv2D(16, 3, activation="relu"), cr.layers.Flatten(), cr.layers.Dense(10)], seed=1)
model.compile(cr.optimizers.SGD(0.01), cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
model.fit(x, y, epochs=100000, verbose=0, validation_split=0.1, callbacks=[Slowly(), cr.callbacks.Recorder(sys.argv[1])])
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

KEEP_SOCKET = """window.WebSocket = class extends WebSocket {
    constructor(...given) { super(...given); window.socket = this; }
    send(message) {
        const said = JSON.parse(message);
        if (said.type === "follow") window.follow = said.id;
        super.send(message);
    }
}"""
STREAMED = """async ({ first, messages, count }) => {
    const frame = message => {
        const begin = 1000 + message * count, size = 4 * count;
        const payload = new ArrayBuffer(size * 8);
        const curve = (name, at) => {
            new Int32Array(payload, at, count).set(Array.from({ length: count }, (_, i) => begin + i));
            const some = () => Array.from({ length: count }, Math.random);
            for (let part = 1; part < 4; part++) new Float32Array(payload, at + part * size, count).set(some());
            const block = (part, dtype) => ({ shape: [count], dtype, offset: at + part * size, low: 0, high: 1 });
            const [mean, low, high] = [1, 2, 3].map(part => block(part, "float32"));
            return { name, steps: block(0, "int32"), mean, low, high };
        };
        const figures = { loss: Math.random(), accuracy: 0.9, val_loss: Math.random(), val_accuracy: 0.9 };
        const epochs = message % 8 ? [] : [{ epoch: 3 + message / 8, step: begin + count, seconds: 0.8, figures }];  // of 40 updates
        const grown = {
            type: "grown", id: window.follow, run: "finished", state: "running", message: "", first: 0, last: begin + count - 1, every: 1,
            curves: [curve("loss", 0), curve("accuracy", size * 4)], epochs, events: [], snapshots: null, speed: 50,
        };
        let header = JSON.stringify(grown);
        header += " ".repeat((8 - (4 + header.length) % 8) % 8);
        const whole = new Uint8Array(4 + header.length + payload.byteLength);
        new DataView(whole.buffer).setUint32(0, header.length, true);
        whole.set(new TextEncoder().encode(header), 4);
        whole.set(new Uint8Array(payload), 4 + header.length);
        return whole.buffer;
    };
    for (let message = first; message < first + messages; message++) {
        window.socket.onmessage({ data: frame(message) });
        if (message % 50 === 0) await new Promise(requestAnimationFrame);  // the page draws as it goes
    }
}"""


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
    model.fit(x, y, epochs=3, verbose=0, validation_split=0.1, callbacks=[cr.callbacks.Recorder(path)])


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
    return int(page.locator(".track [role=slider]").get_attribute("aria-valuemax") or 0)


def heaps(browser: Browser, url: str) -> list[float]:
    """Return the megabytes of the page's heap at tenths of eight hours of streaming, told to it as the server would."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.add_init_script(KEEP_SOCKET)
    page.goto(f"{url}#/watch?run=finished")
    page.locator(".room canvas").first.wait_for(timeout=60_000)
    page.wait_for_timeout(2000)
    tools = context.new_cdp_session(page)
    tools.send("Performance.enable")
    tenth, found = HOURS * 3600 * MESSAGES // 10, []
    for part in range(10):
        page.evaluate(STREAMED, {"first": part * tenth, "messages": tenth, "count": UPDATES // MESSAGES})
        page.wait_for_timeout(1000)
        tools.send("HeapProfiler.collectGarbage")
        metrics = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
        found.append(metrics["JSHeapUsedSize"] / 1e6)
        print(
            f"after {(part + 1) * HOURS / 10:.1f} h: step {_last(page):,}, heap {found[-1]:.1f} MB, {metrics['Nodes']:.0f} nodes",
            flush=True,
        )
    context.close()
    return found


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        train(folder / "finished")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        with studio(folder) as url:
            if "--memory" in sys.argv:
                heaps(browser, url)
                browser.close()
                return
            seconds = first_view(browser, url)
            print(f"first view, cold: median {statistics.median(seconds):.2f} s of {[round(one, 2) for one in seconds]}")
            gaps, pace = frames(browser, url, folder)
            late = sum(gap > 25 for gap in gaps) / len(gaps)
            print(f"{pace:.0f} updates a second: {1000 / statistics.mean(gaps):.1f} frames a second, {late:.1%} later than 25 ms")
        browser.close()


if __name__ == "__main__":
    main()
