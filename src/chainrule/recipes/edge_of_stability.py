"""The edge of stability: gradient descent sharpens the loss until its curvature is 2 / learning rate, and stays there.

784-50-50-10 tanh units on the first 1,000 pictures of clothing, their mean taken off, the mean squared error of one-hot targets; plain
gradient descent on all of them at once, for 4,000 steps. Every 100 steps the largest eigenvalue of the loss's Hessian is
measured, by the Lanczos method on products of the Hessian with vectors. A quadratic of a curvature above 2 / η would make gradient
descent at the learning rate η diverge; the paper finds that the sharpness of networks rises until it hovers at, or just above, that
value, while the loss falls on, though not at every step.

The paper's own figures are of larger networks on 5,000 images of CIFAR-10; what is to be met here is its statement.

Source: Cohen, Kaur, Li, Kolter and Talwalkar, "Gradient descent on neural networks typically occurs at the edge of stability", 2021.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data import load
from chainrule.insight.landscape import SharpnessCourse, Surface
from chainrule.insight.landscape.sharpness import at
from chainrule.layers import Dense, Flatten, Input
from chainrule.models import Model, Sequential
from chainrule.optimizers import SGD
from chainrule.recipes.recipe import Options, Recipe, Report, Row
from chainrule.training import Examples

EXAMPLES, UNITS, EVERY, MEASURES = 1000, 50, 100, 40
RATES = (0.4, 0.6)
CLOSE = (0.95, 1.15)  # of sharpness · η / 2 at the edge: 1, or just above


@dataclass(frozen=True)
class Outcome:
    """What came of one learning rate.

    Args:
        course: the sharpness and the loss, every so many steps.
        losses: the loss at every step.
    """

    course: SharpnessCourse
    losses: NDArray[Any]


def network(rate: float, seed: int) -> Model:
    """Return the compiled network."""
    hidden = [Dense(UNITS, "tanh"), Dense(UNITS, "tanh")]
    model = Sequential([Input((28, 28, 1)), Flatten(), *hidden, Dense(10)], seed=seed)
    model.compile(SGD(rate), "mse")
    return model


def examples(count: int) -> Examples:
    """Return the first pictures, their mean taken off, and one-hot targets."""
    train = load("fashion-mnist").train
    x = np.asarray(train.x[:count], np.float32) / 255
    return Examples((x - x.mean(axis=0),), (np.eye(10, dtype=np.float32)[train.y[:count]],))


def learn(rate: float, data: Examples, measures: int, options: Options, done: float = 0.0) -> Outcome:
    """Train at one learning rate, and measure the sharpness before every hundredth step."""
    model = network(rate, options.seed)
    surface = Surface(model, data)
    sharpness: list[float] = []
    at_measures: list[float] = []
    losses: list[float] = []
    for number in range(measures):
        options.on_progress(done + number / measures / len(RATES), f"learning rate {rate}, step {number * EVERY:,}")
        weights = surface.weights()
        sharpness.append(float(at(surface, weights, seed=options.seed).eigenvalues[0]))
        at_measures.append(surface.loss(weights))
        begin, end = number * EVERY, (number + 1) * EVERY
        history = model.fit(data.x[0], data.y[0], len(data), initial_epoch=begin, epochs=end, shuffle=False, verbose=0)
        losses += history.history["loss"][-EVERY:]
    steps = EVERY * np.arange(measures)
    thresholds = np.full(measures, 2 / rate)
    return Outcome(SharpnessCourse(steps, np.array(sharpness)[:, None], np.array(at_measures), thresholds), np.array(losses))


def run(options: Options) -> Report:
    """Train at two learning rates, and report where the sharpness comes to rest."""
    measures = 2 if options.quick else MEASURES
    data = examples(200 if options.quick else EXAMPLES)
    rows: list[Row] = []
    figures: dict[str, float] = {}
    for number, rate in enumerate(RATES):
        outcome = learn(rate, data, measures, options, number / len(RATES))
        ratios = outcome.course.eigenvalues[:, 0] * rate / 2
        edge, lowest = float(ratios[measures // 2 :].mean()), float(ratios.min())
        late = outcome.losses[len(outcome.losses) // 2 :]
        rose = float((np.diff(late) > 0).mean())
        met = None if options.quick else CLOSE[0] <= edge <= CLOSE[1] and lowest < 0.9 and bool(late[-1] < late[0])
        rows += [
            Row((f"η = {rate}: lowest sharpness / (2 / η)", f"{lowest:.2f}", "below 1, then rising")),
            Row((f"η = {rate}: in the second half of training", f"{edge:.2f}", "1, or just above"), met),
            Row((f"η = {rate}: steps there at which the loss rose", f"{rose:.0%}", "some; it falls all the same")),
        ]
        figures |= {f"lowest, {rate}": lowest, f"edge, {rate}": edge, f"rose, {rate}": rose, f"loss, {rate}": float(late[-1])}
    title = "Fashion-MNIST, 1,000 pictures, gradient descent on all at once: sharpness / (2 / η)"
    notes = ("The paper's networks and data are larger: its statement is to be met, not a figure.",)
    return Report(title, ("", "ours", "published"), tuple(rows), notes, figures)


RECIPE = Recipe("edge-of-stability", "Sharpness rises to 2 / learning rate and stays", "Cohen et al., 2021", run)
