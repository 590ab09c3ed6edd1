"""Random orders, splits and class weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split
from sklearn.utils.class_weight import compute_class_weight

from chainrule.data import class_weights, permutation, split_rows
from chainrule.errors import ArgumentError, DataError

SHARES = st.sampled_from([(0.8, 0.2), (0.5, 0.5), (0.7, 0.15, 0.15), (0.25, 0.25, 0.25, 0.25), (0.9, 0.1)])
LABELS = st.lists(st.integers(6, 60), min_size=1, max_size=6).map(lambda counts: np.repeat(np.arange(len(counts)), counts))


@given(st.integers(0, 300), st.integers(0, 2**64 - 1), st.integers(0, 1000))
def test_a_permutation_has_each_number_once_and_hangs_on_seed_and_epoch(size, seed, epoch):
    order = permutation(size, seed, epoch)
    assert order.dtype == np.int32
    assert np.array_equal(np.sort(order), np.arange(size))
    assert np.array_equal(order, permutation(size, seed, epoch))
    again = np.random.Generator(np.random.Philox(key=np.array([seed, epoch], np.uint64))).permutation(size)
    assert np.array_equal(order, again)


def test_other_seeds_and_epochs_give_other_orders():
    orders = {tuple(permutation(50, seed, epoch)) for seed in range(5) for epoch in range(5)}
    assert len(orders) == 25


@pytest.mark.parametrize("arguments", [(-1, 0, 0), (2**31, 0, 0), (3, -1, 0), (3, 0, -1), (3, 2**64, 0)])
def test_a_permutation_refuses_what_it_cannot_number(arguments):
    with pytest.raises(ArgumentError, match="must be"):
        permutation(*arguments)


@given(LABELS, SHARES, st.integers(0, 2**32), st.booleans())
def test_parts_are_disjoint_and_complete_and_of_the_sizes_asked_for(labels, shares, seed, stratified):
    parts = split_rows(len(labels), shares, seed, stratify=labels if stratified else None)
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(len(labels)))
    assert all(np.all(np.diff(part) > 0) for part in parts)
    assert all(abs(len(part) - share * len(labels)) < 1 for part, share in zip(parts, shares, strict=True))
    again = split_rows(len(labels), shares, seed, stratify=labels if stratified else None)
    assert all(np.array_equal(part, other) for part, other in zip(parts, again, strict=True))


@given(LABELS, SHARES, st.integers(0, 2**32))
def test_each_label_is_shared_out_in_proportion(labels, shares, seed):
    parts = split_rows(len(labels), shares, seed, stratify=labels)
    counts = np.bincount(labels)
    for part in parts:
        proportional = counts * len(part) / len(labels)
        met = np.bincount(labels[part], minlength=len(counts))
        assert np.all(np.abs(met - proportional) < (1 if len(parts) == 2 else 2))


def test_many_parts_share_the_remainders():
    counts, sizes = np.array([35, 7, 14, 39, 35, 8]), np.array([39, 17, 37, 31, 14])
    labels = np.repeat(np.arange(6), counts)
    parts = split_rows(138, sizes / 138, 0, stratify=labels)
    met = np.array([np.bincount(labels[part], minlength=6) for part in parts])
    assert met.sum(1).tolist() == sizes.tolist()
    assert np.all(np.abs(met - np.outer(sizes, counts) / 138) < 2)


def test_stratified_proportions_are_those_of_scikit_learn():
    labels = np.repeat([0, 1, 2], [500, 300, 200])
    _, theirs = train_test_split(labels, test_size=0.2, stratify=labels, random_state=0)
    ours = labels[split_rows(1000, (0.8, 0.2), 0, stratify=labels)[1]]
    assert np.array_equal(np.bincount(ours), np.bincount(theirs))


def test_labels_may_be_text_and_the_members_of_a_part_are_random():
    labels = np.repeat(["oak", "elm"], 50)
    tests = [tuple(split_rows(100, (0.8, 0.2), seed, stratify=labels)[1]) for seed in range(20)]
    assert len(set(tests)) == 20
    assert {index for part in tests for index in part} == set(range(100))


def test_a_split_stays_what_it_is():
    assert [part.tolist() for part in split_rows(10, (0.6, 0.4), seed=1)] == [[0, 2, 3, 5, 6, 7], [1, 4, 8, 9]]


@given(st.lists(st.integers(0, 15), min_size=20, max_size=120), st.integers(0, 1000))
def test_groups_are_never_divided(groups, seed):
    groups = [*groups, 100, 101, 102]
    parts = split_rows(len(groups), (0.6, 0.2, 0.2), seed, groups=groups)
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(len(groups)))
    members = [{groups[index] for index in part} for part in parts]
    assert all(not members[a] & members[b] for a in range(3) for b in range(a))


def test_no_part_is_without_a_group_where_there_are_enough():
    for sizes in ([50, 50, 50, 50], [100, 1, 1], [1, 1, 1, 97]):
        groups = np.repeat(np.arange(len(sizes)), sizes)
        parts = split_rows(len(groups), (0.7, 0.15, 0.15), seed=0, groups=groups)
        assert all(len(part) for part in parts)
        assert sum(len(set(groups[part])) for part in parts) == len(sizes)


def test_groups_of_equal_size_meet_the_fractions():
    groups = np.repeat(np.arange(40), 10)
    assert [len(part) for part in split_rows(400, (0.8, 0.2), 0, groups=groups)] == [320, 80]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"fractions": (0.5, 0.6)}, "1 together"),
        ({"fractions": (1.2, -0.2)}, "positive"),
        ({"fractions": (0.5, 0.5), "stratify": [0] * 10, "groups": [0] * 10}, "not both"),
        ({"fractions": (0.5, 0.5), "seed": -1}, "seed must be"),
    ],
)
def test_arguments_that_make_no_split(arguments, message):
    with pytest.raises(ArgumentError, match=message):
        split_rows(10, **({"seed": 0} | arguments))


@pytest.mark.parametrize(
    ("size", "arguments", "message"),
    [
        (10, {"stratify": ["a"] * 9 + ["b"]}, "Label 'b' has 1"),
        (10, {"stratify": [0] * 9}, r"10 examples. Got shape \(9,\)"),
        (4, {"stratify": ["a", None, "b", 1]}, "Python objects"),
        (10, {"groups": [0] * 10}, "at least as many groups. Got 1"),
        (1, {}, "too few"),
        (0, {}, "too few"),
    ],
)
def test_data_that_cannot_be_split(size, arguments, message):
    with pytest.raises(DataError, match=message):
        split_rows(size, (0.5, 0.5), 0, **arguments)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=200))
def test_class_weights_are_the_balanced_ones_of_scikit_learn(labels):
    classes = np.unique(labels)
    expected = compute_class_weight("balanced", classes=classes, y=labels)
    assert class_weights(labels) == pytest.approx(dict(zip(classes.tolist(), expected, strict=True)))


@pytest.mark.parametrize(
    ("labels", "message"), [([], "at least one"), ([[1, 0]], "shape"), (["a"], "number the classes"), ([0.5], "whole numbers")]
)
def test_class_weights_refuse_what_numbers_no_classes(labels, message):
    with pytest.raises(DataError, match=message):
        class_weights(labels)
