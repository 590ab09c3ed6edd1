"""The page beside a training on the command line goes when the training does, however that ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Signals are those of POSIX")


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_no_page_stays_behind(tmp_path: Path, ending: signal.Signals) -> None:
    command = [sys.executable, "-u", "-m", "chainrule", "learn", "digits", "--runs", str(tmp_path), "--epochs", "1", "--studio", "--quiet"]
    environment = os.environ | {"BROWSER": "true"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment) as learning:
        assert learning.stdout is not None
        seen = ""
        while "The studio is open" not in seen or "stays open until" not in seen:
            line = learning.stdout.readline()
            assert line, seen
            seen += line
        learning.send_signal(ending)
        learning.communicate(timeout=300)  # the pipe ends when no process holds it any more: neither the training nor its page
        assert learning.returncode == -ending
