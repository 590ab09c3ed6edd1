"""The question why of a weight none of whose numbers was picked."""

from pathlib import Path

import numpy as np
import pytest
from studio_page import Page

import chainrule as cr


@pytest.mark.parametrize("address", ["conv2d/kernel", "dense_1/bias"])
def test_the_number_with_the_largest_gradient_is_asked_about(page: Page, runs: Path, address: str) -> None:
    gradient = cr.open_run(runs / "digits").at(9).gradient(address)
    found = page.ask("ask_why", run="digits", step=9, address=address)["why"]
    assert abs(gradient[tuple(found["index"])]) == np.abs(gradient).max()
    assert found["gradient"] == pytest.approx(float(gradient[tuple(found["index"])]))
