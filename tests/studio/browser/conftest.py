"""A real browser, on a real server, on real runs."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from browsing import Studio

import chainrule as cr
from chainrule.studio.server import PAGE

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install 'chainrule[test]'")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SIZES = {"desk": {"width": 1280, "height": 720}, "tablet": {"width": 820, "height": 1180}}
SECONDS = 60_000  # milliseconds that an answer may take on a busy machine: a limit, not an expectation


def small_model() -> cr.Sequential:
    model = cr.Sequential(
        [
            cr.Input((8, 8, 1)),
            cr.layers.Conv2D(8, 3, activation="relu"),
            cr.layers.MaxPooling2D(2),
            cr.layers.Flatten(),
            cr.layers.Dense(16, activation="tanh"),
            cr.layers.Dense(10),
        ],
        seed=1,
    )
    model.compile(cr.optimizers.Adam(0.004), cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio on a folder with one finished run, "small"."""
    if not (PAGE / "index.html").exists():
        pytest.skip("The studio's page has not been built: make page")
    folder = tmp_path_factory.mktemp("runs")
    x, y = cr.data.load("digits").train
    small_model().fit(x, y, epochs=3, verbose=0, validation_split=0.1, callbacks=[cr.Recorder(folder / "small")])
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


@pytest.fixture(scope="session")
def browser() -> Iterator["sync_api.Browser"]:
    if not CHROMIUM:
        pytest.skip("There is no Chromium on this machine: apt-get install chromium, or name one in CHROMIUM")
    sync_api.expect.set_options(timeout=SECONDS)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: "sync_api.Browser", studio: Studio, request: pytest.FixtureRequest) -> Iterator["sync_api.Page"]:
    """A page of its own, that has opened the studio. It must say nothing to the console, and ask nothing of any other machine."""
    options = getattr(request, "param", {"size": "desk", "theme": "light"})
    context = browser.new_context(viewport=SIZES[options["size"]], color_scheme=options["theme"])
    page = context.new_page()
    page.set_default_timeout(SECONDS)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type in ("error", "warning") else None)
    host = studio.url.split("/?")[0]
    ours = (host, host.replace("http", "ws"), f"blob:{host}")
    page.on("request", lambda asked: None if asked.url.startswith(ours) else troubles.append(asked.url))
    page.goto(studio.url)
    page.get_by_role("navigation", name="Views").wait_for()
    yield page
    context.close()
    assert troubles == []
