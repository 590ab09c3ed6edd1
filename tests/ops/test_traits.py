"""Each trait that an op declares is true of what it computes, and each that is true is declared; on the op's own samples.

The judge is the op's lowering, called with arrays: whether it is linear, moves elements or works element by element is measured.
"""

import math

import jax
import numpy as np
import pytest
from gradients import fill

import chainrule.ops  # noqa: F401
from chainrule.graph import OPS

OPS_NOW = tuple(op for op in OPS.values() if op.samples)
LIMITED = [op for op in OPS_NOW if op.limits]

# True on the samples, but not of the op.
LOOKS_LINEAR = {"stop_gradient": "its gradient is not that of a linear function"}
LOOKS_MOVED = {"cast": "a cast to whole numbers rounds"}


def _run(op, sample, arrays):
    with jax.enable_x64(True), jax.disable_jit():
        return np.asarray(op.lower(*arrays, **sample.attributes))


def _float_places(arrays):
    return [place for place, array in enumerate(arrays) if np.asarray(array).dtype.kind == "f" and np.size(array)]


def _other(op, sample):
    """Return other random numbers for the inputs of a sample."""
    random = np.random.default_rng(5)
    return [random.uniform(*sample.within, given) if isinstance(given, tuple) else given for given in sample.inputs]


def _is_elementwise(op, sample):
    arrays, other = fill(sample), _other(op, sample)
    y = _run(op, sample, arrays)
    for place in _float_places(arrays):
        x = arrays[place]
        numbers = np.arange(x.size).reshape(x.shape)
        try:
            numbers = np.broadcast_to(numbers, y.shape)
        except ValueError:
            if x.size != y.size:
                return False
            numbers = numbers.reshape(y.shape)
        for element in range(x.size):
            changed = x.copy()
            changed.flat[element] = np.asarray(other[place]).flat[element]
            moved = _run(op, sample, [*arrays[:place], changed, *arrays[place + 1 :]])
            if (~np.equal(moved, y) & ~(np.isnan(moved) & np.isnan(y)) & (numbers != element)).any():
                return False
    return True


def _is_linear(op, sample, group):
    a, b = fill(sample), _other(op, sample)
    places = [place for place in _float_places(a) if place in group]
    if not places or _run(op, sample, a).dtype.kind != "f":
        return None

    def of(x):
        return _run(op, sample, [x[place] if place in places else array for place, array in enumerate(a)])

    both = of([x + y for x, y in zip(a, b, strict=True)])
    thrice = of([x * 3 for x in a])
    with np.errstate(invalid="ignore"):
        return np.allclose(both, of(a) + of(b)) and np.allclose(thrice, 3 * of(a))


def _moves(op, sample):
    arrays = fill(sample)
    y = _run(op, sample, arrays)
    places = _float_places(arrays)
    if y.dtype.kind != "f" or not places:
        return None
    known = np.concatenate([[0.0], *(np.ravel(arrays[place]) for place in places)])
    return bool(np.isin(y, known).all())


@pytest.mark.parametrize("op", OPS_NOW, ids=lambda op: op.name)
def test_element_by_element(op):
    measured = [_is_elementwise(op, sample) for sample in op.samples if _float_places(fill(sample))]
    if measured:
        assert op.elementwise == all(measured)


@pytest.mark.parametrize("op", OPS_NOW, ids=lambda op: op.name)
def test_linear_in_the_inputs_it_says_and_in_no_other(op):
    count = max(len(sample.inputs) for sample in op.samples)
    for group in op.linear:
        measured = [_is_linear(op, sample, group) for sample in op.samples]
        assert False not in measured
        assert True in measured
    for place in range(count):
        if not op.is_affine_in([place]) and op.name not in LOOKS_LINEAR:
            measured = {_is_linear(op, sample, {place}) for sample in op.samples}
            assert measured != {True}, f"{op.name} is linear in input {place}"
    if count == 2 and not op.is_affine_in([0, 1]):
        assert {_is_linear(op, sample, {0, 1}) for sample in op.samples if len(_float_places(fill(sample))) == 2} != {True}


@pytest.mark.parametrize("op", OPS_NOW, ids=lambda op: op.name)
def test_moved_elements_are_those_of_the_inputs_or_0(op):
    measured = {_moves(op, sample) for sample in op.samples} - {None}
    if measured and op.name not in LOOKS_MOVED:
        assert op.moves == (measured == {True})


@pytest.mark.parametrize("op", [op for op in OPS_NOW if op.condition is not None], ids=lambda op: op.name)
def test_a_condition_chooses_between_the_two_inputs_after_it(op):
    for sample in op.samples:
        arrays = fill(sample)
        condition, a, b = arrays[op.condition : op.condition + 3]
        np.testing.assert_array_equal(_run(op, sample, arrays), np.where(condition, a, b))


@pytest.mark.parametrize("op", LIMITED, ids=lambda op: op.name)
def test_what_an_increasing_function_tends_to(op):
    x = np.linspace(-700, 700, 2801)
    y = _run(op, op.samples[0], [x])
    assert (np.diff(y) >= 0).all()
    for value, limit in zip((y[0], y[-1]), op.limits, strict=True):
        assert value > 500 if math.isinf(limit) else abs(value - limit) < 1e-12


@pytest.mark.parametrize("op", [op for op in OPS_NOW if op.elementwise and not op.moves and not op.limits], ids=lambda op: op.name)
def test_no_other_function_of_one_number_increases_towards_a_limit(op):
    for sample in op.samples:
        if len(sample.inputs) == 1 and _float_places(fill(sample)):
            y = _run(op, sample, [np.linspace(-700, 700, 2801)])
            increases = y.dtype.kind == "f" and np.isfinite(y).all() and (np.diff(y) >= 0).all() and (np.diff(y) > 0).any()
            assert not (increases and (y[0] == y[400] or y[-400] == y[-1]))


@pytest.mark.parametrize("op", [op for op in OPS_NOW if op.random], ids=lambda op: op.name)
def test_the_same_key_gives_the_same_numbers_and_another_key_others(op):
    (sample,) = op.samples
    key, *rest = fill(sample)
    same, other = key.copy(), key + np.uint32(1)
    y = _run(op, sample, [key, *rest])
    np.testing.assert_array_equal(y, _run(op, sample, [same, *rest]))
    assert (y != _run(op, sample, [other, *rest])).any()


def test_what_takes_a_key_is_random():
    keyed = {op.name for op in OPS_NOW if any(getattr(sample.inputs[0], "dtype", None) == np.uint32 for sample in op.samples)}
    assert {op.name for op in OPS_NOW if op.random} == keyed


@pytest.mark.parametrize("op", [op for op in OPS_NOW if op.symbol], ids=lambda op: op.name)
def test_a_symbol_stands_in_the_formula(op):
    assert op.symbol in op.formula
    assert {len(sample.inputs) for sample in op.samples} in ({1}, {2})
