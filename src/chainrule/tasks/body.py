"""What a network is made for, and what it is made of: inputs, an output, and a body of layers for each input."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from chainrule.layers import Layer, Symbol
from chainrule.optimizers import Optimizer
from chainrule.tasks.choices import Choices

Block: TypeAlias = Callable[[Symbol], Symbol]  # a layer, or several of them


@dataclass(frozen=True)
class InputSpec:
    """One input of a network.

    Args:
        name: of the column, or "features" for all numbers of a row.
        kind: "features", or the kind of the column: "image", "audio", "text", "series", "array", ...
        shape: of an example, as the network takes it.
        dtype: likewise; int32 for tokens and categories, which are to be embedded.
        rows: examples to learn from.
        size: how many different whole numbers there are; None where they are not to be embedded.
        targets: of a series, which of its columns are predicted.
        season: of a series, steps after which it is likely to repeat itself; 1 where none is known.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    dtype: "np.dtype[np.generic]"
    rows: int
    size: int | None = None
    targets: tuple[int, ...] = ()
    season: int = 1


@dataclass(frozen=True)
class OutputSpec:
    """What a network is to give.

    Args:
        shape: of its output for one example: (classes,), (1,), (2, places) for a span, or that of the target.
        classes: how many classes there are, of which an example has one; None where something else is learned.
    """

    shape: tuple[int, ...]
    classes: int | None = None


@dataclass(frozen=True, eq=False)
class Body:
    """The layers from one input to a row of numbers, and how they learn best; a whole network ends in the output itself.

    Args:
        layers: one after the other; where all are layers and there is one input, the network is a chain.
        reason: what was chosen, and why, for people to read.
        epochs: passes over the training part, at most.
        batch_size: examples in a batch; None for about 40 steps in an epoch, in batches of 16 to 128.
        patience: epochs without a better validation loss before training stops; None for 25, or 10 from 1,000 examples on.
        optimizer: makes the optimiser for the number of updates that are planned; None for Adam.
        augment: layers that vary each training batch at random.
    """

    layers: Sequence[Block]
    reason: str
    epochs: int = 200
    batch_size: int | None = None
    patience: int | None = None
    optimizer: Callable[[int], Optimizer] | None = None
    augment: Sequence[Layer] = field(default=())


BodyBuilder: TypeAlias = Callable[[InputSpec, OutputSpec, Choices], Body]
