"""Picking and placing elements by index, and one-hot codes."""

import jax
import jax.numpy as jnp
import numpy as np

from chainrule.errors import DtypeError, ShapeError
from chainrule.graph import FIRST, NoGradient, Op, Tensor, TensorType, sample
from chainrule.ops.rules import DISCRETE, like_along, normal_axis, require_number

_INDEX = NoGradient("an index only selects")


def _require_index(indices: Tensor) -> None:
    if indices.dtype.kind not in "iu":
        raise DtypeError(f"indices must be integers. Got {indices.dtype} instead.")


def _wide(indices: jax.Array) -> jax.Array:
    """Return indices that can count every row: JAX counts in the indices' own dtype."""
    return indices.astype(jnp.int32) if indices.dtype.itemsize < 4 else indices


def _taken(x: Tensor, indices: Tensor) -> TensorType:
    _require_index(indices)
    if x.ndim == 0:
        raise ShapeError("a number without axes has no rows to take.")
    return TensorType(indices.shape + x.shape[1:], x.dtype)


take = Op(
    "take",
    infer=_taken,
    lower=lambda x, indices: jnp.take(x, _wide(indices), axis=0, mode="fill"),
    pullback=lambda dy, y, x, indices: (scatter_add(dy, indices, rows=x.shape[0]), _INDEX),
    formula="yᵢ = x[indicesᵢ], rows along the first axis",
    linear=FIRST,
    moves=True,
    samples=(sample((4, 3), np.array([[0, 2], [2, 3]], np.int32)),),
)


def _scattered(x: Tensor, indices: Tensor, rows: int) -> TensorType:
    _require_index(indices)
    if x.shape[: indices.ndim] != indices.shape:
        raise ShapeError(f"indices of shape {indices.shape} must lead the shape of what they place, {x.shape}.")
    return TensorType((rows, *x.shape[indices.ndim :]), require_number(x))


scatter_add = Op(
    "scatter_add",
    infer=_scattered,
    lower=lambda x, indices, rows: jnp.zeros((rows, *x.shape[indices.ndim :]), x.dtype).at[_wide(indices)].add(x),
    pullback=lambda dy, y, x, indices, rows: (take(dy, indices), _INDEX),
    formula="y[indicesᵢ] += xᵢ, from zeros",
    linear=FIRST,
    samples=(sample((2, 2, 3), np.array([[0, 2], [2, 3]], np.int32), rows=4),),
)


def _taken_along(x: Tensor, indices: Tensor, axis: int) -> TensorType:
    _require_index(indices)
    at = normal_axis(axis, x.ndim)
    if indices.ndim != x.ndim or any(n != m for i, (n, m) in enumerate(zip(x.shape, indices.shape, strict=True)) if i != at):
        raise ShapeError(f"indices of shape {indices.shape} must equal the shape {x.shape} on every axis but {axis}.")
    return TensorType(indices.shape, x.dtype)


def _place_along(x: jax.Array, indices: jax.Array, axis: int, size: int) -> jax.Array:
    shape = tuple(size if i == axis % x.ndim else n for i, n in enumerate(x.shape))
    grid = list(jnp.indices(x.shape, dtype=jnp.int32, sparse=True))
    grid[axis % x.ndim] = _wide(indices)
    return jnp.zeros(shape, x.dtype).at[tuple(grid)].add(x)


take_along = Op(
    "take_along",
    infer=_taken_along,
    lower=lambda x, indices, axis: jnp.take_along_axis(x, _wide(indices), axis, mode="clip"),
    pullback=lambda dy, y, x, indices, axis: (place_along(dy, indices, axis=axis, size=x.shape[axis]), _INDEX),
    formula="elements picked along an axis, each by its own index",
    linear=FIRST,
    moves=True,
    samples=(sample((2, 4), np.array([[0, 0, 3], [1, 2, 1]], np.int32), axis=1),),
)


def _placed_along(x: Tensor, indices: Tensor, axis: int, size: int) -> TensorType:
    at = normal_axis(axis, x.ndim)
    return TensorType(tuple(size if i == at else n for i, n in enumerate(x.shape)), require_number(x))


place_along = Op(
    "place_along",
    infer=_placed_along,
    lower=_place_along,
    pullback=lambda dy, y, x, indices, axis, size: (take_along(dy, indices, axis=axis), _INDEX),
    formula="elements added along an axis, each at its own index, to zeros",
    linear=FIRST,
    samples=(sample((2, 3), np.array([[0, 0, 3], [1, 2, 1]], np.int32), axis=1, size=4),),
)


def _coded(indices: Tensor, classes: int, dtype: np.dtype[np.generic]) -> TensorType:
    _require_index(indices)
    return TensorType((*indices.shape, classes), dtype)


one_hot_op = Op(
    "one_hot",
    infer=_coded,
    lower=lambda indices, classes, dtype: (indices[..., None] == jnp.arange(classes, dtype=indices.dtype)).astype(dtype),
    pullback=DISCRETE,
    formula="1 at the index, 0 elsewhere",
    samples=(sample(np.array([0, 2], np.int32), classes=3, dtype=np.dtype("float64")),),
)


def one_hot(indices: Tensor, classes: int, dtype: str | np.dtype[np.generic] = "float32") -> Tensor:
    """Return a new last axis of `classes` numbers: 1 at the index, 0 elsewhere."""
    return one_hot_op(indices, classes=classes, dtype=np.dtype(dtype))


argsort = Op(
    "argsort",
    infer=lambda x, axis=-1: TensorType(like_along(x, axis).shape, np.dtype(np.int32)),
    lower=lambda x, axis=-1: jnp.argsort(x, axis).astype(jnp.int32),
    pullback=DISCRETE,
    formula="the positions that put x in order, stable",
    samples=(sample((2, 4), axis=-1),),
)


def _top(x: Tensor, k: int) -> TensorType:
    if x.ndim == 0 or not 1 <= k <= x.shape[-1]:
        raise ShapeError(f"k must lie between 1 and the size of the last axis. Got {k} for shape {x.shape} instead.")
    return TensorType((*x.shape[:-1], k), np.dtype(np.int32))


top_k_positions = Op(
    "top_k_positions",
    infer=_top,
    lower=lambda x, k: jax.lax.top_k(x, k)[1].astype(jnp.int32),
    pullback=DISCRETE,
    formula="the positions of the k largest along the last axis, largest first",
    samples=(sample((2, 4), k=2),),
)


def sort(x: Tensor, axis: int = -1) -> Tensor:
    """Return x in ascending order along `axis`."""
    return take_along(x, argsort(x, axis=axis), axis=axis)


def top_k(x: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Return the `k` largest along the last axis, largest first, and their positions."""
    positions = top_k_positions(x, k=k)
    return take_along(x, positions, axis=-1), positions
