"""What kind of answer the targets ask for, and how well the best constant answer does."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]

MOST_CLASSES = 1000


@dataclass(frozen=True, eq=False)
class Targets:
    """The targets of one output.

    Args:
        y: as given to `fit`, one row for each example.
        names_classes: whether the loss or the output speaks of classes, so that whole numbers are taken for class numbers.
    """

    y: Array
    names_classes: bool = False

    @cached_property
    def values(self) -> Array:
        """The distinct values."""
        return np.unique(self.y[np.isfinite(self.y)]) if self.y.dtype.kind == "f" else np.unique(self.y)

    @cached_property
    def low(self) -> float:
        """The smallest value."""
        return float(self.values[0]) if len(self.values) else 0.0

    @cached_property
    def high(self) -> float:
        """The largest value."""
        return float(self.values[-1]) if len(self.values) else 0.0

    @cached_property
    def kind(self) -> str:
        """What the targets are.

        "binary" (0 and 1), "signs" (-1 and 1), "one-hot" (rows with a single 1), "multi-label" (rows of 0 and 1), "classes" (whole
        numbers that name classes), or "quantities".
        """
        two = len(self.values) <= 2
        if two and set(self.values.tolist()) <= {0, 1}:
            wide = self.y.ndim > 1 and self.y.shape[-1] > 1
            if not wide:
                return "binary"
            return "one-hot" if (self.y.sum(-1) == 1).all() else "multi-label"
        if two and set(self.values.tolist()) == {-1, 1}:
            return "signs"
        narrow = self.y.ndim == 1 or self.y.shape[-1] == 1 or self.names_classes
        whole = bool((self.values == np.floor(self.values)).all()) and self.low >= 0 and narrow
        few = len(self.values) <= (MOST_CLASSES if self.names_classes else 10) and len(self.values) * 2 <= self.y.size
        gapless = self.high < 2 * len(self.values)
        return "classes" if whole and few and (gapless or self.names_classes) else "quantities"

    @property
    def names(self) -> bool:
        """Whether the targets name classes."""
        return self.kind != "quantities"

    @cached_property
    def labels(self) -> Array | None:
        """One class number for each row; None where rows are not of one class each."""
        y = self.y.argmax(-1) if self.kind == "one-hot" else self.y
        y = y[..., 0] if y.ndim > 1 and y.shape[-1] == 1 else y
        if y.ndim != 1 or self.kind in ("quantities", "multi-label"):
            return None
        return np.searchsorted(self.values, y) if self.kind in ("signs", "classes") else y.astype(np.int64)

    @cached_property
    def counts(self) -> Array | None:
        """How many rows each class has."""
        if self.labels is None:
            return None
        return np.bincount(self.labels, minlength=self.y.shape[-1] if self.kind == "one-hot" else len(self.values))

    @property
    def classes(self) -> int:
        """How many classes the targets name; 0 for quantities."""
        if self.kind == "quantities":
            return 0
        return int(self.y.shape[-1]) if self.kind in ("one-hot", "multi-label") else len(self.values)
