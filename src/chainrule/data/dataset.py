"""A data set in memory."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from numpy.typing import NDArray


class Part(NamedTuple):
    """Examples and their targets: x of shape (examples, ...), y of shape (examples,)."""

    x: NDArray[Any]
    y: NDArray[Any]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A named data set, in the split that its published figures are about.

    Args:
        name: its name in the catalogue.
        train: the part to learn from.
        test: the part to be judged by; None where the set has no customary split.
        classes: names of the classes in the order of their numbers; None where y is a quantity.
        feature_names: names of the entries of x's last axis; none for images.
        source: who made it, where it lives, and under which licence.
    """

    name: str
    train: Part
    test: Part | None
    classes: tuple[str, ...] | None
    feature_names: tuple[str, ...]
    source: str
