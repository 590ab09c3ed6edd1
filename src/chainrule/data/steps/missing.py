"""Values that are missing: filled."""

from dataclasses import replace
from typing import ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray

from chainrule.data.kind import Values
from chainrule.data.steps.step import ColumnStep, Verb
from chainrule.data.steps.values import At, as_numbers


class FillMissing(ColumnStep):
    """Put a value where a number is missing, and, where any was missing in training, a second feature that says so.

    Args:
        strategy: "mean", "median" or "mode" of the training rows, or "constant".
        indicator: whether a second feature says where values were missing.
        value: what is put; learned, or given with "constant".
        met: whether values were missing in training; learned.

    Example:
        >>> import polars as pl
        >>> step = FillMissing("median").fit(pl.Series([1.0, None, 2.0, 9.0]))
        >>> step.transform(pl.Series([None, 5.0])).tolist()
        [[2.0, 1.0], [5.0, 0.0]]
    """

    verb: ClassVar[Verb] = "clean"
    kinds: ClassVar[frozenset[str]] = frozenset({"number"})

    strategy: Literal["mean", "median", "mode", "constant"] = "mean"
    indicator: bool = True
    value: float | None = None
    met: bool = False

    def learn(self, values: Values, at: At) -> Self:
        array = as_numbers(values, at)
        known = array[~np.isnan(array)]
        value = self.value if self.strategy == "constant" and self.value is not None else self._central(known)
        return replace(self, value=value, met=len(known) < len(array))

    def _central(self, known: NDArray[np.float64]) -> float:
        if not len(known) or self.strategy == "constant":
            return 0.0
        if self.strategy == "mode":
            distinct, counts = np.unique(known, return_counts=True)
            return float(distinct[counts.argmax()])
        with np.errstate(over="ignore"):
            return float(np.mean(known) if self.strategy == "mean" else np.median(known))

    def apply(self, values: Values, at: At) -> NDArray[np.float64]:
        if self.value is None:
            raise self.not_fitted()
        array = as_numbers(values, at)
        absent = np.isnan(array)
        if absent.any() and not self.met:
            at.notes.append(
                f"column {at.column!r}: {absent.sum()} missing, as none was in training; taken to be its {self.strategy}, {self.value:.6g}"
            )
        filled = np.where(absent, self.value, array)
        return np.stack([filled, absent], axis=1) if self.met and self.indicator else filled[:, None]

    def feature_names(self, names: list[str]) -> list[str]:
        return [*names, f"{names[0]} missing"] if self.met and self.indicator else names

    def describe(self) -> str:
        said = f"missing values become the {self.strategy}" + ("" if self.value is None else f", {self.value:.6g}")
        return said + ("; a second feature says where" if self.met and self.indicator else "") if self.met else "no value is missing"
