"""What is to be predicted of a series: the next rows of some columns, scaled as the columns are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.data.frame import Place
from chainrule.data.steps.step import ColumnStep, inverse
from chainrule.data.steps.windows import Windows
from chainrule.errors import ArgumentError


@dataclass(frozen=True)
class ForecastTarget:
    """What is to be predicted of a series: the next rows of some columns, scaled as the columns are.

    Args:
        names: of the columns.
        horizon: how many rows.
        steps: what was done to each column, in this order.
    """

    names: tuple[str, ...]
    horizon: int
    steps: tuple[tuple[ColumnStep, ...], ...]

    task: ClassVar[str] = "forecasting"

    @classmethod
    def of(cls, windows: Windows, steps: Mapping[str, tuple[ColumnStep, ...]]) -> "ForecastTarget":
        """Return the target of windows over columns with these steps."""
        return cls(tuple(windows.targets), windows.horizon, tuple(steps[name] for name in windows.targets))

    @property
    def name(self) -> str:
        """The names of the columns."""
        return ", ".join(self.names)

    @property
    def quantities(self) -> tuple[str, ...]:
        """What is predicted, in words: the columns, or what they or their logarithms change by."""
        return tuple(_quantity(name, steps[: _lasting(steps)]) for name, steps in zip(self.names, self.steps, strict=True))

    @property
    def class_names(self) -> None:
        """None: there are no classes."""
        return None

    def encode(self, column: Any, place: Place, /) -> NDArray[Any]:
        """Raise ArgumentError: what is to be predicted is no column, and comes with the windows."""
        raise ArgumentError("The targets of a forecast come with its windows: Preparation.windows(rows) gives both.")

    def decode(self, y: ArrayLike, /) -> NDArray[np.float64]:
        """Return forecasts, of shape (examples, horizon, targets), in the columns' own units; of a `Difference` the changes.

        What was done before a `Difference` cannot be undone from the changes alone: `quantities` names it.
        """
        decoded = np.array(y, np.float64)
        for place, steps in enumerate(self.steps):
            decoded[..., place] = inverse(steps[_lasting(steps) :], decoded[..., place])
        return decoded

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data; the steps are those of the columns."""
        return {"class": "ForecastTarget"}


def _lasting(steps: Sequence[ColumnStep]) -> int:
    """Return how many steps there are up to the last one that cannot be undone from its values alone."""
    return max((place for place, step in enumerate(steps, 1) if step.rows_before), default=0)


def _quantity(name: str, steps: Sequence[ColumnStep]) -> str:
    """Return in words what a column has become by these steps."""
    for step in steps:
        name = step.quantity(name)
    return name
