"""The bought clusterings: k-means and mixtures of normal distributions, by scikit-learn."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.data import as_arrays
from chainrule.errors import ArgumentError, DataError

STARTS = 10  # of which the best is taken, by the method's own measure


@dataclass(frozen=True, eq=False)
class Grouping:
    """Examples in clusters.

    Args:
        clusters: the number of each example's cluster, from 0, of shape (examples,).
        centres: of the clusters, of shape (clusters, features).
        cost: what the method makes small: the mean squared distance from the centres, or minus the mean log-likelihood.
    """

    clusters: NDArray[np.int64]
    centres: NDArray[np.float64]
    cost: float


def k_means(x: ArrayLike, clusters: int, seed: int = 0, starts: int = STARTS) -> Grouping:
    """Return the clusters whose mean squared distance from their centres is least, of several starts.

    Args:
        x: of shape (examples, ...), on one scale: for a table standardise it first.
        clusters: how many.
        seed: of the starts.
        starts: how many.

    Raises:
        ArgumentError: scikit-learn is not here; fewer than one cluster.
        DataError: fewer examples than clusters, or data that cannot be trained on.

    Source:
        Lloyd (1982), Least squares quantization in PCM; Arthur and Vassilvitskii (2007), k-means++.

    Example:
        >>> k_means([[0.0], [0.1], [9.0], [9.2]], 2).centres.round(2).tolist()
        [[0.05], [9.1]]
    """
    points = _points(x, clusters)
    learned = _bought("sklearn.cluster").KMeans(clusters, n_init=starts, random_state=seed).fit(points)
    return _in_order(learned.labels_, learned.cluster_centers_, float(learned.inertia_) / len(points))


def gaussian_mixture(x: ArrayLike, clusters: int, seed: int = 0, starts: int = STARTS, covariance: str = "full") -> Grouping:
    """Return each example's most probable part of the mixture of normal distributions that makes all most probable.

    Args:
        x: of shape (examples, ...), on one scale.
        clusters: how many.
        seed: of the starts.
        starts: how many.
        covariance: "full", one for each cluster; "tied", the same for all; "diag", without correlations; "spherical", a ball.

    Raises:
        ArgumentError: scikit-learn is not here; fewer than one cluster; another covariance.
        DataError: fewer examples than clusters, or data that cannot be trained on.

    Source:
        Dempster, Laird and Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm.

    Example:
        >>> gaussian_mixture([[0.0], [0.1], [0.2], [9.0], [9.2], [9.1]], 2, covariance="tied").clusters.tolist()
        [0, 0, 0, 1, 1, 1]
    """
    if covariance not in ("full", "tied", "diag", "spherical"):
        raise ArgumentError(f"gaussian_mixture: covariance must be one of full, tied, diag, spherical. Got {covariance!r} instead.")
    points = _points(x, clusters)
    mixture = _bought("sklearn.mixture").GaussianMixture(clusters, covariance_type=covariance, n_init=starts, random_state=seed).fit(points)
    return _in_order(mixture.predict(points), mixture.means_, -float(mixture.score(points)))


def _points(x: ArrayLike, clusters: int) -> NDArray[np.float64]:
    if clusters < 1:
        raise ArgumentError(f"clusters must be a whole number from 1. Got {clusters} instead.")
    array = as_arrays(x)[0]
    if len(array) < clusters:
        raise DataError(f"{clusters} clusters need at least as many examples. Got {len(array)} instead.")
    return array.reshape(len(array), -1).astype(np.float64)


def _bought(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise ArgumentError("Clustering needs scikit-learn: pip install 'chainrule[embeddings]'.") from error


def _in_order(clusters: NDArray[Any], centres: NDArray[Any], cost: float) -> Grouping:
    """Return the clusters numbered in the order of their first examples, so that equal ones have equal numbers."""
    order = list(dict.fromkeys(clusters.tolist()))
    order += [number for number in range(len(centres)) if number not in order]
    new = np.empty(len(order), np.int64)
    new[order] = np.arange(len(order))
    return Grouping(new[clusters], np.asarray(centres, np.float64)[order], cost)
