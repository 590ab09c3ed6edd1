"""Integrated gradients: the gradient gathered along the way from a baseline to the input."""

import warnings

import numpy as np
from numpy.typing import ArrayLike

from chainrule.errors import ArgumentError, ShapeError
from chainrule.explain.passage import BATCH, Attributions, Floats, Quantity, Question, Target, ask, power_of_two
from chainrule.models import Model

TOLERATED = 0.05  # gap, as a share of the sizes of all contributions, before a warning


def integrated_gradients(
    model: Model, x: ArrayLike, target: Target = None, baseline: ArrayLike | None = None, steps: int = 64, quantity: Quantity = "output"
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
    scores = question.passage.scores
    change = scores(question.entries, question.target) - scores(start, question.target)
    gap = change - values.reshape(len(values), -1).sum(axis=1)
    _warn(gap, np.abs(values).reshape(len(values), -1).sum(axis=1), steps)
    return Attributions(question.attribution(values), gap)


def _along(question: Question, row: int, start: Floats, places: Floats, shares: Floats) -> Floats:
    """Return one row's contributions, from its gradients at all places on the way."""
    way = question.entries[row].astype(np.float64) - start
    shape = (-1, *[1] * way.ndim)
    points = (start + places.reshape(shape) * way).astype(question.entries.dtype)
    found = question.passage.gradients(points, np.repeat(question.target[row], len(points)))
    return way * np.tensordot(shares, found.astype(np.float64), axes=1)


def _warn(gap: Floats, sizes: Floats, steps: int) -> None:
    worst = int(np.argmax(np.abs(gap) - TOLERATED * sizes))
    if abs(gap[worst]) > TOLERATED * sizes[worst] + 1e-5:
        text = f"for row {worst} the contributions, {sizes[worst]:.3g} in size, miss {gap[worst]:.3g} of the change: take more steps."
        warnings.warn(f"integrated_gradients: {text} Got {steps}.", stacklevel=3)


def _entries_of_baseline(question: Question, baseline: ArrayLike | None) -> Floats:
    passage, entries = question.passage, question.entries
    if baseline is None:
        return passage.in_place_of(entries, np.zeros_like(passage.numbers(entries)))
    given = np.asarray(baseline, question.x.dtype)
    shape = question.x.shape
    if given.shape not in {(), shape, shape[1:], (1, *shape[1:])}:
        raise ShapeError(f"integrated_gradients: the baseline must be one row of shape {shape[1:]}, or {shape}. Got {given.shape} instead.")
    return passage.in_place_of(entries, passage.numbers(passage.enter(np.ascontiguousarray(np.broadcast_to(given, shape)))))
