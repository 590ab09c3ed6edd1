"""Numbers of tables: missing ones filled, logarithms of what is skewed, limits for outliers, differences in time."""

from dataclasses import replace
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray

from chainrule.arguments import NotNegative, PositiveCount
from chainrule.counting import counted
from chainrule.data.kind import Values
from chainrule.data.steps.step import SERIES, ColumnStep, Verb
from chainrule.data.steps.values import At, as_numbers, flat
from chainrule.errors import ArgumentError


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


_SKEWED = 1.5  # skewness from which on numbers are taken for skewed
_FEWEST = 50  # rows from which on skewness can be judged


class Log(ColumnStep):
    """The logarithm of a number: z = sign(x) · log(1 + |x| / s), with s the training rows' median size.

    Near 0 it is x / s, so that zeros and signs stay. A second feature, such as that of missing values, is left as it is.

    Args:
        always: whether it is done to every column, or only where the numbers of training are skewed, and less so after it.
        scale: s; None where nothing is done; learned.

    Source:
        Webber (2013), A bi-symmetric log transformation for wide-range data.

    Example:
        >>> step = Log().fit(np.array([[1.0], [3.0], [3.0]]))
        >>> step.scale, step.transform(np.array([[-3.0], [0.0], [21.0]])).round(3).tolist()
        (3.0, [[-0.693], [0.0], [2.079]])
    """

    verb: ClassVar[Verb] = "transform"
    kinds: ClassVar[frozenset[str]] = frozenset({"number"})

    always: bool = True
    scale: float | None = None

    def learn(self, values: Values, at: At) -> Self:
        known = flat(values)[:, 0]
        known = known[np.isfinite(known)]
        sizes = np.abs(known[known != 0])
        if not len(sizes):
            return replace(self, scale=None)
        made = replace(self, scale=float(np.median(sizes)))
        return made if self.always or made._helps(known, at) else replace(self, scale=None)

    def _helps(self, known: NDArray[np.float64], at: At) -> bool:
        if len(known) < _FEWEST:
            return False
        before = abs(skewness(known))
        return before > _SKEWED and abs(skewness(self.apply(known[:, None], at)[:, 0])) < before

    def apply(self, values: Values, at: At) -> NDArray[np.float64]:
        array = flat(values).astype(np.float64)
        if self.scale is None:
            return array
        array[:, 0] = np.sign(array[:, 0]) * np.log1p(np.abs(array[:, 0]) / self.scale)
        return array

    def inverse_transform(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Return the numbers of these logarithms: x = sign(z) · s · (exp |z| - 1)."""
        array = np.array(values, np.float64)
        if self.scale is not None:
            array[..., 0] = np.sign(array[..., 0]) * self.scale * np.expm1(np.abs(array[..., 0]))
        return array

    def quantity(self, name: str) -> str:
        return name if self.scale is None else f"{name} as {self.describe()}"

    def describe(self) -> str:
        return "as it is, not skewed" if self.scale is None else f"sign(x) · log(1 + |x| / {self.scale:.5g})"


def skewness(values: NDArray[np.float64]) -> float:
    """Return the third standardised moment: mean((x - mean)³) / standard deviation³; 0 where nothing varies.

    Example:
        >>> skewness(np.array([1.0, 2.0, 3.0])), round(skewness(np.array([0.0, 0.0, 0.0, 1.0])), 3)
        (0.0, 1.155)
    """
    centred = values - values.mean()
    deviation = centred.std()
    return float((centred * centred * centred).mean() / deviation**3) if deviation > 0 else 0.0


class ClipOutliers(ColumnStep):
    """Numbers kept within bounds: q1 - k · (q3 - q1) to q3 + k · (q3 - q1), by the training rows' quartiles.

    Args:
        factor: k.
        low: the lower bound; learned.
        high: the upper bound; learned.

    Source:
        Tukey (1977), Exploratory Data Analysis, section 2D (fences).

    Example:
        >>> ClipOutliers(1.5).fit(np.array([[1.0], [2.0], [3.0]])).transform(np.array([[9.0], [2.5]])).tolist()
        [[4.0], [2.5]]
    """

    verb: ClassVar[Verb] = "clean"
    kinds: ClassVar[frozenset[str]] = frozenset({"number"})

    factor: NotNegative = 3.0
    low: float | None = None
    high: float | None = None

    def learn(self, values: Values, at: At) -> Self:
        known = flat(values)[:, 0]
        known = known[np.isfinite(known)]
        if not len(known):
            return self
        first, third = np.percentile(known, [25, 75])
        return replace(self, low=float(first - self.factor * (third - first)), high=float(third + self.factor * (third - first)))

    def apply(self, values: Values, at: At) -> NDArray[np.float64]:
        array = flat(values).astype(np.float64)
        if self.low is not None and self.high is not None:
            array[:, 0] = np.clip(array[:, 0], self.low, self.high)
        return array

    def describe(self) -> str:
        return "outliers kept within bounds" if self.low is None else f"kept between {self.low:.5g} and {self.high:.5g}"


class Difference(ColumnStep):
    """What a number has changed by since `lag` rows before: y(t) = x(t) - x(t - lag).

    It is 0 for the first rows of a series, which have none before them.

    A trend becomes a level with lag 1, and a yearly round disappears with lag 12 from months. Learns nothing; the rows must be in
    the order of time. `restore` gives the numbers back.

    Args:
        lag: how many rows before.

    Source:
        Box and Jenkins (1970), Time series analysis: forecasting and control, section 4.1.

    Example:
        >>> step = Difference(2)
        >>> changes = step.transform(np.array([[1.0], [2.0], [4.0], [8.0]]))
        >>> changes[:, 0].tolist(), step.restore(changes[2:], np.array([[1.0], [2.0]]))[:, 0].tolist()
        ([0.0, 0.0, 3.0, 6.0], [4.0, 8.0])
    """

    verb: ClassVar[Verb] = "transform"
    kinds: ClassVar[frozenset[str]] = frozenset({"number"})

    lag: PositiveCount = 1

    def apply(self, values: Values, at: At) -> NDArray[np.float64]:
        array = flat(values)
        changes = np.zeros(array.shape, np.float64)
        changes[self.lag :] = array[self.lag :] - array[: -self.lag]
        series = at.known.get(SERIES)
        if series is not None:
            changes[~series.eq_missing(series.shift(self.lag)).to_numpy()] = 0
        return changes

    @property
    def rows_before(self) -> int:
        """The lag."""
        return self.lag

    def quantity(self, name: str) -> str:
        return f"change of {name} since {counted(self.lag, 'row')} before"

    def restore(self, changes: NDArray[Any], before: NDArray[Any]) -> NDArray[np.float64]:
        """Return the numbers that changed so, from the `lag` numbers before the first change; time is the first axis.

        Raises:
            ArgumentError: fewer than `lag` numbers before.
        """
        if len(before) < self.lag:
            raise ArgumentError(f"restore needs the {self.lag} numbers before the first change. Got {len(before)}.")
        known = [np.asarray(row, np.float64) for row in before[-self.lag :]]
        for change in changes:
            known.append(known[-self.lag] + change)
        return np.array(known[self.lag :])

    def describe(self) -> str:
        return f"the change since {self.lag} rows before"
