"""What a device's policy puts in place of an op's own lowering gives the same numbers."""

import jax
import numpy as np
import pytest
from gradients import fill

import chainrule.ops  # noqa: F401  fills the table of ops
from chainrule.graph import OPS
from chainrule.xla import compile_options, policy_for

PLATFORMS = ("cpu", "gpu", "tpu", "another")
REPLACED = [pytest.param(OPS[name], other, id=f"{device}-{name}") for device in PLATFORMS for name, other in policy_for(device).items()]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_policy_replaces_ops_that_are(platform):
    assert set(policy_for(platform)) <= set(OPS)


@pytest.mark.parametrize(("op", "other"), REPLACED)
def test_a_replacement_gives_what_the_ops_own_lowering_gives(op, other):
    for sample in op.samples:
        with jax.enable_x64(True):
            arrays = [jax.numpy.asarray(array) for array in fill(sample)]
            wanted, found = (lowering(*arrays, **sample.attributes) for lowering in (op.lower, other))
        assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype)
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-13)


def test_compile_options_can_be_recorded():
    assert all(isinstance(key, str) and isinstance(value, bool | int | float | str) for key, value in compile_options().items())
