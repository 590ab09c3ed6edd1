"""Vectors that are nearly the same, found without comparing all with all."""

import numpy as np
import scipy
from numpy.typing import NDArray

from chainrule.data.checks.dense import dense_components
from chainrule.data.checks.equal import Rows, groups_by_code

MOST_PAIRS = 5_000_000  # that are kept
_DIRECTIONS = 8  # of the search; more sift better, and are slower to search in
_CHUNK = 200_000  # pairs that are compared at a time


def near_vectors(vectors: NDArray[np.float32], radius: float, *, largest: bool = False) -> list[Rows]:
    """Return the groups of rows that are joined by distances of at most `radius`.

    A projection on orthonormal directions never makes a distance longer: all pairs within the radius along the eight main directions
    are looked up in a k-d tree, and their whole distance is then measured. So no pair is missed, and none is wrong. Where the pairs
    are too many to be kept, rows are joined one after the other.

    Args:
        vectors: one row for each example, of shape (rows, entries), finite.
        radius: the largest distance.
        largest: measure by the largest difference of an entry, not by the root of the sum of squares.

    Returns:
        Groups of two or more rows, each ascending, in the order of their first rows; a group may be longer across than the radius.

    Example:
        >>> [group.tolist() for group in near_vectors(np.array([[0, 0], [3, 0], [0, 0.1]], "float32"), 0.2)]
        [[0, 2]]
    """
    if len(vectors) < 2:
        return []
    distinct, of_row = np.unique(vectors + np.float32(0), axis=0, return_inverse=True)
    return groups_by_code(_near_components(distinct, radius, largest)[of_row.reshape(-1)])


def joined(pairs: NDArray[np.int64], rows: int) -> list[Rows]:
    """Return the groups of rows that pairs, of shape (pairs, 2), join directly or through others."""
    return groups_by_code(_components(pairs, rows))


def _components(pairs: NDArray[np.int64], rows: int) -> NDArray[np.int32]:
    graph = scipy.sparse.coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(rows, rows))
    return scipy.sparse.csgraph.connected_components(graph, directed=False)[1]


def _near_components(vectors: NDArray[np.float32], radius: float, largest: bool) -> NDArray[np.int64] | NDArray[np.int32]:
    low = _widest(vectors) if largest else _projected(vectors)
    slack = radius * (1 + 1e-4) + 1e-6 * float(np.abs(low).max())  # the projection is rounded
    tree, norm = scipy.spatial.KDTree(low), np.inf if largest else 2.0
    if tree.count_neighbors(tree, slack, p=norm) > 2 * MOST_PAIRS + len(low):  # which counts each pair twice, and each row with itself
        return dense_components(vectors, tree, radius, slack, largest)
    return _components(_near_pairs(vectors, tree.query_pairs(slack, p=norm, output_type="ndarray"), radius, largest), len(vectors))


def _near_pairs(
    vectors: NDArray[np.float32], candidates: NDArray[np.int64], radius: float, largest: bool
) -> NDArray[np.int64]:  # (pairs, 2)
    kept: list[NDArray[np.int64]] = [np.zeros((0, 2), np.int64)]
    for start in range(0, len(candidates), _CHUNK):
        chunk = candidates[start : start + _CHUNK]
        difference = vectors[chunk[:, 0]] - vectors[chunk[:, 1]]
        distance = np.abs(difference).max(axis=1) if largest else np.sqrt(np.einsum("ij,ij->i", difference, difference))
        kept.append(chunk[distance <= radius])
    return np.concatenate(kept)


def _projected(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    return centred @ directions[:, -_DIRECTIONS:]


def _widest(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the entries with most different values: those that sift best."""
    different = [len(np.unique(column)) for column in vectors.T]
    return vectors[:, np.argsort(different)[-_DIRECTIONS:]]
