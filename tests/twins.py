"""The same network here and in Keras, from one description."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import keras
import numpy as np

import chainrule as cr

Array: TypeAlias = Any
Made: TypeAlias = tuple[str, dict[str, Any]]  # a class and its arguments, which are the same on both sides


@dataclass(frozen=True)
class Twins:
    """A chain of layers."""

    shape: tuple[int, ...]
    layers: Sequence[Made]
    dtype: str = "float32"

    def ours(self, seed: int = 0) -> cr.Sequential:
        return cr.Sequential(
            [cr.Input(self.shape, self.dtype), *(getattr(cr.layers, name)(**arguments) for name, arguments in self.layers)], seed=seed
        )

    def theirs(self, weights: Sequence[Array]) -> Any:
        layers = [getattr(keras.layers, name)(**arguments) for name, arguments in self.layers]
        model = keras.Sequential([keras.Input(self.shape, dtype=self.dtype), *layers])
        model.set_weights(weights)
        return model


def dense(*units: int, **last: Any) -> list[Made]:
    """Return a chain of Dense layers, with tanh on all but the last."""
    *hidden, outputs = units
    return [*(("Dense", {"units": n, "activation": "tanh"}) for n in hidden), ("Dense", {"units": outputs} | last)]


def make(room: Any, made: Any) -> Any:
    """Return the object that a class and its arguments stand for, in one room of either side; a text as it is."""
    return made if isinstance(made, str) else getattr(room, made[0])(**made[1])


def rows(count: int, *shape: int, seed: int = 70) -> Array:
    return np.random.default_rng(seed).normal(size=(count, *shape)).astype("float32")


def keras_weights(model: Any) -> list[Array]:
    return [np.asarray(variable.value) for variable in model.weights]


class Weights(cr.callbacks.Callback):
    """Keeps the weights after each epoch."""

    def __init__(self) -> None:
        self.epochs: list[list[Array]] = []

    def on_epoch_end(self, epoch: int, logs: Any) -> None:
        self.epochs.append(self.model.get_weights())


class KerasWeights(keras.callbacks.Callback):
    """Keeps the weights after each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.epochs: list[list[Array]] = []

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.epochs.append(keras_weights(self.model))
