"""A run whose process is killed goes on, and ends with the same bits as one that nobody disturbed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chainrule.record import Recording

COMMAND = [sys.executable, "-m", "chainrule"]
LEARN = ["learn", "digits", "--epochs", "6", "--quiet", "--name", "run", "--runs"]


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "COLUMNS": "80"}
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait, and return the exit code and what was printed."""
    output = process.communicate(timeout=300)[0]
    return process.returncode, output


def steps_made(path: Path) -> int:
    return len(Recording(path).figures()["step"]) if (path / "run.sqlite").exists() else -1


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    code, output = ended(start(*LEARN, str(folder)))
    assert code == 0, output
    return folder / "run"


@pytest.mark.slow
@pytest.mark.parametrize("moment", [0, 30, 70])
def test_killed_and_resumed(tmp_path: Path, undisturbed: Path, moment: int) -> None:
    path = tmp_path / "run"
    process = start(*LEARN, str(tmp_path))
    until = time.monotonic() + 200
    while steps_made(path) < moment and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    ended(process)
    assert Recording(path).status == "killed" and steps_made(path) >= moment
    code, output = ended(start("resume", "run", "--runs", str(tmp_path), "--quiet"))
    assert code == 0, output
    assert "Going on from the snapshot at step" in output and "Confusion matrix" in output
    assert (path / "model.safetensors").read_bytes() == (undisturbed / "model.safetensors").read_bytes()
    ours, theirs = Recording(path).figures(), Recording(undisturbed).figures()
    assert all(ours[name].tobytes() == theirs[name].tobytes() for name in theirs)


@pytest.mark.slow
def test_stopped_by_the_keyboard(tmp_path: Path, undisturbed: Path) -> None:
    process = start(*LEARN, str(tmp_path))
    while steps_made(tmp_path / "run") < 10 and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    code, output = ended(process)
    assert code == 130 and "chainrule resume" in output and "Traceback" not in output
    code, output = ended(start("resume", "run", "--runs", str(tmp_path), "--quiet"))
    assert code == 0, output
    assert (tmp_path / "run" / "model.safetensors").read_bytes() == (undisturbed / "model.safetensors").read_bytes()
