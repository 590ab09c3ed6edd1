"""Properties over random shapes, axes and indices: what NumPy does, and its transpose as the gradient."""

import math

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule import ops
from chainrule.backprop import gradient
from chainrule.graph import OPS, Placeholder, as_tensor
from chainrule.xla import Program

FEW = settings(max_examples=12)  # each example compiles a program of its own
SEEDS = st.integers(0, 2**32 - 1)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=4)
SHAPES_WITH_AXES = hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4)


def _random(seed, *shapes, low=0.5, high=2.0):
    random = np.random.default_rng(seed)
    return [random.uniform(low, high, shape) for shape in shapes]


def _computed(build, *arrays):
    """Return y = build(x), a random gradient dy of it, and the gradients of each x, for all y in one program."""
    leaves = [Placeholder(array.shape, array.dtype) for array in arrays]
    ys = build(*leaves)
    seeds = [np.random.default_rng(6).standard_normal(y.shape) for y in ys]
    dxs = [gradient(y, leaves, dy) for y, dy in zip(ys, seeds, strict=True)]
    wanted = [*ys, *(as_tensor(0.0) if not hasattr(dx, "type") else dx for dxs_of_one in dxs for dx in dxs_of_one)]
    found = [np.asarray(array) for array in Program(wanted, leaves)(*arrays)]
    rest = iter(found[len(ys) :])
    return [(found[i], dy, [next(rest) for _ in leaves]) for i, dy in enumerate(seeds)]


def _same(found, wanted):
    assert found.shape == np.shape(wanted)
    np.testing.assert_allclose(found, wanted, rtol=1e-11, atol=1e-12)


def _summed_to(array, shape):
    """Sum over the axes along which `shape` was repeated."""
    array = array.sum(tuple(range(array.ndim - len(shape))))
    return array.sum(tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


ARITHMETIC = {
    "add": (np.add, lambda a, b: (1, 1)),
    "subtract": (np.subtract, lambda a, b: (1, -1)),
    "multiply": (np.multiply, lambda a, b: (b, a)),
    "divide": (np.divide, lambda a, b: (1 / b, -a / b**2)),
    "power": (np.power, lambda a, b: (b * a ** (b - 1), a**b * np.log(a))),
    "maximum": (np.maximum, lambda a, b: (a > b, a < b)),
    "minimum": (np.minimum, lambda a, b: (a < b, a > b)),
    "remainder": (np.remainder, lambda a, b: (1, -np.floor(a / b))),
}


@FEW
@given(hnp.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_side=3, max_dims=3), SEEDS)
def test_arithmetic_broadcasts_and_its_gradient_sums(shapes, seed):
    a, b = _random(seed, *shapes.input_shapes)
    found = _computed(lambda a, b: [OPS[name](a, b) for name in ARITHMETIC], a, b)
    for (function, slopes), (y, dy, dxs) in zip(ARITHMETIC.values(), found, strict=True):
        _same(y, function(a, b))
        for array, slope, dx in zip((a, b), slopes(a, b), dxs, strict=True):
            _same(dx, _summed_to(dy * slope, array.shape))


@FEW
@given(hnp.mutually_broadcastable_shapes(num_shapes=3, max_side=3, max_dims=3), SEEDS)
def test_where_broadcasts_and_its_gradient_sums(shapes, seed):
    mask, a, b = _random(seed, *shapes.input_shapes)
    mask = mask > 1
    ((y, dy, (_, da, db)),) = _computed(lambda mask, a, b: [ops.where(mask, a, b)], mask, a, b)
    _same(y, np.where(mask, a, b))
    _same(da, _summed_to(dy * mask, a.shape))
    _same(db, _summed_to(dy * ~mask, b.shape))


@FEW
@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_side=3, max_dims=2), *[st.integers(1, 3)] * 3, SEEDS)
def test_products_broadcast_their_leading_axes(shapes, rows, inner, columns, seed):
    left, right = shapes.input_shapes
    a, b = _random(seed, (*left, rows, inner), (*right, inner, columns))
    for y, dy, (da, db) in _computed(lambda a, b: [OPS["matmul"](a, b), a @ b], a, b):
        _same(y, a @ b)
        _same(da, _summed_to(dy @ b.swapaxes(-1, -2), a.shape) if len(left) else _rows(dy @ b.swapaxes(-1, -2), a.shape))
        _same(db, _summed_to(a.swapaxes(-1, -2) @ dy, b.shape) if len(right) else _rows(a.swapaxes(-1, -2) @ dy, b.shape))


def _rows(array, shape):
    return array.reshape(-1, *shape).sum(0)


@settings(max_examples=40)
@given(st.data(), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4), SEEDS)
def test_slices_are_numpys_and_their_gradient_fills_them(data, shape, seed):
    index = data.draw(hnp.basic_indices(shape, allow_newaxis=True))
    (x,) = _random(seed, shape)
    ((y, dy, (dx,)),) = _computed(lambda x: [x[index]], x)
    _same(y, x[index])
    filled = np.zeros(shape)
    filled[index] = dy
    _same(dx, filled)
    ((placed, dz, (back,)),) = _computed(lambda y: [ops.unslice(y, index=index, shape=shape)], np.asarray(y))
    wanted = np.zeros(shape)
    wanted[index] = y
    _same(placed, wanted)
    _same(back, dz[index])


def _extreme_slope(x, axis, extreme):
    return (x == extreme(x, axis, keepdims=True)).astype(float)


REDUCTIONS = {
    "sum": (lambda x, **how: x.sum(**how), np.sum, lambda x, axis: np.ones_like(x)),
    "mean": (lambda x, **how: x.mean(**how), np.mean, lambda x, axis: np.full_like(x, np.sum(x, axis).size / x.size)),
    "max": (ops.reduce_max, np.max, lambda x, axis: _extreme_slope(x, axis, np.max)),
    "min": (ops.reduce_min, np.min, lambda x, axis: _extreme_slope(x, axis, np.min)),
    "variance": (
        ops.variance,
        np.var,
        lambda x, axis: 2 * (x - np.mean(x, axis, keepdims=True)) * np.sum(x, axis).size / x.size,
    ),
    "logsumexp": (
        ops.logsumexp,
        lambda x, axis, keepdims: np.log(np.sum(np.exp(x), axis, keepdims=keepdims)),
        lambda x, axis: np.exp(x) / np.sum(np.exp(x), axis, keepdims=True),
    ),
}


@FEW
@given(st.data(), SHAPES, st.booleans(), SEEDS)
def test_reductions_over_any_axes(data, shape, keepdims, seed):
    axis = data.draw(st.none() | hnp.valid_tuple_axes(len(shape)) | (st.integers(-len(shape), len(shape) - 1) if shape else st.none()))
    (x,) = _random(seed, shape)
    found = _computed(lambda x: [function(x, axis=axis, keepdims=keepdims) for function, _, _ in REDUCTIONS.values()], x)
    for (_, in_numpy, slope), (y, dy, (dx,)) in zip(REDUCTIONS.values(), found, strict=True):
        _same(y, in_numpy(x, axis=axis, keepdims=keepdims))
        _same(dx, dy.reshape(np.sum(x, axis, keepdims=True).shape) * slope(x, axis))


@FEW
@given(st.data(), SHAPES_WITH_AXES, SEEDS)
def test_what_goes_along_one_axis(data, shape, seed):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    (x,) = _random(seed, shape)
    order = np.argsort(x, axis)
    flipped, running, in_order = _computed(lambda x: [ops.flip(x, axis=axis), ops.cumulative_sum(x, axis=axis), ops.sort(x, axis=axis)], x)
    _same(flipped[0], np.flip(x, axis))
    _same(flipped[2][0], np.flip(flipped[1], axis))
    _same(running[0], np.cumsum(x, axis))
    _same(running[2][0], np.flip(np.cumsum(np.flip(running[1], axis), axis), axis))
    _same(in_order[0], np.sort(x, axis))
    _same(in_order[2][0], np.take_along_axis(in_order[1], np.argsort(order, axis), axis))
    leaf = Placeholder(x.shape, x.dtype)
    wanted = [np.argmax(x, axis), np.argmin(x, axis), order]
    for found, position in zip(
        Program([op(leaf, axis=axis) for op in (ops.argmax, ops.argmin, ops.argsort)], [leaf])(x), wanted, strict=True
    ):
        np.testing.assert_array_equal(found, position)


@FEW
@given(st.data(), SHAPES, SEEDS)
def test_other_shapes_and_orders_of_axes(data, shape, seed):
    axes = tuple(data.draw(st.permutations(range(len(shape)))))
    sizes = data.draw(st.permutations(shape))
    free = data.draw(st.integers(0, len(shape) - 1)) if shape else None
    target = tuple(-1 if i == free else n for i, n in enumerate(sizes)) or (1, -1)
    padding = tuple(data.draw(st.tuples(st.integers(0, 2), st.integers(0, 2))) for _ in shape)
    repeated = (2, *(3 if n == 1 else n for n in shape))
    (x,) = _random(seed, shape)
    turned, reshaped, padded, spread = _computed(
        lambda x: [ops.transpose(x, axes=axes), x.reshape(*target), ops.pad(x, padding=padding), ops.broadcast_to(x, shape=repeated)], x
    )
    _same(turned[0], x.transpose(axes))
    _same(turned[2][0], turned[1].transpose(np.argsort(axes)) if axes else turned[1])
    _same(reshaped[0], x.reshape(target))
    _same(reshaped[2][0], reshaped[1].reshape(shape))
    _same(padded[0], np.pad(x, padding) if shape else x)
    _same(padded[2][0], padded[1][tuple(slice(low, low + n) for (low, _), n in zip(padding, shape, strict=True))])
    _same(spread[0], np.broadcast_to(x, repeated))
    _same(spread[2][0], _summed_to(spread[1], shape))


@FEW
@given(st.data(), SHAPES_WITH_AXES, st.lists(st.integers(0, 3), min_size=1, max_size=3), SEEDS)
def test_joining_and_what_comes_apart_again(data, shape, sizes, seed):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    xs = _random(seed, *(tuple(n if i == axis % len(shape) else m for i, m in enumerate(shape)) for n in sizes))
    ((y, dy, dxs),) = _computed(lambda *xs: [ops.concatenate(*xs, axis=axis)], *xs)
    _same(y, np.concatenate(xs, axis))
    for dx, part in zip(dxs, np.split(dy, np.cumsum(sizes)[:-1], axis), strict=True):
        _same(dx, part)
    new = data.draw(st.integers(-len(shape) - 1, len(shape)))
    ((y, dy, dxs),) = _computed(lambda a, b: [ops.stack([a, b], axis=new)], xs[0], xs[0] + 1)
    _same(y, np.stack([xs[0], xs[0] + 1], new))
    for dx, part in zip(dxs, np.moveaxis(dy, new, 0), strict=True):
        _same(dx, part)


@FEW
@given(st.data(), SHAPES_WITH_AXES, hnp.array_shapes(min_dims=0, max_dims=2, min_side=1, max_side=4), SEEDS)
def test_rows_taken_and_rows_added(data, shape, picks, seed):
    rows = shape[0]
    indices = data.draw(hnp.arrays(np.int32, picks, elements=st.integers(-rows, rows - 1)))
    (x,) = _random(seed, shape)
    ((y, dy, (dx, _)),) = _computed(lambda x, i: [ops.take(x, i)], x, indices)
    _same(y, x[indices])
    added = np.zeros(shape)
    np.add.at(added, indices, dy)
    _same(dx, added)
    ((z, dz, (dy_again, _)),) = _computed(lambda y, i: [ops.scatter_add(y, i, rows=rows)], dy, indices)
    _same(z, added)
    _same(dy_again, dz[indices])


@FEW
@given(st.data(), SHAPES_WITH_AXES, st.integers(1, 4), SEEDS)
def test_elements_taken_and_placed_along_an_axis(data, shape, count, seed):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    size = shape[axis]
    picks = tuple(count if i == axis % len(shape) else n for i, n in enumerate(shape))
    indices = data.draw(hnp.arrays(np.int32, picks, elements=st.integers(0, size - 1)))
    (x,) = _random(seed, shape)
    ((y, dy, (dx, _)),) = _computed(lambda x, i: [ops.take_along(x, i, axis=axis)], x, indices)
    _same(y, np.take_along_axis(x, indices, axis))
    placed = (
        np.expand_dims(np.moveaxis(dy, axis, -1), -2) * (np.arange(size)[:, None] == np.expand_dims(np.moveaxis(indices, axis, -1), -2))
    ).sum(-1)
    _same(dx, np.moveaxis(placed, -1, axis))
    ((z, dz, (dy_again, _)),) = _computed(lambda y, i: [ops.place_along(y, i, axis=axis, size=size)], dy, indices)
    _same(z, dx)
    _same(dy_again, np.take_along_axis(dz, indices, axis))


@pytest.mark.parametrize("index", [[0, 0], np.array([0, 1]), np.array([True, False, True]), True, (0, [1]), 1.0, "a"])
def test_an_index_that_is_not_basic_is_refused(index):
    x = as_tensor(np.ones((3, 4)))
    with pytest.raises(ValueError, match=r"slice: an index is a whole number, a slice, \.\.\. or None"):
        x[index]


def test_numpys_whole_numbers_are_whole_numbers():
    x = as_tensor(np.arange(12.0).reshape(3, 4))
    y = x[np.int64(-1), np.int32(1) : np.uint8(3)]
    np.testing.assert_array_equal(y.value, [9, 10])
    assert float(gradient(y.sum(), [x])[0].value[2, 1]) == 1
    assert x.sum(np.int64(0)).shape == (4,)
    assert math.prod(x.sum([0, 1]).shape) == 1
