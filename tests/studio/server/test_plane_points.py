"""Of a part with very many points, some that stand for all are drawn in the plane."""

from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule.studio.jobs import Jobs
from chainrule.studio.questions import plane


def test_points_of_a_large_part_are_thinned_evenly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.stack([np.arange(90), -np.arange(90)], axis=1).astype("float32")
    model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(x / 90, np.arange(90.0), 30, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "many")])
    monkeypatch.setattr(plane, "MOST_POINTS", 10)
    drawn = plane.ReadPlane(1, "many", 3).respond(Jobs(tmp_path))
    assert drawn.training == 10
    np.testing.assert_array_equal(drawn.targets, np.linspace(0, 89, 10).round())
    np.testing.assert_allclose(drawn.points[:, 0] * 90, drawn.targets, rtol=1e-6)
