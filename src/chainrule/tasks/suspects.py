"""Labels that are likely to be wrong: each is evaluated by a network that has not seen it.

The examples are divided into folds, in proportion to the classes. For each fold a network learns from the others, and tells how probable
each class is for the examples of this one. The smaller the probability of the label that was given, the more suspect it is.

On Fashion-MNIST with 3,000 of 60,000 labels changed at random, 87 % of the 3,000 most suspect are among those changed (seeds 0 to 2).

Source: Northcutt, Jiang and Chuang, "Confident learning: estimating uncertainty in dataset labels", 2021.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.data import At, Rescale, Standardize, as_arrays, checks, split_rows
from chainrule.data.preparation.answers import probabilities
from chainrule.errors import ArgumentError, DataError
from chainrule.layers import Dense, Dropout, Flatten, Input
from chainrule.losses import SparseCategoricalCrossentropy
from chainrule.models import Model, Sequential
from chainrule.optimizers import Adam
from chainrule.optimizers.schedules import CosineDecay
from chainrule.tasks.repetition import OnProgress, Repetition, ShareDone

FEWEST_EPOCHS, MOST_EPOCHS, UPDATES = 6, 60, 1500  # with more epochs, wrong labels are learned by heart
MANY_ROWS = 20_000  # from which on batches are large


def label_suspects(
    x: ArrayLike,
    y: ArrayLike,
    count: int | None = None,
    *,
    folds: int = 3,
    seed: int = 0,
    network: Callable[[int], Model] | None = None,
    on_progress: OnProgress | None = None,
) -> pl.DataFrame:
    """Return the examples whose label is likely to be wrong, the most suspect first.

    Args:
        x: the examples, of shape (examples, ...): bytes, as of images, or other numbers, which are scaled as the other folds show them.
        y: the label of each, of shape (examples,): whole numbers or texts.
        count: how many to return; None for those that confident learning counts for another class.
        folds: into how many the examples are divided, from 2.
        seed: of the folds, the first weights and the orders.
        network: makes a compiled network of one logit for each class, for a seed; None for dense layers of 256 and 128 units.
        on_progress: hears the share that is done, from 0 to 1, and what is being done.

    Returns:
        A frame of the columns row (counted from 0), given and suggested (labels as in `y`), and confidence: 1 - p(given).

    Raises:
        DataError: data that cannot be trained on, labels that are neither whole numbers nor texts, or a label with fewer examples
            than there are folds.
        ArgumentError: fewer than 2 folds.

    Example:
        >>> import chainrule as cr
        >>> digits = cr.data.load("digits").train
        >>> y = digits.y.copy()
        >>> y[7] = (y[7] + 5) % 10
        >>> label_suspects(digits.x, y, 1)["row"].item()
        7
    """
    if folds < 2:
        raise ArgumentError(f"label_suspects: folds must be a whole number from 2. Got {folds} instead.")
    labels = np.asarray(y)
    if labels.ndim != 1 or labels.dtype.kind not in "iuUT":
        raise DataError(
            f"label_suspects: y must be whole numbers or texts of shape (examples,). Got {labels.dtype} {labels.shape} instead."
        )
    names, codes = np.unique(labels, return_inverse=True)
    if len(names) < 2:
        raise DataError("label_suspects: y must have at least two different labels.")
    examples, numbers, _ = as_arrays(x, codes.astype(np.int32))
    assert numbers is not None
    chances = cross_validated(examples, numbers, folds, seed, network, on_progress)
    found = checks.label_suspects(numbers, chances, count)
    return pl.DataFrame({
        "row": [suspect.row for suspect in found],
        "given": names[[suspect.given for suspect in found]],
        "suggested": names[[suspect.suggested for suspect in found]],
        "confidence": [suspect.confidence for suspect in found],
    })  # fmt: skip


def cross_validated(
    x: NDArray[Any],
    y: NDArray[np.int32],
    folds: int,
    seed: int,
    network: Callable[[int], Model] | None = None,
    on_progress: OnProgress | None = None,
) -> NDArray[np.float64]:
    """Return the probability of each class for each example, of shape (examples, classes), by a network that has not seen it.

    The arguments are those of `label_suspects`, the labels numbered from 0.
    """
    pieces = split_rows(len(y), [1 / folds] * folds, seed, stratify=y)
    rows = len(y) - len(pieces[0])
    batch = 128 if rows >= MANY_ROWS else 32
    steps = -(-rows // batch)
    epochs = min(max(FEWEST_EPOCHS, -(-UPDATES // steps)), MOST_EPOCHS)
    classes = int(y.max()) + 1
    repetition = Repetition(network or (lambda number: _network(x.shape[1:], classes, epochs * steps, number)))
    chances = np.zeros((len(y), classes))
    at = At("x")
    for number, piece in enumerate(pieces):
        others = np.delete(np.arange(len(y)), piece)
        scale = (Rescale() if x.dtype == np.uint8 else Standardize()).fit(x[others], at)
        model = repetition.begin(seed * folds + number)
        done = _Part(on_progress, number, folds)
        model.fit(
            scale.apply(x[others], at), y[others], batch, epochs, verbose=0, callbacks=[ShareDone(done, f"fold {number + 1}", epochs)]
        )
        chances[piece] = probabilities(model.predict(scale.apply(x[piece], at), 256))
    return chances


def _network(shape: tuple[int, ...], classes: int, updates: int, seed: int) -> Model:
    hidden = [Dense(256, "relu"), Dropout(0.3), Dense(128, "relu"), Dropout(0.3)]
    model = Sequential([Input(shape), *([Flatten()] if len(shape) > 1 else []), *hidden, Dense(classes)], seed=seed)
    model.compile(Adam(CosineDecay(0.002, updates)), SparseCategoricalCrossentropy(from_logits=True))
    return model


class _Part:
    """Tells of one fold's share as a share of all folds."""

    def __init__(self, on_progress: OnProgress | None, number: int, folds: int) -> None:
        self._tell, self._number, self._folds = on_progress, number, folds

    def __call__(self, share: float, doing: str) -> None:
        if self._tell is not None:
            self._tell((self._number + share) / self._folds, doing)
