"""Loops: values and gradients to second order against JAX's own scan, and how often a loop runs."""

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gradients import check
from jax import lax

from chainrule import ops
from chainrule.backprop import gradient
from chainrule.errors import ArgumentError, DtypeError, ShapeError
from chainrule.graph import OPS, Placeholder, Tensor, Variable, as_tensor, substitute, topological
from chainrule.xla import Program, lower, merge_loops


def _scan_in_jax(step, carries, sequences=(), length=None, reverse=False):
    def body(carry, elements):
        after, outputs = step(*carry, *elements)
        return tuple(after), tuple(outputs)

    return lax.scan(body, tuple(map(jnp.asarray, carries)), tuple(sequences), length, reverse)


# Each case below is written once, and means a graph in the one room and arrays in the other.
GRAPH = SimpleNamespace(
    scan=ops.scan,
    tanh=ops.tanh,
    exp=ops.exp,
    sin=ops.sin,
    take=ops.take,
    transpose=lambda x, axes: ops.transpose(x, axes=axes),
    array=lambda x: as_tensor(np.asarray(x)),
    join=lambda xs: ops.concatenate(*(x.astype("float64").reshape(-1) for x in xs), axis=0),
)
ARRAYS = SimpleNamespace(
    scan=_scan_in_jax,
    tanh=jnp.tanh,
    exp=jnp.exp,
    sin=jnp.sin,
    take=lambda x, indices: jnp.asarray(x)[indices],
    transpose=jnp.transpose,
    array=jnp.asarray,
    join=lambda xs: jnp.concatenate([x.astype("float64").reshape(-1) for x in xs]),
)


def recurrent(m, h, xs, w, v, b, reverse=False):
    """Weights, an input and a bias from outside; the output is also the carry."""

    def step(h, x):
        h = m.tanh(h @ w + x @ v + b)
        return [h], [h]

    (last,), (hs,) = m.scan(step, [h], [xs], reverse=reverse)
    return [last, hs]


def backwards(m, *arrays):
    """From the last element to the first."""
    return recurrent(m, *arrays, reverse=True)


def single_step(m, *arrays):
    """A loop of length one, which XLA inlines."""
    return recurrent(m, *arrays)


def last_carry_alone(m, *arrays):
    """Nothing asks for the outputs, so no gradient arrives at them."""
    return recurrent(m, *arrays)[:1]


def outputs_alone(m, *arrays):
    """Nothing asks for the last carry."""
    return recurrent(m, *arrays)[1:]


def counting(m, h, xs):
    """A whole number among the carries, which scales each step."""

    def step(count, h, x):
        h = m.sin(h * x * (count + 1).astype("float64"))
        return [count + 2, h], [count, h]

    return m.join_all(m.scan(step, [m.array(np.int32(1)), h], [xs]))


def without_sequences(m, h, w):
    """A length instead of sequences."""
    return m.join_all(m.scan(lambda h: ([m.tanh(h @ w)], [h.sum()]), [h], length=3))


def without_carries(m, xs, w):
    """Each step on its own."""
    return m.join_all(m.scan(lambda x: ([], [m.exp(x @ w), x]), [], [xs]))


def weight_used_twice(m, h, xs, w):
    """Two products with one weight in the body: their gradients add up."""
    return m.join_all(m.scan(lambda h, x: ([m.tanh(m.tanh(h @ w) @ w + x)], [h]), [h], [xs]))


def weight_on_the_left(m, h, xs, w):
    """The weight's gradient is dy hᵀ, not a transpose of something first."""
    return m.join_all(m.scan(lambda h, x: ([m.tanh(w @ h) * x], [h]), [h], [xs]))


def weight_transposed(m, h, xs, w):
    """The gradient of a product's transpose is a product of a transpose."""
    return m.join_all(m.scan(lambda h, x: ([m.tanh((w.T @ h).T + x)], [h @ w.T]), [h], [xs]))


def transpose_in_place(m, h, xs, w):
    """A transpose that exchanges nothing must not pass for one."""
    return m.join_all(m.scan(lambda h, x: ([m.tanh(m.transpose(w @ h, (0, 1)) + x)], []), [h], [xs]))


def weight_times_weight(m, h, xs, w, v):
    """Factors of the weight's gradient that are the same at every step."""
    return m.join_all(m.scan(lambda h, x: ([h * x + v @ w], [m.tanh(v) @ w]), [h], [xs]))


def carries_in_every_way(m, a, b, c, xs):
    """One carry is kept as it is, one is replaced by an element, one is not used; one element is an output as it is."""
    return m.join_all(m.scan(lambda a, b, c, x: ([a, x, a * x], [x, b]), [a, b, c], [xs]))


def carries_exchanged(m, a, b, xs):
    """Each carry becomes the other."""
    return m.join_all(m.scan(lambda a, b, x: ([b, m.sin(a) * x], []), [a, b], [xs]))


def one_tensor_in_two_places(m, h, xs):
    """One node is both carries and both outputs: it receives four gradients."""

    def step(a, b, x):
        y = m.sin(a * x) + b
        return [y, y], [y, y]

    return m.join_all(m.scan(step, [h, h], [xs]))


def picked_by_index(m, h, rows, table):
    """Whole numbers as a sequence, which pick rows of a captured table."""
    return m.join_all(m.scan(lambda h, i: ([m.tanh(h + m.take(table, i))], [h]), [h], [rows]))


def stacked(m, h, xs, w):
    """The outputs of one loop are the sequence of the next."""
    (last,), (hs,) = m.scan(lambda h, x: ([m.tanh(h @ w + x)], [h * x]), [h], [xs])
    return [last, *m.join_all(m.scan(lambda h, x: ([m.sin(h @ w * x)], [h]), [last], [hs], reverse=True))]


def nested(m, h, xs, ys, w, v):
    """A loop within each step of another, with a weight of its own and the outer step's element and carry from outside."""

    def outer(h, x):
        (inner,), (hs,) = m.scan(lambda g, y: ([m.tanh(g @ v * y + x + h)], [g * h]), [h @ w], [ys])
        return [m.sin(inner)], [hs.sum(0)]

    return m.join_all(m.scan(outer, [h], [xs]))


def one_tensor_in_every_role(m, xs, w):
    """A sequence, a first carry and a constant that are the same tensors."""
    return m.join_all(m.scan(lambda h, x: ([m.sin(h @ w) * x], [h * xs.sum(0)]), [w], [xs]))


def products_of_three_axes(m, h, xs, w):
    """Leading axes of a product's rows become one."""
    return m.join_all(m.scan(lambda h, x: ([m.tanh((x * h) @ w)], [h]), [h], [xs]))


GRAPH.join_all = ARRAYS.join_all = lambda found: [*found[0], *found[1]]


def _random(*shapes):
    random = np.random.default_rng(5)
    return [random.uniform(-1, 1, shape) for shape in shapes]


RECURRENT = _random((2, 3), (4, 2, 2), (3, 3), (2, 3), (3,))
ROWS = np.array([0, 2, 2], np.int32)

CASES = {
    recurrent: RECURRENT,
    single_step: _random((2, 3), (1, 2, 2), (3, 3), (2, 3), (3,)),
    backwards: RECURRENT,
    last_carry_alone: RECURRENT,
    outputs_alone: RECURRENT,
    counting: _random((2,), (3, 2)),
    without_sequences: _random((2, 3), (3, 3)),
    without_carries: _random((3, 2, 2), (2, 2)),
    weight_used_twice: _random((2, 3), (3, 2, 3), (3, 3)),
    weight_on_the_left: _random((3, 2), (3, 3, 2), (3, 3)),
    weight_transposed: _random((2, 2), (3, 2, 2), (2, 2)),
    transpose_in_place: _random((2, 2), (3, 2, 2), (2, 2)),
    weight_times_weight: _random((2, 2), (3, 2, 2), (2, 2), (2, 2)),
    carries_in_every_way: _random((2,), (2,), (2,), (3, 2)),
    carries_exchanged: _random((2,), (2,), (3, 2)),
    one_tensor_in_two_places: _random((2,), (3, 2)),
    picked_by_index: [*_random((2,)), ROWS, *_random((4, 2))],
    stacked: _random((2, 2), (3, 2, 2), (2, 2)),
    nested: _random((2, 2), (3, 2, 2), (2, 2, 2), (2, 2), (2, 2)),
    one_tensor_in_every_role: _random((3, 2, 2), (2, 2)),
    products_of_three_axes: _random((2, 3, 2), (3, 2, 3, 2), (2, 2)),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_values_and_gradients_are_those_of_jax_scan(case):
    check(lambda *tensors: GRAPH.join(case(GRAPH, *tensors)), *CASES[case], reference=lambda *arrays: ARRAYS.join(case(ARRAYS, *arrays)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_compiled_loop_gives_what_its_steps_give(case):
    leaves = [Placeholder(array.shape, array.dtype) for array in CASES[case]]
    y = GRAPH.join(case(GRAPH, *leaves))
    wanted = [y, *(dx for dx in gradient(y.sum(), leaves) if isinstance(dx, Tensor))]
    with jax.enable_x64(True), jax.disable_jit():
        step_by_step = lower(wanted, leaves, policy={})(*CASES[case])
    for compiled, stepped in zip(Program(wanted, leaves)(*CASES[case]), step_by_step, strict=True):
        np.testing.assert_allclose(compiled, stepped, rtol=1e-12, atol=1e-14)


def _recurrent_loss(name="recurrent"):
    case = {case.__name__: case for case in CASES}[name]
    leaves = [Variable(array, name=f"input {i}") for i, array in enumerate(CASES[case])]
    return GRAPH.join(case(GRAPH, *leaves)).sum(), leaves


def _loops(outputs):
    return [node for node in topological(merge_loops(outputs)) if node.op is ops.loop]


@pytest.mark.parametrize(("name", "forward"), [("recurrent", 1), ("stacked", 2), ("nested", 1)])
def test_the_loop_that_keeps_more_replaces_the_forward_loop(name, forward):
    loss, leaves = _recurrent_loss(name)
    gradients = gradient(loss, leaves)
    assert len(_loops([loss])) == forward
    assert len(_loops([loss, *gradients])) == 2 * forward, "one loop forward and one back for each that was written"


def test_loops_run_once_at_second_order_too():
    loss, leaves = _recurrent_loss()
    first = gradient(loss, leaves)
    second = gradient(sum((dx * dx).sum() for dx in first), leaves)
    assert len(_loops([loss, *first, *second])) == 4, "forward, back, and the way back through each of the two"


def test_a_weight_gradient_is_one_product_after_the_loop():
    loss, (h, xs, w, v, _) = _recurrent_loss()
    for weight in gradient(loss, [w, v]):
        assert weight.op is OPS["matmul"]
        assert weight.inputs[0].shape == (weight.shape[0], xs.shape[0] * h.shape[0]), "all steps and examples in one row"


def test_merging_leaves_a_loop_over_other_inputs_alone():
    loss, leaves = _recurrent_loss()
    dxs = gradient(loss, leaves[1:2])
    shifted = leaves[0] + 1
    (elsewhere,) = substitute([loss], {leaves[0]: shifted})
    assert len(_loops([elsewhere, *dxs])) == 3, "the same body over another first carry, and the gradient's own two"
    together, alone = Program([elsewhere, *dxs], leaves), Program([elsewhere], leaves)
    arrays = [leaf.value for leaf in leaves]
    np.testing.assert_allclose(together(*arrays)[0], alone(*arrays)[0], rtol=1e-12)


def test_a_loop_says_why_there_is_no_gradient():
    flags = Variable(np.array([True, False]))
    rows = Variable(np.array([0, 1], np.int32))
    h, unused = Variable(np.ones(2)), Variable(np.ones(2))
    (last,), _ = ops.scan(lambda h, i, flag: ([ops.where(flag, h * i.astype("float64"), h)], []), [h], [rows, flags])
    dh, *absent = gradient(last.sum(), [h, rows, flags, unused])
    assert isinstance(dh, Tensor)
    assert [absence.reason.split(": ")[-1] for absence in absent] == [
        "the loop does not depend on it smoothly",
        "the loop does not depend on it smoothly",
        "no path leads from it to the target",
    ]


def test_a_carry_that_changes_type_is_an_error():
    h, xs = as_tensor(np.zeros(2)), as_tensor(np.zeros((3, 2)))
    with pytest.raises(ShapeError, match=r"loop: a carry must keep its type.* began as float64\[2\] and became float64\[\]"):
        ops.scan(lambda h, x: ([h.sum()], []), [h], [xs])
    with pytest.raises(DtypeError, match=r"began as float64\[2\] and became float32\[2\]"):
        ops.scan(lambda h, x: ([h.astype("float32")], []), [h], [xs])


def test_a_loop_has_one_length():
    two, three = as_tensor(np.zeros(2)), as_tensor(np.zeros(3))
    for sequences, length in (((two, three), None), ((two,), 3), ((), None)):
        with pytest.raises(ShapeError, match=f"loop: a loop must have one length.*{__file__}"):
            ops.scan(lambda *_: ([], []), [], sequences, length)


def test_a_step_returns_the_carries_it_takes():
    with pytest.raises(ArgumentError, match="as many carries as it takes, 1. Got 2 instead"):
        ops.scan(lambda h: ([h, h], []), [as_tensor(1.0)], length=2)


def test_a_loop_of_no_steps_gives_its_first_carries():
    h, xs = Variable(np.ones(2)), Variable(np.ones((0, 2)))
    (last,), (hs,) = ops.scan(lambda h, x: ([h * x], [h]), [h], [xs])
    assert hs.shape == (0, 2)
    np.testing.assert_array_equal(last.value, h.value)
    np.testing.assert_array_equal(gradient(last.sum(), [h])[0].value, np.ones(2))
