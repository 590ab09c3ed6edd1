"""Masks: the network for them, and how many objects are found, against scikit-learn and counts by hand."""

import numpy as np
import pytest
from sklearn.metrics import jaccard_score

from chainrule.tasks import Segmentation
from chainrule.tasks.body import InputSpec
from chainrule.tasks.evaluation import evaluate_masks
from chainrule.tasks.networks import Choices, design
from chainrule.tasks.objects import object_precision, objects_in


def test_objects_are_what_hangs_together():
    mask = np.array([[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 1]], bool)
    assert objects_in(mask).tolist() == [[1, 0, 0, 2], [0, 1, 0, 0], [0, 0, 0, 3]]
    assert objects_in(mask, least=2).tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]


def test_objects_found_missed_and_invented_are_counted():
    true, found = np.zeros((10, 10), int), np.zeros((10, 10), int)
    true[0:4, 0:4], true[5:9, 5:9], true[9, 0] = 1, 2, 3
    found[0:4, 0:4], found[5:9, 5:7], found[0, 8] = 2, 1, 5
    assert object_precision(true, found) == 1 / 5  # one hit; the half of another is not more than a half of it
    assert object_precision(true, found, threshold=0.4) == 2 / 4
    assert object_precision(np.zeros((2, 2), int), np.zeros((2, 2), int)) == 1


def test_masks_are_judged_as_by_scikit_learn():
    random = np.random.default_rng(0)
    true, given = random.random((4, 9, 8, 1)) > 0.6, random.random((4, 9, 8, 1)) > 0.5
    judged = evaluate_masks(given, true.astype(np.float32))
    assert judged.figures["IoU"] == pytest.approx(jaccard_score(true.ravel(), given.ravel()))
    worst = min(range(4), key=lambda row: jaccard_score(true[row].ravel(), given[row].ravel()))
    assert judged.mistakes[0].row == worst
    assert judged.mistakes[0].loss == pytest.approx(1 - jaccard_score(true[worst].ravel(), given[worst].ravel()))


@pytest.mark.parametrize("shape", [(16, 24, 1), (7, 9, 3), (12, 10, 1)])
def test_a_mask_is_as_large_as_its_image(shape):
    made = design([InputSpec("image", "image", shape, np.dtype("float32"), 20)], Segmentation(), (*shape[:2], 1), Choices())
    assert made.model.predict(np.zeros((2, *shape), np.float32)).shape == (2, *shape[:2], 1)


def test_squares_are_found():
    random = np.random.default_rng(0)
    masks = np.zeros((40, 16, 16, 1), np.float32)
    for mask in masks:
        top, left = random.integers(0, 10, 2)
        mask[top : top + 6, left : left + 6] = 1
    images = (masks * 0.5 + random.random(masks.shape) * 0.4).astype(np.float32)
    made = design([InputSpec("image", "image", (16, 16, 1), np.dtype("float32"), 32)], Segmentation(), (16, 16, 1), Choices())
    made.model.fit(images[:32], masks[:32], epochs=25, batch_size=8, verbose=0)
    judged = evaluate_masks(made.model.predict(images[32:]) > 0, masks[32:])
    assert judged.figures["IoU"] > 0.9
