"""Directions in the space of weights: random ones in the network's own scale, and those in which training moved most."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def random_direction(weights: Mapping[str, Array], seed: int) -> dict[str, Array]:
    """Return a random direction, filter-normalised: d ← d / ‖d‖ · ‖w‖ for the weights w of each unit or filter by itself.

    A unit's weights lie along all axes of a kernel but the last; a row is an embedding's unit. Biases, and the scales and shifts of
    normalisations, have no such scale and stay as they are, as in the paper.

    Source: Li, Xu, Taylor, Studer and Goldstein, "Visualizing the loss landscape of neural nets", 2018, section 4.
    """
    random = np.random.default_rng(seed)
    return {name: _normalised(name, random.standard_normal(weight.shape), weight) for name, weight in weights.items() if weight.ndim > 1}


def _normalised(name: str, direction: Array, weight: Array) -> Array:
    axes = tuple(range(1, weight.ndim)) if name.endswith("/embeddings") else tuple(range(weight.ndim - 1))
    lengths = np.sqrt((direction**2).sum(axes, keepdims=True))
    return (direction / lengths * np.sqrt((weight.astype(np.float64) ** 2).sum(axes, keepdims=True))).astype(weight.dtype)


def principal_directions(path: Sequence[Array]) -> tuple[Array, Array, Array]:
    """Return the two directions in which the points of a path differ most, and where each point lies along them from the last one.

    Args:
        path: points as long vectors, three or more.

    Returns:
        Two directions of length 1, at right angles, of shape (2, size); the coordinates of the points, of shape (points, 2), the
        last at (0, 0); the share of the variance of all points that lies along each direction.

    Source: Lorch, "Visualizing deep network training trajectories with PCA", 2016; Li et al., 2018, section 7.
    """
    points = np.stack(path) - path[-1]
    centred = points - points.mean(axis=0)
    values, vectors = np.linalg.eigh(centred @ centred.T)  # points are few and weights many: the small matrix has the same eigenvalues
    values, vectors = np.maximum(values[::-1], 0), vectors[:, ::-1]
    directions = np.stack([centred.T @ vectors[:, i] / np.sqrt(values[i] or 1.0) for i in range(2)])
    return directions, points @ directions.T, values[:2] / (values.sum() or 1.0)
