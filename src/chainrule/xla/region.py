"""Regions on a CPU: parts of a program that XLA does not fuse with what surrounds them.

XLA fuses whatever it can into the loops that use it. For values picked by index that is costly on a CPU: each of the four pixels that
an image is interpolated from is then computed by its own pass through all that came before, and each of the nine places at which a
convolution reads it by another. A flip, a crop and a rotation, each a quarter of a millisecond, take twelve together. XLA's own barrier is
taken away before fusion; what is in a branch stays in it, so a region is lowered to a branch that is always taken.
"""

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
from jax import lax

from chainrule.ops import branch, region
from chainrule.xla.lowering import Policy


def _in_a_branch(*inputs: jax.Array, body: Callable[..., Sequence[jax.Array]]) -> jax.Array:
    return branch.lower(_true(inputs[0]), *inputs, body=body)


def _true(array: jax.Array) -> jax.Array:
    """Return what is true of any array, which XLA does not find out: the bits of its first element, made odd, are not 0."""
    first = array.reshape(-1)[0]
    whole = first.astype(jnp.uint8) if first.dtype == jnp.bool_ else lax.bitcast_convert_type(first, f"uint{8 * first.dtype.itemsize}")
    return (whole | 1) != 0


CPU_REGION: Policy = {region: _in_a_branch}
