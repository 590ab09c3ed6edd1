"""What a person may decide of how a network learns."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from chainrule.errors import ArgumentError


@dataclass(frozen=True)
class Choices:
    """How to learn; what is None is chosen by the problem.

    Args:
        layers: units of each dense hidden layer.
        epochs: passes over the training part, at most.
        batch_size: examples in a batch.
        optimizer: its name; None for what suits the network.
        learning_rate: None for the optimiser's own.
        seed: what the split, first weights, shuffling and dropout depend on.
        patience: epochs without a better validation loss before training stops.
    """

    layers: Sequence[int] | None = None
    epochs: int | None = None
    batch_size: int | None = None
    optimizer: str | None = None
    learning_rate: float | None = None
    seed: int = 0
    patience: int | None = None

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "patience"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ArgumentError(f"{name} must be a whole number from 1. Got {value} instead.")
        if self.layers is not None and any(units < 1 for units in self.layers):
            raise ArgumentError(f"layers must be whole numbers from 1. Got {','.join(map(str, self.layers))} instead.")
        if self.learning_rate is not None and not 0 < self.learning_rate < math.inf:
            raise ArgumentError(f"learning_rate must be above 0. Got {self.learning_rate} instead.")
        if self.seed < 0:
            raise ArgumentError(f"seed must be a whole number from 0. Got {self.seed} instead.")
