"""A model that is a chain of layers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.errors import ArgumentError
from chainrule.layers import Layer, Symbol
from chainrule.models.model import Model
from chainrule.networks import chain


class Sequential(Model):
    """Layers one after the other.

    Args:
        layers: an `Input` first, or not: then the input's shape is taken from the first data.
        seed: what first weights, shuffling and dropout depend on; None takes that of `set_random_seed`, 0 at first.
        name: the model's name; inside another model, that of the layer which it then is.

    Example:
        >>> import chainrule as cr
        >>> model = cr.Sequential([cr.Input((28, 28)), cr.layers.Flatten(), cr.layers.Dense(10)])
        >>> list(model.named_weights())
        ['dense/kernel', 'dense/bias']
    """

    def __init__(self, layers: Sequence[Any] = (), *, seed: int | None = None, name: str | None = None) -> None:
        super().__init__(None, None, seed=seed, name=name)
        self.name = name or "sequential"
        self._input: Symbol | None = None
        self._stack: list[Layer] = []
        for layer in layers:
            self._add(layer)
        if self._input is not None and self._stack:
            self.use(chain(self._stack, self._input))

    def add(self, layer: Any) -> None:
        """Put a layer (or first of all an Input) at the end."""
        if self._trainer is not None:
            raise ArgumentError("add: the model is compiled already. Add layers first, then compile.")
        self._add(layer)
        if self._input is not None and self._stack:
            self.use(chain(self._stack, self._input))

    def _add(self, layer: Any) -> None:
        if isinstance(layer, Symbol):
            if self._stack or self._input is not None:
                raise ArgumentError("Sequential: an Input can only stand first.")
            self._input = layer
        elif isinstance(layer, Model):
            self._stack.append(layer.network)
        elif isinstance(layer, Layer):
            self._stack.append(layer)
        else:
            raise ArgumentError(f"Sequential takes layers. Got {layer!r} instead.")

    def build(self, shape: tuple[int, ...], dtype: Any = "float32") -> None:
        """Make the weights for examples of `shape` (without the batch axis)."""
        whole = np.dtype(dtype).kind in "iu" and np.dtype(dtype) != np.uint8
        self._input = Symbol(tuple(shape), "int32" if whole else "float32")
        self.use(chain(self._stack, self._input))
