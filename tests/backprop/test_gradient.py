"""The walk back over the graph: sums over paths, seeds, sources inside the graph, and reasons where there is no gradient."""

import inspect

import numpy as np
import pytest
from gradients import check

from chainrule import ops
from chainrule.backprop import differentiate, gradient
from chainrule.errors import ArgumentError
from chainrule.graph import NoGradient, Tensor, Variable, as_tensor, topological


def _variable(*shape, name=""):
    return Variable(np.random.default_rng(1).uniform(0.5, 1.5, shape), name=name)


def _here():
    return f"{__file__}:{inspect.currentframe().f_back.f_lineno}"


def test_paths_add_up():
    def network(x, w):
        hidden = ops.tanh(x @ w)
        return (hidden * x + ops.exp(hidden) / (1 + hidden * hidden)) @ w.T + hidden

    random = np.random.default_rng(2)
    check(network, random.standard_normal((3, 2)), random.standard_normal((2, 2)), order=3)


def test_the_gradient_of_the_target_is_its_seed():
    x = _variable()
    seed = as_tensor(np.array(2.5))
    assert gradient(x, [x], seed) == [seed]
    assert float(gradient(x, [x])[0].value) == 1


def test_a_source_may_stand_inside_the_graph():
    x = _variable(3)
    y = ops.sin(x)
    z = (y * y).sum()
    dx, dy = gradient(z, [x, y])
    np.testing.assert_allclose(dy.value, 2 * np.asarray(y.value))
    np.testing.assert_allclose(dx.value, 2 * np.sin(x.value) * np.cos(x.value))


def test_a_source_twice_has_the_same_gradient_twice():
    x = _variable(3)
    first, second = gradient((x * x).sum(), [x, x])
    assert first is second


def test_seeds_of_several_targets_add_up_where_one_leads_to_another():
    x = _variable(3)
    y = ops.exp(x)
    z = y * x
    weights = {target: as_tensor(np.full(3, weight)) for target, weight in ((x, 2.0), (y, 3.0), (z, 5.0))}
    (dx,) = differentiate(weights, [x])
    e = np.exp(x.value)
    np.testing.assert_allclose(dx.value, 2 + 3 * e + 5 * (e * x.value + e))


def test_asking_twice_changes_nothing():
    x = _variable(3)
    y = (ops.sin(x) * x).sum()
    before = topological([y])
    first, second = (gradient(y, [x])[0] for _ in range(2))
    assert topological([y]) == before
    np.testing.assert_array_equal(first.value, second.value)


def test_only_the_way_to_the_sources_is_walked():
    x, other = _variable(3), _variable(3)
    (dx,) = gradient((ops.exp(x) * ops.sin(other)).sum(), [x])
    assert not [node for node in topological([dx]) if node.op is ops.cos]


def test_the_target_must_be_a_floating_point_number_or_have_a_seed():
    x = _variable(2, 3)
    with pytest.raises(ArgumentError, match=r"the target must be one number. Got shape \(2, 3\)"):
        gradient(x, [x])
    with pytest.raises(ArgumentError, match=r"the seed must be float64\[2, 3\], like the target. Got float64\[3\]"):
        gradient(x, [x], np.ones(3))
    with pytest.raises(ArgumentError, match=r"the seed must be float64\[2, 3\], like the target. Got float32\[2, 3\]"):
        gradient(x, [x], np.ones((2, 3), np.float32))
    with pytest.raises(ArgumentError, match=r"the target must be floating point. Got <reduce_sum int32\[\]>"):
        gradient(x.astype("int32").sum(), [x])


def _reason(target, source):
    (absence,) = gradient(target, [source])
    assert isinstance(absence, NoGradient)
    return absence.reason


def test_no_gradient_where_nothing_connects():
    x, other = _variable(3), _variable(3)
    assert _reason(x.sum(), other) == "no path leads from it to the target"
    assert _reason(x.sum(), x * 2) == "no path leads from it to the target"


def test_no_gradient_through_argmax():
    x, table = _variable(3), _variable(3)
    best, line = ops.argmax(x, axis=0), _here()
    assert _reason(best.astype("float64"), x) == f"argmax at {line}: its output counts or selects: it has no derivative"
    picked, line = ops.take(table, best), _here()
    assert _reason(picked, x) == f"take at {line}: an index only selects"
    assert isinstance(gradient(picked, [table])[0], Tensor)


def test_no_gradient_through_whole_numbers_and_truth_values():
    rows, x = Variable(np.arange(3)), _variable(3)
    as_floats, line = (rows * 2).astype("float64"), _here()
    assert _reason((as_floats * x).sum(), rows) == f"cast at {line}: int64 holds whole numbers"
    rounded = x.astype("int32")
    as_floats, line = rounded.astype("float64"), _here()
    assert _reason(as_floats.sum(), x) == f"cast at {line}: int32 holds whole numbers"
    flags = Variable(np.array([True, False, True]))
    as_floats, line = flags.astype("float64"), _here()
    assert _reason(as_floats.sum(), flags) == f"cast at {line}: bool holds truth values"


def test_no_gradient_through_what_is_held_constant():
    x = _variable(3)
    held, line = ops.stop_gradient(x * 2), _here()
    assert _reason(held.sum(), x) == f"stop_gradient at {line}: stop_gradient holds it constant"
    (dx,) = gradient((held * x).sum(), [x])
    np.testing.assert_allclose(dx.value, 2 * np.asarray(x.value))


def test_no_gradient_through_a_condition():
    x = _variable(3)
    chosen, line = ops.where(x > 1, as_tensor(np.ones(3)), as_tensor(np.zeros(3))), _here()
    assert _reason(chosen.sum(), x) == f"where at {line}: a condition only selects"
    flags = x > 1
    assert _reason(flags.astype("float64").sum(), x).endswith("it is piecewise constant: its derivative is zero wherever it has one")


def test_a_reason_belongs_to_the_source_that_asks():
    x, other = _variable(3), _variable(3)
    y = (ops.stop_gradient(x) * ops.sign(other)).sum()
    for source, op in ((x, "stop_gradient"), (other, "sign")):
        assert _reason(y, source).startswith(f"{op} at ")
