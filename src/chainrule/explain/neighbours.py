"""Nearest examples: those that the network sees as most alike."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import ArgumentError
from chainrule.explain.forward_pass import BATCH, Floats, forward_pass_over, power_of_two
from chainrule.models import Model
from chainrule.networks.rows import prepared_rows


class Nearest(NamedTuple):
    """Examples near to rows.

    Args:
        rows: the examples' numbers, the nearest first, of shape (rows, k).
        distances: how far each is.
    """

    rows: NDArray[np.int64]
    distances: Floats


def layer_outputs(model: Model, x: ArrayLike, layer: str | None = None) -> Floats:
    """Return a layer's output for each row.

    Args:
        model: any model with one input and one output.
        x: rows, as for `predict`.
        layer: its path or address, "dense" or "dense/output", or the address of what it shows of its inside, such as
            "multi_head_attention/attention_scores"; None for the last but one.

    Returns:
        An array of shape (rows, ...).

    Raises:
        ArgumentError: no such layer.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(7, "relu"), cr.layers.Dense(1)])
        >>> cr.explain.layer_outputs(model, np.ones((5, 2))).shape
        (5, 7)
    """
    rows = prepared_rows(model.network, x, model.name)
    forward_pass = forward_pass_over(model, min(BATCH, power_of_two(len(rows))))
    path = layer or [address.removesuffix("/output") for address in forward_pass.outputs][-2:][0]
    output = forward_pass.output_of(path)
    return forward_pass.compute(f"output of {path}", lambda: [output], forward_pass.enter(rows), np.zeros(len(rows), np.int32))[0]


def nearest_examples(model: Model, x: ArrayLike, examples: ArrayLike, layer: str | None = None, k: int = 5) -> Nearest:
    """Return the examples whose outputs of a layer lie nearest to those of each row, by Euclidean distance.

    Args:
        model: any model with one input and one output.
        x: rows, as for `predict`.
        examples: what to look among, such as the training inputs.
        layer: in whose space; None for the last but one.
        k: how many.

    Returns:
        Their numbers and distances, the nearest first.

    Raises:
        ArgumentError: no such layer, or not so many examples.

    Source: Koh and Liang (2017) compare with it; Papernot and McDaniel, "Deep k-nearest neighbors", 2018.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((1,)), cr.layers.Dense(2, kernel_initializer="ones"), cr.layers.Dense(1)])
        >>> found = cr.explain.nearest_examples(model, [[2.2]], [[0.0], [1.0], [2.0], [3.0]], k=2)
        >>> found.rows.tolist()
        [[2, 3]]
    """
    among = layer_outputs(model, examples, layer)
    among = among.reshape(len(among), -1).astype(np.float64)
    if not 1 <= k <= len(among):
        raise ArgumentError(f"nearest_examples: k must lie between 1 and {len(among)}, the number of examples. Got {k} instead.")
    found = [_nearest(place.astype(np.float64).ravel(), among, k) for place in layer_outputs(model, x, layer)]
    return Nearest(np.stack([rows for rows, _ in found]), np.stack([distances for _, distances in found]))


def _nearest(place: Floats, among: NDArray[Any], k: int) -> tuple[NDArray[np.int64], Floats]:
    distances = np.sqrt(((among - place) ** 2).sum(axis=1))
    rows = np.argsort(distances, kind="stable")[:k]
    return rows, distances[rows]
