"""Networks for images and sounds: one for each size, and what varies them."""

import numpy as np
import pytest

from chainrule.layers import Dense
from chainrule.tasks import Classification, get_task
from chainrule.tasks.body import InputSpec
from chainrule.tasks.networks import Choices, design


@pytest.mark.parametrize(
    ("kind", "shape", "rows", "task", "varied"),
    [
        ("image", (8, 8, 1), 1000, "classification", False),
        ("image", (28, 28, 1), 1000, "classification", False),
        ("image", (96, 72, 3), 200, "classification", True),
        ("image", (96, 72, 3), 5000, "classification", False),
        ("image", (72, 96, 3), 200, "regression", False),  # a shift would change what is to be predicted
        ("audio", (34, 40), 200, "classification", True),
    ],
)
def test_a_network_fits_its_examples(kind, shape, rows, task, varied):
    wanted = (5,) if task == "classification" else (1,)
    made = design([InputSpec(kind, kind, shape, np.dtype("float32"), rows)], get_task(task)(), wanted, Choices())
    assert made.model.predict(np.zeros((2, *shape), np.float32)).shape == (2, *wanted)
    assert bool(made.augment) == varied


def images(rows, choices=None):
    given = InputSpec("image", "image", (96, 72, 3), np.dtype("float32"), rows)
    return design([given], Classification(), (5,), choices or Choices())


def test_few_images_of_a_class_are_learned_from_without_a_dense_layer_between():
    for rows, choices, expected in ((90, None, []), (100, None, [128]), (90, Choices(layers=[32]), [32])):
        dense = [layer for layer in images(rows, choices).model.layers if isinstance(layer, Dense)]
        assert [layer.units for layer in dense] == [*expected, 5]


def test_the_fewer_images_the_more_epochs_and_the_rate_falls_to_nothing_at_the_end():
    for rows, choices, epochs in (
        (30, None, 200),
        (180, None, 166),
        (1900, None, 80),
        (180, Choices(epochs=7), 7),
        (180, Choices(batch_size=32), 200),
    ):
        made = images(rows, choices)
        assert made.choices.epochs == epochs
        updates = epochs * -(-rows // made.choices.batch_size)
        assert made.model.compile_arguments["optimizer"].learning_rate.decay_steps == updates
        assert made.choices.patience >= epochs
