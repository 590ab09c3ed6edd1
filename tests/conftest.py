"""What all tests share: property tests draw the same examples in every run, and take the time they need; Keras runs on JAX.

Many tests compile the same small programs: each process keeps them in a folder of its own, and compiles each of them once. What a
machine lacks (real data sets, a browser, the studio's page) leaves the tests that need it out, and the last line says so.
"""

import atexit
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import hypothesis
import pytest

os.environ["KERAS_BACKEND"] = "jax"  # before anyone imports Keras
_programs = tempfile.mkdtemp(prefix="chainrule-tests-")  # of each process: JAX does not lock what it writes, but in ways that cost more
atexit.register(shutil.rmtree, _programs, ignore_errors=True)
os.environ |= {"CHAINRULE_COMPILATION_CACHE": _programs, "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
if os.environ.get("CHAINRULE_DATA"):
    os.environ["CHAINRULE_DATA"] = os.path.abspath(os.environ["CHAINRULE_DATA"])

hypothesis.settings.register_profile("same", derandomize=True, deadline=None, database=None, max_examples=25)
hypothesis.settings.load_profile("same")


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real data sets; tests that need it are left out where there is none."""
    folder = os.environ.get("CHAINRULE_DATA")
    if not folder:
        pytest.skip("no real data sets: set CHAINRULE_DATA to a folder of them")
    return Path(folder)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say in one line how many tests were left out, why, and how to include them."""
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.stats.get("skipped", []))
    deselected = len(terminalreporter.stats.get("deselected", []))
    if deselected:
        reasons["not selected: make test-heavy runs what is heavy, make test what is slow"] = deselected
    listed = "; ".join(f"{count} ({reason})" for reason, count in reasons.most_common())
    terminalreporter.write_line(f"Left out: {listed}. More in docs/tests.md." if reasons else "Left out: nothing.")
