"""Where the tests of data find the original files."""

import os

import pytest


@pytest.fixture
def data_folder() -> str:
    folder = os.environ.get("CHAINRULE_DATA")
    if not folder:
        pytest.skip("the environment variable CHAINRULE_DATA does not name a folder of data sets")
    return folder
