"""The order of an epoch: a permutation of all rows, drawn in windows, of which any part can be asked for."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.data import permutation
from chainrule.data.stream import Order
from chainrule.errors import ArgumentError

BLOCKS = st.lists(st.integers(1, 9), min_size=1, max_size=12).map(tuple)


@given(BLOCKS, st.integers(1, 5), st.booleans(), st.integers(0, 2**63 - 1), st.integers(0, 50), st.booleans())
def test_each_row_once(blocks, window, sequential, seed, number, shuffle):
    rows = Order(blocks, window, sequential).epoch(seed, number, shuffle).rows(0, sum(blocks))
    assert sorted(rows.tolist()) == list(range(sum(blocks)))
    assert shuffle or rows.tolist() == list(range(sum(blocks)))


@given(BLOCKS, st.integers(1, 5), st.lists(st.integers(0, 120), max_size=6))
def test_any_cut_gives_the_same_order(blocks, window, cuts):
    order, size = Order(blocks, window), sum(blocks)
    whole = order.epoch(3, 4).rows(0, size)
    edges = [0, *sorted(min(cut, size) for cut in cuts), size]
    pieces = [order.epoch(3, 4).rows(start, stop) for start, stop in pairwise(edges)]
    assert np.concatenate(pieces).tolist() == whole.tolist()


@given(st.integers(1, 200), st.integers(0, 2**63 - 1), st.integers(0, 9))
def test_one_block_is_shuffled_as_examples_in_memory_are(size, seed, number):
    assert Order((size,)).epoch(seed, number).rows(0, size).tolist() == permutation(size, seed, number).tolist()


def test_a_window_is_all_that_is_needed_at_once():
    order = Order((10,) * 30, window=4)
    epoch = order.epoch(0, 0)
    for window in range(7):
        assert len(set(order.block_of(epoch.rows(window * 40, window * 40 + 40)).tolist())) == 4
    rows = epoch.rows(0, 40)
    assert (np.diff(order.block_of(rows)) != 0).sum() > 10  # rows of the four are among one another


def test_sequential_blocks_keep_their_order():
    order = Order((10,) * 6, window=2, sequential=True)
    rows = order.epoch(0, 0).rows(0, 60)
    assert [sorted(rows[start : start + 20].tolist()) for start in (0, 20, 40)] == [list(range(s, s + 20)) for s in (0, 20, 40)]
    assert rows[:20].tolist() != list(range(20))


def test_epochs_and_seeds_differ():
    order = Order((8,) * 8, window=2)
    found = {tuple(order.epoch(seed, number).rows(0, 64).tolist()) for seed in (0, 1) for number in (0, 1, 2)}
    assert len(found) == 6


def test_pairs_of_rows_come_in_either_order_equally_often():
    order = Order((1,) * 4, window=2)
    first = [order.epoch(0, number).rows(0, 4)[0] for number in range(2000)]
    assert np.bincount(first, minlength=4).min() > 420  # 500 expected, standard deviation 19


@given(BLOCKS, st.data())
def test_some_of_the_rows_are_a_source_of_their_own(blocks, data):
    size = sum(blocks)
    rows = np.array(sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1))))
    part = Order(blocks, 2).among(rows)
    assert len(part) == len(rows)
    assert part.window == 2
    assert len(part.blocks) == len(set(Order(blocks, 2).block_of(rows).tolist()))


def test_some_rows_stand_for_all_without_reading_all():
    order = Order((1000,) * 100)
    rows = order.some(64)
    assert len(rows) == 64
    assert len(set(order.block_of(rows).tolist())) == 8
    assert order.some(10**6).max() == 99_999


@pytest.mark.parametrize(("blocks", "window"), [((), 1), ((3, 0), 1), ((3,), 0)])
def test_refusals(blocks, window):
    with pytest.raises(ArgumentError, match="Order"):
        Order(blocks, window)
