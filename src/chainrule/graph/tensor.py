"""Nodes and ops: a tensor is a node of the graph, an op on other nodes, or a leaf that holds or awaits a value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, TypeAlias, Union

import numpy as np
from numpy.typing import DTypeLike

from chainrule.errors import ArgumentError, DtypeError, GraphError, ShapeError
from chainrule.graph.numpy_protocol import NumpyProtocol
from chainrule.graph.origin import Origin, here
from chainrule.graph.traits import NoGradient, Sample, Traits

Array: TypeAlias = Any  # a NumPy or a JAX array: the graph stores them and never looks inside
TensorLike: TypeAlias = Union["Tensor", np.ndarray[Any, Any], np.generic, float, int, bool]
Pullback: TypeAlias = Callable[..., Sequence["Tensor | NoGradient"]]
OPS: dict[str, "Op"] = {}  # every op by name; the room `ops` fills it


class TensorType(NamedTuple):
    """Shape and dtype of a tensor."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def __str__(self) -> str:
        return f"{self.dtype.name}[{', '.join(map(str, self.shape))}]"


@dataclass(frozen=True, eq=False)
class Op(Traits):
    """One operation: what it computes, on what, and how gradients pass back through it.

    Args:
        name: the key in the table of ops. An op of your own that is declared again takes the place of the former.
        infer: shape rule; takes the input tensors and the attributes, returns the type (or types) of the output.
        lower: takes arrays and the attributes, returns the array (or arrays), in JAX's words.
        pullback: takes the gradient of the output, the output, the inputs and the attributes; returns the gradient of
            each input as graph. A `NoGradient` in its place holds for all inputs.
        formula: the equation, for people.
        samples: inputs on which the op is tested.
        higher_order: whether an attribute is a subgraph; `lower` then takes it as a function on arrays, and `pullback`
            takes the gradient pass itself as `differentiate`.

    The traits (`elementwise`, `linear`, ...) are those of `Traits`, by keyword.
    """

    name: str
    infer: Callable[..., TensorType | tuple[TensorType, ...]]
    lower: Callable[..., Any]
    pullback: Pullback | NoGradient
    formula: str
    samples: tuple[Sample, ...] = ()
    higher_order: bool = False

    def __post_init__(self) -> None:
        former = OPS.get(self.name)
        if former is not None and str(former.pullback.__module__).startswith("chainrule."):
            raise GraphError(f"There are two ops named {self.name!r}: give one of them another name.")
        OPS[self.name] = self

    def __call__(self, *inputs: TensorLike, **attributes: Any) -> "Tensor":
        """Return a new node: this op on `inputs`."""
        try:
            tensors = as_tensors(inputs)
            types = self.infer(*tensors, **attributes)
        except (ShapeError, DtypeError, ArgumentError) as error:
            origin = here()
            where = f"layer {origin.path}, " if origin.path else ""
            raise type(error)(f"{self.name}: {error} ({where}{origin.line})") from None
        return Tensor(types if type(types) is tuple else (types,), op=self, inputs=tensors, attributes=attributes)  # pyright: ignore[reportArgumentType]


class Tensor(NumpyProtocol):
    """A node: `op` applied to `inputs` with `attributes`. A leaf has no op. Nodes never change once made."""

    __slots__ = ("attributes", "inputs", "name", "op", "origin", "program", "types")
    named_ops = OPS
    evaluate: ClassVar[Callable[["Tensor"], Array]]  # set by the room `xla`

    def __init__(
        self,
        types: tuple[TensorType, ...],
        *,
        op: Op | None = None,
        inputs: tuple["Tensor", ...] = (),
        attributes: Mapping[str, Any] | None = None,
        name: str = "",
    ) -> None:
        self.types = types
        self.op = op
        self.inputs = inputs
        self.attributes: Mapping[str, Any] = attributes or {}
        self.name = name
        self.origin: Origin[Tensor] = here()
        self.program: Any = None  # what `evaluate` compiled for this node

    @property
    def type(self) -> TensorType:
        """Shape and dtype; an error for a node with several outputs, of which the op `item` takes one."""
        if len(self.types) != 1:
            raise GraphError(f"{self} has {len(self.types)} outputs. Take one of them with item().")
        return self.types[0]

    @property
    def shape(self) -> tuple[int, ...]:
        """The size of each axis."""
        return self.type.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The kind of number."""
        return self.type.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def T(self) -> "Tensor":  # noqa: N802
        """The transpose: all axes in reverse."""
        return OPS["transpose"](self, axes=tuple(reversed(range(self.ndim))))

    @property
    def value(self) -> Array:
        """The array this node stands for, computed now from the leaves' values."""
        return Tensor.evaluate(self)

    def __repr__(self) -> str:
        kind = self.op.name if self.op else type(self).__name__.lower()
        return f"<{' '.join(filter(None, [kind, self.name]))} {', '.join(map(str, self.types))}>"

    def __len__(self) -> int:
        if not self.shape:
            raise ShapeError(f"{self} has no axis, so it has no length.")
        return self.shape[0]

    def __bool__(self) -> bool:
        raise GraphError(
            f"{self} has no truth value while the graph is built (at {self.origin}). "
            "Use chainrule.ops.where to choose between tensors, or .value to compute it now."
        )

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def __add__(self, other: TensorLike) -> "Tensor":
        return OPS["add"](self, other)

    def __radd__(self, other: TensorLike) -> "Tensor":
        return OPS["add"](other, self)

    def __sub__(self, other: TensorLike) -> "Tensor":
        return OPS["subtract"](self, other)

    def __rsub__(self, other: TensorLike) -> "Tensor":
        return OPS["subtract"](other, self)

    def __mul__(self, other: TensorLike) -> "Tensor":
        return OPS["multiply"](self, other)

    def __rmul__(self, other: TensorLike) -> "Tensor":
        return OPS["multiply"](other, self)

    def __truediv__(self, other: TensorLike) -> "Tensor":
        return OPS["divide"](self, other)

    def __rtruediv__(self, other: TensorLike) -> "Tensor":
        return OPS["divide"](other, self)

    def __pow__(self, other: TensorLike) -> "Tensor":
        return OPS["power"](self, other)

    def __rpow__(self, other: TensorLike) -> "Tensor":
        return OPS["power"](other, self)

    def __mod__(self, other: TensorLike) -> "Tensor":
        return OPS["remainder"](self, other)

    def __matmul__(self, other: TensorLike) -> "Tensor":
        return OPS["matmul"](self, other)

    def __rmatmul__(self, other: TensorLike) -> "Tensor":
        return OPS["matmul"](other, self)

    def __neg__(self) -> "Tensor":
        return OPS["negative"](self)

    def __abs__(self) -> "Tensor":
        return OPS["absolute"](self)

    def __lt__(self, other: TensorLike) -> "Tensor":
        return OPS["less"](self, other)

    def __le__(self, other: TensorLike) -> "Tensor":
        return OPS["less_equal"](self, other)

    def __gt__(self, other: TensorLike) -> "Tensor":
        return OPS["greater"](self, other)

    def __ge__(self, other: TensorLike) -> "Tensor":
        return OPS["greater_equal"](self, other)

    def __getitem__(self, index: Any) -> "Tensor":
        return OPS["slice"](self, index=index)

    def sum(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> "Tensor":
        """The sum over `axis` (all axes when None)."""
        return OPS["reduce_sum"](self, axis=axis, keepdims=keepdims)

    def mean(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> "Tensor":
        """The mean over `axis` (all axes when None)."""
        total = self.sum(axis, keepdims)
        return total / (self.size / max(total.size, 1))

    def max(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> "Tensor":
        """The largest over `axis` (all axes when None)."""
        return OPS["reduce_max"](self, axis=axis, keepdims=keepdims)

    def min(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> "Tensor":
        """The smallest over `axis` (all axes when None)."""
        return OPS["reduce_min"](self, axis=axis, keepdims=keepdims)

    def var(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> "Tensor":
        """The mean squared distance from the mean over `axis` (all axes when None)."""
        return OPS["square"](self - self.mean(axis, keepdims=True)).mean(axis, keepdims)

    def std(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> "Tensor":
        """The square root of the variance over `axis` (all axes when None)."""
        return OPS["sqrt"](self.var(axis, keepdims))

    def reshape(self, *shape: int | tuple[int, ...]) -> "Tensor":
        """The same elements in another shape, given as sizes or as one tuple; one size may be -1."""
        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape
        return OPS["reshape"](self, shape=sizes)

    def astype(self, dtype: DTypeLike) -> "Tensor":
        """The same elements as another dtype."""
        return OPS["cast"](self, dtype=np.dtype(dtype))


class Constant(Tensor):
    """A leaf that holds a fixed array."""

    __slots__ = ("data",)

    def __init__(self, data: Any, dtype: DTypeLike | None = None) -> None:
        self.data: np.ndarray[Any, Any] = np.asarray(data, dtype)
        super().__init__((TensorType(self.data.shape, self.data.dtype),))


class Placeholder(Tensor):
    """A leaf that awaits an array at each run of a program."""

    __slots__ = ()

    def __init__(self, shape: tuple[int, ...], dtype: DTypeLike = "float32", name: str = "") -> None:
        super().__init__((TensorType(tuple(shape), np.dtype(dtype)),), name=name)


class Variable(Tensor):
    """A leaf that holds an array which training may replace.

    Args:
        value: the first value, an array or a number; its shape and dtype are fixed from then on.
        name: the address by which it is found again.
        trainable: whether an optimiser may change it.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> w = cr.Variable(np.ones((2, 3), "float32"), name="w")
        >>> float((w * 2).sum().value)
        12.0
    """

    __slots__ = ("_data", "trainable")

    def __init__(self, value: Any, name: str = "", trainable: bool = True) -> None:
        array = value if hasattr(value, "dtype") else np.asarray(value, "float32" if _is_float(value) else None)
        super().__init__((TensorType(tuple(array.shape), np.dtype(array.dtype)),), name=name)
        self._data: Array = array
        self.trainable = trainable

    @property
    def value(self) -> Array:
        """The array it holds now."""
        return self._data

    def assign(self, value: Any) -> None:
        """Hold `value` from now on: an array of the same shape and dtype."""
        array = value if hasattr(value, "dtype") else np.asarray(value, self.dtype)
        if tuple(array.shape) != self.shape:
            raise ShapeError(f"Variable {self.name!r} has shape {self.shape}. Got a value of shape {tuple(array.shape)} instead.")
        if np.dtype(array.dtype) != self.dtype:
            raise DtypeError(f"Variable {self.name!r} is {self.dtype}. Got {array.dtype} instead: cast it first.")
        self._data = array


def _is_float(value: Any) -> bool:
    return np.asarray(value).dtype.kind == "f"


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
