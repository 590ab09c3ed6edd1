"""Shape rules and pullbacks that many ops share."""

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from chainrule.errors import ArgumentError, DtypeError, ShapeError
from chainrule.graph import NoGradient, Tensor, TensorType

Differentiate: TypeAlias = Callable[[dict[Tensor, Tensor], Sequence[Tensor]], list[Tensor | NoGradient]]  # the gradient pass

STEP = NoGradient("it is piecewise constant: its derivative is zero wherever it has one")
DISCRETE = NoGradient("its output counts or selects: it has no derivative")


def same_dtype(*tensors: Tensor) -> np.dtype[Any]:
    """Return the one dtype of `tensors`."""
    dtypes = {tensor.dtype for tensor in tensors}
    if len(dtypes) > 1:
        names = " and ".join(tensor.dtype.name for tensor in tensors)
        raise DtypeError(f"inputs must have one dtype. Got {names}: cast one of them with .astype().")
    return tensors[0].dtype


def require_float(*tensors: Tensor) -> np.dtype[Any]:
    """Return the one floating-point dtype of `tensors`."""
    dtype = same_dtype(*tensors)
    if dtype.kind in "iub":
        raise DtypeError(f"inputs must be floating point. Got {dtype}: cast with .astype('float32').")
    return dtype


def require_number(*tensors: Tensor) -> np.dtype[Any]:
    """Return the one dtype of `tensors`, which are numbers and not truth values."""
    dtype = same_dtype(*tensors)
    if dtype.kind == "b":
        raise DtypeError("inputs must be numbers. Got bool: count truth values as numbers, with .astype('int32').")
    return dtype


def broadcast_shapes(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that `shapes` broadcast to, as NumPy has it."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise ShapeError(f"shapes {' and '.join(map(str, shapes))} do not fit: each axis must be equal, or 1.") from None


def elementwise(*tensors: Tensor) -> TensorType:
    """Broadcast shape, common dtype."""
    return TensorType(broadcast_shapes(*(tensor.shape for tensor in tensors)), same_dtype(*tensors))


def elementwise_number(*tensors: Tensor) -> TensorType:
    """Broadcast shape, common dtype of numbers."""
    return TensorType(broadcast_shapes(*(tensor.shape for tensor in tensors)), require_number(*tensors))


def elementwise_float(*tensors: Tensor) -> TensorType:
    """Broadcast shape, common floating-point dtype."""
    return TensorType(broadcast_shapes(*(tensor.shape for tensor in tensors)), require_float(*tensors))


def comparison(a: Tensor, b: Tensor) -> TensorType:
    """Broadcast shape, boolean."""
    same_dtype(a, b)
    return TensorType(broadcast_shapes(a.shape, b.shape), np.dtype(bool))


def like_first(x: Tensor, *_: Tensor, **__: Any) -> TensorType:
    """The type of the first input."""
    return x.type


def as_dtype(dtype: DTypeLike) -> Callable[..., TensorType]:
    """Return the rule: the first input's shape, a fixed dtype."""
    return lambda x, **_: TensorType(x.shape, np.dtype(dtype))


def normal_axis(axis: int, ndim: int) -> int:
    """Return `axis` counted from the front."""
    if not -ndim <= axis < ndim:
        raise ShapeError(f"axis must lie in [{-ndim}, {ndim}) for {ndim} axes. Got {axis} instead.")
    return axis % ndim


def normal_axes(axis: int | Sequence[int] | None, ndim: int) -> tuple[int, ...]:
    """Return axes counted from the front, in order; None means all."""
    if axis is None:
        return tuple(range(ndim))
    axes = sorted(normal_axis(a, ndim) for a in ([axis] if isinstance(axis, int | np.integer) else axis))
    if len(set(axes)) != len(axes):
        raise ArgumentError(f"axes must differ. Got {axis} instead.")
    return tuple(axes)


def like_along(x: Tensor, axis: int) -> TensorType:
    """The type of the first input, for an op along one of its axes."""
    normal_axis(axis, x.ndim)
    return x.type


def without_axes(shape: tuple[int, ...], axes: Sequence[int], keepdims: bool) -> tuple[int, ...]:
    """Return `shape` with `axes` gone, or of size 1."""
    return tuple(1 if i in axes else n for i, n in enumerate(shape) if keepdims or i not in axes)


def count(shape: Sequence[int]) -> int:
    """Return the number of elements."""
    return math.prod(shape)
