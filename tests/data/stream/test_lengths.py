"""Padding, and the buckets with which least is padded."""

from itertools import combinations

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.data import bucket_boundaries, pad
from chainrule.errors import ArgumentError, DataError

SEQUENCES = st.lists(st.lists(st.integers(1, 99), min_size=1, max_size=12), min_size=1, max_size=8)


@given(SEQUENCES, st.sampled_from(["left", "right"]), st.one_of(st.none(), st.integers(1, 14)), st.integers(-3, 3))
def test_padding_is_that_of_keras(sequences, side, length, value):
    words = {"left": "pre", "right": "post"}
    expected = keras.utils.pad_sequences(sequences, length, "int64", padding=words[side], truncating=words[side], value=value)
    array, mask = pad(sequences, length, value, side, truncate=True)
    assert array.tolist() == expected.tolist()
    assert mask.sum(1).tolist() == [min(len(sequence), array.shape[1]) for sequence in sequences]
    assert (array[~mask] == value).all()


def test_frames_of_numbers_are_padded_too():
    array, mask = pad([np.ones((2, 3), np.float32), np.ones((4, 3), np.float32), np.ones((0, 3), np.float32)])
    assert (array.shape, array.dtype, mask.sum(1).tolist()) == ((3, 4, 3), np.float32, [2, 4, 0])
    assert array.sum() == 18


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1, 2, 3]], 2), "sequence 0 must have at most 2 steps. Got 3"),
        (([],), "at least one sequence"),
        (([np.ones((2, 3)), np.ones((2, 4))],), r"sequence 1 must be of shape \(steps, 3\). Got \(2, 4\)"),
        (([3],), "sequence 0 must be of shape"),
    ],
)
def test_sequences_that_cannot_be_padded(arguments, message):
    with pytest.raises(DataError, match=message):
        pad(*arguments)


def test_arguments():
    with pytest.raises(ArgumentError, match="side must be 'left' or 'right'"):
        pad([[1]], side="both")
    with pytest.raises(ArgumentError, match="length must be"):
        pad([[1]], 0)
    with pytest.raises(ArgumentError, match="count must be"):
        bucket_boundaries([1], 0)
    for lengths in ([], [0], [1.5], [[1]]):
        with pytest.raises(DataError, match="whole numbers from 1"):
            bucket_boundaries(lengths, 2)


def padded(lengths, boundaries):
    """Return how many steps are filling where each sequence goes to the first bucket that it fits."""
    buckets = np.asarray(boundaries)
    return int((buckets[np.searchsorted(buckets, lengths)] - np.asarray(lengths)).sum())


@given(st.lists(st.integers(1, 15), min_size=1, max_size=12), st.integers(1, 4))
def test_no_other_buckets_pad_less(lengths, count):
    found = bucket_boundaries(lengths, count)
    assert found == sorted(set(found))
    assert found[-1] == max(lengths)
    assert len(found) <= count
    distinct = sorted(set(lengths))
    every = [[*few, distinct[-1]] for size in range(min(count, len(distinct))) for few in combinations(distinct[:-1], size)]
    assert padded(lengths, found) == min(padded(lengths, some) for some in every)
