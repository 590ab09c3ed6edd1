"""Measures of clusters against scikit-learn, and the bought clusterings on data with known answers."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from chainrule.errors import ArgumentError, DataError
from chainrule.tasks.clustering import (
    adjusted_rand_index,
    clustering_accuracy,
    contingency,
    gaussian_mixture,
    k_means,
    normalized_mutual_information,
    purity,
)

LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=30)


@given(LABELS)
def test_measures_are_those_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    classes, clusters = (np.array(column) for column in zip(*pairs, strict=True))
    table = contingency(classes, clusters)
    np.testing.assert_array_equal(table, metrics.cluster.contingency_matrix(classes, clusters))
    assert normalized_mutual_information(classes, clusters) == pytest.approx(
        metrics.normalized_mutual_info_score(classes, clusters), abs=1e-9
    )
    assert adjusted_rand_index(classes, clusters) == pytest.approx(metrics.adjusted_rand_score(classes, clusters), abs=1e-9)
    assert purity(classes, clusters) == pytest.approx(table.max(axis=0).sum() / len(classes))


@given(LABELS)
def test_the_best_mapping_is_the_best_of_all(pairs: list[tuple[int, int]]) -> None:
    classes, clusters = (np.array(column) for column in zip(*pairs, strict=True))
    best = max(np.mean([mapping[cluster] == label for label, cluster in pairs]) for mapping in itertools.permutations(range(5)))
    assert clustering_accuracy(classes, clusters) == pytest.approx(best)
    assert clustering_accuracy(classes, clusters) <= purity(classes, clusters) + 1e-12


@given(LABELS, st.permutations(range(5)))
def test_names_of_clusters_do_not_count(pairs: list[tuple[int, int]], names: list[int]) -> None:
    classes, clusters = (np.array(column) for column in zip(*pairs, strict=True))
    renamed = np.array([f"cluster {names[cluster]}" for cluster in clusters])
    for measure in (clustering_accuracy, purity, normalized_mutual_information, adjusted_rand_index):
        assert measure(classes, renamed) == pytest.approx(measure(classes, clusters))


def test_lengths_must_agree() -> None:
    with pytest.raises(DataError, match=r"Got \(2,\) and \(3,\) instead"):
        purity([1, 2], [1, 2, 3])


def blobs() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    rng = np.random.default_rng(0)
    y = np.repeat([2, 0, 1], 60)
    return np.array([[0, 0], [20, 0], [0, 20]])[y] + rng.normal(size=(180, 2)) @ np.array([[2, 0], [0.6, 0.3]]), y


@pytest.mark.parametrize("group", [k_means, gaussian_mixture])
def test_clusters_that_are_there_are_found_the_same_for_each_seed(group: Any) -> None:
    x, y = blobs()
    first = group(x, 3)
    assert clustering_accuracy(y, first.clusters) == 1
    assert first.clusters[0] == 0  # numbered in the order of their first examples
    for seed in (1, 2):
        np.testing.assert_array_equal(group(x, 3, seed).clusters, first.clusters)
    np.testing.assert_allclose(first.centres, [x[y == label].mean(axis=0) for label in (2, 0, 1)], atol=0.05)


def test_the_cost_of_k_means_is_the_mean_squared_distance() -> None:
    x, _ = blobs()
    found = k_means(x, 4)
    assert found.cost == pytest.approx(np.mean(np.sum((x - found.centres[found.clusters]) ** 2, axis=1)), rel=1e-5)


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda: k_means([[1.0]], 2), DataError, "2 clusters need at least as many examples. Got 1"),
        (lambda: k_means([[1.0]], 0), ArgumentError, "clusters must be a whole number from 1. Got 0"),
        (lambda: gaussian_mixture([[1.0]], 1, covariance="round"), ArgumentError, "one of full, tied, diag, spherical. Got 'round'"),
        (lambda: k_means([[float("nan")], [1.0]], 1), DataError, "x"),
    ],
)
def test_what_cannot_be_meant_is_refused(ask: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        ask()
