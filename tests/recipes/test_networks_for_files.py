"""Networks for images and sounds: one for each size, and what varies them."""

import numpy as np
import pytest

from chainrule.recipes.networks import Choices, Given, Wanted, design


@pytest.mark.parametrize(
    ("kind", "shape", "rows", "task", "varied"),
    [
        ("image", (8, 8, 1), 1000, "classification", False),
        ("image", (28, 28, 1), 1000, "classification", False),
        ("image", (96, 72, 3), 200, "classification", True),
        ("image", (96, 72, 3), 5000, "classification", False),
        ("image", (72, 96, 3), 200, "regression", False),  # a shift would change what is to be foretold
        ("audio", (34, 40), 200, "classification", True),
    ],
)
def test_a_network_fits_its_examples(kind, shape, rows, task, varied):
    wanted = Wanted(task, (5,) if task == "classification" else (1,))
    made = design([Given(kind, kind, shape, np.dtype("float32"), rows)], wanted, Choices())
    assert made.model.predict(np.zeros((2, *shape), np.float32)).shape == (2, *wanted.shape)
    assert bool(made.augment) == varied
