"""Columns that nothing is learned from."""

import numpy as np
import polars as pl

from chainrule.data.columns import FEWEST_FOR_IDENTIFIER, identifier
from chainrule.data.kind import Column, Kind

_FIRST = 100  # values that must be alike before all are looked at


class Constant(Kind):
    """The same value in every row, or none at all."""

    plural = "equal values"
    rank = 20
    is_used = False
    can_be_target = False

    def detect(self, column: Column) -> str | None:
        values, known = column.values, column.known
        if isinstance(values, np.ndarray):
            return None
        if not len(known):
            return "all its values are missing"
        if isinstance(values.dtype, pl.List):
            return None if (known.list.len() > 0).any() else "all its lists are empty"
        alike = not column.is_nested and len(known) == len(values) and known.head(_FIRST).n_unique() == 1 == column.distinct
        return f"every value is {known[0]!r}" if alike else None


class Drop(Kind):
    """What is left aside, because it was asked for or because nothing can be made of it."""

    plural = "values left aside"
    rank = 40
    is_used = False
    can_be_target = False

    def detect(self, column: Column) -> str | None:
        return f"it holds {column.values.dtype}: make numbers, texts or dates of it to learn from it" if column.is_nested else None


class Identifier(Kind):
    """What names a row and says nothing of it."""

    plural = "identifiers"
    rank = 100
    is_used = False
    can_be_target = False

    def detect(self, column: Column) -> str | None:
        rows = len(column.known)
        if column.is_numeric:
            return identifier(column.known, len(column.values))
        if not column.is_text:
            return None
        if column.distinct == rows >= FEWEST_FOR_IDENTIFIER:
            return f"text, and each of its {rows} values is different"
        return f"{column.distinct} different single words in {rows} rows"
