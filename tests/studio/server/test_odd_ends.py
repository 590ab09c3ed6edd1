"""What a process says that is no answer, names that are taken, and questions about runs that there are not, leave nothing behind."""

import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from studio_page import DIGITS, Page

from chainrule.errors import ArgumentError
from chainrule.studio import trainings
from chainrule.studio.jobs import Jobs

SCRIPT = """#!{python}
import sys
print("a library greets")
print('{{"state": "runn', end="", flush=True)
sys.exit(3)
"""


def test_a_process_that_says_what_nobody_understands_is_told_as_dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "worker"
    script.write_text(SCRIPT.format(python=sys.executable))
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(trainings.sys, "executable", str(script))
    training = trainings.Training(tmp_path / "run", {"kind": "train"})
    training.wait(300)
    while not training.is_over:
        time.sleep(0.05)
    assert training.state == "error" and "with code 3" in training.message


WRITER = """
import os, sys
from chainrule.studio.worker import _only_output
answers = _only_output()
os.write(1, b"from below\\n")
print("from above", flush=True)
print("an answer", file=answers, flush=True)
"""


def test_a_worker_alone_writes_to_its_output() -> None:
    done = subprocess.run([sys.executable, "-c", WRITER], capture_output=True, text=True, check=True)
    assert done.stdout == "an answer\n" and "from below" in done.stderr and "from above" in done.stderr


def test_no_run_takes_the_place_of_the_uploads(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="There is a run uploads already"):
        trainings.Trainings(tmp_path, tmp_path / "uploads").train(DIGITS, "digits", "uploads", paused=True)


def test_runs_that_there_are_not_have_no_queues_of_their_own(page: Page, jobs: Jobs) -> None:
    page.refused("seek", run="nothing-1", step=3)
    assert jobs.queue("nothing-1") is jobs.queue("nothing-2") is jobs.queue("")
    assert jobs.queue("digits") is jobs.queue("digits") is not jobs.queue("")


def test_what_is_no_number_of_a_question_is_not_given_back_as_one(page: Page) -> None:
    page.socket.send_text('{"type": "nothing", "id": true}')
    assert page.receive()["id"] == 0
