"""Confident learning: against a plain reading of the paper, and on noise of a known kind."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from chainrule.data.checks import confident_joint, label_issues, label_suspects
from chainrule.errors import DataError

Array = np.ndarray[Any, Any]


def plainly(labels: Array, p: Array) -> Array:
    """Return the confident joint as sections 3.1 and algorithm 1 of the paper have it, example by example."""
    classes = p.shape[1]
    thresholds = [np.mean([p[row, label] for row in range(len(p)) if labels[row] == label]) for label in range(classes)]
    counts = np.zeros((classes, classes))
    for row in range(len(p)):
        reaching = [label for label in range(classes) if p[row, label] >= thresholds[label] - 1e-12]
        if reaching:
            counts[labels[row], max(reaching, key=lambda label: p[row, label])] += 1
    for label in range(classes):
        if not counts[label].any():
            counts[label, label] = 1
    return counts / counts.sum(1, keepdims=True) * np.bincount(labels, minlength=classes)[:, None]


@given(arrays.arrays(np.float64, (30, 3), elements=st.floats(0.01, 1)), st.integers(0, 100))
def test_the_joint_is_that_of_the_paper(scores: Array, seed: int) -> None:
    p = scores / scores.sum(1, keepdims=True)
    labels = np.concatenate([[0, 1, 2], np.random.default_rng(seed).integers(0, 3, 27)])
    joint = confident_joint(labels, p)
    np.testing.assert_allclose(joint, plainly(labels, p))
    np.testing.assert_allclose(joint.sum(1), np.bincount(labels))


def test_noise_of_a_known_kind_is_measured_and_found() -> None:
    rng = np.random.default_rng(0)
    true = rng.integers(0, 3, 6000)
    labels = true.copy()
    flipped = (true == 1) & (rng.random(6000) < 0.2)  # a fifth of class 1 is labelled 2
    labels[flipped] = 2
    noise = np.array([[1, 0, 0], [0, 0.8, 0.2], [0, 0, 1]])
    np.testing.assert_allclose(confident_joint(labels, noise[true]), np.histogram2d(labels, true, 3)[0])  # theorem 1 of the paper
    z = 3 * np.eye(3)[true] + rng.normal(size=(6000, 3))
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    suspects = label_suspects(labels, p)
    assert np.mean([flipped[suspect.row] for suspect in suspects]) > 0.85
    assert np.mean([suspect.suggested == true[suspect.row] for suspect in suspects]) > 0.85
    top = label_suspects(labels, p, 100)
    assert len(top) == 100
    assert [suspect.confidence for suspect in top] == sorted((suspect.confidence for suspect in top), reverse=True)
    (issue,) = label_issues(top, 6000)
    assert issue.rows == tuple(sorted(suspect.row for suspect in top))
    assert "100 labels of 6,000 (1.7%) are likely to be wrong" in issue.message
    assert label_issues([], 6000) == []


@pytest.mark.parametrize(
    ("labels", "probabilities", "message"),
    [
        ([0, 1], [[0.5, 0.5]], r"Got \(1, 2\) and \(2,\) instead"),
        ([0, 2], [[0.5, 0.5], [0.5, 0.5]], "class numbers from 0 to 1"),
        ([0.0, 1.0], [[0.5, 0.5], [0.5, 0.5]], "class numbers from 0 to 1. Got float64"),
        ([0, 1], [[0.5, 0.7], [0.5, 0.5]], "1 together in each row"),
        ([0, 0], [[0.5, 0.5], [0.5, 0.5]], "Class 1 has none"),
    ],
)
def test_what_cannot_be_meant_is_refused(labels: Any, probabilities: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        label_suspects(labels, probabilities)
