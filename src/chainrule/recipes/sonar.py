"""Mines or rocks: the first network that was compared with trained human listeners.

60 energies of a sonar return, h hidden units, two outputs, all units logistic. The settings are the paper's: 300 passes,
learning rate 2.0, no momentum, errors below 0.2 count as 0, first weights and biases evenly within ±0.3, ten runs.

What the paper leaves open, and how it is closed here, the same way for all rows: weights are changed after each pattern, and
each pass takes the patterns in a new random order. With a rate of 2.0 the two ways to change them once in a pass do not give
the paper's figures: the summed gradient never leaves chance, the mean one is still below 80 % on the training part after 300
passes. The files' own order, all mines before all rocks, does not either (43 to 78 % on the test part). The error is half the sum of
squares; a return is classed by the larger output.

Networks of two hidden units differ so much from run to run that the mean of ten is only known to 2 points, the published one as
well as ours: over the seeds 0 to 9 ours lies between 80 and 87, and for four of them it is more than 3 points below the published
85.7. The rows of 3 and 6 units were met with all ten seeds, the others with the three tried. Without hidden units our networks
do far better than the published ones; what made those worse is not known.

Source: Gorman and Sejnowski, "Analysis of hidden units in a layered network trained to classify sonar targets", Neural
Networks 1, 1988, pp. 75-89; the table is also in the data set's own description.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule import ops
from chainrule.data import Split, load
from chainrule.errors import ArgumentError
from chainrule.graph import Tensor, TensorLike
from chainrule.initializers import RandomUniform
from chainrule.layers import Dense, Input
from chainrule.losses import Loss
from chainrule.models import Model, Sequential
from chainrule.optimizers import SGD
from chainrule.recipes.recipe import Options, Recipe, Report, Row
from chainrule.tasks.repetition import Repetition

EPOCHS, RUNS, TOLERANCE = 300, 10, 3.0

PUBLISHED = {  # hidden units: (mean, standard deviation) in per cent on the training part, and on the test part
    0: ((79.3, 3.4), (73.1, 4.8)),
    2: ((96.2, 2.2), (85.7, 6.3)),
    3: ((98.1, 1.5), (87.6, 3.0)),
    6: ((99.4, 0.9), (89.3, 2.4)),
    12: ((99.8, 0.6), (90.4, 1.8)),
    24: ((100.0, 0.0), (89.2, 1.4)),
}


class MarginSquaredError(Loss):
    """½ Σ e² over the outputs whose error e = y_pred - y_true is at least `margin`; smaller errors count as 0.

    Its gradient is e where |e| ≥ margin, else 0. At the margin the loss jumps; the gradient is that of either side.

    Args:
        margin: the smallest error that counts.

    Source: the rule of Gorman and Sejnowski, 1988, with margin 0.2.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> loss = MarginSquaredError(margin=0.2)
        >>> round(float(loss(np.array([[0.0, 1.0]], "float32"), cr.Variable(np.array([[0.1, 0.6]], "float32"))).value), 4)
        0.08
    """

    margin: float = 0.2

    def __post_init__(self) -> None:
        if not self.margin >= 0:
            raise ArgumentError(f"MarginSquaredError: margin must be 0 or more. Got {self.margin} instead.")

    def call(self, y_true: TensorLike, y_pred: Tensor) -> Tensor:
        """Return the loss of each example."""
        error = y_pred - ops.match_target(y_true, y_pred)
        counted = ops.where(ops.absolute(error) >= self.margin, error, 0)
        return ops.square(counted).sum(-1) * 0.5


def network(hidden: int, seed: int) -> Model:
    """Return the compiled network with so many hidden units; with 0, inputs lead straight to outputs."""
    small = RandomUniform(-0.3, 0.3)
    units = [hidden, 2] if hidden else [2]
    layers = [Dense(n, "sigmoid", kernel_initializer=small, bias_initializer=small) for n in units]
    model = Sequential([Input((60,)), *layers], seed=seed)
    model.compile(SGD(2.0), MarginSquaredError(0.2), ["accuracy"])
    return model


def run(options: Options) -> Report:
    """Train each size of network ten times and report the mean accuracies, standard deviations in brackets."""
    data = load("sonar")
    assert data.test is not None
    sizes, runs, epochs = ((0, 2), 2, 20) if options.quick else (tuple(PUBLISHED), RUNS, EPOCHS)
    train, test = (Split(part.x, np.eye(2, dtype=np.float32)[part.y]) for part in (data.train, data.test))
    rows: list[Row] = []
    figures: dict[str, float] = {}
    for position, hidden in enumerate(sizes):
        repetition = Repetition(lambda seed, hidden=hidden: network(hidden, seed))
        found: list[tuple[float, float]] = []
        for number in range(runs):
            options.on_progress((position + number / runs) / len(sizes), f"{hidden} hidden units, run {number + 1} of {runs}")
            found.append(_accuracies(repetition.begin(1000 * options.seed + number), train, test, epochs))
        means, deviations = np.mean(found, axis=0), np.std(found, axis=0, ddof=1)
        figures |= {f"train, {hidden} hidden units": float(means[0]), f"test, {hidden} hidden units": float(means[1])}
        met = None if options.quick else bool(means[1] >= PUBLISHED[hidden][1][0] - TOLERANCE)
        rows.append(_row(hidden, means, deviations, met))
    return Report(
        "Sonar returns from mines and rocks, split by angle: accuracy in %, mean (standard deviation) of the runs",
        ("hidden units", "train, ours", "theirs", "test, ours", "theirs"),
        tuple(rows),
        (
            f"Met: the test mean is at least the published one less {TOLERANCE:g} points.",
            "Patterns come one by one, in a new random order in each pass.",
        ),
        figures,
    )


def _accuracies(model: Model, train: Split, test: Split, epochs: int) -> tuple[float, float]:
    """Train, and return the accuracies on both parts in per cent."""
    model.fit(train.x, train.y, batch_size=1, epochs=epochs, verbose=0)
    return 100 * model.evaluate(train.x, train.y, 104, return_dict=True)["accuracy"], 100 * model.evaluate(
        test.x, test.y, 104, return_dict=True
    )["accuracy"]


def _row(hidden: int, means: NDArray[Any], deviations: NDArray[Any], met: bool | None) -> Row:
    ours = [f"{mean:.1f} ({deviation:.1f})" for mean, deviation in zip(means, deviations, strict=True)]
    theirs = [f"{mean:.1f} ({deviation:.1f})" for mean, deviation in PUBLISHED[hidden]]
    return Row((str(hidden), ours[0], theirs[0], ours[1], theirs[1]), met)


RECIPE = Recipe("sonar", "Sonar returns by number of hidden units", "Gorman and Sejnowski, Neural Networks 1, 1988", run)
