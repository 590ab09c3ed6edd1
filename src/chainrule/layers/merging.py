"""Layers with several inputs and one output."""

from collections.abc import Sequence
from functools import reduce
from typing import ClassVar

from chainrule import ops
from chainrule.errors import ArgumentError, ShapeError
from chainrule.graph import Tensor
from chainrule.networks.checks import example_axis
from chainrule.networks.layer import Layer, Role


class Merge(Layer, abstract=True):
    """The base of layers with several inputs: what they share is how inputs are checked."""

    role: ClassVar[Role] = "merging"
    passes_mask: ClassVar[bool] = True

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        """Return the inputs as one."""
        if isinstance(inputs, Tensor) or len(inputs) < 2:
            raise ArgumentError(f"{type(self).__name__} {self.default_name!r} takes a list of at least two inputs. Got {inputs!r} instead.")
        if len({x.ndim for x in inputs}) > 1:
            shapes = " and ".join(str(x.shape) for x in inputs)
            raise ShapeError(f"{type(self).__name__} {self.default_name!r}: inputs must have the same number of axes. Got {shapes}.")
        return self.merge(inputs)

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        """Return two or more inputs as one."""
        raise NotImplementedError


class Add(Merge):
    """The sum of a list of inputs, element by element; sizes of 1 are stretched.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([[1.0, 2.0]], "float32"))
        >>> np.asarray(cr.layers.Add()([x, x, x]).value).tolist()
        [[3.0, 6.0]]
    """

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        """Return a + b + …"""
        return reduce(ops.add, inputs)


class Subtract(Merge):
    """The first of two inputs less the second, element by element; sizes of 1 are stretched.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([[1.0, 2.0]], "float32"))
        >>> np.asarray(cr.layers.Subtract()([x, x * x]).value).tolist()
        [[0.0, -2.0]]
    """

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        """Return a − b."""
        if len(inputs) != 2:
            raise ArgumentError(f"Subtract {self.default_name!r} takes a list of two inputs. Got {len(inputs)} instead.")
        return inputs[0] - inputs[1]


class Multiply(Merge):
    """The product of a list of inputs, element by element; sizes of 1 are stretched.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([[1.0, 2.0]], "float32"))
        >>> np.asarray(cr.layers.Multiply()([x, x, x]).value).tolist()
        [[1.0, 8.0]]
    """

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        """Return a · b · …"""
        return reduce(ops.multiply, inputs)


class Average(Merge):
    """The mean of a list of inputs, element by element; sizes of 1 are stretched.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([[1.0, 2.0]], "float32"))
        >>> np.asarray(cr.layers.Average()([x, x * 3]).value).tolist()
        [[2.0, 4.0]]
    """

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        """Return (a + b + …) / n."""
        return reduce(ops.add, inputs) / len(inputs)


class Concatenate(Merge):
    """A list of inputs one after the other along an axis; all other sizes must be equal.

    Args:
        axis: the axis along which they are joined; not the batch.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([[1.0, 2.0]], "float32"))
        >>> np.asarray(cr.layers.Concatenate()([x, x]).value).tolist()
        [[1.0, 2.0, 1.0, 2.0]]
    """

    passes_mask: ClassVar[bool] = False

    axis: int = -1

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        """Return the inputs, joined."""
        return ops.concatenate(*inputs, axis=example_axis(self, self.axis, inputs[0].ndim))
