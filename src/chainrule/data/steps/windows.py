"""Series: windows of the past with what came next."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from chainrule.arguments import PositiveCount
from chainrule.data.frame import as_frame
from chainrule.data.steps.step import Step, Verb, as_matrix
from chainrule.errors import DataError

_LONGEST = 336  # rows of the learned length of the past
_SEASONS_BACK = 14  # likewise
_SHARE_OF_TRAINING = 3  # the learned length is at most one of so many parts of the training rows


class Windows(Step):
    """From rows in the order of time to examples: the last `input` rows, and what the next `horizon` rows hold.

    x[n] = rows t - input to t - 1 of every column, y[n] = rows t to t + horizon - 1 of the targets, for every stride-th t. The rows to
    be predicted lie within one part; those before them may reach back into the part before, as they may in use. No window
    reaches over a gap in time or from one series into another.

    Args:
        input: rows of the past in an example; None for 14 rounds of the season, at most 336 and a third of the training rows.
        horizon: rows to be predicted.
        stride: rows from one example to the next.
        targets: the columns to predict; none for the target of the data, or for every number.
        places: of the targets among the columns of x; learned.
        season: rows after which the series is likely to repeat itself, 1 where none is known; learned.
        back: rows before those of the past that these are computed from, as by `Difference`; learned.
        time: the column that orders the rows; None where it is not known; learned.
        group: the column that tells several series apart; None where there is one series; learned.

    Source:
        Zeng, Chen, Zhang and Xu (2023), Are transformers effective for time series forecasting?

    Example:
        >>> x, y = Windows(input=3, horizon=2).fit_transform({"sales": np.arange(6.0)})
        >>> x[:, :, 0].tolist(), y[:, :, 0].tolist()
        ([[0.0, 1.0, 2.0], [1.0, 2.0, 3.0]], [[3.0, 4.0], [4.0, 5.0]])
    """

    verb: ClassVar[Verb] = "transform"

    input: PositiveCount | None = None
    horizon: PositiveCount = 1
    stride: PositiveCount = 1
    targets: Sequence[str] = ()
    places: Sequence[int] = ()
    season: int = 1
    back: int = 0
    time: str | None = None
    group: str | None = None

    def fit(self, values: Any) -> "Windows":
        """Return the windows for a table of numbers, or an array of shape (rows, columns), whose rows are in the order of time."""
        matrix = as_matrix(values)
        names = [str(number) for number in range(matrix.shape[1])] if isinstance(values, np.ndarray) else as_frame(values).columns
        return self.learn({name: place for place, name in enumerate(names)}, None, 1, len(matrix))

    def transform(self, values: Any) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return all examples of the rows: x (examples, input, columns) and y (examples, horizon, targets)."""
        matrix = as_matrix(values)
        x, y, _ = self.cut(matrix, np.ones(len(matrix), np.bool_), np.zeros(len(matrix), np.int64))
        return x, y

    def learn(self, places: Mapping[str, int], target: str | None, season: int, training: int, back: int = 0) -> "Windows":
        """Return the windows with their length and the places of their targets among the columns.

        Args:
            places: where each column of numbers stands among the columns of the rows, by its name.
            target: the target of the data; None where it has none.
            season: rows after which a series of this kind is likely to repeat itself.
            training: how many rows there are to learn from.
            back: rows before those of the past that these were computed from, as by `Difference`.

        Raises:
            DataError: a target that is no number, or too few rows for a single window.
        """
        targets = tuple(self.targets) or ((target,) if target is not None else tuple(places))
        for name in targets:
            if name not in places:
                raise DataError(
                    f"Windows: the target {name!r} must be a column of numbers. The columns of numbers are {', '.join(places)}."
                )
        length = self.input or _length(season, training)
        if training < length + back + self.horizon:
            needed = f"the {length + back} of the past and {self.horizon} to be predicted in one example"
            raise DataError(f"Windows: there are {training} rows to learn from, fewer than {needed}. Give a smaller input or horizon.")
        return replace(self, input=length, targets=targets, places=tuple(places[name] for name in targets), season=season, back=back)

    def cut(
        self, matrix: NDArray[Any], inside: NDArray[np.bool_], segments: NDArray[np.int64]
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.int64]]:
        """Return the examples of one part: x (examples, input, columns), y (examples, horizon, targets), the first predicted row of each.

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
        """Return the window of the last rows, of shape (1, input, columns), from which what comes after them is predicted.

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
            raise self.not_fitted()
        return self.input

    def describe(self) -> str:
        """Return in words what becomes of the rows."""
        said = f"the next {self.horizon} rows of {', '.join(map(repr, self.targets)) or 'every number'} from the last {self.input or '...'}"
        return said + (f", every {self.stride}th" if self.stride > 1 else "")


def _length(season: int, training: int) -> int:
    """Return how many rows of the past to take: whole rounds of the season, where one round fits."""
    most = max(1, min(_LONGEST, _SEASONS_BACK * season, training // _SHARE_OF_TRAINING))
    return most - most % season if most >= season else most
