"""Partial dependence: the answer as one column is moved and all else stays."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import ArgumentError, ShapeError
from chainrule.explain.forward_pass import AnswerQuantity, Floats, OutputChoice, ask
from chainrule.models import Model


class Dependence(NamedTuple):
    """The answer along a column.

    Args:
        grid: where the column was put, of shape (points,), or (points, features) for a column of several features.
        average: the mean answer there, of shape (points,).
        individual: each row's answer there, of shape (rows, points).
    """

    grid: NDArray[Any]
    average: Floats
    individual: Floats


def partial_dependence(
    model: Model,
    x: ArrayLike,
    column: int | Sequence[int],
    grid: ArrayLike | int = 20,
    target: OutputChoice = None,
    quantity: AnswerQuantity = "output",
) -> Dependence:
    """Return the mean over rows of f(x with one column at a value), for each value of a grid, and each row's own curve.

    Where the individual curves are not alike, the column works together with others, and their mean hides it.

    Args:
        model: any model with one input and one output.
        x: rows, of shape (rows, features).
        column: its number; the numbers of its features where it became several, as a category does.
        grid: the values; or how many, at equal distances from the 5th to the 95th hundredth of what x has. For a column of several
            features one row of features for each point; by default each feature in turn is 1 and the others 0.
        target: which output; None is taken only where there is one.
        quantity: "output", "logit" or "probability".

    Returns:
        Grid, mean curve and individual curves.

    Raises:
        ArgumentError: a column that there is not; no target among several outputs.
        ShapeError: a grid of another shape.

    Source: Friedman, "Greedy function approximation", 2001; Goldstein et al., "Peeking inside the black box", 2015.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.set_weights([np.array([[3.0], [-1.0]], "float32"), np.zeros(1, "float32")])
        >>> found = cr.explain.partial_dependence(model, np.array([[1.0, 0.0], [2.0, 2.0]]), 0, grid=[0.0, 1.0])
        >>> found.average.tolist(), found.individual.tolist()
        ([-1.0, 2.0], [[0.0, 3.0], [-2.0, 1.0]])
    """
    (outputs,) = (symbol.example_shape for symbol in model.network.outputs[:1])
    if target is None and int(np.prod(outputs)) != 1:
        raise ArgumentError(f"partial_dependence: say by target=... which of the {int(np.prod(outputs))} outputs is meant.")
    question = ask(model, x, target, quantity)
    rows, numbers = question.x, [column] if isinstance(column, int) else list(column)
    if rows.ndim != 2 or not all(0 <= number < rows.shape[1] for number in numbers):
        raise ArgumentError(
            f"partial_dependence: column must be the number of a column of x, of shape {rows.shape}. Got {column!r} instead."
        )
    points = _points(grid, rows, numbers)
    curves: list[Floats] = []
    for point in points:
        moved = rows.copy()
        moved[:, numbers] = point
        curves.append(question.forward_pass.scores(question.forward_pass.enter(moved), question.target))
    individual = np.stack(curves, axis=1)
    return Dependence(points[:, 0] if isinstance(column, int) else points, individual.mean(axis=0), individual)


def _points(grid: ArrayLike | int, rows: NDArray[Any], numbers: list[int]) -> NDArray[Any]:  # (points, features)
    if isinstance(grid, int):
        if len(numbers) > 1:
            return np.eye(len(numbers), dtype=rows.dtype)
        low, high = np.quantile(rows[:, numbers[0]], [0.05, 0.95])
        return np.linspace(low, high, grid, dtype=rows.dtype)[:, None]
    points = np.asarray(grid, rows.dtype).reshape(-1, 1) if len(numbers) == 1 else np.asarray(grid, rows.dtype)
    if points.ndim != 2 or points.shape[1] != len(numbers):
        raise ShapeError(f"partial_dependence: the grid must be of shape (points, {len(numbers)}). Got {points.shape} instead.")
    return points
