"""Columns of names: one of a few in each row, or several."""

import numpy as np
import polars as pl

from chainrule.data.columns import FEWEST_FOR_IDENTIFIER
from chainrule.data.kind import Column, Counted, Kind, Values
from chainrule.data.kinds.texts import is_prose
from chainrule.data.steps.encoding import MultiHot, OneHot

_SHARE_OF_CATEGORY = 0.5  # of values that come again, below which text is no category


class Category(Kind):
    """A name in each row, of which there are few: a class, a colour, a code."""

    plural = "categories"
    rank = 80
    steps = (OneHot(),)
    task = "classification"
    has_names = True
    draws_prepared = False

    def detect(self, column: Column) -> str | None:
        if not column.is_text or is_prose(column):
            return None
        rows = len(column.known)
        if rows - column.distinct >= _SHARE_OF_CATEGORY * rows or rows < FEWEST_FOR_IDENTIFIER:
            return f"{column.distinct} different values in {rows} rows"
        return None

    def count(self, values: Values) -> Counted | None:
        return Counted(values.cast(pl.String).fill_null("missing")) if isinstance(values, pl.Series) else None


class Labels(Kind):
    """A list of names in each row: all that are true of it."""

    plural = "lists of labels"
    rank = 30
    steps = (MultiHot(),)
    task = "multi-label"
    takes_lists = True
    has_names = True

    def detect(self, column: Column) -> str | None:
        return "each value is a list" if not isinstance(column.values, np.ndarray) and isinstance(column.values.dtype, pl.List) else None

    def count(self, values: Values) -> Counted | None:
        if not isinstance(values, pl.Series):
            return None
        lists = MultiHot().lists(values)
        each = pl.Series([label for several in lists for label in several], dtype=pl.String)
        return Counted(each, np.repeat(np.arange(len(lists)), [len(several) for several in lists]))
