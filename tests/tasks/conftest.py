"""What the tests of recipes share."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def data_folder() -> Path:
    """The folder of data sets; tests that need it are skipped where there is none."""
    folder = os.environ.get("CHAINRULE_DATA")
    if not folder:
        pytest.skip("the environment variable CHAINRULE_DATA does not name a folder of data sets")
    return Path(folder)
