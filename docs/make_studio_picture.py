"""Draws docs/pictures/studio.png: the studio on a run, in a browser. Needs the studio's page (make page) and Chromium."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import chainrule as cr

PICTURE = Path(__file__).parent / "pictures" / "studio.png"
ADDRESS = "#/rewind?run=digits-1&step=57&example=0&layer=dense&unit=12"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def train(folder: Path) -> None:
    """Keep a small run on the digits."""
    x, y = cr.data.load("digits").train
    model = cr.Sequential(
        [
            cr.Input((8, 8, 1)),
            cr.layers.Conv2D(8, 3, activation="relu"),
            cr.layers.MaxPooling2D(2),
            cr.layers.Flatten(),
            cr.layers.Dense(32, activation="relu"),
            cr.layers.Dense(10),
        ],
        seed=1,
    )
    model.compile(cr.optimizers.Adam(0.004), cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    model.fit(x, y, epochs=6, verbose=0, validation_split=0.1, callbacks=[cr.callbacks.Recorder(folder / "digits-1")])


def draw(url: str) -> None:
    """Write what the page shows once it rests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 1280, "height": 1060}, color_scheme="light").new_page()
        page.goto(url)
        page.get_by_role("navigation", name="Views").wait_for()
        page.evaluate("address => { location.hash = address }", ADDRESS)
        page.get_by_text("weighted sum", exact=True).wait_for(timeout=200_000)
        page.wait_for_timeout(3000)
        page.screenshot(path=str(PICTURE))
        browser.close()


def main() -> None:
    """Train, open the studio, draw."""
    with tempfile.TemporaryDirectory() as folder:
        train(Path(folder))
        command = [sys.executable, "-u", "-m", "chainrule", "studio", "--runs", folder, "--no-browser"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
            assert server.stdout is not None
            url = next(found.group() for line in server.stdout if (found := re.search(r"http://\S+", line)))
            try:
                draw(url)
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
