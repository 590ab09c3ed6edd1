"""Random numbers that depend on a key alone: the same key, the same numbers."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from chainrule.errors import DtypeError
from chainrule.graph import NoGradient, Op, Tensor, TensorType, sample

_RANDOM = NoGradient("random numbers do not depend on anything")
_KEY = np.array([0, 7], np.uint32)


def _keyed(key: Tensor, shape: tuple[int, ...], dtype: Any) -> TensorType:
    if key.shape != (2,) or key.dtype != np.uint32:
        raise DtypeError(f"a random key is two numbers of uint32. Got {key.type} instead: make one with random_key().")
    return TensorType(tuple(shape), np.dtype(dtype))


def _with_key(draw: Callable[..., jax.Array]) -> Callable[..., jax.Array]:
    return lambda key, **attributes: draw(jax.random.wrap_key_data(key, impl="threefry2x32"), **attributes)


random_fold = Op(
    "random_fold",
    infer=lambda key, number: _keyed(key, (2,), np.uint32),
    lower=lambda key, number: jax.random.key_data(
        jax.random.fold_in(jax.random.wrap_key_data(key, impl="threefry2x32"), number.astype(jnp.uint32))
    ),
    pullback=_RANDOM,
    formula="a new key from a key and a whole number",
    random=True,
    samples=(sample(_KEY, np.array(3, np.int32)),),
)

random_bits = Op(
    "random_bits",
    infer=lambda key, shape: _keyed(key, shape, np.uint32),
    lower=_with_key(lambda key, shape: jax.random.bits(key, shape, jnp.uint32)),
    pullback=_RANDOM,
    formula="32 random bits each",
    random=True,
    samples=(sample(_KEY, shape=(2, 3)),),
)

random_uniform = Op(
    "random_uniform",
    infer=_keyed,
    lower=_with_key(lambda key, shape, dtype: jax.random.uniform(key, shape, dtype)),
    pullback=_RANDOM,
    formula="evenly between 0 (with) and 1 (without)",
    random=True,
    samples=(sample(_KEY, shape=(2, 3), dtype=np.dtype("float64")),),
)

random_normal = Op(
    "random_normal",
    infer=_keyed,
    lower=_with_key(lambda key, shape, dtype: jax.random.normal(key, shape, dtype)),
    pullback=_RANDOM,
    formula="standard normal",
    random=True,
    samples=(sample(_KEY, shape=(2, 3), dtype=np.dtype("float64")),),
)

random_permutation = Op(
    "random_permutation",
    infer=lambda key, size: _keyed(key, (size,), np.int32),
    lower=_with_key(lambda key, size: jax.random.permutation(key, jnp.arange(size, dtype=jnp.int32))),
    pullback=_RANDOM,
    formula="the numbers 0 to size − 1 in random order",
    random=True,
    samples=(sample(_KEY, size=5),),
)


def random_key(seed: int) -> np.ndarray[Any, np.dtype[np.uint32]]:
    """Return the key of a seed: its 64 bits as two numbers of 32."""
    return np.array([seed >> 32 & 0xFFFFFFFF, seed & 0xFFFFFFFF], np.uint32)
