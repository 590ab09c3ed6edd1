"""What the studio says of each verb on its own table is what a preparation does."""

import numpy as np
import pytest
from studio_page import Page

from chainrule.studio.questions.verbs import BODIES, SHOWN, SPLIT


def test_the_stages_hold_the_numbers_of_a_preparation(page: Page) -> None:
    told = page.ask("show_verbs")
    stages = {stage["verb"]: stage for stage in told["stages"]}
    assert list(stages) == ["collect", "clean", "encode", "scale"]
    assert told["names"] == ["Earth", "Mars", "Saturn", "Neptune", "Pluto"]
    assert stages["collect"]["rows"][0] == ["12756", "1", "nitrogen", ""]
    learned_from = [row for row in range(len(BODIES["body"])) if BODIES["body"][row] in told["parts"]["train"]]
    diameters = np.array([BODIES["diameter"][row] for row in learned_from], float)
    expected = (np.array(BODIES["diameter"], float)[SHOWN] - diameters.mean()) / diameters.std()
    np.testing.assert_allclose([float(row[0]) for row in stages["scale"]["rows"]], expected, rtol=1e-3)
    assert stages["encode"]["columns"][2:7].count("atmosphere=hydrogen") == 1
    years = [BODIES["discovered"][row] for row in learned_from if BODIES["discovered"][row] is not None]
    assert float(stages["clean"]["rows"][0][3]) == pytest.approx(np.mean(years), rel=1e-3)
    assert len(told["parts"]["test"]) == round(0.25 * len(BODIES["body"])) and SPLIT.test == 0.25


def test_each_class_counts_alike(page: Page) -> None:
    told = page.ask("show_verbs")
    kinds = [BODIES["kind"][BODIES["body"].index(name)] for name in told["parts"]["train"]]
    sums = [kinds.count(kind) * weight for kind, weight in told["weights"].items()]
    assert sums == pytest.approx([len(kinds) / 3] * 3)


def test_without_scaling_the_loss_does_not_fall(page: Page) -> None:
    scaled, not_scaled = page.ask("show_verbs")["losses"], page.ask("show_verbs", without=["scale"])["losses"]
    assert scaled[-1] < 0.5 * scaled[0]
    assert not_scaled[-1] is None or not_scaled[-1] > 100


@pytest.mark.parametrize(("verb", "column"), [("clean", "discovered"), ("encode", "atmosphere")])
def test_without_a_verb_that_is_needed_the_library_says_so(page: Page, verb: str, column: str) -> None:
    told = page.ask("show_verbs", without=[verb])
    assert column in told["error"] and told["losses"] == []
    assert {"clean": "FillMissing", "encode": "'carbon dioxide' must become numbers"}[verb] in told["error"]
    assert [stage["verb"] for stage in told["stages"]] == ["collect"]
