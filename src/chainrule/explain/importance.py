"""Permutation importance: how much worse a model gets when a column says nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import ArgumentError, DataError, unknown_name
from chainrule.explain.forward_pass import Floats
from chainrule.models import Model
from chainrule.networks.rows import prepared_rows

Score: TypeAlias = Callable[[NDArray[Any], NDArray[Any]], float]


class Importance(NamedTuple):
    """How much each column matters.

    Args:
        names: of the columns.
        mean: how much worse the figure gets, the mean over repeats, of shape (columns,).
        std: its standard deviation over repeats.
        repeats: of shape (columns, repeats).
        score: the figure of the rows as they are.
    """

    names: list[str]
    mean: Floats
    std: Floats
    repeats: Floats
    score: float


def permutation_importance(
    model: Model,
    x: ArrayLike,
    y: ArrayLike,
    metric: str | Score = "loss",
    columns: Mapping[str, Sequence[int]] | Sequence[str] | None = None,
    repeats: int = 5,
    seed: int = 0,
) -> Importance:
    """Return how much worse a figure gets when one column's numbers are dealt anew among the rows.

    It says what this model relies on, not what the world does: of two columns that say the same each may seem to matter little.
    Take rows that were not trained on.

    Args:
        model: any model; with a metric by name, a compiled one.
        x: rows, as for `predict`; the columns are their first axis.
        y: targets, as for `fit`.
        metric: the name of a figure of the model's, such as "loss" or "accuracy", or a function of (y, outputs), higher is better.
        columns: for each the numbers of its features, which are dealt together (see `feature_groups`), or a name for each feature.
        repeats: how often each is dealt.
        seed: what the shuffling depends on.

    Returns:
        Mean, standard deviation and all figures, by column. More is more important; 0 is not used at all.

    Raises:
        ArgumentError: a metric or columns that there are not.
        DataError: x and y of unequal length.

    Source: Breiman, "Random forests", 2001; Fisher, Rudin and Dominici, "All models are wrong, but many are useful", 2019.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.set_weights([np.array([[3.0], [0.0]], "float32"), np.zeros(1, "float32")])
        >>> model.compile("sgd", "mse")
        >>> x = np.random.default_rng(0).random((50, 2)).astype("float32")
        >>> found = cr.explain.permutation_importance(model, x, 3 * x[:, 0], columns=["used", "unused"])
        >>> dict(zip(found.names, (found.mean > 0).tolist()))
        {'used': True, 'unused': False}
    """
    rows, targets = prepared_rows(model.network, x, model.name), np.asarray(y)
    if len(rows) != len(targets):
        raise DataError(f"permutation_importance: x and y must have equally many rows. Got {len(rows)} and {len(targets)}.")
    if repeats < 1:
        raise ArgumentError(f"permutation_importance: repeats must be a whole number from 1. Got {repeats} instead.")
    groups = _groups(columns, rows.shape[1])
    judge = _judge(model, metric, rows, targets)
    score = judge(rows, targets)
    found = np.zeros((len(groups), repeats))
    for place, numbers in enumerate(groups.values()):
        for repeat in range(repeats):
            dealt = rows.copy()
            order = np.random.default_rng([seed, place, repeat]).permutation(len(rows))
            dealt[:, numbers] = rows[order][:, numbers]
            found[place, repeat] = score - judge(dealt, targets)
    sign = -1.0 if isinstance(metric, str) and model.objective.higher_is_better(metric) is False else 1.0
    return Importance(list(groups), sign * found.mean(axis=1), found.std(axis=1), sign * found, score)


def _judge(model: Model, metric: str | Score, rows: NDArray[Any], targets: NDArray[Any]) -> Score:
    """Return the figure as a function of (rows, targets)."""
    if not isinstance(metric, str):
        return lambda x, y: float(metric(y, model.predict(x, 256)))
    figures = model.evaluate(rows[:1], targets[:1], return_dict=True)
    if metric not in figures:
        raise unknown_name("permutation_importance: metric", metric, figures)
    return lambda x, y: float(model.evaluate(x, y, 256, return_dict=True)[metric])


def _groups(columns: Mapping[str, Sequence[int]] | Sequence[str] | None, count: int) -> dict[str, list[int]]:
    if isinstance(columns, Mapping):
        return {name: list(numbers) for name, numbers in columns.items()}
    names = [f"column {number}" for number in range(count)] if columns is None else list(columns)
    if len(names) != count:
        raise ArgumentError(f"permutation_importance: columns must name the {count} columns of x. Got {len(names)} names.")
    return {name: [number] for number, name in enumerate(names)}
