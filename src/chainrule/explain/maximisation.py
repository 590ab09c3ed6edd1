"""What maximises a unit: an input made by climbing its output."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import ArgumentError
from chainrule.explain.forward_pass import Floats, ForwardPass, forward_pass_over, picked, slope
from chainrule.graph import Tensor
from chainrule.models import Model


class Maximised(NamedTuple):
    """Inputs that a unit answers to most.

    Args:
        x: one for each unit, of the input's shape.
        before: the unit's output for what it began from.
        after: the unit's output for x.
    """

    x: Floats
    before: Floats
    after: Floats


def maximise_unit(
    model: Model,
    layer: str,
    unit: int | list[int],
    steps: int = 256,
    seed: int = 0,
    bounds: tuple[float, float] = (0.0, 1.0),
    learning_rate: float = 0.05,
    jitter: int | None = None,
    blur: float = 0.5,
    decay: float = 1e-3,
    start: ArrayLike | None = None,
) -> Maximised:
    """Return inputs found by gradient ascent on a unit's output: x ← clip(x + η · g / rms(g)), g the gradient.

    Without restraint the ascent finds flicker that no real input has. So, as Olah et al. advise, the input is moved about by some
    pixels before each step (jitter) and moved back after it, every fourth step smoothed (blur), and pulled towards the middle
    (L2 decay). For inputs that are not images only the pull is applied.

    Args:
        model: any model with one input of continuous numbers and one output.
        layer: its path.
        unit: its number, or several; of a layer with places, a channel, whose mean over all places is climbed.
        steps: of ascent.
        seed: what the beginning (noise around the middle) and the jitter depend on.
        bounds: the smallest and the largest number of an input.
        learning_rate: η, as a share of the distance between the bounds; it falls to nought over the steps.
        jitter: by how many pixels at most; None for one in 16 of the image's shorter side.
        blur: the standard deviation, in pixels, of the smoothing.
        decay: the share of the distance from the middle that is taken off at each step.
        start: begin from this input, instead of noise.

    Returns:
        The inputs, and the units' outputs before and after.

    Raises:
        ArgumentError: a layer or unit that there is not, or a network of tokens.

    Source: Erhan et al., "Visualizing higher-layer features of a deep network", 2009; Olah, Mordvintsev and Schubert, "Feature
        visualization", Distill 2017.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1, name="out")])
        >>> model.set_weights([np.array([[3.0], [-1.0]], "float32"), np.zeros(1, "float32")])
        >>> cr.explain.maximise_unit(model, "out", 0, decay=0.0).x.round(2).tolist()
        [[1.0, 0.0]]
    """
    units = np.asarray([unit] if isinstance(unit, int) else unit, np.int32)
    forward_pass = forward_pass_over(model, len(units))
    low, high = bounds
    if forward_pass.entry is not forward_pass.x or not (high > low and steps >= 1):
        raise ArgumentError("maximise_unit: it takes a network of continuous inputs, bounds in order, and at least one step.")
    output = forward_pass.output_of(layer)
    if (units < 0).any() or (units >= output.shape[-1]).any():
        raise ArgumentError(f"maximise_unit: the units of {layer} are 0 to {output.shape[-1] - 1}. Got {unit!r} instead.")
    random = np.random.default_rng(seed)
    middle, image = (low + high) / 2, len(forward_pass.x.shape) == 4
    noise = middle + 0.05 * (high - low) * random.standard_normal(forward_pass.x.shape[1:])
    first = np.repeat((noise if start is None else np.asarray(start).reshape(noise.shape))[None], len(units), axis=0)
    x = first.astype(np.float32)
    reach = (min(x.shape[1:3]) // 16 if jitter is None else jitter) if image else 0
    for step in range(steps):
        shift = random.integers(-reach, reach + 1, 2)
        moved = _rolled(x, shift)
        found = _climb(forward_pass, layer, output, moved, units)[1]
        rate = learning_rate * (1 - step / steps) * (high - low)
        x = _rolled(moved + rate * found / _size(found), -shift)
        x = x + decay * (middle - x)
        if image and blur > 0 and step % 4 == 3 and step < 0.9 * steps:
            x = _blurred(x, blur)
        x = x.clip(low, high).astype(np.float32)
    return Maximised(x, *(_climb(forward_pass, layer, output, some, units)[0] for some in (first.astype(np.float32), x)))


def _climb(forward_pass: ForwardPass, layer: str, output: Tensor, x: Floats, units: NDArray[np.int32]) -> list[Floats]:
    """Return each unit's output, the mean over its places, and its gradient with respect to the input."""

    def nodes() -> list[Tensor]:
        places = tuple(range(1, output.ndim - 1))
        score = picked(output.mean(places) if places else output, forward_pass.target)
        return [score, slope(score, forward_pass.entry)]

    return forward_pass.compute(f"maximise {layer}", nodes, x, units)


def _size(found: Floats) -> Floats:
    """Return the root of the mean square of each row, with axes to divide by."""
    means = np.sqrt((found**2).reshape(len(found), -1).mean(axis=1))
    return np.maximum(means, 1e-12).reshape(-1, *[1] * (found.ndim - 1))


def _rolled(x: Floats, shift: NDArray[Any]) -> Floats:
    return np.roll(x, shift, axis=(1, 2)) if shift.any() else x


def _blurred(x: Floats, deviation: float) -> Floats:
    """Return images smoothed by a Gaussian down and across, their edges repeated outwards."""
    reach = max(1, round(3 * deviation))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    weights /= weights.sum()
    for axis in (1, 2):
        wide = np.pad(x, [(reach, reach) if place == axis else (0, 0) for place in range(x.ndim)], mode="edge")
        x = sum(weight * wide.take(range(i, i + x.shape[axis]), axis) for i, weight in enumerate(weights))  # pyright: ignore
    return x
