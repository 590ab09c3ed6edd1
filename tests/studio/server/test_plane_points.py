"""Of a part with very many points, some that stand for all are drawn in the plane."""

from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule.studio.desk import Desk
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.views import plane


def test_points_of_a_large_part_are_thinned_evenly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.stack([np.arange(90), -np.arange(90)], axis=1).astype("float32")
    model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(x / 90, np.arange(90.0), 30, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "many")])
    monkeypatch.setattr(plane, "MOST_POINTS", 10)
    blocks = Blocks()
    drawn = plane.read_plane(Desk(tmp_path), requests.ReadPlane(1, "many", 3), blocks)
    payload = blocks.payload()
    numbers = [np.frombuffer(payload, "<f4", int(np.prod(block.shape)), block.offset) for block in (drawn.points, drawn.targets)]
    assert drawn.training == 10
    np.testing.assert_array_equal(numbers[1], np.linspace(0, 89, 10).round())
    np.testing.assert_allclose(numbers[0].reshape(10, 2)[:, 0] * 90, numbers[1], rtol=1e-6)
