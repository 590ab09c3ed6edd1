"""Networks that are sensible to begin with: chosen by the shape and the number of examples."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from chainrule import optimizers
from chainrule.errors import ArgumentError
from chainrule.layers import Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D, Rescaling, SmoothClip
from chainrule.losses import SparseCategoricalCrossentropy
from chainrule.recipes.problem import Problem
from chainrule.training import Model, Sequential

SMALL_IMAGE = 12  # pixels; smaller ones are pooled once, not twice
MANY_ROWS = 20_000


@dataclass(frozen=True)
class Choices:
    """How to learn; what is None is chosen by the problem.

    Args:
        layers: units of each dense hidden layer.
        epochs: passes over the training part, at most.
        batch_size: examples in a batch.
        optimizer: its name.
        learning_rate: None for the optimiser's own.
        seed: what the split, first weights, shuffling and dropout hang on.
        patience: epochs without a better validation loss before training stops.
    """

    layers: Sequence[int] | None = None
    epochs: int | None = None
    batch_size: int | None = None
    optimizer: str = "adam"
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

    def fitted_to(self, problem: Problem) -> "Choices":
        """Return the choices with every None decided: about 40 steps in an epoch, in batches of 16 to 128."""
        rows = len(problem.train.y)
        default_epochs = (12 if rows > MANY_ROWS else 60) if problem.images else 200
        default_batch = min(128, max(16, 1 << round(math.log2(max(rows / 40, 1)))))
        default_patience = 3 if problem.images and rows > MANY_ROWS else 10 if rows > 1000 else 25
        return Choices(
            self.layers if self.layers is not None else default_layers(problem),
            self.epochs or default_epochs,
            self.batch_size or default_batch,
            self.optimizer,
            self.learning_rate,
            self.seed,
            self.patience or default_patience,
        )


def default_layers(problem: Problem) -> list[int]:
    """Return the units of the dense hidden layers: more for more examples."""
    if problem.images:
        return [128]
    rows = len(problem.train.y)
    units = 32 if rows < 500 else 64 if rows < 10_000 else 128
    return [units, units]


def network(problem: Problem, choices: Choices) -> Model:
    """Return a compiled network for a problem: dense layers for tables, convolutions before them for images.

    It ends in one logit for each class, or in the one standardised number.
    """
    shape = problem.train.x.shape[1:]
    body = [*_convolutions(shape, problem.train.x.dtype.itemsize == 1), Flatten(), Dropout(0.3)] if problem.images else [SmoothClip()]
    hidden = [Dense(units, "relu") for units in choices.layers or ()]
    outputs = len(problem.class_names) if problem.class_names else 1
    model = Sequential([Input(shape), *body, *hidden, Dense(outputs, name="answer")], seed=choices.seed, name=_identifier(problem.name))
    optimizer = optimizers.get(choices.optimizer)
    if choices.learning_rate is not None:
        optimizer = type(optimizer)(learning_rate=choices.learning_rate)
    if problem.class_names:
        model.compile(optimizer, SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    else:
        model.compile(optimizer, "mse", ["mae"])
    return model


def _convolutions(shape: tuple[int, ...], is_bytes: bool) -> list[object]:
    """Return two convolutions with pooling; images of bytes are brought to 0 to 1 on the way in."""
    scaling = [Rescaling(1 / 255)] if is_bytes else []
    if min(shape[:2]) < SMALL_IMAGE:
        return [
            *scaling,
            Conv2D(32, 3, padding="same", activation="relu"),
            Conv2D(64, 3, padding="same", activation="relu"),
            MaxPooling2D(2),
        ]
    return [*scaling, Conv2D(32, 3, activation="relu"), MaxPooling2D(2), Conv2D(64, 3, activation="relu"), MaxPooling2D(2)]


def _identifier(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name) or "model"
