"""Inputs that do not fit: the error names the op, what it met, the layer, and the user's own line."""

import numpy as np
import pytest

from chainrule import ops
from chainrule.errors import ChainruleError, DtypeError, ShapeError
from chainrule.graph import Placeholder, layer_scope

X = Placeholder((2, 3), name="x")
NUMBER = Placeholder((), name="number")
WIDE = Placeholder((2, 3), "float64")
WHOLE = Placeholder((2, 3), "int32")
FLAGS = Placeholder((2, 3), "bool")
EMPTY = Placeholder((0, 3))

# What is asked, the error, the op named, and what the message shows of what was met.
REFUSED = [
    (lambda: X + Placeholder((2,)), ShapeError, "add", ["(2, 3) and (2,)"]),
    (lambda: X * Placeholder((4, 3)), ShapeError, "multiply", ["(2, 3) and (4, 3)"]),
    (lambda: X <= X.T, ShapeError, "less_equal", ["(2, 3) and (3, 2)"]),
    (lambda: X + WIDE, DtypeError, "add", ["float32 and float64", ".astype()"]),
    (lambda: X + np.ones(3), DtypeError, "add", ["float32 and float64"]),
    (lambda: X > WHOLE, DtypeError, "greater", ["float32 and int32"]),
    (lambda: WHOLE / WHOLE, DtypeError, "divide", ["int32", ".astype('float32')"]),
    (lambda: ops.exp(WHOLE), DtypeError, "exp", ["int32"]),
    (lambda: ops.relu(FLAGS), DtypeError, "relu", ["bool"]),
    (lambda: ops.where(X, X, X), DtypeError, "where", ["float32", "boolean"]),
    (lambda: ops.where(FLAGS, X, WIDE), DtypeError, "where", ["float32 and float64"]),
    (lambda: ops.where(FLAGS, X, Placeholder((4,))), ShapeError, "where", ["(2, 3) and (2, 3) and (4,)"]),
    (lambda: X @ X, ShapeError, "matmul", ["(2, 3) and (2, 3)", "the last axis"]),
    (lambda: X @ Placeholder((3,)), ShapeError, "matmul", ["(2, 3) and (3,)", "at least two axes"]),
    (lambda: Placeholder((4, 2, 3)) @ Placeholder((5, 3, 2)), ShapeError, "matmul", ["(4,) and (5,)"]),
    (lambda: WHOLE @ WHOLE.T, DtypeError, "matmul", ["int32"]),
    (lambda: X.reshape(4, 2), ShapeError, "reshape", ["(2, 3)", "6 elements", "(4, 2)"]),
    (lambda: X.reshape(-1, 4), ShapeError, "reshape", ["(2, 3)", "(-1, 4)"]),
    (lambda: X.reshape(-1, -1), ShapeError, "reshape", ["(-1, -1)"]),
    (lambda: ops.broadcast_to(X, shape=(4, 3)), ShapeError, "broadcast_to", ["(2, 3) and (4, 3)"]),
    (lambda: ops.broadcast_to(X, shape=(3,)), ShapeError, "broadcast_to", ["(2, 3)", "(3,)"]),
    (lambda: X[2], ShapeError, "slice", ["index 2", "(2, 3)"]),
    (lambda: X[0, 0, 0], ShapeError, "slice", ["(0, 0, 0)", "(2, 3)"]),
    (lambda: X[WHOLE], ShapeError, "slice", ["<placeholder int32[2, 3]>", "take()"]),
    (lambda: ops.pad(X, padding=((1, 1),)), ShapeError, "pad", ["2 axes", "((1, 1),)"]),
    (lambda: ops.pad(X, padding=((1, -1), (0, 0))), ShapeError, "pad", ["((1, -1), (0, 0))", "negative"]),
    (lambda: ops.concatenate(X, X.T, axis=0), ShapeError, "concatenate", ["(2, 3), (3, 2)"]),
    (lambda: ops.concatenate(X, NUMBER, axis=0), ShapeError, "concatenate", ["(2, 3), ()"]),
    (lambda: ops.concatenate(X, X, axis=2), ShapeError, "concatenate", ["[-2, 2)", "Got 2"]),
    (lambda: ops.concatenate(X, WIDE, axis=0), DtypeError, "concatenate", ["float32 and float64"]),
    (lambda: ops.stack([X, X.T]), ShapeError, "concatenate", ["(1, 2, 3), (1, 3, 2)"]),
    (lambda: X.sum(2), ShapeError, "reduce_sum", ["[-2, 2)", "Got 2"]),
    (lambda: FLAGS - FLAGS, DtypeError, "subtract", ["bool", ".astype('int32')"]),
    (lambda: -FLAGS, DtypeError, "negative", ["bool"]),
    (lambda: FLAGS.sum(), DtypeError, "reduce_sum", ["bool", ".astype('int32')"]),
    (lambda: ops.cumulative_sum(FLAGS, axis=0), DtypeError, "cumulative_sum", ["bool"]),
    (lambda: ops.cumulative_sum(X, axis=2), ShapeError, "cumulative_sum", ["Got 2"]),
    (lambda: ops.flip(X, axis=-3), ShapeError, "flip", ["Got -3"]),
    (lambda: ops.argsort(X, axis=2), ShapeError, "argsort", ["Got 2"]),
    (lambda: ops.sort(NUMBER), ShapeError, "argsort", ["0 axes"]),
    (lambda: ops.reduce_max(EMPTY), ShapeError, "reduce_max", ["(0, 3)"]),
    (lambda: ops.argmax(EMPTY, axis=0), ShapeError, "argmax", ["(0, 3)"]),
    (lambda: ops.top_k(X, 4), ShapeError, "top_k_positions", ["Got 4", "(2, 3)"]),
    (lambda: ops.take(X, X), DtypeError, "take", ["float32", "integers"]),
    (lambda: ops.take(NUMBER, WHOLE), ShapeError, "take", ["no rows"]),
    (lambda: ops.scatter_add(X, Placeholder((3,), "int32"), rows=4), ShapeError, "scatter_add", ["(3,)", "(2, 3)"]),
    (lambda: ops.take_along(X, Placeholder((3, 3), "int32"), axis=1), ShapeError, "take_along", ["(3, 3)", "(2, 3)"]),
    (lambda: ops.one_hot(X, 3), DtypeError, "one_hot", ["float32", "integers"]),
    (lambda: ops.random_bits(X, shape=(2,)), DtypeError, "random_bits", ["float32[2, 3]", "random_key()"]),
    (lambda: ops.scan(lambda h, x, y: ([h], []), [X], [X, X.T]), ShapeError, "loop", ["[2, 3]"]),
]


@pytest.mark.parametrize(("ask", "error", "op", "met"), REFUSED, ids=[f"{op}-{i}" for i, (_, _, op, _) in enumerate(REFUSED)])
def test_an_error_names_the_op_what_it_met_and_the_line(ask, error, op, met):
    with pytest.raises(error) as found, layer_scope("encoder"), layer_scope("dense_1"):
        ask()
    message = str(found.value)
    assert message.startswith(f"{op}: ")
    assert message.endswith(f"(layer encoder/dense_1, {__file__}:{ask.__code__.co_firstlineno})")
    assert all(part in message for part in met), message
    assert isinstance(found.value, ChainruleError)
    assert isinstance(found.value, ValueError if error is ShapeError else TypeError)
    assert found.value.__cause__ is None


def test_outside_of_layers_the_line_stands_alone():
    with pytest.raises(ShapeError) as found:
        X + Placeholder((4,))
    assert str(found.value).endswith(f" ({__file__}:{test_outside_of_layers_the_line_stands_alone.__code__.co_firstlineno + 2})")


def test_a_bare_number_does_not_become_a_truth_value():
    assert ops.where(FLAGS, 1, 0).dtype == np.int32
    with pytest.raises(DtypeError, match="multiply: inputs must have one dtype. Got bool and int32"):
        FLAGS * 2


def test_a_number_that_does_not_fit_is_located_as_well():
    with pytest.raises(DtypeError, match=f"multiply: .*{__file__}"):
        WHOLE * 0.5


@pytest.mark.parametrize("ask", [lambda: ops.transpose(X, axes=(0, 0)), lambda: X.sum((0, 0))], ids=["transpose", "reduce_sum"])
def test_an_argument_that_does_not_fit_is_located_as_well(ask):
    with pytest.raises(ValueError, match=f"(transpose|reduce_sum): .*{__file__}"):
        ask()
