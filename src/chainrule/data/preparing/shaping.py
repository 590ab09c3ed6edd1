"""Transforming numbers of tables: logarithms of what is skewed, limits for outliers, products of columns' values."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from chainrule.configuration import configurable
from chainrule.data.collection import Kind, Values
from chainrule.data.preparing.step import At, ColumnStep, Verb, flat
from chainrule.errors import ArgumentError

_SKEWED = 1.5  # skewness from which on numbers are taken for skewed
_FEWEST = 50  # rows from which on skewness can be told


@configurable
@dataclass(frozen=True)
class Log(ColumnStep):
    """The logarithm of a number: z = sign(x) · log(1 + |x| / s), with s the training rows' median size.

    Near 0 it is x / s, so that zeros and signs stay. A second feature, such as that of missing values, is left as it is.

    Args:
        always: whether it is done to every column, or only where the numbers of training are skewed, and less so after it.
        scale: s; None where nothing is done; learned.

    Source:
        Webber (2013), A bi-symmetric log transformation for wide-range data.

    Example:
        >>> step = Log().fit(np.array([[1.0], [3.0], [3.0]]), At("age"))
        >>> step.scale, step.apply(np.array([[-3.0], [0.0], [21.0]]), At("age")).round(3).tolist()
        (3.0, [[-0.693], [0.0], [2.079]])
    """

    verb: ClassVar[Verb] = "transform"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"number"})

    always: bool = True
    scale: float | None = None

    def fit(self, values: Values, at: At) -> Self:
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


@configurable
@dataclass(frozen=True)
class ClipOutliers(ColumnStep):
    """Numbers kept within bounds: q1 - k · (q3 - q1) to q3 + k · (q3 - q1), by the training rows' quartiles.

    Args:
        factor: k.
        low: the lower bound; learned.
        high: the upper bound; learned.

    Source:
        Tukey (1977), Exploratory Data Analysis, section 2D (fences).

    Example:
        >>> ClipOutliers(1.5).fit(np.array([[1.0], [2.0], [3.0]]), At("x")).apply(np.array([[9.0], [2.5]]), At("x")).tolist()
        [[4.0], [2.5]]
    """

    verb: ClassVar[Verb] = "clean"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"number"})

    factor: float = 3.0
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if not self.factor >= 0:
            raise ArgumentError(f"factor must be 0 or more. Got {self.factor} instead.")

    def fit(self, values: Values, at: At) -> Self:
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
