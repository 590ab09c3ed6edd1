"""Columns of numbers and of dates: one in each row, or an array of numbers."""

from typing import Any

import numpy as np
import polars as pl
from PIL.Image import Image

from chainrule.data.columns import is_numeric
from chainrule.data.kind import Column, Counted, Kind, Values
from chainrule.data.read.pictures import as_image
from chainrule.data.steps.dates import DateParts
from chainrule.data.steps.numbers import FillMissing, Log
from chainrule.data.steps.scaling import Standardize


class Number(Kind):
    """A quantity: one number in each row."""

    plural = "numbers"
    rank = 110
    steps = (FillMissing(), Log(always=False), Standardize())
    task = "regression"

    def detect(self, column: Column) -> str | None:
        return "its values are numbers" if column.is_numeric else None

    def count(self, values: Values) -> Counted | None:
        if not isinstance(values, pl.Series) or not is_numeric(values):
            return None
        return Counted(values.cast(pl.Float64).to_numpy())


class Array(Kind):
    """An array of numbers in each row, all of one shape."""

    plural = "arrays"
    rank = 10
    steps = (Standardize(),)
    takes_arrays = True
    can_be_target = False

    def detect(self, column: Column) -> str | None:
        return f"an array of shape {column.values.shape[1:]}" if isinstance(column.values, np.ndarray) else None

    def picture(self, value: Any, side: int) -> Image | None:
        return as_image(value, side) if isinstance(value, np.ndarray) else None


class Date(Kind):
    """A date or a moment in time, or a text that is written as one."""

    plural = "dates"
    rank = 70
    steps = (DateParts(), Standardize())

    def detect(self, column: Column) -> str | None:
        if column.is_temporal:
            return f"it holds {column.values.dtype}"
        return None if column.date_format is None else f"its values are dates ({column.date_format})"
