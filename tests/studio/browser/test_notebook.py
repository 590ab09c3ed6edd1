"""A run that is shown within another page, as a notebook's is, and one that is followed from the command line to its end."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import PATIENCE, becomes, drawn, figure, opened, said, step_of, visit

import chainrule as cr

if TYPE_CHECKING:
    from browsing import Studio
    from playwright.sync_api import Browser

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def notebook(studio: "Studio", tmp_path: Path) -> Iterator[str]:
    """The address of a page of another origin, with the run "small" in it as a notebook's cell has it."""
    shown = cr.open_run(studio.folder / "small").show(height=900)
    (tmp_path / "notebook.html").write_text(
        f"<!doctype html><link rel=icon href=data:,><title>A notebook</title><h1>My notes</h1>{shown._repr_html_()}"
    )
    server = ThreadingHTTPServer(("localhost", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/notebook.html"
    server.shutdown()
    server.server_close()


def test_a_run_is_shown_within_a_notebook(browser: "Browser", notebook: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 960})
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type in ("error", "warning") else None)
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(notebook)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="small", level=1)).to_be_visible()
    drawn(frame.get_by_role("region", name=re.compile("^Layer conv")).locator("canvas").first, more_than=5)
    frame.get_by_role("link", name="Rewind").click()
    expect(frame.get_by_text("Computed again in")).to_be_visible()
    frame.get_by_role("button", name="One step back").click()
    expect(frame.get_by_role("heading", name="Step 121", exact=True)).to_be_visible()
    frame.get_by_role("link", name="Question").click()
    frame.get_by_role("link", name="Why this answer?").click()
    expect(frame.get_by_role("region", name="The answer").locator(".answer")).to_have_text(re.compile(r"^\d"))
    assert troubles == [] and page.title() == "A notebook"
    context.close()


def test_a_training_of_the_command_line_is_followed_to_its_end(browser: "Browser", tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "chainrule", "learn", "digits", "--runs", str(tmp_path), "--epochs", "6", "--studio"]
    environment = os.environ | {"BROWSER": "true"}  # whose page is opened here, and by no browser of the machine
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment) as learning:
        assert learning.stdout is not None
        url = next(found.group() for line in learning.stdout if (found := re.search(r"http://\S+", line)))
        reader = threading.Thread(target=learning.stdout.read, daemon=True)
        reader.start()
        try:
            with opened(browser, url) as page:
                expect(page.get_by_role("heading", name="digits-1", level=1)).to_be_visible()
                expect(page.get_by_text(re.compile("^Finished"))).to_be_visible()
                run = cr.open_run(tmp_path / "digits-1")
                becomes(page, lambda: step_of(page, "max"), run.require_steps()[1])
                accuracy = pytest.approx(100 * run.epochs()[-1]["figures"]["val_accuracy"], abs=0.1)
                becomes(page, lambda: said(figure(page, "val accuracy")), accuracy)
                visit(page, "#/rewind?run=digits-1&step=20")
                expect(page.get_by_role("heading", name="Step 20", exact=True)).to_be_visible()
        finally:
            learning.send_signal(signal.SIGINT)  # as Ctrl-C, which closes the studio too
            learning.wait(PATIENCE)
            reader.join(PATIENCE)
