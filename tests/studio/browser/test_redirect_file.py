"""How the browser is led to the studio: by a file that only its owner reads, and that is gone with the studio."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import url2pathname

import pytest
from browsing import PATIENCE, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_no_token_is_on_the_command_line_of_the_browser(browser: "Browser", tmp_path: Path, ending: signal.Signals) -> None:
    (told := tmp_path / "told").mkdir()
    (runs := tmp_path / "runs").mkdir()
    starter = tmp_path / "browser"
    starter.write_text(f'#!/bin/sh\necho "$1" > {told}/part && mv {told}/part {told}/address\n')
    starter.chmod(0o700)
    command = [sys.executable, "-m", "chainrule", "studio", "--runs", str(runs)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | {"BROWSER": str(starter)}) as studio:
        assert studio.stderr is not None
        token = next(line for line in studio.stderr if "token=" in line).partition("token=")[2].strip()
        page = browser.new_page()
        wait_until(page, (told / "address").exists)
        address = (told / "address").read_text().strip()
        assert address.startswith("file:") and token not in address
        door = Path(url2pathname(address.removeprefix("file://")))
        assert stat.S_IMODE(door.stat().st_mode) == 0o600 and token in door.read_text()
        page.goto(address, wait_until="commit")
        expect(page.get_by_role("navigation", name="Views")).to_be_visible()
        expect(page.get_by_role("heading", name="No run yet")).to_be_visible()
        page.close()
        studio.send_signal(ending)
        studio.wait(PATIENCE)
    assert not door.exists()
