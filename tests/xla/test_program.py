"""Compiled programs: they compile once, keep their precision to themselves, and give the same bits however a run is cut."""

import jax
import numpy as np
import pytest

from chainrule import ops
from chainrule.backprop import gradient
from chainrule.errors import GraphError
from chainrule.graph import Constant, Placeholder, Variable, as_tensor
from chainrule.xla import Program, StepProgram, evaluate, lower, precision_of


@pytest.fixture
def backend_compilations():
    """Count how often XLA itself compiles."""
    counted = []

    def count(event, duration, **_):
        if event.endswith("backend_compile_duration"):
            counted.append(duration)

    jax.monitoring.register_event_duration_secs_listener(count)
    yield counted
    jax.monitoring.unregister_event_duration_listener(count)


def test_a_program_compiles_once(backend_compilations):
    x = Placeholder((3,))
    program = Program([ops.exp(x).sum(), x * 2], [x])
    assert program.compilations == 0, "not before it is needed"
    program(np.ones(3, np.float32))
    compiled = len(backend_compilations)
    for i in range(5):
        total, double = program(np.full(3, i, np.float32))
        assert float(total) == pytest.approx(3 * np.exp(i), rel=1e-6)
        np.testing.assert_array_equal(double, [2 * i] * 3)
    assert program.compilations == 1
    assert len(backend_compilations) == compiled >= 1


def test_a_program_takes_its_inputs_in_order():
    x, y = Placeholder(()), Variable(np.float32(0))
    program = Program([x - y, y, x], [y, x])
    assert [float(array) for array in program(np.float32(2), np.float32(5))] == [3, 2, 5]


def test_a_program_is_called_with_the_arrays_it_was_made_for():
    x = Placeholder((3,))
    program = Program([x * 2], [x])
    program(np.ones(3, np.float32))
    for other in (np.ones(4, np.float32), np.ones(3, np.int32)):
        with pytest.raises(TypeError):
            program(other)
    assert program.compilations == 1


def test_what_a_program_needs_must_be_given():
    x, y = Placeholder((), name="x"), Variable(np.float32(1), name="y")
    for leaf in (x, y):
        with pytest.raises(GraphError, match=f"{leaf.name} float32.* has no value here: it is not among the inputs of the program"):
            Program([leaf * 2], [])


def test_any_node_may_be_given_and_what_lies_below_is_not_needed():
    x = Placeholder((), name="x")
    middle = ops.exp(x)
    (value,) = lower([middle * middle], [middle], policy={})(np.float32(3))
    assert float(value) == 9


def test_a_policy_replaces_the_lowering_of_an_op_in_loops_too():
    x = Placeholder((2,))
    (last,), _ = ops.scan(lambda h: ([ops.exp(h)], []), [x], length=3)
    outputs = lower([ops.exp(x), last], [x], policy={ops.exp: lambda x: x + 1})(np.zeros(2, np.float32))
    np.testing.assert_array_equal(outputs, [[1, 1], [3, 3]])


def test_values_are_compiled_at_the_first_request_alone():
    x = Variable(np.float32(1))
    y = ops.sin(x) * 2
    for number in (1, 2, 3):
        x.assign(np.float32(number))
        assert float(y.value) == pytest.approx(2 * np.sin(number), rel=1e-6)
    assert y.program[0].compilations == 1
    assert float(evaluate(y)) == float(y.value)


def _is_float32_outside():
    return jax.numpy.asarray(1.0).dtype == np.float32 and not jax.config.jax_enable_x64


def test_float64_is_computed_as_such_and_leaves_jax_as_it_was():
    assert _is_float32_outside()
    x = Variable(np.array([1e-12, 1.0]))
    y = (x + 1) - 1
    assert y.value.dtype == np.float64
    np.testing.assert_allclose(y.value, [1e-12, 1], rtol=1e-3)
    (dx,) = gradient(ops.log1p(x).sum(), [x])
    np.testing.assert_allclose(dx.value, [1 - 1e-12, 0.5], rtol=1e-15)
    assert _is_float32_outside()


def test_float64_within_a_float32_graph_is_computed_as_such():
    x = Variable(np.float32(1))
    y = (((x.astype("float64") + 1e-12) - 1) * 1e12).astype("float32")
    assert float(y.value) == pytest.approx(1, rel=1e-3)
    assert y.value.dtype == np.float32
    rows = Variable(np.array([2**40, 1]))
    assert (rows + 1).value.tolist() == [2**40 + 1, 2]
    assert _is_float32_outside()


def test_float64_within_a_loop_alone_is_computed_as_such():
    x = Variable(np.float32(1))
    (last,), _ = ops.scan(lambda h: ([(((h.astype("float64") + 1e-12) - 1) * 1e12).astype("float32")], []), [x], length=1)
    assert float(last.value) == pytest.approx(1, rel=1e-3)


def test_an_error_within_a_program_leaves_jax_as_it_was():
    x = Placeholder((2,), "float64")
    with pytest.raises(TypeError):
        Program([x * 2], [x])("nothing of the kind")
    assert _is_float32_outside()


def test_only_wide_numbers_ask_for_wide_arithmetic():
    x = Placeholder((2,))
    for wide, nodes in ((False, [x * 2]), (True, [x * 2, Constant(1.0)]), (True, [x.astype("float64").astype("float32")]), (False, [])):
        with precision_of(nodes)():
            assert bool(jax.config.jax_enable_x64) == wide


# Training as StepProgram runs it: a small network with Adam's moving averages, batches picked by number, and random noise.

RANDOM = np.random.default_rng(4)
DATA = RANDOM.standard_normal((40, 6)).astype(np.float32)
TARGETS = RANDOM.standard_normal((40, 3)).astype(np.float32)
ORDER = RANDOM.permutation(40).astype(np.int32).reshape(10, 4)
TOTAL = 10


def _training(recurrent=False):
    """Return the state's leaves, what follows them, what is emitted, the step's number, the fixed leaves, and the first state."""
    index = Placeholder((), "int32", name="index")
    data, targets, order = fixed = [Placeholder(array.shape, array.dtype) for array in (DATA, TARGETS, ORDER)]
    random = np.random.default_rng(8)
    first = [random.standard_normal(shape).astype(np.float32) * 0.3 for shape in ((6, 5), (5,), (5, 3))]
    weights = [Placeholder(array.shape, array.dtype) for array in first]
    moments = [Placeholder(array.shape, array.dtype) for array in first]
    into, bias, out = weights

    rows = ops.take(order, index)
    key = ops.random_fold(as_tensor(ops.random_key(3)), index)
    x = ops.take(data, rows) + ops.random_normal(key, shape=(4, 6), dtype=np.dtype("float32")) * 0.1
    if recurrent:
        (hidden,), _ = ops.scan(lambda h, column: ([ops.tanh(h + column @ into + bias)], []), [x[:, :5] * 0], [ops.stack([x, x * x])])
    else:
        hidden = ops.tanh(x @ into + bias)
    difference = hidden @ out - ops.take(targets, rows)
    loss = (difference * difference).mean()
    following = []
    for weight, moment, slope in zip(weights, moments, gradient(loss, weights), strict=True):
        average = moment * 0.9 + slope * slope * 0.1
        following.append((weight - slope * 0.05 * ops.rsqrt(average + 1e-6), average))
    new_weights, new_moments = zip(*following, strict=True)
    norm = sum((weight * weight).sum() for weight in new_weights)
    emitted = ops.stack([loss, norm])
    start = [*first, *(np.zeros_like(array) for array in first)]
    return [*weights, *moments], [*new_weights, *new_moments], emitted, index, fixed, start


def _run(program, start, cuts):
    """Return the last state and all that was emitted, as bits."""
    state, step, emitted = tuple(np.copy(array) for array in start), 0, []
    for count in cuts:
        state, kept = program(state, step, count, (DATA, TARGETS, ORDER))
        emitted.append(np.asarray(kept)[:count])
        step += count
    assert step == TOTAL
    return b"".join(np.asarray(array).tobytes() for array in state), np.concatenate(emitted)


@pytest.mark.parametrize("recurrent", [False, True], ids=["plain", "with a loop in each step"])
def test_a_run_is_the_same_to_the_bit_however_it_is_cut(recurrent, backend_compilations):
    *arguments, start = _training(recurrent)
    program = StepProgram(*arguments, capacity=TOTAL)
    whole, emitted = _run(program, start, [TOTAL])
    assert emitted.shape == (TOTAL, 2)
    assert np.isfinite(emitted).all()
    assert len(np.unique(emitted[:, 0])) == TOTAL, "each step saw a batch of its own"
    compiled = len(backend_compilations)
    for cuts in ([1] * TOTAL, [3, 7], [7, 3], [1, 2, 3, 4], [5, 0, 5]):
        state, pieces = _run(program, start, cuts)
        assert state == whole, cuts
        assert pieces.tobytes() == emitted.tobytes(), cuts
    assert program.compilations == 1
    assert len(backend_compilations) == compiled, "one compilation serves every cut"


def test_the_capacity_does_not_change_the_bits():
    *arguments, start = _training()
    runs = [_run(StepProgram(*arguments, capacity=capacity), start, [2] * 5) for capacity in (2, 3, TOTAL)]
    assert {state for state, _ in runs} == {runs[0][0]}
    assert {emitted.tobytes() for _, emitted in runs} == {runs[0][1].tobytes()}


def test_a_run_goes_on_from_any_step():
    *arguments, start = _training()
    program = StepProgram(*arguments, capacity=TOTAL)
    fixed = (DATA, TARGETS, ORDER)
    middle, _ = program(tuple(map(np.copy, start)), 0, 4, fixed)
    kept = [np.asarray(array).copy() for array in middle]
    at_once, _ = program(middle, 4, 6, fixed)
    resumed, _ = program(tuple(kept), 4, 6, fixed)
    for one, other in zip(at_once, resumed, strict=True):
        np.testing.assert_array_equal(one, other)


def test_steps_in_one_dispatch_agree_with_single_programs():
    state, following, emitted, index, fixed, start = _training()
    steps, _ = _run(StepProgram(state, following, emitted, index, fixed, capacity=TOTAL), start, [TOTAL])
    single, arrays = Program([*following, emitted], [*state, index, *fixed]), start
    for step in range(TOTAL):
        *arrays, _ = single(*arrays, np.int32(step), DATA, TARGETS, ORDER)
    sizes = [array.size for array in start]
    found = np.split(np.frombuffer(steps, np.float32), np.cumsum(sizes)[:-1])
    for array, wanted in zip(found, arrays, strict=True):
        np.testing.assert_allclose(array, np.ravel(wanted), rtol=1e-4, atol=1e-6)


def test_more_steps_than_the_capacity_are_refused():
    *arguments, start = _training()
    program = StepProgram(*arguments, capacity=2)
    with pytest.raises(ValueError, match="capacity"):
        program(tuple(map(np.copy, start)), 0, 3, (DATA, TARGETS, ORDER))


def test_the_state_is_given_away():
    *arguments, start = _training()
    program = StepProgram(*arguments, capacity=TOTAL)
    state, _ = program(tuple(map(np.copy, start)), 0, 1, (DATA, TARGETS, ORDER))
    program(state, 1, 1, (DATA, TARGETS, ORDER))
    assert all(array.is_deleted() for array in state)


def test_steps_in_float64_leave_jax_as_it_was():
    x, index = Placeholder((), "float64"), Placeholder((), "int32")
    following = x + 1e-12 * index.astype("float64")
    program = StepProgram([x], [following], following.reshape(1), index, [], capacity=4)
    (last,), emitted = program((np.float64(1),), 1, 3, ())
    assert float(last) - 1 == pytest.approx(6e-12, rel=1e-3)
    assert (last.dtype, emitted.dtype) == (np.float64, np.float64)
    assert _is_float32_outside()
