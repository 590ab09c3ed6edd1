"""Clustering: k-means, mixtures, and clusters that an autoencoder is trained for; with measures of how well they agree with classes.

Example:
    >>> groups = k_means([[0.0], [0.2], [5.0], [5.1]], 2)
    >>> groups.clusters.tolist(), clustering_accuracy(["low", "low", "high", "high"], groups.clusters)
    ([0, 0, 1, 1], 1.0)
"""

from chainrule.tasks.clustering.assignment import SoftAssignment, sharpened
from chainrule.tasks.clustering.deep_embedded import Embedded, Settings, deep_embedded
from chainrule.tasks.clustering.grouping import Grouping, gaussian_mixture, k_means
from chainrule.tasks.clustering.measures import (
    adjusted_rand_index,
    clustering_accuracy,
    contingency,
    normalized_mutual_information,
    purity,
)

__all__ = [
    "Embedded",
    "Grouping",
    "Settings",
    "SoftAssignment",
    "adjusted_rand_index",
    "clustering_accuracy",
    "contingency",
    "deep_embedded",
    "gaussian_mixture",
    "k_means",
    "normalized_mutual_information",
    "purity",
    "sharpened",
]
