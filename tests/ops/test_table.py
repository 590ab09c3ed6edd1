"""What holds for every op in the table, on each of its samples."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gradients import check_against_differences, check_against_jax, fill

import chainrule.ops
from chainrule.backprop import gradient
from chainrule.errors import DtypeError
from chainrule.graph import OPS, NoGradient, Placeholder, Tensor, TensorType
from chainrule.xla import lower, precision_of

# Ops without samples, and where they are tested instead.
WITHOUT_SAMPLES = {
    "branch": "its attribute is a graph: test_branch.py",
    "region": "its attribute is a graph: test_branch.py",
    "item": "its input is a node with several outputs, which only a loop has: test_loop.py",
    "loop": "its attribute is a graph: test_loop.py",
}

# Ops with a pullback that by their meaning have no derivative in an input: what stands in its place.
SELECTING = {
    ("where", 0): "a condition only selects",
    ("take", 1): "an index only selects",
    ("scatter_add", 1): "an index only selects",
    ("take_along", 1): "an index only selects",
    ("place_along", 1): "an index only selects",
    ("max_pool_to_input", 0): "it only decides which element is the largest",
    ("max_pool_pick", 0): "it only decides which element is the largest",
}

DTYPES = (np.float64, np.float32, jnp.bfloat16)
OPS_NOW = tuple(OPS.values())
SAMPLES = [pytest.param(op, sample, id=f"{op.name}-{i}") for op in OPS_NOW for i, sample in enumerate(op.samples)]
SMOOTH = [parameters for parameters in SAMPLES if not isinstance(parameters.values[0].pullback, NoGradient)]
DISCRETE = [parameters for parameters in SAMPLES if isinstance(parameters.values[0].pullback, NoGradient)]


def _leaves(sample, dtype=np.float64):
    return [Placeholder(np.shape(array), np.asarray(array).dtype) for array in fill(sample, dtype)]


def _types_computed(outputs, leaves):
    arguments = [jax.ShapeDtypeStruct(leaf.shape, leaf.dtype) for leaf in leaves]
    with precision_of([*outputs, *leaves])(), jax.numpy_dtype_promotion("strict"):
        return [TensorType(array.shape, array.dtype) for array in jax.eval_shape(lower(outputs, leaves, policy={}), *arguments)]


def test_every_op_has_samples_or_a_reason():
    assert {op.name for op in OPS_NOW if not op.samples} == set(WITHOUT_SAMPLES)


def test_every_op_that_is_a_public_function_is_listed():
    public = {value for name in chainrule.ops.__all__ if (value := getattr(chainrule.ops, name)) in OPS_NOW}
    wrapped = {"matmul", "one_hot"}  # the function of this name chooses how to use the op
    assert {op.name for op in OPS_NOW if op not in public} == wrapped


@pytest.mark.parametrize("op", OPS_NOW, ids=lambda op: op.name)
def test_every_op_says_its_formula(op):
    assert op.formula
    assert OPS[op.name] is op


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
@pytest.mark.parametrize(("op", "sample"), SAMPLES)
def test_the_shape_rule_is_what_the_lowering_gives(op, sample, dtype):
    leaves = _leaves(sample, dtype)
    y = op(*leaves, **sample.attributes)
    assert _types_computed([y], leaves) == list(y.types)


@pytest.mark.parametrize("dtype", [np.int8, np.uint32, np.int64, np.bool_], ids=lambda dtype: dtype.__name__)
@pytest.mark.parametrize(("op", "sample"), SAMPLES)
def test_the_shape_rule_refuses_or_is_what_the_lowering_gives_for_whole_numbers(op, sample, dtype):
    leaves = _leaves(sample, dtype)
    try:
        y = op(*leaves, **sample.attributes)
    except DtypeError:
        return
    assert _types_computed([y], leaves) == list(y.types)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_a_gradient_has_the_type_of_its_input(op, sample, dtype):
    leaves = _leaves(sample, dtype)
    y = op(*leaves, **sample.attributes)
    dxs = gradient(y.sum(), leaves)
    found = [(leaf, dx) for leaf, dx in zip(leaves, dxs, strict=True) if isinstance(dx, Tensor)]
    assert [dx.type for _, dx in found] == [leaf.type for leaf, _ in found]
    assert _types_computed([dx for _, dx in found], leaves) == [leaf.type for leaf, _ in found]


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_the_pullback_to_second_order_against_finite_differences(op, sample):
    check_against_differences(lambda *inputs: op(*inputs, **sample.attributes), *fill(sample))


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_the_pullback_to_second_order_against_jax(op, sample):
    check_against_jax(lambda *inputs: op(*inputs, **sample.attributes), *fill(sample))


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_an_input_has_a_gradient_or_a_reason(op, sample):
    leaves = _leaves(sample)
    for position, dx in enumerate(gradient(op(*leaves, **sample.attributes).sum(), leaves)):
        if (op.name, position) in SELECTING:
            assert isinstance(dx, NoGradient)
            assert dx.reason.startswith(f"{op.name} at {__file__}:")
            assert dx.reason.endswith(SELECTING[op.name, position])
        elif leaves[position].dtype.kind == "f":
            assert isinstance(dx, Tensor)
        else:
            assert dx.reason.endswith(f"{leaves[position].dtype} holds whole numbers")


@pytest.mark.parametrize(("op", "sample"), DISCRETE)
def test_a_discrete_op_says_why_it_has_no_gradient(op, sample):
    leaves = _leaves(sample)
    y = op(*leaves, **sample.attributes)
    for dx in gradient(y.astype("float64").sum(), leaves):
        assert isinstance(dx, NoGradient)
        assert dx.reason.startswith(f"{op.name} at {__file__}:")
        assert dx.reason.endswith(op.pullback.reason)
