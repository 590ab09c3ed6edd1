"""A branch: its value and gradients to second order against JAX's where, and that it is not computed when it is not wanted."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gradients import check

from chainrule import ops
from chainrule.errors import DtypeError, ShapeError
from chainrule.graph import Placeholder, Variable
from chainrule.xla import Program, lower
from chainrule.xla.policy import policy_for


@pytest.mark.parametrize("threshold", [-100.0, 100.0], ids=["taken", "passed over"])
def test_values_and_gradients_are_those_of_jax(threshold):
    random = np.random.default_rng(1)

    def build(x, w):
        product = x @ w
        value = ops.tanh(product) * x.sum() + w.sum()
        return ops.cond(x.sum() > threshold, value, [product, x, w])

    def reference(x, w):
        value = jnp.tanh(x @ w) * x.sum() + w.sum()
        return jnp.where(x.sum() > threshold, value, jnp.zeros_like(value))

    check(build, random.standard_normal((3, 4)), random.standard_normal((4, 2)), reference=reference)


def test_what_is_not_wanted_stands_in_a_conditional():
    x = Placeholder((4,), "float32")
    y = ops.cond(x.sum() > 0.0, ops.exp(x).sum(), [x])
    function = lower([y], [x], policy={})
    outer = str(jax.make_jaxpr(lambda array: function(array))(np.ones(4, np.float32)))
    assert "cond" in outer
    assert outer.index("exp") > outer.index("cond")
    program = Program([y], [x])
    assert float(program(np.full(4, -1.0, np.float32))[0]) == 0.0
    assert float(program(np.ones(4, np.float32))[0]) == pytest.approx(4 * np.e)


def test_a_predicate_must_be_one_truth_value():
    x = Variable(np.ones(3, np.float32))
    with pytest.raises(ShapeError, match="one truth value"):
        ops.cond(x > 0.0, x, [x])
    with pytest.raises(DtypeError, match="truth value"):
        ops.cond(x.sum(), x, [x])


def test_what_a_barrier_computes_has_the_values_and_gradients_of_jax():
    random = np.random.default_rng(2)

    def build(x, w):
        product = x @ w
        return ops.barrier(ops.tanh(product) * w.sum(), [product, w]) + product

    def reference(x, w):
        return jnp.tanh(x @ w) * w.sum() + x @ w

    check(build, random.standard_normal((3, 4)), random.standard_normal((4, 2)), reference=reference)


@pytest.mark.parametrize("first", [np.zeros(4, np.float32), np.full(4, np.nan, np.float32), np.zeros(4, np.uint8), np.zeros(4, bool)])
def test_on_a_cpu_a_barrier_is_a_branch_that_is_always_taken(first):
    x, flag = Placeholder((4,), "float32"), Placeholder((4,), first.dtype)
    y = ops.barrier(ops.exp(x) * 2, [flag, x])
    function = lower([y], [flag, x], policy=policy_for("cpu"))
    compiled = jax.jit(lambda *arrays: function(*arrays)).lower(first, np.ones(4, np.float32)).compile()
    assert "conditional" in compiled.as_text()
    np.testing.assert_allclose(compiled(first, np.ones(4, np.float32))[0], 2 * np.e, rtol=1e-6)
    assert "cond" not in str(jax.make_jaxpr(lambda *arrays: lower([y], [flag, x], policy={})(*arrays))(first, np.ones(4, np.float32)))
