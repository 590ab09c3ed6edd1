"""How well clusters agree with classes that the clustering did not know."""

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import DataError


def contingency(classes: ArrayLike, clusters: ArrayLike) -> NDArray[np.int64]:
    """Return how many examples of each class (rows) are in each cluster (columns).

    Args:
        classes: of shape (examples,), whole numbers or texts.
        clusters: of shape (examples,), likewise.

    Raises:
        DataError: no examples, or shapes that differ.

    Example:
        >>> contingency(["oak", "oak", "elm"], [1, 0, 0]).tolist()
        [[1, 0], [1, 1]]
    """
    given, found = np.asarray(classes), np.asarray(clusters)
    if given.ndim != 1 or given.shape != found.shape or not len(given):
        raise DataError(f"classes and clusters must both have shape (examples,). Got {given.shape} and {found.shape} instead.")
    rows, columns = np.unique(given, return_inverse=True)[1], np.unique(found, return_inverse=True)[1]
    table = np.zeros((rows.max() + 1, columns.max() + 1), np.int64)
    np.add.at(table, (rows, columns), 1)
    return table


def clustering_accuracy(classes: ArrayLike, clusters: ArrayLike) -> float:
    """Return the share of examples that are right when each cluster is given one class, no class twice, in the best way.

    max over one-to-one mappings m of Σ [class = m(cluster)] / n, by the Hungarian method. The arguments are those of `contingency`.

    Source:
        Kuhn (1955), The Hungarian method for the assignment problem; Xie, Girshick and Farhadi (2016), equation 10.

    Example:
        >>> clustering_accuracy([0, 0, 1, 1], [5, 5, 5, 3])
        0.75
    """
    table = contingency(classes, clusters)
    return float(table[scipy.optimize.linear_sum_assignment(table, maximize=True)].sum() / table.sum())


def purity(classes: ArrayLike, clusters: ArrayLike) -> float:
    """Return the share of examples that are of the most common class of their cluster; more clusters make it greater.

    The arguments are those of `contingency`.

    Example:
        >>> purity([0, 0, 1, 1], [5, 5, 5, 3])
        0.75
    """
    table = contingency(classes, clusters)
    return float(table.max(axis=0).sum() / table.sum())


def normalized_mutual_information(classes: ArrayLike, clusters: ArrayLike) -> float:
    """Return 2 · I / (H(classes) + H(clusters)): 0 where one says nothing of the other, 1 where they are the same; 1 where both have one.

    The arguments are those of `contingency`.

    Source:
        Strehl and Ghosh (2002), Cluster ensembles; divided by the arithmetic mean, as scikit-learn does.

    Example:
        >>> round(normalized_mutual_information([0, 0, 1, 1], [5, 5, 5, 3]), 4)
        0.3437
    """
    table = contingency(classes, clusters)
    of_classes, of_clusters = _entropy(table.sum(axis=1)), _entropy(table.sum(axis=0))
    if of_classes + of_clusters == 0:
        return 1.0
    return max(0.0, 2 * (of_classes + of_clusters - _entropy(table)) / (of_classes + of_clusters))


def adjusted_rand_index(classes: ArrayLike, clusters: ArrayLike) -> float:
    """Return the share of pairs that both join or both divide, less what chance gives: 0 by chance, 1 where they are the same.

    (Σ C(n_ij) - e) / ((a + b) / 2 - e), with C(n) = n (n - 1) / 2, a and b its sums over classes and over clusters, and e = a b / C(n).
    The arguments are those of `contingency`.

    Source:
        Hubert and Arabie (1985), Comparing partitions.

    Example:
        >>> adjusted_rand_index([0, 0, 1, 1], [5, 5, 3, 3])
        1.0
    """
    table = contingency(classes, clusters)
    both, of_classes, of_clusters = (_pairs(counts) for counts in (table, table.sum(axis=1), table.sum(axis=0)))
    everything = _pairs(table.sum(keepdims=True))
    by_chance = of_classes * of_clusters / everything if everything else 0.0
    most = (of_classes + of_clusters) / 2
    return 1.0 if most == by_chance else float((both - by_chance) / (most - by_chance))


def _entropy(counts: NDArray[np.int64]) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-np.sum(shares * np.log(shares)))


def _pairs(counts: NDArray[np.int64]) -> float:
    return float(np.sum(counts.astype(np.float64) * (counts - 1) / 2))
