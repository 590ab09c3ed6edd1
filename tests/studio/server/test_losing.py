"""The loss of an example is written out as what it is."""

from pathlib import Path
from typing import Any

import pytest
from studio_page import TREES, Page, train

ONE: dict[str, Any] = {"layers": [{"kind": "Dense", "arguments": {"units": 1, "activation": "sigmoid"}}], "epochs": 1, "metrics": []}


@pytest.mark.parametrize(
    ("loss", "is_entropy"),
    [
        ({"kind": "MeanSquaredError"}, False),
        ({"kind": "BinaryCrossentropy"}, True),
        ({"kind": "BinaryCrossentropy", "arguments": {"label_smoothing": 0.2}}, False),
    ],
)
def test_only_a_loss_that_is_minus_a_logarithm_is_told_as_one(page: Page, runs: Path, loss: dict[str, Any], is_entropy: bool) -> None:
    name = "one-" + "-".join([loss["kind"], *loss.get("arguments", {})])
    train(runs, name, TREES | ONE | {"loss": loss})
    told = page.ask("read_example_pass", run=name, step=1, input={"type": "in_part", "part": "train", "number": 0})["loss"]
    assert ("−ln p(" in told["text"]) == is_entropy
    assert float(told["text"].split()[-1]) == pytest.approx(told["value"], rel=1e-3)
