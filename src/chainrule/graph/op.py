"""What an operation is: one descriptor with its shape rule, lowering, pullback and samples."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from chainrule.errors import ArgumentError, DtypeError, GraphError, ShapeError
from chainrule.graph.origin import here
from chainrule.graph.tensor import OPS, Constant, Tensor, TensorLike, TensorType


@dataclass(frozen=True)
class NoGradient:
    """The absence of a gradient, as a value that says why."""

    reason: str


@dataclass(frozen=True)
class Sample:
    """Inputs on which an op is tested: arrays, or shapes to fill with random numbers from `within`."""

    inputs: tuple[Any, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    within: tuple[float, float] = (-2.0, 2.0)


def sample(*inputs: Any, within: tuple[float, float] = (-2.0, 2.0), **attributes: Any) -> Sample:
    """Return a sample: a tuple stands for the shape of a random float input, an array for itself."""
    return Sample(inputs, attributes, within)


Pullback: TypeAlias = Callable[..., Sequence[Tensor | NoGradient]]


@dataclass(frozen=True, eq=False)
class Op:
    """One operation: what it computes, on what, and how gradients pass back through it.

    Args:
        name: the key in the table of ops.
        infer: shape rule; takes the input tensors and the attributes, returns the type (or types) of the output.
        lower: takes arrays and the attributes, returns the array (or arrays), in JAX's words.
        pullback: takes the gradient of the output, the output, the inputs and the attributes; returns the gradient of
            each input as graph. A `NoGradient` in its place holds for all inputs.
        formula: the equation, for people.
        samples: inputs on which the op is tested.
        higher_order: whether an attribute is a subgraph; `lower` then takes it as a function on arrays, and `pullback`
            takes the gradient pass itself as `differentiate`.
        broadcasts: whether inputs may be smaller than the output; the gradient pass then sums what was repeated.
    """

    name: str
    infer: Callable[..., TensorType | tuple[TensorType, ...]]
    lower: Callable[..., Any]
    pullback: Pullback | NoGradient
    formula: str
    samples: tuple[Sample, ...] = ()
    broadcasts: bool = False
    higher_order: bool = False

    def __post_init__(self) -> None:
        if self.name in OPS:
            raise GraphError(f"There are two ops named {self.name!r}: give one of them another name.")
        OPS[self.name] = self

    def __call__(self, *inputs: TensorLike, **attributes: Any) -> Tensor:
        """Return a new node: this op on `inputs`."""
        try:
            tensors = as_tensors(inputs)
            types = self.infer(*tensors, **attributes)
        except (ShapeError, DtypeError, ArgumentError) as error:
            origin = here()
            where = f"layer {origin.path}, " if origin.path else ""
            raise type(error)(f"{self.name}: {error} ({where}{origin.line})") from None
        return Tensor(types if type(types) is tuple else (types,), op=self, inputs=tensors, attributes=attributes)  # pyright: ignore[reportArgumentType]


def as_tensors(values: Sequence[TensorLike]) -> tuple[Tensor, ...]:
    """Return `values` as tensors; bare numbers take the dtype of the first tensor of numbers."""
    dtypes = [value.dtype for value in values if isinstance(value, Tensor) and len(value.types) == 1]
    like = next((dtype for dtype in dtypes if dtype.kind != "b"), None)
    return tuple(value if isinstance(value, Tensor) else _constant(value, like) for value in values)


def as_tensor(value: TensorLike) -> Tensor:
    """Return `value` as a tensor: itself, or a constant (a bare float becomes float32, a bare int int32)."""
    return as_tensors([value])[0]


def _constant(value: Any, like: np.dtype[Any] | None) -> Constant:
    if not isinstance(value, bool | int | float):
        return Constant(value)
    if like is None:
        return Constant(value, np.bool_ if isinstance(value, bool) else np.int32 if isinstance(value, int) else np.float32)
    if isinstance(value, float) and like.kind in "iu":
        raise DtypeError(f"a tensor of {like} met the number {value}, which that dtype cannot hold. Cast the tensor to float32 first.")
    return Constant(value, like)
