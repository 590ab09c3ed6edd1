"""What each op computes, against NumPy and SciPy; what its derivative is at kinks; what it does far out."""

import numpy as np
import pytest
import scipy.special
from gradients import check, fill

from chainrule import ops
from chainrule.backprop import gradient
from chainrule.graph import OPS, Tensor, Variable


def _unslice(x, index, shape):
    y = np.zeros(shape)
    y[index] = x
    return y


def _scatter_add(x, indices, rows):
    y = np.zeros((rows, *x.shape[indices.ndim :]))
    np.add.at(y, indices, x)
    return y


def _place_along(x, indices, axis, size):
    y = np.zeros(tuple(size if i == axis % x.ndim else n for i, n in enumerate(x.shape)))
    for position in np.ndindex(x.shape):
        target = list(position)
        target[axis] = indices[position]
        y[tuple(target)] += x[position]
    return y


def _one_hot(indices, classes, dtype):
    return np.eye(classes, dtype=dtype)[indices]


NUMPY = {
    "absolute": np.abs,
    "add": np.add,
    "argmax": np.argmax,
    "argmin": np.argmin,
    "argsort": lambda x, axis: np.argsort(x, axis, kind="stable"),
    "broadcast_to": np.broadcast_to,
    "cast": lambda x, dtype: x.astype(dtype),
    "concatenate": lambda *xs, axis: np.concatenate(xs, axis),
    "cos": np.cos,
    "cumulative_sum": np.cumsum,
    "divide": np.divide,
    "equal": np.equal,
    "erf": scipy.special.erf,
    "exp": np.exp,
    "expm1": np.expm1,
    "flip": np.flip,
    "floor": np.floor,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "is_finite": np.isfinite,
    "less": np.less,
    "less_equal": np.less_equal,
    "log": np.log,
    "log1p": np.log1p,
    "logical_and": np.logical_and,
    "logical_not": np.logical_not,
    "logical_or": np.logical_or,
    "matmul": np.matmul,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "multiply": np.multiply,
    "negative": np.negative,
    "not_equal": np.not_equal,
    "one_hot": _one_hot,
    "pad": lambda x, padding: np.pad(x, padding),
    "place_along": _place_along,
    "power": np.power,
    "reduce_max": np.max,
    "reduce_min": np.min,
    "reduce_sum": np.sum,
    "relu": lambda x: np.where(x > 0, x, 0),
    "remainder": np.remainder,
    "reshape": lambda x, shape: np.reshape(x, shape),
    "round": np.round,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "scatter_add": _scatter_add,
    "sigmoid": scipy.special.expit,
    "sign": np.sign,
    "sin": np.sin,
    "slice": lambda x, index: x[index],
    "softplus": lambda x: np.logaddexp(0, x),
    "sqrt": np.sqrt,
    "square": np.square,
    "stop_gradient": lambda x: x,
    "subtract": np.subtract,
    "take": lambda x, indices: x[indices],
    "take_along": np.take_along_axis,
    "tanh": np.tanh,
    "top_k_positions": lambda x, k: np.argsort(-x, axis=-1, kind="stable")[..., :k],
    "transpose": np.transpose,
    "unslice": _unslice,
    "where": np.where,
}

# Ops that have no one function of NumPy's to compare with, and where their values are tested instead.
ELSEWHERE = {
    "branch": "test_branch.py",
    "convolution": "test_windows.py",
    "convolution_to_input": "test_windows.py",
    "convolution_to_kernel": "test_windows.py",
    "region": "test_branch.py",
    "max_pool": "test_windows.py",
    "max_pool_to_input": "test_windows.py",
    "max_pool_pick": "test_windows.py",
    "sum_pool": "test_windows.py",
    "sum_pool_to_input": "test_windows.py",
    "item": "test_loop.py",
    "loop": "test_loop.py",
    "random_fold": "test_random.py",
    "random_bits": "test_random.py",
    "random_uniform": "test_random.py",
    "random_normal": "test_random.py",
    "random_permutation": "test_random.py",
}

SAMPLES = [pytest.param(op, sample, id=f"{op.name}-{i}") for op in OPS.values() if op.name in NUMPY for i, sample in enumerate(op.samples)]


def test_the_value_of_every_op_is_tested():
    assert sorted([*NUMPY, *ELSEWHERE]) == sorted(OPS)


@pytest.mark.parametrize(("op", "sample"), SAMPLES)
def test_an_op_computes_what_numpy_does(op, sample):
    arrays = fill(sample)
    y = op(*(Variable(np.asarray(array)) for array in arrays), **sample.attributes)
    np.testing.assert_allclose(y.value, NUMPY[op.name](*arrays, **sample.attributes), rtol=1e-12, atol=1e-14)


def _slopes(function, *numbers):
    leaves = [Variable(np.float64(number)) for number in numbers]
    return [float(dx.value) for dx in gradient(function(*leaves), leaves) if isinstance(dx, Tensor)]


KINKS = {
    "absolute at 0": (lambda x: abs(x), (0.0,), [0.0]),
    "relu at 0": (lambda x: ops.relu(x), (0.0,), [0.0]),
    "maximum at a tie": (lambda a, b: ops.maximum(a, b), (2.0, 2.0), [0.5, 0.5]),
    "minimum at a tie": (lambda a, b: ops.minimum(a, b), (2.0, 2.0), [0.5, 0.5]),
    "maximum of x and x": (lambda x: ops.maximum(x, x), (2.0,), [1.0]),
    "largest at a tie": (lambda a, b, c: ops.reduce_max(ops.stack([a, b, c])), (3.0, 1.0, 3.0), [0.5, 0.0, 0.5]),
    "smallest at a tie": (lambda a, b, c: ops.reduce_min(ops.stack([a, b, c])), (1.0, 3.0, 1.0), [0.5, 0.0, 0.5]),
    "first power at 0": (lambda x: x**1, (0.0,), [1.0]),
    "square as a power at 0": (lambda x: x**2, (0.0,), [0.0]),
    "power zero at 0": (lambda x: x**0, (0.0,), [0.0]),
    "cube of a negative number": (lambda x: x**3, (-2.0,), [12.0]),
    "power of zero in its exponent": (lambda a, b: a**b, (0.0, 2.0), [0.0, 0.0]),
    "a number twice in one op": (lambda x: x * x, (3.0,), [6.0]),
}


@pytest.mark.parametrize("kink", KINKS)
def test_the_derivative_at_a_kink_is_the_one_its_formula_promises(kink):
    function, numbers, wanted = KINKS[kink]
    assert _slopes(function, *numbers) == wanted


def test_max_pool_gives_the_gradient_to_the_first_of_a_tie():
    x = Variable(np.ones((1, 2, 2, 1)))
    (dx,) = gradient(ops.max_pool(x, window=(2, 2), strides=(2, 2), padding=((0, 0), (0, 0))).sum(), [x])
    np.testing.assert_array_equal(np.ravel(dx.value), [1, 0, 0, 0])


SAFE = {
    "sigmoid": (ops.sigmoid, [0.0, 1.0], [0.0, 0.0]),
    "softplus": (ops.softplus, [0.0, 1000.0], [0.0, 1.0]),
    "tanh": (ops.tanh, [-1.0, 1.0], [0.0, 0.0]),
    "logsumexp": (lambda x: ops.logsumexp(ops.stack([x, x])), [-1000 + np.log(2), 1000 + np.log(2)], [1.0, 1.0]),
    "softmax": (lambda x: ops.softmax(ops.stack([x, x * 0]))[0], [0.0, 1.0], [0.0, 0.0]),
    "log_softmax": (lambda x: ops.log_softmax(ops.stack([x, x * 0]))[0], [-1000.0, 0.0], [1.0, 0.0]),
}


@pytest.mark.parametrize("name", SAFE)
def test_values_and_gradients_stay_exact_far_out(name):
    function, values, slopes = SAFE[name]
    for number, value, slope in zip((-1000.0, 1000.0), values, slopes, strict=True):
        assert float(function(Variable(np.float64(number))).value) == pytest.approx(value)
        assert _slopes(function, number) == pytest.approx([slope])


def _random(*shape):
    return np.random.default_rng(3).standard_normal(shape)


COMPOSITES = {
    "logsumexp": (lambda x: ops.logsumexp(x), scipy.special.logsumexp, {"axis": -1}),
    "logsumexp over all": (lambda x: ops.logsumexp(x, axis=None, keepdims=True), scipy.special.logsumexp, {"keepdims": True}),
    "logsumexp over two": (lambda x: ops.logsumexp(x, axis=(0, -1)), scipy.special.logsumexp, {"axis": (0, 2)}),
    "log_softmax": (lambda x: ops.log_softmax(x, axis=1), scipy.special.log_softmax, {"axis": 1}),
    "softmax": (lambda x: ops.softmax(x, axis=0), scipy.special.softmax, {"axis": 0}),
    "variance": (lambda x: ops.variance(x, axis=(0, 1), keepdims=True), np.var, {"axis": (0, 1), "keepdims": True}),
    "variance of all": (lambda x: ops.variance(x), np.var, {}),
    "mean": (lambda x: x.mean(), np.mean, {}),
    "mean over one": (lambda x: x.mean(-2, keepdims=True), np.mean, {"axis": 1, "keepdims": True}),
    "sort": (lambda x: ops.sort(x, axis=1), np.sort, {"axis": 1}),
    "top_k": (lambda x: ops.top_k(x, 2)[0], lambda x: -np.sort(-x, axis=-1)[..., :2], {}),
    "stack": (lambda x: ops.stack([x, x * x], axis=-2), lambda x: np.stack([x, x * x], axis=-2), {}),
    "matmul of many rows": (lambda x: x @ ops.sin(x[0, :2].T), lambda x: x @ np.sin(x[0, :2].T), {}),
    "matmul by a constant": (lambda x: np.arange(6.0).reshape(2, 3) @ x, lambda x: np.arange(6.0).reshape(2, 3) @ x, {}),
    "reverse operators": (lambda x: 1 - 2 / (3 + x * x) - 2**x, lambda x: 1 - 2 / (3 + x * x) - 2**x, {}),
    "rows by iteration": (lambda x: sum(row.T @ row for row in x), lambda x: sum(row.T @ row for row in x), {}),
}


@pytest.mark.parametrize("name", COMPOSITES)
def test_what_is_made_of_ops(name):
    function, wanted, arguments = COMPOSITES[name]
    x = _random(2, 3, 4)
    np.testing.assert_allclose(function(Variable(x)).value, wanted(x, **arguments), rtol=1e-12, atol=1e-14)
    check(function, x)


def test_one_hot_codes_as_the_dtype_asked():
    codes = ops.one_hot(Variable(np.array([[2], [0]])), 3)
    assert codes.dtype == np.float32
    np.testing.assert_array_equal(codes.value, [[[0, 0, 1]], [[1, 0, 0]]])


def test_top_k_gives_positions_too():
    values, positions = ops.top_k(Variable(np.array([[1.0, 5.0, 3.0], [2.0, 2.0, 1.0]])), 2)
    np.testing.assert_array_equal(values.value, [[5, 3], [2, 2]])
    np.testing.assert_array_equal(positions.value, [[1, 2], [0, 1]])


@pytest.mark.parametrize(("size", "window", "stride", "dilation"), [(7, 3, 2, 1), (8, 2, 3, 1), (5, 3, 1, 2), (4, 1, 2, 1), (6, 4, 4, 1)])
def test_same_padding_fits_a_window_for_each_stride(size, window, stride, dilation):
    padding = ops.same_padding(size, window, stride, dilation)
    assert ops.output_size(size, window, stride, padding, dilation) == -(-size // stride)
    assert 0 <= padding[1] - padding[0] <= 1


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "uint32", "int64"])
def test_indices_of_any_whole_number_reach_every_row(dtype):
    table, rows = Variable(np.arange(600.0).reshape(200, 3)), Variable(np.array([1, 100, 1], dtype))
    picked = ops.take(table, rows)
    np.testing.assert_array_equal(picked.value, table.value[[1, 100, 1]])
    np.testing.assert_array_equal(gradient(picked.sum(), [table])[0].value, _scatter_add(np.ones((3, 3)), np.array([1, 100, 1]), 200))
    along = ops.take_along(table, ops.broadcast_to(rows.reshape(3, 1), shape=(3, 3)), axis=0)
    np.testing.assert_array_equal(along.value, table.value[[1, 100, 1]])
