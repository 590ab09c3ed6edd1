"""A tensor to its user: its type, the leaves and their values, Python's operators, and what it refuses."""

import copy
import inspect
import itertools
import operator
import pickle
import re

import jax.numpy as jnp
import numpy as np
import pytest

from chainrule import ops
from chainrule.errors import ArgumentError, DtypeError, GraphError, ShapeError, UnknownAttributeError
from chainrule.graph import OPS, Constant, Placeholder, TensorType, Variable, as_tensor, as_tensors, layer_scope


def test_type_shape_and_size():
    x = Placeholder((2, 3), "int32", name="x")
    assert (x.shape, x.dtype, x.ndim, x.size, len(x)) == ((2, 3), np.int32, 2, 6, 2)
    assert str(x.type) == "int32[2, 3]"
    assert repr(x) == "<placeholder x int32[2, 3]>"
    assert repr(x + x) == "<add int32[2, 3]>"
    assert x.T.shape == (3, 2)
    assert [row.shape for row in x] == [(3,), (3,)]


def test_a_node_with_several_outputs_has_no_one_type():
    (last,), (every,) = ops.scan(lambda h: ([h], [h]), [as_tensor(1.0)], length=2)
    loop = last.inputs[0]
    assert every.inputs[0] is loop
    assert loop.types == (last.type, every.type)
    with pytest.raises(GraphError, match="has 2 outputs. Take one of them with item"):
        _ = loop.type


OPERATORS = {
    operator.add: "add",
    operator.sub: "subtract",
    operator.mul: "multiply",
    operator.truediv: "divide",
    operator.pow: "power",
    operator.matmul: "matmul",
    operator.lt: "less",
    operator.le: "less_equal",
    operator.gt: "greater",
    operator.ge: "greater_equal",
}


@pytest.mark.parametrize("python", OPERATORS)
def test_an_operator_is_its_op(python):
    x, array = Variable(np.full((2, 2), 3.0)), np.array([[1.0, 2.0], [3.0, 4.0]])
    y = python(x, array)
    assert y.op is OPS[OPERATORS[python]]
    np.testing.assert_allclose(y.value, python(x.value, array))
    np.testing.assert_allclose(python(array, x).value, python(array, x.value))


@pytest.mark.parametrize("python", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.lt, operator.ge])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", jnp.bfloat16], ids=str)
def test_a_bare_number_takes_the_dtype_of_its_tensor(python, dtype):
    x = Placeholder((2,), dtype)
    for number in (2, 2.0, True, np.float64(2)):
        for y in (python(x, number), python(number, x)):
            assert {source.dtype for source in y.inputs} == {np.dtype(dtype)}


def test_unary_operators_and_remainder():
    x = Variable(np.array([-3.5, 2.0]))
    np.testing.assert_array_equal((-x).value, [3.5, -2])
    np.testing.assert_array_equal(abs(x).value, [3.5, 2])
    np.testing.assert_array_equal((x % 2).value, [0.5, 0])


def test_bare_numbers_alone_are_float32_int32_and_bool():
    assert [as_tensor(number).dtype for number in (1.0, 1, True)] == [np.float32, np.int32, np.bool_]
    assert [tensor.dtype for tensor in as_tensors([1, np.ones(2), Placeholder((), "float16")])] == [np.float16, np.float64, np.float16]


def test_a_bare_number_beside_a_condition_takes_the_dtype_of_the_other_tensor():
    flags, x = Placeholder((2,), "bool"), Placeholder((2,), "float64")
    assert ops.where(flags, x, 0).type == ops.where(flags, 1.5, x).type == x.type


def test_a_tensor_has_no_truth_value():
    x = Placeholder((2,), name="x")
    with layer_scope("dense"):
        y, line = x > 0, f"{__file__}:{inspect.currentframe().f_lineno}"
    with pytest.raises(GraphError) as error:
        bool(y)
    assert str(error.value).startswith(f"{y} has no truth value while the graph is built (at dense at {line}). Use chainrule.ops.where")
    for ask in (lambda y: y and x, lambda y: 1 if y else 2, lambda y: 0 < x < 1, lambda y: not y):
        with pytest.raises(GraphError, match="has no truth value"):
            ask(y)


def test_a_float_beside_whole_numbers_is_refused():
    for x in (Placeholder((2,), "int32"), Placeholder((2,), "uint8")):
        for python in (operator.add, operator.mul, operator.lt):
            with pytest.raises(DtypeError, match=f"a tensor of {x.dtype} met the number 0.5, which that dtype cannot hold. Cast"):
                python(x, 0.5)
    assert (Placeholder((2,), "int32") * 2).dtype == np.int32


def test_a_number_has_no_length_and_no_elements():
    for ask in (len, list):
        with pytest.raises(ShapeError, match="has no axis, so it has no length"):
            ask(Placeholder(()))


@pytest.mark.parametrize(("given", "dtype"), [(1.5, "float32"), ([1.5, 2], "float32"), (3, "int64"), (np.ones(2), "float64")], ids=str)
def test_a_variable_takes_the_dtype_of_its_value(given, dtype):
    assert Variable(given).dtype == dtype


def test_a_variable_holds_what_it_is_assigned():
    x = Variable(np.zeros(2, np.float32), name="x", trainable=False)
    y = x * 2
    np.testing.assert_array_equal(y.value, [0, 0])
    for value in ([1, 2], np.array([1, 2], np.float32), jnp.array([1.0, 2.0])):
        x.assign(value)
        np.testing.assert_array_equal(y.value, [2, 4])
    assert not x.trainable
    with pytest.raises(ShapeError, match=r"Variable 'x' has shape \(2,\). Got a value of shape \(3,\)"):
        x.assign(np.zeros(3, np.float32))
    with pytest.raises(DtypeError, match="Variable 'x' is float32. Got float64 instead"):
        x.assign(np.zeros(2))


def test_a_placeholder_has_no_value():
    with pytest.raises(GraphError, match="<placeholder x .*> .* has no value here: it is not among the inputs"):
        _ = (Placeholder((2,), name="x") * 2).value


def test_a_constant_has_the_type_of_its_array():
    assert Constant([[1, 2]]).type == TensorType((1, 2), np.dtype("int64"))
    assert Constant(1.5, "float16").type == TensorType((), np.dtype("float16"))
    assert re.fullmatch(r"<constant float64\[\]>", repr(Constant(1.0)))


def test_a_shape_may_be_one_tuple():
    assert Placeholder((3, 4)).reshape((2, 6)).shape == Placeholder((3, 4)).reshape(2, -1).shape == (2, 6)


def test_a_tensor_with_a_value_is_a_number_or_an_array_where_one_is_asked_for():
    x = Variable(np.array([[1.0, 2.0], [3.0, 4.0]], "float32"))
    assert (float(x.sum()), int(x.sum()), x.sum().item(), f"{float(x[0, 0]):.1f}") == (10.0, 10, 10.0, "1.0")
    doubled = np.asarray(x * 2)
    assert (doubled.dtype, doubled.tolist()) == (np.float32, [[2.0, 4.0], [6.0, 8.0]])
    assert np.array([x.sum(), x[0, 1]]).tolist() == [10.0, 2.0]
    with pytest.raises(ShapeError, match="is not one number"):
        float(x)
    with pytest.raises(GraphError, match="has no value here"):
        np.asarray(Placeholder((2,), "float32") * 2)


UFUNCS = [np.exp, np.log1p, np.tanh, np.sin, np.absolute, np.sign, np.floor, np.square, np.sqrt, np.expm1]


@pytest.mark.parametrize("function", UFUNCS, ids=lambda function: function.__name__)
def test_a_function_of_numpys_is_the_op_of_its_name(function):
    array = np.array([0.25, 2.0], "float32")
    y = function(Variable(array))
    assert y.op is OPS[function.__name__]
    np.testing.assert_allclose(y.value, function(array), rtol=1e-6)


def test_what_numpy_cannot_make_a_node_of_is_refused_in_words():
    x = Variable(np.ones((2, 2), "float32"))
    refusals = {
        "numpy.sum does not": lambda: np.sum(x),
        "chainrule.ops.concatenate": lambda: np.concatenate([x, x]),
        "numpy.isnan does not": lambda: np.isnan(x),
        "numpy.add.reduce does not": lambda: np.add.reduce(x),
        "numpy.floor_divide does not": lambda: np.ones((2, 2)) // x,
        "numpy.add does not": lambda: operator.iadd(np.ones((2, 2)), x),
    }
    for words, attempt in refusals.items():
        with pytest.raises(ArgumentError, match=words):
            attempt()
    assert np.shape(x) == (2, 2)


@pytest.mark.parametrize(("method", "axis"), list(itertools.product(["max", "min", "mean", "sum", "std", "var"], [None, 0, (0, 1)])))
def test_a_method_is_numpys(method, axis):
    array = np.random.default_rng(0).standard_normal((3, 4))
    x = Variable(array)
    np.testing.assert_allclose(getattr(x, method)(axis).value, getattr(array, method)(axis))
    np.testing.assert_allclose(getattr(x, method)(axis, keepdims=True).value, getattr(array, method)(axis, keepdims=True))


def test_a_method_that_there_is_not_is_refused_in_words():
    x = Variable(np.ones(2, "float32"))
    with pytest.raises(AttributeError, match=r"A tensor has no 'argmax'. There is chainrule.ops.argmax."):
        _ = x.argmax
    with pytest.raises(UnknownAttributeError, match="Did you mean 'value'"):
        _ = x.values
    assert not hasattr(x, "foo")
    assert pickle.loads(pickle.dumps(copy.copy(x))).shape == (2,)
