"""The loss along a line, over a plane, and over the plane in which a run moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.errors import ArgumentError
from chainrule.insight.landscape.directions import principal_directions, random_direction
from chainrule.insight.landscape.surface import EXAMPLES, Surface, Weights
from chainrule.insight.run import Run
from chainrule.models import Model
from chainrule.training.plan import as_examples

Array = np.ndarray[Any, Any]
MOST_STOPS = 24  # states of a run that its plane is laid through


@dataclass(frozen=True)
class Line:
    """The loss along a line.

    Args:
        positions: where; 0 is the model, and 1 the other model, where there is one.
        losses: the loss there.
        towards: what lies at 1: "a random direction", or "the other weights".
    """

    positions: Array
    losses: Array
    towards: str


@dataclass(frozen=True)
class Plane:
    """The loss over a plane.

    Args:
        across: positions along the first direction; 0 is the model.
        up: positions along the second direction.
        losses: the loss at each, of shape (up, across).
        what: the two directions, in words.
        steps: where a run's path is drawn, the steps of its stops; the last is the end of the run.
        path: their coordinates in the plane, of shape (stops, 2).
        path_losses: the loss at the stops themselves, which lie beside the plane.
        explained: the share of the path's variance along each direction.
    """

    across: Array
    up: Array
    losses: Array
    what: tuple[str, str]
    steps: tuple[int, ...] = ()
    path: Array | None = None
    path_losses: Array | None = None
    explained: tuple[float, float] | None = None


def line(
    model: Model,
    x: Any,
    y: Any,
    to: Model | Mapping[str, Any] | None = None,
    span: tuple[float, float] | None = None,
    points: int = 51,
    examples: int = EXAMPLES,
    seed: int = 0,
    sample_weight: Any = None,
) -> Line:
    """Return the loss along a line through a model's weights: L(w + a · d).

    Args:
        model: compiled.
        x: inputs, as for `fit`.
        y: targets, as for `fit`.
        to: another model, or weights by address as in `moment.state`: the line is w + a · (other − w), moving averages included.
            None for a random direction, filter-normalised.
        span: the smallest and the largest a; None for -1 to 1, or -0.25 to 1.25 between two models.
        points: how many.
        examples: how many of the examples are used at most, drawn at random.
        seed: what the direction and the drawing depend on.
        sample_weight: how much each example counts, as for `fit`.

    Source: Goodfellow, Vinyals and Saxe, "Qualitatively characterizing neural network optimization problems", 2015; Li et al., 2018.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((1,)), cr.layers.Dense(1, use_bias=False, kernel_initializer="zeros")])
        >>> model.compile("sgd", "mse")
        >>> there = {"dense/kernel": np.array([[2.0]], "float32")}  # the loss of w is (w - 2)²
        >>> found = line(model, np.ones((4, 1)), np.full(4, 2.0), to=there, span=(0.0, 1.0), points=3)
        >>> found.losses.tolist()
        [4.0, 1.0, 0.0]
    """
    surface = Surface(model, as_examples(x, y, sample_weight), examples, seed)
    origin = surface.weights()
    begin, end = span or ((-1.0, 1.0) if to is None else (-0.25, 1.25))
    positions = _positions(begin, end, points)
    if to is None:
        direction, towards = _random(surface, origin, seed), "a random direction"
    else:
        other = surface.weights(to)
        direction, towards = {name: other[name] - origin[name] for name in origin}, "the other weights"
    return Line(positions, surface.losses(origin, [direction], positions[:, None]), towards)


def plane(
    model: Model, x: Any, y: Any, span: float = 1.0, points: int = 25, examples: int = EXAMPLES, seed: int = 0, sample_weight: Any = None
) -> Plane:
    """Return the loss over the plane through a model's weights along two random directions, filter-normalised.

    Args:
        model: compiled.
        x: inputs, as for `fit`.
        y: targets, as for `fit`.
        span: how far the plane reaches to each side; at 1 a unit's weights are changed by as much as they are long.
        points: on each side of the grid.
        examples: how many of the examples are used at most, drawn at random.
        seed: what the directions and the drawing depend on.
        sample_weight: how much each example counts, as for `fit`.

    Source: Li, Xu, Taylor, Studer and Goldstein, "Visualizing the loss landscape of neural nets", 2018.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(3, "tanh"), cr.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> found = plane(model, np.ones((4, 2)), np.zeros(4), points=5)
        >>> found.losses.shape, bool(np.isclose(found.losses[2, 2], model.evaluate(np.ones((4, 2)), np.zeros(4), return_dict=True)["loss"]))
        ((5, 5), True)
    """
    surface = Surface(model, as_examples(x, y, sample_weight), examples, seed)
    origin = surface.weights()
    directions = [_random(surface, origin, 2 * seed), _random(surface, origin, 2 * seed + 1)]
    axis = _positions(-span, span, points)
    return Plane(axis, axis, _over(surface, origin, directions, axis, axis), ("a random direction", "another random direction"))


def path(run: Run, points: int = 25, stops: int = MOST_STOPS, examples: int = EXAMPLES, seed: int = 0) -> Plane:
    """Return the loss over the plane in which a run moved most, through the end of its training, with its path.

    The plane lies along the first two principal directions of the run's own states. The path is drawn as it falls onto the plane:
    `explained` says how much of its movement lies in it. Weights that do not learn by a gradient are those of the end.

    Args:
        run: a saved run.
        points: on each side of the grid.
        stops: how many of the run's states are used, evenly from first to last.
        examples: how many of the training examples are used at most, drawn at random.
        seed: what the drawing depends on.

    Raises:
        ArgumentError: a run of fewer than two steps.

    Source: Lorch, "Visualizing deep network training trajectories with PCA", 2016; Li et al., 2018, section 7.

    Example:
        >>> import os, tempfile, numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(3, "tanh"), cr.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> folder = os.path.join(tempfile.mkdtemp(), "run")
        >>> history = model.fit(np.ones((8, 2)), np.zeros(8), 2, epochs=3, verbose=0, callbacks=[cr.callbacks.Recorder(folder)])
        >>> found = path(cr.open_run(folder), points=5, stops=4)
        >>> found.losses.shape, found.path.shape, found.steps
        ((5, 5), (4, 2), (0, 4, 8, 12))
    """
    first, last = run.require_steps()
    steps = sorted({int(step) for step in np.linspace(first, last + 1, min(stops, last - first + 2)).round()})
    if len(steps) < 3:
        raise ArgumentError(f"The path of a run needs two steps at least, and three stops. {run.name} has made {last - first + 1} steps.")
    surface = Surface(run.new_model(), run.plan().train, examples, seed)
    states = [run.at(step).state for step in steps[:-1]] + [run.at(last).next_state]
    directions, places, explained = principal_directions([surface.flatten(state) for state in states])
    across, up = (_around(places[:, axis], points) for axis in range(2))
    origin = surface.weights(states[-1])
    losses = _over(surface, origin, [surface.unflatten(direction) for direction in directions], across, up)
    shares = (float(explained[0]), float(explained[1]))
    what = ("the first principal direction", "the second principal direction")
    there = np.array([surface.loss(surface.weights(state)) for state in states])
    return Plane(across, up, losses, what, tuple(steps), places, there, shares)


def _random(surface: Surface, origin: Weights, seed: int) -> Weights:
    return random_direction({name: origin[name] for name in surface.learned}, seed)


def _over(surface: Surface, origin: Weights, directions: Sequence[Weights], across: Array, up: Array) -> Array:
    grid = np.stack([np.tile(across, len(up)), np.repeat(up, len(across))], axis=1)
    return surface.losses(origin, directions, grid).reshape(len(up), len(across))


def _positions(begin: float, end: float, points: int) -> Array:
    if not begin < end or points < 2:
        raise ArgumentError(
            f"A slice of the landscape needs a smaller and a larger end, and two points at least. Got {begin} to {end}, {points} points."
        )
    return np.linspace(begin, end, points)


def _around(places: Array, points: int) -> Array:
    """Return positions that reach past all places by a fifth of their extent."""
    low, high = float(places.min()), float(places.max())
    margin = 0.2 * (high - low) or 1.0
    return _positions(low - margin, high + margin, points)
