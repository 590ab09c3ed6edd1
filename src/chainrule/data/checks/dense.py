"""Vectors that lie so densely that their near pairs would be too many to be kept: joined without keeping any."""

import numpy as np
import scipy
from numpy.typing import NDArray

_CHUNK = 10_000  # vectors that are compared at a time


def dense_components(
    vectors: NDArray[np.float32], tree: "scipy.spatial.KDTree", radius: float, slack: float, largest: bool
) -> NDArray[np.int64]:
    """Return a number for each row, the same for rows that are joined by distances of at most `radius`.

    A row that is in no group yet leads one: it takes all rows within the radius, its members. Whatever is as near to a member is within
    twice the radius of the leader, and is compared with the members unless it is joined already. So no member need lead, and of each
    group only the few rows at its rim are compared with many.

    Args:
        vectors: one row for each example, of shape (rows, entries).
        tree: of their projections, by which no distance gets longer.
        radius: the largest distance.
        slack: the radius among the projections, which are rounded.
        largest: measure by the largest difference of an entry, not by the root of the sum of squares.
    """
    low, norm = np.asarray(tree.data, np.float64), np.inf if largest else 2.0
    group, waits = np.arange(len(vectors)), np.ones(len(vectors), np.bool_)
    for leader in range(len(vectors)):
        if not waits[leader]:
            continue
        around = np.array(tree.query_ball_point(low[leader], 2 * slack, p=norm))
        near = around[_distances(vectors, around, leader, largest) <= radius]
        _join(group, near)
        members = near[waits[near] & (near != leader)]
        for row in around[group[around] != group[leader]].tolist() if len(members) else ():
            some = members[_distances(low, members, row, largest) <= slack]
            if group[row] != group[leader] and (_distances(vectors, some, row, largest) <= radius).any():
                _join(group, np.array([leader, row]))
        waits[near] = False
    return group


def _join(group: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
    met = np.unique(group[rows])
    if len(met) > 1:
        group[np.isin(group, met)] = met[0]


def _distances(
    vectors: NDArray[np.float32] | NDArray[np.float64], rows: NDArray[np.int64], row: int, largest: bool
) -> NDArray[np.float64]:  # (rows,)
    found = [np.zeros(0)]
    for start in range(0, len(rows), _CHUNK):
        difference = vectors[rows[start : start + _CHUNK]] - vectors[row]
        found.append(np.abs(difference).max(axis=1) if largest else np.sqrt(np.einsum("ij,ij->i", difference, difference)))
    return np.concatenate(found)
