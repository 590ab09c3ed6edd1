"""Scaling: numbers brought to the size that a network learns well from."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from chainrule.data.kind import Values
from chainrule.data.steps.step import ColumnStep, Verb
from chainrule.data.steps.values import At, flat
from chainrule.errors import DataError

_NUMERIC: frozenset[str] = frozenset({"number", "date", "array", "image", "audio"})


class Scaling(ColumnStep, abstract=True):
    """A scaling of each feature by a shift and a divisor learned from training: z = (x - shift) / divisor.

    The features are the entries of the last axis: of a table's column, of each channel of an image, of each band of a
    spectrogram. Learned in float64 and applied in float32, so that no rounding depends on the number of rows at hand.
    """

    verb: ClassVar[Verb] = "scale"
    kinds: ClassVar[frozenset[str]] = _NUMERIC

    shift: Sequence[float] | None = None
    divisor: Sequence[float] | None = None

    @abstractmethod
    def shift_and_divisor(self, rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return shift and divisor of each feature from rows of shape (rows, features), in which NaN is missing."""

    def learn(self, values: Values, at: At) -> Self:
        """Learn shift and divisor; a feature that does not vary is shifted alone."""
        array = flat(values)
        rows = array.reshape(-1, array.shape[-1]).astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            shift, divisor = self.shift_and_divisor(rows)
        if not (np.isfinite(shift).all() and np.isfinite(divisor).all()):
            largest = np.nanmax(np.abs(rows))
            raise DataError(f"Column {at.column!r}: its values are too large to average (up to {largest:g}). Scale them down.")
        varies = (np.nanmin(rows, axis=0) < np.nanmax(rows, axis=0)) & (divisor > 0)
        return replace(self, shift=shift.tolist(), divisor=np.where(varies, divisor, 1.0).tolist())

    def apply(self, values: Values, at: At) -> NDArray[Any]:
        """Return the scaled values as float32.

        Raises:
            DataError: a value so far from those of training that it cannot be written.
        """
        if self.shift is None or self.divisor is None:
            raise self.not_fitted()
        array = flat(values)
        with np.errstate(over="ignore"):
            scaled = ((array - np.asarray(self.shift)) / np.asarray(self.divisor)).astype(np.float32)
        if np.isinf(scaled).any():
            first = tuple(np.argwhere(np.isinf(scaled))[0])
            met = f"{array[first]:g} is too far from what was met in training to be used"
            raise DataError(f"Column {at.column!r}, {at.place(int(first[0]))}: {met}.")
        return scaled

    def inverse_transform(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Return scaled values in their own unit: x = z · divisor + shift."""
        return np.asarray(values, np.float64) * np.asarray(self.divisor) + np.asarray(self.shift)


class Standardize(Scaling):
    """Mean 0 and standard deviation 1: z = (x - mean) / standard deviation.

    Args:
        shift: the mean of each feature; learned.
        divisor: its standard deviation, 1 where it does not vary; learned.

    Source:
        LeCun, Bottou, Orr and Müller (1998), Efficient BackProp, section 4.3.

    Example:
        >>> step = Standardize().fit(np.array([[0.0], [2.0]]))
        >>> step.transform(np.array([[4.0]])).tolist()
        [[3.0]]
    """

    def shift_and_divisor(self, rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return np.nanmean(rows, axis=0), np.nanstd(rows, axis=0)

    def describe(self) -> str:
        return "to mean 0 and standard deviation 1" + _shown("mean", self.shift, "deviation", self.divisor)


class MinMax(Scaling):
    """The training rows' range to 0 to 1: z = (x - minimum) / (maximum - minimum).

    Args:
        shift: the least value of each feature; learned.
        divisor: the length of its range; learned.

    Example:
        >>> MinMax().fit(np.array([[2.0], [6.0]])).transform(np.array([[3.0]])).tolist()
        [[0.25]]
    """

    def shift_and_divisor(self, rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        least = np.nanmin(rows, axis=0)
        return least, np.nanmax(rows, axis=0) - least

    def describe(self) -> str:
        return "from the range of training to 0 to 1" + _shown("least", self.shift, "range", self.divisor)


class Robust(Scaling):
    """Median 0 and interquartile range 1, so that outliers count for little: z = (x - median) / (q75 - q25).

    Args:
        shift: the median of each feature; learned.
        divisor: its interquartile range; learned.

    Source:
        scikit-learn's RobustScaler.

    Example:
        >>> Robust().fit(np.array([[0.0], [1.0], [2.0], [3.0], [900.0]])).transform(np.array([[4.0]])).tolist()
        [[1.0]]
    """

    def shift_and_divisor(self, rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        low, middle, high = np.nanpercentile(rows, [25, 50, 75], axis=0)
        return middle, high - low

    def describe(self) -> str:
        return "to median 0 and interquartile range 1" + _shown("median", self.shift, "range", self.divisor)


class Rescale(ColumnStep):
    """A fixed scale: z = x · scale + offset, as of bytes to 0 to 1.

    Args:
        scale: the factor; None for 1/255 where training has bytes, and 1 where it has other numbers; learned then.
        offset: is added.

    Example:
        >>> Rescale().fit(np.array([[0, 255]], np.uint8)).transform(np.array([[0, 255]], np.uint8)).tolist()
        [[0.0, 1.0]]
    """

    verb: ClassVar[Verb] = "scale"
    kinds: ClassVar[frozenset[str]] = frozenset({"image", "array", "number"})

    scale: float | None = None
    offset: float = 0.0

    def learn(self, values: Values, at: At) -> Self:
        is_bytes = isinstance(values, np.ndarray) and values.dtype == np.uint8
        return replace(self, scale=1 / 255 if is_bytes else 1.0) if self.scale is None else self

    def apply(self, values: Values, at: At) -> NDArray[np.float32]:
        if self.scale is None:
            raise self.not_fitted()
        with np.errstate(over="ignore"):  # what does not fit is named after all steps
            scaled = np.multiply(flat(values), np.float32(self.scale), dtype=np.float32)
        return scaled + np.float32(self.offset) if self.offset else scaled

    def inverse_transform(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Return scaled values in their own unit: x = (z - offset) / scale."""
        return (np.asarray(values, np.float64) - self.offset) / (self.scale or 1.0)

    def describe(self) -> str:
        scale = self.scale or 1.0
        factor = f"x / {1 / scale:g}" if scale < 1 else f"x · {scale:g}" if scale > 1 else "x as it is"
        return factor + (f" + {self.offset:g}" if self.offset else "")


class UnitNorm(ColumnStep):
    """Each row to length 1: z = x / ‖x‖; a row of zeros stays.

    Example:
        >>> UnitNorm().transform(np.array([[3.0, 4.0]])).round(3).tolist()
        [[0.6000000238418579, 0.800000011920929]]
    """

    verb: ClassVar[Verb] = "scale"
    kinds: ClassVar[frozenset[str]] = frozenset({"array"})

    def apply(self, values: Values, at: At) -> NDArray[np.float32]:
        array = flat(values).astype(np.float64)
        norm = np.sqrt((array**2).sum(axis=tuple(range(1, array.ndim)), keepdims=True))
        return (array / np.where(norm > 0, norm, 1.0)).astype(np.float32)

    def describe(self) -> str:
        return "each row to length 1"


def _shown(first: str, shift: Sequence[float] | None, second: str, divisor: Sequence[float] | None) -> str:
    if shift is None or divisor is None or len(shift) != 1:
        return ""
    return f" ({first} {shift[0]:.6g}, {second} {divisor[0]:.6g})"
