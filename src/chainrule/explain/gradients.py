"""Attributions from gradients: the plain gradient, times the input, the mean around the input, and gathered along a way to it."""

import warnings

import numpy as np
from numpy.typing import ArrayLike

from chainrule.errors import ArgumentError, ShapeError
from chainrule.explain.forward_pass import BATCH, AnswerQuantity, Attributions, ExplainedRows, Floats, OutputChoice, ask, power_of_two
from chainrule.explain.method import Method
from chainrule.models import Model

TOLERATED = 0.05  # gap, as a share of the sizes of all contributions, before a warning


def saliency(model: Model, x: ArrayLike, target: OutputChoice = None, quantity: AnswerQuantity = "output") -> Floats:
    """Return the gradient of each row's answer with respect to the row: ∂f/∂xᵢ.

    It keeps its sign; Simonyan et al. draw its absolute value. For a token it is the norm of the gradient with respect to its
    embedding, as a sum over the embedding's numbers would mean nothing.

    Args:
        model: any model with one input and one output.
        x: rows, as for `predict`.
        target: which output: its number, for all rows or for each; None for the largest of each row.
        quantity: "output", "logit" or "probability".

    Returns:
        An array of the shape of x.

    Raises:
        ArgumentError, ShapeError, DataError: rows, target or quantity that do not fit the model.

    Source: Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", 2014.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.set_weights([np.array([[3.0], [-1.0]], "float32"), np.zeros(1, "float32")])
        >>> cr.explain.saliency(model, np.array([[1.0, 2.0]])).tolist()
        [[3.0, -1.0]]
    """
    question = ask(model, x, target, quantity)
    found = question.forward_pass.gradients(question.entries, question.target)
    return np.linalg.norm(found, axis=-1) if question.forward_pass.embedded else found


def gradient_times_input(model: Model, x: ArrayLike, target: OutputChoice = None, quantity: AnswerQuantity = "output") -> Floats:
    """Return each number of a row times the gradient of the row's answer with respect to it: xᵢ · ∂f/∂xᵢ.

    For a network of ReLUs without biases the contributions add up to the answer. A token's is the sum over its embedding.

    Args:
        model: any model with one input and one output.
        x: rows, as for `predict`.
        target: which output: its number, for all rows or for each; None for the largest of each row.
        quantity: "output", "logit" or "probability".

    Returns:
        An array of the shape of x.

    Raises:
        ArgumentError, ShapeError, DataError: rows, target or quantity that do not fit the model.

    Source: Shrikumar, Greenside, Shcherbina and Kundaje, "Not just a black box", 2016.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.set_weights([np.array([[3.0], [-1.0]], "float32"), np.zeros(1, "float32")])
        >>> cr.explain.gradient_times_input(model, np.array([[1.0, 2.0]])).tolist()
        [[3.0, -2.0]]
    """
    question = ask(model, x, target, quantity)
    return question.attribution(question.entries * question.forward_pass.gradients(question.entries, question.target))


def smooth_grad(
    model: Model,
    x: ArrayLike,
    target: OutputChoice = None,
    noise: float = 0.15,
    samples: int = 50,
    seed: int = 0,
    quantity: AnswerQuantity = "output",
) -> Floats:
    """Return the mean over noisy copies of a row of the gradient of its answer: mean of ∂f/∂x at x + N(0, σ²).

    Of tokens, the noise is added to their embeddings, and the result is the norm over the embedding, as for `saliency`.

    Args:
        model: any model with one input and one output.
        x: rows, as for `predict`.
        target: which output: its number, for all rows or for each; None for the largest of each row.
        noise: σ, as a share of the distance from the smallest to the largest number of the row.
        samples: noisy copies of each row.
        seed: what the noise depends on, with the row's place in x.
        quantity: "output", "logit" or "probability".

    Returns:
        An array of the shape of x.

    Raises:
        ArgumentError, ShapeError, DataError: rows, target or other arguments that do not fit.

    Source: Smilkov, Thorat, Kim, Viégas and Wattenberg, "SmoothGrad", 2017.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.set_weights([np.array([[3.0], [-1.0]], "float32"), np.zeros(1, "float32")])
        >>> cr.explain.smooth_grad(model, np.array([[1.0, 2.0]])).round(4).tolist()
        [[3.0, -1.0]]
    """
    if samples < 1 or not noise >= 0:
        raise ArgumentError(f"smooth_grad: samples must be from 1, noise from 0. Got {samples} and {noise} instead.")
    question = ask(model, x, target, quantity, min(BATCH, power_of_two(samples)))
    means: list[Floats] = []
    for row, entry in enumerate(question.entries):
        random = np.random.default_rng([seed, row])
        numbers = question.forward_pass.numbers(entry)
        copies = numbers + noise * np.ptp(numbers) * random.standard_normal((samples, *numbers.shape), numbers.dtype)
        copies = question.forward_pass.in_place_of(entry, copies.astype(numbers.dtype))
        found = question.forward_pass.gradients(copies, np.repeat(question.target[row], samples))
        means.append(found.mean(axis=0, dtype=np.float64))
    values = np.stack(means)
    return np.linalg.norm(values, axis=-1) if question.forward_pass.embedded else values


def integrated_gradients(
    model: Model,
    x: ArrayLike,
    target: OutputChoice = None,
    baseline: ArrayLike | None = None,
    steps: int = 64,
    quantity: AnswerQuantity = "output",
) -> Attributions:
    """Return (xᵢ − bᵢ) · ∫₀¹ ∂f/∂xᵢ(b + α (x − b)) dα for each number of each row.

    The contributions add up to f(x) − f(b); this completeness is checked, and `gap` says by how much the sum falls short of it.
    The integral is taken by Gauss and Legendre's rule. A token's contribution is the sum over its embedding.

    Args:
        model: any model with one input and one output.
        x: rows, as for `predict`.
        target: which output: its number, for all rows or for each; None for the largest of each row.
        baseline: what stands for "nothing there": one row, or one for each row of x; None for zeros (of tokens: for an
            embedding of zeros).
        steps: points on the way; more make the gap smaller.
        quantity: "output", "logit" or "probability".

    Returns:
        `values` of the shape of x, and `gap` of shape (rows,). A warning is given where the gap is more than a twentieth
        of the sizes of a row's contributions.

    Raises:
        ArgumentError, ShapeError, DataError: rows, target, baseline or quantity that do not fit the model.

    Source: Sundararajan, Taly and Yan, "Axiomatic attribution for deep networks", 2017.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.set_weights([np.array([[3.0], [-1.0]], "float32"), np.zeros(1, "float32")])
        >>> cr.explain.integrated_gradients(model, np.array([[1.0, 2.0]]), baseline=[[0.0, 1.0]]).values.round(4).tolist()
        [[3.0, -1.0]]
    """
    if steps < 1:
        raise ArgumentError(f"integrated_gradients: steps must be a whole number from 1. Got {steps} instead.")
    question = ask(model, x, target, quantity, min(BATCH, power_of_two(steps)))
    start = _entries_of_baseline(question, baseline)
    places, shares = np.polynomial.legendre.leggauss(steps)
    places, shares = (places + 1) / 2, shares / 2
    values = np.stack([_along(question, row, start[row], places, shares) for row in range(len(question.x))])
    scores = question.forward_pass.scores
    change = scores(question.entries, question.target) - scores(start, question.target)
    gap = change - values.reshape(len(values), -1).sum(axis=1)
    _warn(gap, np.abs(values).reshape(len(values), -1).sum(axis=1), steps)
    return Attributions(question.attribution(values), gap)


def _along(question: ExplainedRows, row: int, start: Floats, places: Floats, shares: Floats) -> Floats:
    """Return one row's contributions, from its gradients at all places on the way."""
    way = question.entries[row].astype(np.float64) - start
    shape = (-1, *[1] * way.ndim)
    points = (start + places.reshape(shape) * way).astype(question.entries.dtype)
    found = question.forward_pass.gradients(points, np.repeat(question.target[row], len(points)))
    return way * np.tensordot(shares, found.astype(np.float64), axes=1)


def _warn(gap: Floats, sizes: Floats, steps: int) -> None:
    worst = int(np.argmax(np.abs(gap) - TOLERATED * sizes))
    if abs(gap[worst]) > TOLERATED * sizes[worst] + 1e-5:
        text = f"for row {worst} the contributions, {sizes[worst]:.3g} in size, miss {gap[worst]:.3g} of the change: take more steps."
        warnings.warn(f"integrated_gradients: {text} Got {steps}.", stacklevel=3)


def _entries_of_baseline(question: ExplainedRows, baseline: ArrayLike | None) -> Floats:
    forward_pass, entries = question.forward_pass, question.entries
    if baseline is None:
        return forward_pass.in_place_of(entries, np.zeros_like(forward_pass.numbers(entries)))
    given = np.asarray(baseline, question.x.dtype)
    shape = question.x.shape
    if given.shape not in {(), shape, shape[1:], (1, *shape[1:])}:
        raise ShapeError(f"integrated_gradients: the baseline must be one row of shape {shape[1:]}, or {shape}. Got {given.shape} instead.")
    return forward_pass.in_place_of(entries, forward_pass.numbers(forward_pass.enter(np.ascontiguousarray(np.broadcast_to(given, shape)))))


class Saliency(Method):
    """The gradient of the answer; see `saliency`."""

    name = "saliency"

    def contributions(self, model: Model, x: ArrayLike, target: OutputChoice = None) -> Floats:
        return saliency(model, x, target, quantity="logit")


class GradientTimesInput(Method):
    """The gradient of the answer, times the input; see `gradient_times_input`."""

    name = "gradient-times-input"

    def contributions(self, model: Model, x: ArrayLike, target: OutputChoice = None) -> Floats:
        return gradient_times_input(model, x, target, quantity="logit")


class SmoothGrad(Method):
    """The mean gradient around the input; see `smooth_grad`."""

    name = "smooth-grad"

    def contributions(self, model: Model, x: ArrayLike, target: OutputChoice = None) -> Floats:
        return smooth_grad(model, x, target, quantity="logit")


class IntegratedGradients(Method):
    """The gradient gathered from a baseline of zeros to the input; see `integrated_gradients`."""

    name = "integrated-gradients"

    def contributions(self, model: Model, x: ArrayLike, target: OutputChoice = None) -> Floats:
        return integrated_gradients(model, x, target, quantity="logit").values
