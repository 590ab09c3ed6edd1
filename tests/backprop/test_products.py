"""Products with Jacobians and Hessians, against JAX's."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import chainrule as cr
from chainrule import ops
from chainrule.backprop import hessian_vector_product, jacobian_vector_product
from chainrule.errors import ArgumentError

RANDOM = np.random.default_rng(11)
X, W, B = (RANDOM.standard_normal(shape).astype("float32") for shape in [(5, 4), (4, 3), (3,)])
DW, DB = RANDOM.standard_normal(W.shape).astype("float32"), RANDOM.standard_normal(B.shape).astype("float32")


def network(w, b, m):
    return m.tanh(X @ w + b) if m is jnp else ops.tanh(ops.matmul(ops.as_tensor(X), w) + b)


def test_jacobian_vector_product_is_jaxs() -> None:
    w, b = cr.Variable(W), cr.Variable(B)
    found = jacobian_vector_product(network(w, b, ops), [w, b], [ops.as_tensor(DW), ops.as_tensor(DB)])
    _, wanted = jax.jvp(lambda w, b: network(w, b, jnp), (W, B), (DW, DB))
    np.testing.assert_allclose(found.value, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("steps", [1, 6])
def test_through_a_loop(steps: int) -> None:
    w, h = cr.Variable(W[:3]), cr.Variable(X[:, :3])
    (last,), _ = ops.scan(lambda h: ([ops.tanh(ops.matmul(h, w))], []), [h], length=steps)
    found = jacobian_vector_product(last, [w], [ops.as_tensor(DW[:3])])

    def loop(w):
        h = X[:, :3]
        for _ in range(steps):
            h = jnp.tanh(h @ w)
        return h

    np.testing.assert_allclose(found.value, jax.jvp(loop, (W[:3],), (DW[:3],))[1], rtol=1e-5, atol=1e-6)


def test_hessian_vector_product_is_jaxs() -> None:
    w, b = cr.Variable(W), cr.Variable(B)
    found = hessian_vector_product(ops.square(network(w, b, ops)).sum(), [w, b], [ops.as_tensor(DW), ops.as_tensor(DB)])
    _, wanted = jax.jvp(jax.grad(lambda v: jnp.sum(network(v[0], v[1], jnp) ** 2)), ((W, B),), ((DW, DB),))
    for ours, theirs in zip(found, wanted, strict=True):
        np.testing.assert_allclose(ours.value, theirs, rtol=1e-4, atol=1e-5)


def test_what_is_not_reached_has_zeros_and_what_is_linear_has_no_curvature() -> None:
    x, other = cr.Variable(X), cr.Variable(B)
    np.testing.assert_array_equal(jacobian_vector_product(x * 2.0, [other], [other]).value, np.zeros_like(X))
    (curvature,) = hessian_vector_product((x * 2.0).sum(), [x], [x])
    np.testing.assert_array_equal(curvature.value, np.zeros_like(X))
    with pytest.raises(ArgumentError, match="no gradient with respect to"):
        hessian_vector_product((x * 2.0).sum(), [other], [other])
