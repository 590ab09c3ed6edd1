"""Dates as numbers: their parts, and where they lie in the rounds of the day, the week and the year."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar, Self

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from chainrule.data.dates import FORMATS, as_times, find_format
from chainrule.data.kind import Values
from chainrule.data.steps.step import ColumnStep, Verb
from chainrule.data.steps.values import At
from chainrule.errors import ArgumentError, DataError, unknown_name

_DATE: frozenset[str] = frozenset({"date"})
_SECONDS_OF_DAY = 86_400
_PARTS = ("year", "month", "day", "weekday", "hour", "minute", "elapsed")
_ROUNDS = {"hour": 24, "weekday": 7, "day of year": 365.2425, "month": 12}


class _Dates(ColumnStep, abstract=True):
    """A column of dates, written in one format."""

    verb: ClassVar[Verb] = "transform"
    kinds: ClassVar[frozenset[str]] = _DATE

    form: str | None = None
    parts: Sequence[str] = ()

    def times(self, values: Values, at: At) -> pl.Series:
        """Return the column as points in time."""
        if not isinstance(values, pl.Series):
            raise DataError(f"Column {at.column!r} must be dates. Got an array of {values.dtype} instead.")
        if self.form is None and not values.dtype.is_temporal():
            raise self.not_fitted()
        return as_times(values.alias(at.column), self.form, at.place)

    def read(self, values: Values, at: At) -> tuple[Self, pl.Series]:
        """Return the step with the format of the training rows, and these as points in time."""
        form = self.form
        if form is None and isinstance(values, pl.Series) and not values.dtype.is_temporal():
            form = find_format(values)
            if form is None:
                known = ", ".join(FORMATS)
                raise DataError(f"Column {at.column!r}: its values are not dates of one format. The formats are {known}.")
        step = replace(self, form=form)
        return step, step.times(values, at)

    def feature_names(self, names: list[str]) -> list[str]:
        return [f"{names[0]} {part}" for part in self.parts]


class DateParts(_Dates):
    """Year, month, day, weekday (Monday is 1), hour and minute of a date, as far as they vary in training, and the days since the first.

    What a missing date's parts are is the mean of training's, with a feature that says where, if any was missing there.

    Args:
        form: one of the formats of dates; None to have it found in the training rows.
        parts: those that vary in training, in the order of their features; learned.
        first: the first date of training, in seconds since 1970; learned.
        means: of the parts; learned.
        met: whether dates were missing in training; learned.

    Example:
        >>> step = DateParts().fit(pl.Series(["2024-02-28", "2024-03-01"]))
        >>> step.feature_names(["day"]), step.transform(pl.Series(["2024-03-09"])).tolist()
        (['day month', 'day day', 'day weekday', 'day elapsed'], [[3.0, 9.0, 6.0, 10.0]])
    """

    first: float | None = None
    means: Sequence[float] = ()
    met: bool = False

    def learn(self, values: Values, at: At) -> Self:
        step, times = self.read(values, at)
        if times.null_count() == len(times):
            raise DataError(f"Column {at.column!r}: every date is missing.")
        seconds = _seconds(times)
        first = float(np.nanmin(seconds))
        parts = _parts(times, first)
        varying = tuple(name for name in _PARTS if np.nanmin(parts[name]) < np.nanmax(parts[name]))
        chosen = varying or ("elapsed",)
        means = tuple(float(np.nanmean(parts[name])) for name in chosen)
        return replace(step, parts=chosen, first=first, means=means, met=times.null_count() > 0)

    def apply(self, values: Values, at: At) -> NDArray[np.float64]:
        if self.first is None:
            raise self.not_fitted()
        times = self.times(values, at)
        parts = _parts(times, self.first)
        matrix = np.stack([parts[name] for name in self.parts], axis=1)
        absent = np.isnan(matrix[:, 0])
        if absent.any() and not self.met:
            at.notes.append(f"column {at.column!r}: {absent.sum()} missing, as none was in training; taken to be the mean of training")
        matrix = np.where(absent[:, None], np.asarray(self.means), matrix)
        return np.concatenate([matrix, absent[:, None]], axis=1) if self.met else matrix

    def date_of(self, numbers: ArrayLike) -> str:
        """Return the date that the numbers of a row are of, to the minute where they tell it.

        Example:
            >>> step = DateParts().fit(pl.Series(["2024-02-28", "2024-03-01"]))
            >>> step.date_of(step.transform(pl.Series(["2024-03-09"]))[0])
            '2024-03-09'
        """
        named = dict(zip(self.parts, np.asarray(numbers, np.float64).tolist(), strict=False))
        if self.first is None or "elapsed" not in named:
            return ", ".join(f"{name} {value:.4g}" for name, value in named.items())
        minutes = round((self.first + named["elapsed"] * _SECONDS_OF_DAY) / 60)
        time = datetime(1970, 1, 1) + timedelta(minutes=minutes)
        return f"{time:%Y-%m-%d %H:%M}" if {"hour", "minute"} & named.keys() else f"{time:%Y-%m-%d}"

    def feature_names(self, names: list[str]) -> list[str]:
        return [*super().feature_names(names), *([f"{names[0]} missing"] if self.met else [])]

    def describe(self) -> str:
        return "dates as " + (", ".join(self.parts) or "their parts")


class CalendarFeatures(_Dates):
    """Where a date lies in the rounds of the day, the week and the year: sine and cosine of 2π · position / length of the round.

    So Sunday is as near to Monday as Monday to Tuesday. A missing date is in the middle of every round: 0, 0.

    Args:
        form: one of the formats of dates; None to have it found in the training rows.
        parts: of "hour", "weekday", "day of year" and "month" those that are wanted; those that vary in training where none is given.

    Example:
        >>> step = CalendarFeatures(parts=("month",)).fit(pl.Series(["1949-01", "1949-04"]))
        >>> step.transform(pl.Series(["1949-04"])).round(3).tolist()
        [[1.0, 0.0]]
    """

    def __post_init__(self) -> None:
        for part in self.parts:
            if part not in _ROUNDS:
                raise unknown_name("The part of a date", part, _ROUNDS)

    def learn(self, values: Values, at: At) -> Self:
        step, times = self.read(values, at)
        positions = _positions(times)
        monthly = times.drop_nulls().dt.day().n_unique() == 1
        left = {"day of year"} if monthly else {"month"}
        varying = tuple(name for name in _ROUNDS if name not in left and len(np.unique(positions[name][~np.isnan(positions[name])])) > 1)
        return replace(step, parts=tuple(self.parts) or varying)

    def apply(self, values: Values, at: At) -> NDArray[np.float64]:
        positions = _positions(self.times(values, at))
        if not self.parts:
            raise ArgumentError(f"Column {at.column!r}: CalendarFeatures has found no part that varies, or was not fitted. Name its parts.")
        angles = [2 * math.pi * positions[name] / _ROUNDS[name] for name in self.parts]
        pairs = [turn(angle) for angle in angles for turn in (np.sin, np.cos)]
        return np.nan_to_num(np.stack(pairs, axis=1), nan=0.0)

    def feature_names(self, names: list[str]) -> list[str]:
        return [f"{names[0]} {part} {turn}" for part in self.parts for turn in ("sine", "cosine")]

    def describe(self) -> str:
        return "dates as places in the rounds of " + (", ".join(self.parts) or "the calendar")


def _seconds(times: pl.Series) -> NDArray[np.float64]:
    return times.dt.epoch("us").cast(pl.Float64).to_numpy() / 1e6


def _parts(times: pl.Series, first: float) -> dict[str, NDArray[np.float64]]:
    read = {
        "year": times.dt.year(),
        "month": times.dt.month(),
        "day": times.dt.day(),
        "weekday": times.dt.weekday(),
        "hour": times.dt.hour(),
        "minute": times.dt.minute(),
    }
    parts = {name: part.cast(pl.Float64).to_numpy() for name, part in read.items()}
    return parts | {"elapsed": (_seconds(times) - first) / _SECONDS_OF_DAY}


def _positions(times: pl.Series) -> dict[str, NDArray[np.float64]]:
    parts = _parts(times, 0.0)
    hour = parts["hour"] + parts["minute"] / 60
    day = times.dt.ordinal_day().cast(pl.Float64).to_numpy()
    return {"hour": hour, "weekday": parts["weekday"] - 1, "day of year": day - 1, "month": parts["month"] - 1}
