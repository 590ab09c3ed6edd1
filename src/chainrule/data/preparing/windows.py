"""Series: windows of the past with what came next, and differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from chainrule.configuration import configurable
from chainrule.counting import counted
from chainrule.data.collection import Kind, Values
from chainrule.data.frame import Place
from chainrule.data.preparing.feature import Feature
from chainrule.data.preparing.shaping import Log
from chainrule.data.preparing.step import SERIES, At, ColumnStep, Verb, flat
from chainrule.data.preparing.undoing import undone
from chainrule.errors import ArgumentError, DataError

_LONGEST = 336  # steps of the learned length of the past
_SEASONS_BACK = 14  # likewise
_SHARE_OF_TRAINING = 3  # the learned length is at most one of so many parts of the training rows


@configurable
@dataclass(frozen=True)
class Windows:
    """From rows in the order of time to examples: the last `input` rows, and what the next `horizon` rows hold.

    x[n] = rows t - input to t - 1 of every column, y[n] = rows t to t + horizon - 1 of the targets, for every stride-th t. The rows to
    be foretold lie within one part; those before them may reach back into the part before, as they may in use. No window
    reaches over a gap in time or from one series into another.

    Args:
        input: rows of the past in an example; None for 14 rounds of the season, at most 336 and a third of the training rows.
        horizon: rows to be foretold.
        stride: rows from one example to the next.
        targets: the columns to foretell; none for the target of the data, or for every number.
        places: of the targets among the columns of x; learned.
        season: rows after which the series is likely to repeat itself, 1 where none is known; learned.
        back: rows before those of the past that these are computed from, as by `Difference`; learned.
        time: the column that orders the rows; None where it is not known; learned.
        group: the column that tells several series apart; None where there is one series; learned.

    Source:
        Zeng, Chen, Zhang and Xu (2023), Are transformers effective for time series forecasting?

    Example:
        >>> windows = Windows(input=3, horizon=2, targets=("sales",), places=(0,))
        >>> x, y, rows = windows.cut(np.arange(6.0)[:, None], np.ones(6, bool), np.zeros(6, int))
        >>> x[:, :, 0].tolist(), y[:, :, 0].tolist(), rows.tolist()
        ([[0.0, 1.0, 2.0], [1.0, 2.0, 3.0]], [[3.0, 4.0], [4.0, 5.0]], [3, 4])
    """

    verb: ClassVar[Verb] = "transform"

    input: int | None = None
    horizon: int = 1
    stride: int = 1
    targets: Sequence[str] = ()
    places: Sequence[int] = ()
    season: int = 1
    back: int = 0
    time: str | None = None
    group: str | None = None

    def __post_init__(self) -> None:
        if min(self.horizon, self.stride, 1 if self.input is None else self.input) < 1:
            raise ArgumentError(f"Windows: input, horizon and stride must be whole numbers from 1. Got {self}.")

    def fit(self, features: Sequence[Feature], target: str | None, season: int, training: int) -> "Windows":
        """Return the windows with their length and the places of their targets among the columns of the features.

        Args:
            features: the columns, with the steps that training has taught.
            target: the target of the data; None where it has none.
            season: steps after which a series of this kind is likely to repeat itself.
            training: how many rows there are to learn from.

        Raises:
            DataError: a target that is no number, or too few rows for a single window.
        """
        begins = np.cumsum([0, *(feature.shape[0] for feature in features)])
        place = {feature.name: int(begin) for feature, begin in zip(features, begins[:-1], strict=True)}
        numbers = [feature.name for feature in features if feature.kind == "number"]
        targets = tuple(self.targets) or ((target,) if target is not None else tuple(numbers))
        for name in targets:
            if name not in numbers:
                raise DataError(
                    f"Windows: the target {name!r} must be a column of numbers. The columns of numbers are {', '.join(numbers)}."
                )
        length, back = self.input or _length(season, training), max(_lag(feature.steps) for feature in features)
        if training < length + back + self.horizon:
            needed = f"the {length + back} of the past and {self.horizon} to be foretold in one example"
            raise DataError(f"Windows: there are {training} rows to learn from, fewer than {needed}. Give a smaller input or horizon.")
        return replace(self, input=length, targets=targets, places=tuple(place[name] for name in targets), season=season, back=back)

    def cut(
        self, matrix: NDArray[Any], inside: NDArray[np.bool_], segments: NDArray[np.int64]
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.int64]]:
        """Return the examples of one part: x (examples, input, columns), y (examples, horizon, targets), the first foretold row of each.

        Args:
            matrix: all rows in the order of time, of shape (rows, columns).
            inside: whether a row belongs to the part, of shape (rows,).
            segments: the segment of each row, of shape (rows,): rows of one segment follow one another without a gap.
        """
        length = self._length()
        reach = length + self.back
        begins = np.arange(reach, len(matrix) - self.horizon + 1)
        counted = np.concatenate([[0], np.cumsum(inside)])
        within = counted[begins + self.horizon] - counted[begins] == self.horizon
        unbroken = segments[begins - reach] == segments[begins + self.horizon - 1]
        chosen = begins[within & unbroken][:: self.stride]
        if not len(chosen):
            empty = np.empty((0, length, matrix.shape[1]), matrix.dtype)
            return empty, np.empty((0, self.horizon, len(self.places)), matrix.dtype), chosen.astype(np.int64)
        past = sliding_window_view(matrix, length, axis=0)[chosen - length]  # (examples, columns, input)
        ahead = sliding_window_view(matrix[:, list(self.places)], self.horizon, axis=0)[chosen]
        return np.ascontiguousarray(past.transpose(0, 2, 1)), np.ascontiguousarray(ahead.transpose(0, 2, 1)), chosen.astype(np.int64)

    def last(self, matrix: NDArray[Any], segments: NDArray[np.int64]) -> NDArray[Any]:
        """Return the window of the last rows, of shape (1, input, columns), from which what comes after them is foretold.

        Raises:
            DataError: fewer rows than a window has, or a gap in time among them.
        """
        length = self._length()
        reach = length + self.back
        if len(matrix) < reach:
            raise DataError(f"A forecast is made from the last {reach} rows. Got {len(matrix)}: give the rows before them too.")
        if segments[-reach] != segments[-1]:
            raise DataError(
                f"A forecast is made from the last {reach} rows, and there is a gap in time among them. Fill in what is missing."
            )
        return matrix[None, -length:]

    def _length(self) -> int:
        if self.input is None or not self.places:
            raise ArgumentError("Windows has not learned from training rows yet: fit the preparation first.")
        return self.input

    def describe(self) -> str:
        """Return in words what becomes of the rows."""
        said = f"the next {self.horizon} rows of {', '.join(map(repr, self.targets)) or 'every number'} from the last {self.input or '...'}"
        return said + (f", every {self.stride}th" if self.stride > 1 else "")


def _lag(steps: Sequence[ColumnStep]) -> int:
    """Return how many rows before a row its value is computed from, after these steps."""
    return sum(step.lag for step in steps if isinstance(step, Difference))


def _length(season: int, training: int) -> int:
    """Return how many rows of the past to take: whole rounds of the season, where one round fits."""
    most = max(1, min(_LONGEST, _SEASONS_BACK * season, training // _SHARE_OF_TRAINING))
    return most - most % season if most >= season else most


@dataclass(frozen=True)
class ForecastTarget:
    """What is to be foretold of a series: the next rows of some columns, scaled as the columns are.

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
    def of(cls, windows: Windows, features: Sequence[Feature]) -> "ForecastTarget":
        """Return the target of windows over these features."""
        steps = {feature.name: feature.steps for feature in features}
        return cls(tuple(windows.targets), windows.horizon, tuple(steps[name] for name in windows.targets))

    @property
    def name(self) -> str:
        """The names of the columns."""
        return ", ".join(self.names)

    @property
    def told(self) -> tuple[str, ...]:
        """What is foretold, in words: the columns, or what they or their logarithms change by."""
        return tuple(_told(name, steps[: _changes(steps)]) for name, steps in zip(self.names, self.steps, strict=True))

    @property
    def class_names(self) -> None:
        """None: there are no classes."""
        return None

    def encode(self, column: Any, place: Place, /) -> NDArray[Any]:
        """Raise ArgumentError: what is to be foretold is no column, and comes with the windows."""
        raise ArgumentError("The targets of a forecast come with its windows: Preparation.windows(rows) gives both.")

    def decode(self, y: ArrayLike, /) -> NDArray[np.float64]:
        """Return forecasts, of shape (examples, horizon, targets), in the columns' own units; of a `Difference` the changes.

        What was done before a `Difference` cannot be undone from the changes alone: `told` names it.
        """
        decoded = np.array(y, np.float64)
        for place, steps in enumerate(self.steps):
            decoded[..., place] = undone(steps[_changes(steps) :], decoded[..., place])
        return decoded

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data; the steps are those of the columns."""
        return {"class": "ForecastTarget"}


def _changes(steps: Sequence[ColumnStep]) -> int:
    """Return how many steps there are up to the last one that makes changes of numbers."""
    return max((place for place, step in enumerate(steps, 1) if isinstance(step, Difference)), default=0)


def _told(name: str, steps: Sequence[ColumnStep]) -> str:
    """Return in words what a column has become by steps that end in changes."""
    for step in steps:
        if isinstance(step, Difference):
            name = f"change of {name} since {counted(step.lag, 'row')} before"
        elif isinstance(step, Log) and step.scale is not None:
            name = f"{name} as {step.describe()}"
    return name


@configurable
@dataclass(frozen=True)
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
        >>> changes = step.apply(np.array([[1.0], [2.0], [4.0], [8.0]]), At("sales"))
        >>> changes[:, 0].tolist(), step.restore(changes[2:], np.array([[1.0], [2.0]]))[:, 0].tolist()
        ([0.0, 0.0, 3.0, 6.0], [4.0, 8.0])
    """

    verb: ClassVar[Verb] = "transform"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"number"})

    lag: int = 1

    def __post_init__(self) -> None:
        if self.lag < 1:
            raise ArgumentError(f"lag must be a whole number from 1. Got {self.lag} instead.")

    def apply(self, values: Values, at: At) -> NDArray[np.float64]:
        array = flat(values)
        changes = np.zeros(array.shape, np.float64)
        changes[self.lag :] = array[self.lag :] - array[: -self.lag]
        series = at.known.get(SERIES)
        if series is not None:
            changes[~series.eq_missing(series.shift(self.lag)).to_numpy()] = 0
        return changes

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


def gathered(features: Sequence[Feature], arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:  # (rows, columns)
    """Return the columns of features side by side.

    Raises:
        DataError: a column that does not become a few numbers for each row.
    """
    for feature in features:
        if not feature.is_flat:
            raise DataError(f"Windows: column {feature.name!r} ({feature.kind}) must become a few numbers for each row, or be left out.")
    return np.concatenate([arrays[feature.name] for feature in features], axis=1).astype(np.float32)
