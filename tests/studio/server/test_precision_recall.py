"""Curves of precision and recall on the page are those of scikit-learn, thinned."""

from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics
from studio_page import Page

import chainrule as cr
from chainrule.studio.questions.precision_recall import thinned


def test_each_class_has_the_figures_of_scikit_learn(page: Page, runs: Path) -> None:
    validation = cr.open_run(runs / "digits").plan().validation
    assert validation is not None
    logits = np.asarray(cr.open_run(runs / "digits").model().predict(validation.x[0]), np.float64)
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    found = page.ask("read_class_curves", run="digits", part="validation")
    assert found["classes"] == [str(digit) for digit in range(10)] and found["examples"] == len(validation)
    for digit, curves in enumerate(found["curves"]):
        true = np.asarray(validation.y[0]).reshape(-1) == digit
        assert curves["examples"] == true.sum() > 0
        assert curves["average_precision"] == pytest.approx(metrics.average_precision_score(true, chances[:, digit]))
        assert curves["area"] == pytest.approx(metrics.roc_auc_score(true, chances[:, digit]))
        np.testing.assert_array_equal(curves["rates"][[0, -1]], [[0, 0], [1, 1]])
        np.testing.assert_array_equal(curves["precision"][0], [0, 1])


def test_a_run_without_classes_is_refused(page: Page) -> None:
    assert "does not tell classes apart" in page.refused("read_class_curves", run="bare", part="train")["message"]


def test_thinned_curves_keep_their_ends_and_their_shape() -> None:
    across = np.linspace(0, 1, 5001)
    up = np.minimum(1, across * 50)  # steep at first: points at equal steps across would miss the way up
    points = thinned(across, up)
    assert len(points) <= 200
    np.testing.assert_array_equal(points[[0, -1]], [[0, 0], [1, 1]])
    assert np.abs(np.interp(across, points[:, 0], points[:, 1]) - up).max() < 0.02
    assert thinned(np.array([0.0, np.nan]), np.array([1.0, 0.0])).shape == (0, 2)
