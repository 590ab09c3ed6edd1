"""Labels changed on purpose are the ones that are suspected."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ArgumentError, DataError
from chainrule.tasks.suspects import cross_validated, label_suspects

Array = np.ndarray[Any, Any]


def flip(y: Array, share: float, classes: int, seed: int) -> tuple[Array, Array]:
    """Return labels of which a share is changed to another class at random, and the rows of these."""
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(y), int(share * len(y)), replace=False)
    changed = y.copy()
    changed[rows] = (y[rows] + rng.integers(1, classes, len(rows))) % classes
    return changed, rows


def test_changed_digits_are_the_most_suspect_and_get_their_label_back() -> None:
    digits = cr.data.load("digits").train
    y, rows = flip(digits.y, 0.05, 10, seed=1)
    heard: list[float] = []
    found = label_suspects(digits.x, y, len(rows), on_progress=lambda share, doing: heard.append(share))
    right = np.isin(found["row"], rows)
    assert right.mean() > 0.9
    assert (found["suggested"].to_numpy() == digits.y[found["row"]])[right].mean() > 0.95
    assert (found["given"].to_numpy() == y[found["row"]]).all()
    assert found["confidence"].is_sorted(descending=True)
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1)


def test_names_are_taken_as_labels_and_confident_learning_says_how_many() -> None:
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 2, 200)
    x = rng.normal(size=(200, 3)) + 5 * kind[:, None]
    names = np.array(["oak", "elm"])[kind]
    names[[4, 90]] = ["elm" if names[row] == "oak" else "oak" for row in (4, 90)]
    found = label_suspects(x, names)
    assert set(found["row"].head(2)) == {4, 90}
    assert len(found) < 12
    assert found.schema.names() == ["row", "given", "suggested", "confidence"]


def test_no_network_has_seen_what_it_judges() -> None:
    x = np.random.default_rng(0).normal(size=(60, 4)).astype("float32")
    y = np.tile([0, 1], 30).astype("int32")
    fold, *others = cr.data.split_rows(60, [1 / 3] * 3, 0, stratify=y)
    before = cross_validated(x, y, 3, seed=0)
    changed = x.copy()
    changed[fold[0]] += 100
    after = cross_validated(changed, y, 3, seed=0)
    np.testing.assert_array_equal(after[fold[1:]], before[fold[1:]])  # their network learned from the other folds alone
    assert (after[others[0]] != before[others[0]]).any()


@pytest.mark.parametrize(
    ("y", "folds", "error", "message"),
    [
        ([0, 1, 0, 1], 1, ArgumentError, "folds must be a whole number from 2. Got 1"),
        ([0.0, 1.0, 0.0, 1.0], 2, DataError, "whole numbers or texts"),
        ([0, 0, 0, 0], 2, DataError, "two different labels"),
        ([0, 0, 0, 1], 2, DataError, "Label 1 has 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(y: Any, folds: int, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        label_suspects(np.zeros((4, 2)), y, folds=folds)


@pytest.mark.slow
@pytest.mark.usefixtures("data_folder")
def test_clothing_with_changed_labels() -> None:
    train = cr.data.load("fashion-mnist").train
    y, rows = flip(train.y, 0.05, 10, seed=2)
    found = label_suspects(train.x, y, len(rows))
    assert np.isin(found["row"], rows).mean() >= 0.8
