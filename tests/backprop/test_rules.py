"""Another table of rules: feedback alignment and guided backpropagation against NumPy, and that loops and branches pass it on."""

import numpy as np
import pytest

from chainrule import ops
from chainrule.backprop import PULLBACKS, Rules, gradient, jacobian_vector_product, pull_back
from chainrule.graph import OPS, NoGradient, Tensor, Variable
from chainrule.ops.products import matmul_op, swap_last

RANDOM = np.random.default_rng(0)
X, W1, W2 = (RANDOM.standard_normal(shape) for shape in ((5, 3), (3, 4), (4, 2)))
B = RANDOM.standard_normal((4, 2))


def _aligned(feedback):
    """Return the table in which a product passes gradients back through `feedback(b)` instead of its second input b."""
    return PULLBACKS | {matmul_op: lambda dy, y, a, b: (matmul_op(dy, swap_last(feedback(b))), matmul_op(swap_last(a), dy))}


def _network():
    w1, w2 = Variable(W1, name="w1"), Variable(W2, name="w2")
    hidden = ops.tanh(ops.as_tensor(X) @ w1)
    return (hidden @ w2).sum(), w1, w2


def test_a_table_is_read_for_every_op_and_gives_each_its_own_pullback():
    assert len(PULLBACKS) == len(OPS)
    assert all(PULLBACKS[op] is op.pullback for op in OPS.values())
    other = PULLBACKS | {ops.relu: NoGradient("held")}
    assert {op.name for op in other if other[op] is not op.pullback} == {"relu"}
    assert PULLBACKS[ops.relu] is ops.relu.pullback
    assert Rules({ops.tanh: ops.relu.pullback})[ops.tanh] is ops.relu.pullback


def test_feedback_by_the_weights_themselves_is_backpropagation():
    loss, w1, w2 = _network()
    for found, wanted in zip(gradient(loss, [w1, w2], rules=_aligned(lambda b: b)), gradient(loss, [w1, w2]), strict=True):
        np.testing.assert_array_equal(found.value, wanted.value)


def test_feedback_by_a_fixed_matrix_is_feedback_alignment():
    loss, w1, w2 = _network()
    dw1, dw2 = gradient(loss, [w1, w2], rules=_aligned(lambda b: ops.as_tensor(B) if b is w2 else b))
    hidden, dy = np.tanh(X @ W1), np.ones((5, 2))
    np.testing.assert_allclose(dw2.value, hidden.T @ dy)
    np.testing.assert_allclose(dw1.value, X.T @ ((dy @ B.T) * (1 - hidden**2)))


def test_a_rule_knows_the_forward_node():
    paths = []
    loss, w1, _ = _network()
    gradient(loss, [w1], rules=PULLBACKS | {ops.tanh: lambda dy, y, x: paths.append(y.origin.line) or (dy,)})
    assert [path.rpartition(":")[0] for path in paths] == [__file__]


def test_guided_backpropagation_passes_only_positive_gradients():
    guided = PULLBACKS | {ops.relu: lambda dy, y, x: (ops.where(ops.logical_and(y > 0, dy > 0), dy, 0),)}
    x = Variable(np.array([1.0, -1.0, 2.0]))
    (dx,) = gradient((ops.relu(x) * np.array([3.0, 3.0, -3.0])).sum(), [x], rules=guided)
    np.testing.assert_array_equal(dx.value, [3.0, 0.0, 0.0])


def test_a_rule_gives_a_discrete_op_a_gradient():
    x = Variable(np.array([0.2, 1.7]))
    straight_through = PULLBACKS | {ops.round: lambda dy, y, x: (dy,)}
    assert isinstance(gradient(ops.round(x).sum(), [x])[0], NoGradient)
    np.testing.assert_array_equal(gradient((ops.round(x) * 3).sum(), [x], rules=straight_through)[0].value, [3, 3])


def _in_loop(x, w):
    (last,), _ = ops.scan(lambda h: ([ops.tanh(h @ w)], []), [x], length=3)
    return last


def _in_branch(x, w):
    return ops.cond(x.sum() < 1e9, ops.tanh(ops.tanh(ops.tanh(x @ w) @ w) @ w), [x, w])


def _in_region(x, w):
    return ops.barrier(ops.tanh(ops.tanh(ops.tanh(x @ w) @ w) @ w), [x, w])


@pytest.mark.parametrize("build", [_in_loop, _in_branch, _in_region])
def test_loops_and_branches_pass_the_table_on(build):
    """Against the same computation written out."""
    x, w = Variable(X), Variable(RANDOM.standard_normal((3, 3)))
    feedback = ops.as_tensor(RANDOM.standard_normal((3, 3)))
    rules = _aligned(lambda b: feedback)
    written_out = ops.tanh(ops.tanh(ops.tanh(x @ w) @ w) @ w)
    found, wanted = (gradient(y.sum(), [x, w], rules=rules) for y in (build(x, w), written_out))
    for mine, theirs in zip(found, wanted, strict=True):
        np.testing.assert_allclose(mine.value, theirs.value)
    assert not np.allclose(found[0].value, gradient(written_out.sum(), [x])[0].value)


def test_the_product_with_a_direction_uses_the_table():
    """J v for the J of the table: u · (J v) = (Jᵀ u) · v for any u."""
    loss, w1, w2 = _network()
    y, rules = loss.inputs[0], _aligned(lambda b: ops.as_tensor(B) if b is w2 else b)
    u, v = RANDOM.standard_normal(y.shape), RANDOM.standard_normal(W1.shape)
    (back,) = gradient(y, [w1], u, rules)
    forward = jacobian_vector_product(y, [w1], [ops.as_tensor(v)], rules)
    np.testing.assert_allclose(np.sum(u * np.asarray(forward.value)), np.sum(np.asarray(back.value) * v))


def test_one_node_passes_back_what_its_rule_says_in_its_inputs_shapes():
    a, b = Variable(np.ones((2, 3))), Variable(np.ones(3))
    parts = pull_back(a + b, [ops.as_tensor(np.full((2, 3), 5.0))])
    assert [np.asarray(part.value).tolist() for part in parts if isinstance(part, Tensor)] == [[[5.0] * 3] * 2, [10.0] * 3]
