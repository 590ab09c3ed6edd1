"""What the recipes for images of digits and clothing share: bytes brought to 0 to 1, a fit of fixed length, one look at the test part."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data import At, Rescale, Split, load
from chainrule.models import Model
from chainrule.recipes.recipe import Options, Report, Row
from chainrule.tasks.repetition import ShareDone

QUICK_TRAIN, QUICK_TEST = 2000, 1000  # examples of a quick run


@dataclass(frozen=True)
class Examples:
    """A named set's two parts, ready for a network; of a quick run, the first few examples.

    Args:
        train: the training part.
        test: the test part.
    """

    train: Split
    test: Split


def load_images(name: str, quick: bool) -> Examples:
    """Load a named set of images; bytes are divided by 255, other numbers left as they are."""
    data = load(name)
    assert data.test is not None
    at = At("image")
    scale = Rescale().fit(data.train.x, at)
    few = (QUICK_TRAIN, QUICK_TEST) if quick else (None, None)
    train, test = (Split(scale.apply(part.x[:n], at), part.y[:n]) for part, n in zip((data.train, data.test), few, strict=True))
    return Examples(train, test)


def signs(labels: NDArray[Any]) -> NDArray[np.float32]:
    """Return targets of tanh units: 0.8 for the class that a label names, -0.8 for the others; of shape (examples, 10).

    They lie inside the units' range of -1 to 1, which they would never quite reach.
    """
    return np.float32(1.6) * np.eye(10, dtype=np.float32)[labels] - np.float32(0.8)


def steps(examples: Examples, batch_size: int, epochs: int) -> int:
    """Return the number of updates in a fit."""
    return epochs * -(-len(examples.train.x) // batch_size)


def error_of(model: Model, examples: Examples, batch_size: int, epochs: int, options: Options) -> float:
    """Train, then look at the test part once.

    Args:
        model: compiled with one metric of accuracy.
        examples: of targets as its loss takes them.
        batch_size: examples in a batch.
        epochs: passes over the training part.
        options: whose `on_progress` hears of it.

    Returns:
        The share of the test part that is classed wrongly, in per cent.
    """
    share = ShareDone(options.on_progress, "training", epochs)
    model.fit(*examples.train, batch_size=batch_size, epochs=epochs, verbose=0, callbacks=[share])
    figures = model.evaluate(*examples.test, batch_size=500, return_dict=True)
    return 100 * (1 - next(value for name, value in figures.items() if name != "loss"))


def error_report(title: str, network: str, error: float, published: float, bar: float, options: Options, *notes: str) -> Report:
    """Return a report of one row, in per cent of errors on the test part."""
    row = Row((network, f"{error:.2f}", f"{published:.2f}", f"at most {bar:.2f}"), None if options.quick else round(error, 6) <= bar)
    return Report(title, ("test error in %", "ours", "theirs", "to meet"), (row,), notes, {"test error": error})
