"""What NumPy and Python ask of a tensor that is used as if it were an array or a number."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NoReturn

import numpy as np
from numpy.typing import DTypeLike

from chainrule.errors import ArgumentError, ShapeError, UnknownAttributeError, did_you_mean


class NumpyProtocol:
    """The base of tensors: numbers and arrays are their values, NumPy's functions are the ops of the same names.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([0.0, 1.0], "float32"))
        >>> np.exp(x)
        <exp float32[2]>
        >>> np.asarray(np.exp(x)).round(3).tolist(), float(x.max())
        ([1.0, 2.7179999351501465], 1.0)
    """

    __slots__ = ()
    named_ops: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    shape: Any  # of the tensor
    value: Any

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        return np.array(self.value, dtype) if copy else np.asarray(self.value, dtype)

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def item(self) -> Any:
        """The value of a tensor of one number, as Python's own number."""
        if any(size != 1 for size in self.shape):
            raise ShapeError(f"{self} is not one number: take one of its elements, its sum() or its mean(), or np.asarray() for all.")
        return np.asarray(self.value).item()

    def __array_ufunc__(self, function: np.ufunc, method: str, *inputs: Any, **more: Any) -> Any:
        if method != "__call__" or more or function.__name__ not in self.named_ops:
            self._refuse(function.__name__ if method == "__call__" else f"{function.__name__}.{method}")
        numbers = [given[()] if isinstance(given, np.ndarray) and not given.ndim else given for given in inputs]  # NumPy wraps bare numbers
        return self.named_ops[function.__name__](*numbers)

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, more: Any) -> Any:
        if function in (np.shape, np.ndim, np.size) and args == (self,):
            return getattr(self, function.__name__)
        return self._refuse(function.__name__)

    def _refuse(self, name: str) -> NoReturn:
        raise ArgumentError(
            f"numpy.{name} does not make a node of a graph, and {self} is one.{self._advice(name)} "
            "Use chainrule.ops or the tensor's own methods, or np.asarray() first, to compute with its value."
        )

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise UnknownAttributeError(f"A tensor has no {name!r}.{self._advice(name)}")

    def _advice(self, name: str) -> str:
        if name in self.named_ops:
            return f" There is chainrule.ops.{name}."
        return did_you_mean(name, [known for known in dir(type(self)) if not known.startswith("_")])
