"""The checker of gradients is itself checked: wrong gradients are planted, and each must be found by each of its two opinions."""

import dataclasses

import numpy as np
import pytest
from gradients import check, check_against_differences, check_against_jax

from chainrule import ops
from chainrule.errors import GraphError
from chainrule.graph import OPS, NoGradient

MATMUL, TAKE = OPS["matmul"], OPS["take"]


def _planted(honest, pullback, **changes):
    """Return a copy of an op with another pullback, outside of the table."""
    op = dataclasses.replace(honest, name=f"{honest.name} with a fault", pullback=pullback, **changes)
    del OPS[op.name]
    return op


def _random(*shape):
    return np.random.default_rng(9).uniform(0.5, 1.5, shape)


SQUARE = _random(3, 3)
CUBE = _random(2, 2, 2)

WRONG = {
    "the sign": (ops.cos, lambda dy, y, x: (dy * ops.sin(x),), {}, [SQUARE]),
    "one percent too large": (ops.exp, lambda dy, y, x: (dy * y * 1.01,), {}, [SQUARE]),
    "a term is missing": (ops.sigmoid, lambda dy, y, x: (dy * y,), {}, [SQUARE]),
    "one input is forgotten": (ops.multiply, lambda dy, y, a, b: (dy * b, NoGradient("forgotten")), {}, [SQUARE, _random(3)]),
    "the inputs are exchanged": (ops.multiply, lambda dy, y, a, b: (dy * a, dy * b), {}, [SQUARE, SQUARE.T]),
    "one element of many": (ops.exp, lambda dy, y, x: (dy * y * np.array([[1.0] * 3, [1.0] * 3, [1.0, 1.0, 1.01]]),), {}, [SQUARE]),
    "a product not transposed": (MATMUL, lambda dy, y, a, b: (MATMUL(dy, b), MATMUL(a.T, dy)), {}, [SQUARE, SQUARE + 1]),
    "a product in the wrong order": (MATMUL, lambda dy, y, a, b: (MATMUL(dy, b.T), MATMUL(dy, a.T)), {}, [SQUARE, SQUARE + 1]),
    "axes not turned back": (ops.transpose, lambda dy, y, x, axes: (ops.transpose(dy, axes=axes),), {"axes": (1, 2, 0)}, [CUBE]),
    "a mean for a sum over repeats": (ops.add, lambda dy, y, a, b: (dy, dy.mean(0)), {}, [SQUARE, _random(3)]),
    "the wrong axis summed over repeats": (ops.add, lambda dy, y, a, b: (dy, dy.sum(1)), {}, [SQUARE, _random(3)]),
    "only the last of what was picked twice": (
        TAKE,
        lambda dy, y, x, i: (ops.concatenate(dy[1:2], dy[2:], axis=0), NoGradient("an index only selects")),
        {},
        [_random(2, 3), np.array([0, 0, 1])],
    ),
    "the gradient of what arrives is ignored": (ops.sin, lambda dy, y, x: (ops.cos(x),), {}, [SQUARE]),
    "the gradient is squared": (ops.negative, lambda dy, y, x: (-dy * dy,), {}, [SQUARE]),
}

WRONG_AT_SECOND_ORDER = {
    "the derivative held constant": (ops.sin, lambda dy, y, x: (dy * ops.stop_gradient(ops.cos(x)),), {}, [SQUARE]),
    "what arrives held constant": (ops.sin, lambda dy, y, x: (ops.stop_gradient(dy) * ops.cos(x),), {}, [SQUARE]),
    "one factor of two held constant": (ops.square, lambda dy, y, x: (dy * (x + ops.stop_gradient(x)),), {}, [SQUARE]),
    "the output held constant": (ops.exp, lambda dy, y, x: (dy * ops.stop_gradient(y),), {}, [SQUARE]),
    "the other input held constant": (
        ops.multiply,
        lambda dy, y, a, b: (dy * ops.stop_gradient(b), dy * ops.stop_gradient(a)),
        {},
        [SQUARE, _random(3)],
    ),
}

OPINIONS = [check_against_differences, check_against_jax]


@pytest.mark.parametrize("opinion", OPINIONS)
@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_gradient_is_found_at_first_order(fault, opinion):
    honest, pullback, attributes, arrays = WRONG[fault]
    opinion(lambda *inputs: honest(*inputs, **attributes), *arrays, order=1)
    wrong = _planted(honest, pullback)
    with pytest.raises(AssertionError, match="gradient .*against"):
        opinion(lambda *inputs: wrong(*inputs, **attributes), *arrays, order=1)


@pytest.mark.parametrize("opinion", OPINIONS)
@pytest.mark.parametrize("fault", WRONG_AT_SECOND_ORDER)
def test_a_gradient_wrong_only_at_second_order_is_found_there(fault, opinion):
    honest, pullback, attributes, arrays = WRONG_AT_SECOND_ORDER[fault]
    wrong = _planted(honest, pullback)
    opinion(lambda *inputs: wrong(*inputs, **attributes), *arrays, order=1)
    with pytest.raises(AssertionError, match="gradient .*against"):
        opinion(lambda *inputs: wrong(*inputs, **attributes), *arrays, order=2)


def test_a_gradient_wrong_only_at_third_order_is_found_there():
    def pullback(dy, y, x):
        held = ops.stop_gradient(x)
        return (dy * (ops.cos(held) - ops.sin(held) * (x - held)),)

    wrong = _planted(ops.sin, pullback)
    check(wrong, SQUARE, order=2)
    with pytest.raises(AssertionError, match="gradient .*against"):
        check(wrong, SQUARE, order=3)
    check(ops.sin, SQUARE, order=3)


@pytest.mark.parametrize("opinion", OPINIONS)
def test_a_gradient_of_another_dtype_is_found(opinion):
    wrong = _planted(ops.exp, lambda dy, y, x: ((dy * y).astype("float32"),))
    with pytest.raises(AssertionError, match=r"the gradient of an input of float64\[3, 3\] is float32\[3, 3\]"):
        opinion(wrong, SQUARE)


def test_a_gradient_of_another_shape_is_an_error_of_the_op():
    wrong = _planted(ops.add, ops.add.pullback, broadcasts=False)
    with pytest.raises(GraphError, match=r"pullback of add with a fault gives a gradient of shape \(3, 3\) for an input of shape \(3,\)"):
        check(wrong, SQUARE, _random(3))


def test_a_value_unlike_the_reference_is_found():
    with pytest.raises(AssertionError, match="value against the reference"):
        check_against_jax(ops.exp, SQUARE, reference=lambda x: np.exp(x) + 1e-6)


def test_inputs_that_are_not_floating_point_are_held_fixed():
    rows = np.array([2, 0, 2])
    check(lambda x, i: ops.sin(ops.take(x, i)), SQUARE, rows)
    check(lambda i, x: ops.take(x * x, i), rows, SQUARE)
