"""The same weights explained by Captum (benchmarks/explanations_against_captum.py made the file) and by Chainrule."""

from pathlib import Path

import captum_cases as cases
import numpy as np
import pytest

import chainrule as cr

KEPT = np.load(Path(__file__).parent / "captum.npz")


@pytest.mark.parametrize("name", cases.NETWORKS)
def test_explanations_are_those_of_captum(name: str) -> None:
    model, x, y = cases.NETWORKS[name]()
    model.set_weights([KEPT[key] for key in KEPT if key.startswith(f"{name}/weight")])
    mine = cases.answers(model, x[cases.ASKED], y[cases.ASKED])
    wanted = {key.partition("/")[2]: KEPT[key] for key in KEPT if key.startswith(f"{name}/") and "/weight" not in key}
    assert mine.keys() == wanted.keys()
    for method, array in wanted.items():
        assert np.abs(array).max() > 1e-3
        np.testing.assert_allclose(mine[method], array, rtol=0, atol=2e-5 * np.abs(array).max(), err_msg=method)


def test_influence_is_that_of_captum(tmp_path: Path) -> None:
    _, x, y = cases.multilayer()
    found = cr.insight.tracin(cases.run(tmp_path / "run"), x[cases.ASKED], y[cases.ASKED], steps=4)
    wanted = KEPT["influence"]
    assert found.steps == [0, 4, 7, 11]
    np.testing.assert_allclose(found.scores, wanted, rtol=0, atol=1e-3 * np.abs(wanted).max())
