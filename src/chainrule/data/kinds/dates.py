"""Columns of dates and moments in time."""

from chainrule.data.kind import Column, Kind
from chainrule.data.steps.dates import DateParts
from chainrule.data.steps.scaling import Standardize


class Date(Kind):
    """A date or a moment in time, or a text that is written as one."""

    plural = "dates"
    rank = 70
    steps = (DateParts(), Standardize())

    def detect(self, column: Column) -> str | None:
        if column.is_temporal:
            return f"it holds {column.values.dtype}"
        return None if column.date_format is None else f"its values are dates ({column.date_format})"
