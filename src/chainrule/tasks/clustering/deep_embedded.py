"""Deep embedded clustering: an autoencoder's code, clustered, and then trained to be clustered.

First an autoencoder learns to give back its input through a narrow code; k-means on the codes gives the first centres. Then the encoder
and the centres learn together: the shares q of the clusters in each example are drawn towards their own sharpened form p, by the
gradient of KL(p ‖ q); every epoch p is made anew, until hardly any example changes its cluster.

Source: Xie, Girshick and Farhadi, "Unsupervised deep embedding for clustering analysis", 2016.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.data import as_arrays
from chainrule.errors import ArgumentError, DataError
from chainrule.layers import Dense, Dropout, Input, Layer
from chainrule.losses import KLDivergence
from chainrule.models import Model
from chainrule.optimizers import SGD, Adam
from chainrule.optimizers.schedules import CosineDecay
from chainrule.tasks.clustering.assignment import SoftAssignment, sharpened
from chainrule.tasks.clustering.grouping import k_means
from chainrule.tasks.repetition import OnProgress, ShareDone

WIDTHS = (500, 500, 2000, 10)  # of the encoder, the paper's
BATCH, ALL_AT_ONCE = 256, 1000
STARTS = 20  # of k-means on the codes, as in the paper
SETTLED = 0.001  # share of examples that change their cluster in an epoch, below which training ends

Array = NDArray[Any]


@dataclass(frozen=True)
class Settings:
    """How to learn clusters.

    Args:
        widths: units of the encoder's layers, the last those of the code; the decoder has them backwards.
        epochs: of the autoencoder.
        rounds: epochs of clustering, at most.
        dropout: share of the inputs left out while the autoencoder learns.
        seed: what first weights, orders and the starts of k-means depend on.
    """

    widths: Sequence[int] = WIDTHS
    epochs: int = 30
    rounds: int = 40
    dropout: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.widths or min(self.widths) < 1 or self.epochs < 1 or self.rounds < 0:
            raise ArgumentError(f"Clustering needs widths and epochs from 1, and rounds from 0. Got {self} instead.")


@dataclass(frozen=True, eq=False)
class Embedded:
    """Examples in clusters, and the networks that put them there.

    Args:
        clusters: the cluster of each example, of shape (examples,).
        first: those of k-means on the autoencoder's codes, before the codes were trained to be clustered.
        codes: of the autoencoder, before that, of shape (examples, size of the code).
        encoder: from examples to codes, as trained at the end.
        model: from examples to shares of the clusters.
        changes: after each round the share of examples that changed their cluster.
    """

    clusters: NDArray[np.int64]
    first: NDArray[np.int64]
    codes: Array
    encoder: Model
    model: Model
    changes: tuple[float, ...]


def deep_embedded(x: ArrayLike, clusters: int, settings: Settings | None = None, on_progress: OnProgress | None = None) -> Embedded:
    """Return clusters of examples by the codes of a network that is trained for them.

    Args:
        x: the examples, of shape (examples, ...): numbers of which |x|² / size is 1 on average learn best.
        clusters: how many, from 2.
        settings: None for the paper's widths.
        on_progress: hears the share that is done, from 0 to 1, and what is being done.

    Raises:
        ArgumentError: fewer than two clusters; scikit-learn, for k-means, is not here.
        DataError: data that cannot be trained on.

    Example:
        >>> import chainrule as cr
        >>> digits = cr.data.load("digits").train
        >>> found = deep_embedded(digits.x[:300], 10, Settings(widths=(32, 6), epochs=2, rounds=1))
        >>> found.clusters.shape, found.codes.shape
        ((300,), (300, 6))
    """
    chosen = settings or Settings()
    if clusters < 2:
        raise ArgumentError(f"deep_embedded: clusters must be a whole number from 2. Got {clusters} instead.")
    array = as_arrays(x)[0]
    if array.dtype.kind != "f":
        raise DataError(f"deep_embedded: x must be fractions, near 1 in size. Got {array.dtype} instead: scale it first.")
    flat = array.reshape(len(array), -1)
    tell = on_progress or _silent
    whole, encoder, code = _networks(flat.shape[1], chosen)
    _learn_codes(whole, flat, chosen, tell)
    codes = np.asarray(encoder.predict(flat, ALL_AT_ONCE))
    groups = k_means(codes, clusters, chosen.seed, STARTS)
    assignment = SoftAssignment(clusters)
    model = Model(encoder.network.inputs[0], assignment(code), seed=chosen.seed)
    assignment.weights["centres"].assign(groups.centres.astype(np.float32))
    model.compile(SGD(0.01, momentum=0.9), KLDivergence())
    found, changes = _settle(model, flat, chosen.rounds, tell)
    return Embedded(found, groups.clusters, codes, encoder, model, changes)


def _networks(size: int, settings: Settings) -> tuple[Model, Model, Any]:
    """Return the autoencoder, its encoder, and the symbol of the code; both share the encoder's layers."""
    x = Input((size,))
    rectified: list[Layer] = [Dense(units, "relu") for units in settings.widths[:-1]]
    code = x
    for layer in [*([Dropout(settings.dropout)] if settings.dropout else []), *rectified, Dense(settings.widths[-1], name="code")]:
        code = layer(code)
    decoded = code
    for units in reversed(settings.widths[:-1]):
        decoded = Dense(units, "relu")(decoded)
    return Model(x, Dense(size, name="decoded")(decoded), seed=settings.seed), Model(x, code, seed=settings.seed), code


def _learn_codes(whole: Model, x: Array, settings: Settings, tell: OnProgress) -> None:
    steps = settings.epochs * -(-len(x) // BATCH)
    whole.compile(Adam(CosineDecay(0.001, steps)), "mse")
    done = ShareDone(lambda share, doing: tell(share / 2, doing), "autoencoder", settings.epochs)
    whole.fit(x, x, BATCH, settings.epochs, verbose=0, callbacks=[done])


def _settle(model: Model, x: Array, rounds: int, tell: OnProgress) -> tuple[NDArray[np.int64], tuple[float, ...]]:
    """Train towards sharper shares until clusters stay what they are; return the clusters, and what changed in each round."""
    shares = np.asarray(model.predict(x, ALL_AT_ONCE))
    found, changes = shares.argmax(axis=1), list[float]()
    for number in range(rounds):
        tell(0.5 + number / rounds / 2, f"clusters, round {number + 1}")
        model.fit(x, sharpened(shares), BATCH, initial_epoch=number, epochs=number + 1, verbose=0)
        shares = np.asarray(model.predict(x, ALL_AT_ONCE))
        before, found = found, shares.argmax(axis=1)
        changes.append(float((found != before).mean()))
        if changes[-1] < SETTLED:
            break
    return found, tuple(changes)


def _silent(share: float, doing: str) -> None:
    """Hear of progress and say nothing."""
