"""The same elements in another arrangement: shape, order, slices, padding, joining."""

import math
from collections.abc import Sequence
from types import EllipsisType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from chainrule.errors import ArgumentError, ShapeError
from chainrule.graph import ALL, FIRST, Op, Tensor, TensorType, sample
from chainrule.ops.rules import broadcast_shapes, normal_axis, same_dtype


def _reshaped(x: Tensor, shape: Sequence[int]) -> TensorType:
    known = math.prod(n for n in shape if n != -1)
    free = [i for i, n in enumerate(shape) if n == -1]
    fits = (known and x.size % known == 0) if len(free) == 1 else known == x.size
    if len(free) > 1 or not fits:
        raise ShapeError(f"a tensor of shape {x.shape} has {x.size} elements, which do not fill the shape {tuple(shape)}.")
    return TensorType(tuple(x.size // known if n == -1 else n for n in shape), x.dtype)


reshape = Op(
    "reshape",
    infer=_reshaped,
    lower=lambda x, shape: jnp.reshape(x, shape),
    pullback=lambda dy, y, x, shape: (reshape(dy, shape=x.shape),),
    formula="the same elements, in row-major order, in another shape",
    elementwise=True,
    linear=FIRST,
    moves=True,
    samples=(sample((2, 3, 4), shape=(6, 4)), sample((2, 3), shape=(-1,))),
)


def _transposed(x: Tensor, axes: Sequence[int]) -> TensorType:
    if sorted(axes) != list(range(x.ndim)):
        raise ArgumentError(f"axes must be an order of 0 to {x.ndim - 1}. Got {tuple(axes)} instead.")
    return TensorType(tuple(x.shape[axis] for axis in axes), x.dtype)


transpose = Op(
    "transpose",
    infer=_transposed,
    lower=lambda x, axes: jnp.transpose(x, axes),
    pullback=lambda dy, y, x, axes: (transpose(dy, axes=tuple(int(axis) for axis in np.argsort(axes))),),
    formula="axis i of the result is axis axes[i] of x",
    linear=FIRST,
    moves=True,
    samples=(sample((2, 3, 4), axes=(2, 0, 1)),),
)


def _broadcasted(x: Tensor, shape: tuple[int, ...]) -> TensorType:
    if broadcast_shapes(x.shape, shape) != tuple(shape):
        raise ShapeError(f"shape {x.shape} does not broadcast to {tuple(shape)}.")
    return TensorType(tuple(shape), x.dtype)


broadcast_to = Op(
    "broadcast_to",
    infer=_broadcasted,
    lower=lambda x, shape: jnp.broadcast_to(x, shape),
    pullback=lambda dy, y, x, shape: (dy,),
    formula="x repeated along axes of size 1 and new leading axes",
    elementwise=True,
    linear=FIRST,
    moves=True,
    samples=(sample((3,), shape=(2, 3)), sample((2, 1), shape=(4, 2, 3))),
    broadcasts=True,
)


def _sliced(x: Tensor, index: Any) -> TensorType:
    for entry in index if isinstance(index, tuple) else (index,):
        if isinstance(entry, bool) or not isinstance(entry, int | np.integer | slice | EllipsisType | None):
            raise ShapeError(f"an index is a whole number, a slice, ... or None. Got {entry!r}: take() picks by many indices.")
    try:
        return TensorType(np.broadcast_to(np.empty((), bool), x.shape)[index].shape, x.dtype)
    except IndexError as error:
        raise ShapeError(f"index {index} does not fit shape {x.shape}: {error}.") from None


def _fill(dy: jax.Array, index: Any, shape: tuple[int, ...]) -> jax.Array:
    positions = np.arange(math.prod(shape)).reshape(shape)[index]
    return jnp.zeros(math.prod(shape), dy.dtype).at[positions.reshape(-1)].set(dy.reshape(-1), unique_indices=True).reshape(shape)


def _unslice(dy: jax.Array, index: Any, shape: tuple[int, ...]) -> jax.Array:
    """Pad `dy` into zeros of `shape`, so that slicing by `index` gives it back."""
    entries = index if isinstance(index, tuple) else (index,)
    if any(entry is None or (isinstance(entry, slice) and (entry.step or 1) < 1) for entry in entries):
        return _fill(dy, index, shape)
    after = len(entries) - entries.index(Ellipsis) - 1 if Ellipsis in entries else 0
    before = len(entries) - after - (Ellipsis in entries)
    full = [*entries[:before], *[slice(None)] * (len(shape) - before - after), *entries[len(entries) - after :]]
    slices = [
        slice(entry % n, entry % n + 1) if isinstance(entry, int | np.integer) else entry for entry, n in zip(full, shape, strict=True)
    ]
    ranges = [range(*entry.indices(n)) for entry, n in zip(slices, shape, strict=True)]
    padding = [(r.start, n - 1 - r[-1], r.step - 1) if len(r) else (n, 0, 0) for r, n in zip(ranges, shape, strict=True)]
    return jax.lax.pad(dy.reshape([len(r) for r in ranges]), jnp.zeros((), dy.dtype), padding)


slice_ = Op(
    "slice",
    infer=_sliced,
    lower=lambda x, index: x[index],
    pullback=lambda dy, y, x, index: (unslice(dy, index=index, shape=x.shape),),
    formula="x[index], as NumPy's basic indexing",
    linear=FIRST,
    moves=True,
    samples=(
        sample((4, 5), index=(slice(1, 3), slice(None, None, 2))),
        sample((4, 5), index=(..., 2)),
        sample((4, 5), index=(slice(None, None, -1), None, -1)),
        sample((4, 5), index=(slice(3, None, -2), slice(None, 1, -1))),
    ),
)

unslice = Op(
    "unslice",
    infer=lambda dy, index, shape: TensorType(tuple(shape), dy.dtype),
    lower=_unslice,
    pullback=lambda dy, y, x, index, shape: (slice_(dy, index=index),),
    formula="zeros but for y[index] = x",
    linear=FIRST,
    moves=True,
    samples=(
        sample((2, 3), index=(slice(1, 3), slice(None, None, 2)), shape=(4, 5)),
        sample((4, 2), index=(..., slice(3, None)), shape=(4, 5)),
        sample((2, 3), index=(slice(3, None, -2), slice(None, 1, -1)), shape=(4, 5)),
    ),
)


def _padded(x: Tensor, padding: Sequence[tuple[int, int]]) -> TensorType:
    if len(padding) != x.ndim:
        raise ShapeError(f"padding must give a pair for each of the {x.ndim} axes. Got {tuple(padding)} instead.")
    if any(size < 0 for pair in padding for size in pair):
        raise ShapeError(f"padding must not be negative. Got {tuple(padding)} instead: cut with a slice.")
    return TensorType(tuple(low + n + high for n, (low, high) in zip(x.shape, padding, strict=True)), x.dtype)


pad = Op(
    "pad",
    infer=_padded,
    lower=lambda x, padding: jnp.pad(x, padding) if padding else x,
    pullback=lambda dy, y, x, padding: (
        slice_(dy, index=tuple(slice(low, low + n) for n, (low, _) in zip(x.shape, padding, strict=True))),
    ),
    formula="x with zeros before and after along each axis",
    linear=FIRST,
    moves=True,
    samples=(sample((2, 3), padding=((1, 0), (2, 1))),),
)


def _concatenated(*xs: Tensor, axis: int) -> TensorType:
    at = normal_axis(axis, xs[0].ndim)
    rests = {x.shape[:at] + x.shape[at + 1 :] for x in xs if x.ndim == xs[0].ndim}
    if len(rests) != 1 or any(x.ndim != xs[0].ndim for x in xs):
        raise ShapeError(f"shapes {', '.join(str(x.shape) for x in xs)} must agree on every axis but {axis}.")
    total = sum(x.shape[at] for x in xs)
    return TensorType((*xs[0].shape[:at], total, *xs[0].shape[at + 1 :]), same_dtype(*xs))


def _split(dy: Tensor, y: Tensor, *xs: Tensor, axis: int) -> list[Tensor]:
    at = normal_axis(axis, y.ndim)
    ends = np.cumsum([x.shape[at] for x in xs]).tolist()
    return [slice_(dy, index=(slice(None),) * at + (slice(end - x.shape[at], end),)) for x, end in zip(xs, ends, strict=True)]


concatenate = Op(
    "concatenate",
    infer=_concatenated,
    lower=lambda *xs, axis: jnp.concatenate(xs, axis),
    pullback=_split,
    formula="the inputs one after the other along an axis",
    linear=ALL,
    moves=True,
    samples=(sample((2, 3), (2, 1), (2, 2), axis=-1), sample((1, 3), (2, 3), axis=0)),
)


def stack(tensors: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Return the tensors side by side along a new axis."""
    at = normal_axis(axis, tensors[0].ndim + 1)
    expanded = [reshape(x, shape=(*x.shape[:at], 1, *x.shape[at:])) for x in tensors]
    return concatenate(*expanded, axis=at)
