"""A tensor is a node of the graph: an operation on other nodes, or a leaf that holds or awaits a value."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeAlias, Union

import numpy as np
from numpy.typing import DTypeLike

from chainrule.errors import DtypeError, GraphError, ShapeError
from chainrule.graph.origin import here

if TYPE_CHECKING:
    from chainrule.graph.op import Op

Array: TypeAlias = Any  # a NumPy or a JAX array: the graph stores them and never looks inside
TensorLike: TypeAlias = Union["Tensor", np.ndarray[Any, Any], np.generic, float, int, bool]
OPS: dict[str, "Op"] = {}  # every op by name; the room `ops` fills it


class TensorType(NamedTuple):
    """Shape and dtype of a tensor."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def __str__(self) -> str:
        return f"{self.dtype.name}[{', '.join(map(str, self.shape))}]"


class Tensor:
    """A node: `op` applied to `inputs` with `attributes`. A leaf has no op. Nodes never change once made."""

    __slots__ = ("attributes", "inputs", "name", "op", "origin", "program", "types")
    __array_ufunc__ = None  # so that `array * tensor` asks the tensor
    evaluate: ClassVar[Callable[["Tensor"], Array]]  # set by the room `xla`

    def __init__(
        self,
        types: tuple[TensorType, ...],
        *,
        op: "Op | None" = None,
        inputs: tuple["Tensor", ...] = (),
        attributes: Mapping[str, Any] | None = None,
        name: str = "",
    ) -> None:
        self.types = types
        self.op = op
        self.inputs = inputs
        self.attributes: Mapping[str, Any] = attributes or {}
        self.name = name
        self.origin = here()
        self.program: Any = None  # what `evaluate` compiled for this node

    @property
    def type(self) -> TensorType:
        """Shape and dtype; an error for a node with several outputs, which `item` takes apart."""
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
