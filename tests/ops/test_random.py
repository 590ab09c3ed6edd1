"""Random numbers: those of JAX's generator, given by the key alone."""

import jax
import numpy as np
import pytest

from chainrule import ops
from chainrule.backprop import gradient
from chainrule.errors import DtypeError
from chainrule.graph import NoGradient, Placeholder, Variable, as_tensor
from chainrule.xla import Program

SHAPE = (200, 50)


def _key(seed):
    return as_tensor(ops.random_key(seed))


def _in_jax(seed):
    return jax.random.wrap_key_data(ops.random_key(seed), impl="threefry2x32")


def test_a_key_is_the_64_bits_of_its_seed():
    assert ops.random_key((5 << 32) + 9).tolist() == [5, 9]
    assert ops.random_key(-1).tolist() == [2**32 - 1, 2**32 - 1]
    np.testing.assert_array_equal(ops.random_key(7), jax.random.key_data(jax.random.key(7)))


def test_the_numbers_are_those_of_jax():
    float32 = np.dtype("float32")
    drawn = [
        ops.random_bits(_key(7), shape=(3, 2)),
        ops.random_uniform(_key(7), shape=(3, 2), dtype=float32),
        ops.random_normal(_key(7), shape=(3, 2), dtype=float32),
        ops.random_permutation(_key(7), size=9),
    ]
    wanted = jax.jit(
        lambda key: (
            jax.random.bits(key, (3, 2)),
            jax.random.uniform(key, (3, 2)),
            jax.random.normal(key, (3, 2)),
            jax.random.permutation(key, 9),
        )
    )
    for found, numbers in zip(Program(drawn, [])(), wanted(_in_jax(7)), strict=True):
        np.testing.assert_array_equal(found, numbers)


def test_the_distributions():
    float64 = np.dtype("float64")
    drawn = [ops.random_uniform(_key(1), shape=SHAPE, dtype=float64), ops.random_normal(_key(2), shape=SHAPE, dtype=float64)]
    uniform, normal = map(np.asarray, Program(drawn, [])())
    assert 0 <= uniform.min() < 0.01
    assert 0.99 < uniform.max() < 1
    assert (uniform.mean(), uniform.std()) == pytest.approx((0.5, 12**-0.5), abs=0.01)
    assert (normal.mean(), normal.std()) == pytest.approx((0, 1), abs=0.03)


def test_a_folded_key_gives_other_numbers_and_the_same_again():
    number = Placeholder((), "int32")
    key = ops.random_fold(_key(7), number)
    program = Program([key, ops.random_bits(key, shape=(100,))], [number])
    (first, numbers), (other, others), (again, repeated) = (program(np.int32(i)) for i in (0, 1, 0))
    np.testing.assert_array_equal(numbers, repeated)
    np.testing.assert_array_equal(first, again)
    assert np.mean(np.asarray(numbers) == np.asarray(others)) < 0.1
    np.testing.assert_array_equal(other, jax.random.key_data(jax.random.fold_in(_in_jax(7), 1)))


def test_random_numbers_do_not_depend_on_the_precision_of_the_program():
    key = Variable(ops.random_key(3))
    alone = ops.random_normal(key, shape=(5,), dtype=np.dtype("float32")).value
    beside = ops.random_normal(key, shape=(5,), dtype=np.dtype("float32")).astype("float64")
    np.testing.assert_array_equal(beside.value, alone)


def test_a_key_must_be_a_key():
    with pytest.raises(DtypeError, match="random_bits: a random key is two numbers of uint32. Got float32"):
        ops.random_bits(as_tensor(1.0), shape=(2,))


def test_no_gradient_passes_into_a_key():
    key = Variable(ops.random_key(3))
    (absence,) = gradient(ops.random_normal(key, shape=(5,), dtype=np.dtype("float32")).sum(), [key])
    assert isinstance(absence, NoGradient)
    assert absence.reason.endswith("random numbers do not depend on anything")
