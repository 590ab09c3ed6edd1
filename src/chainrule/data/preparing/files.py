"""Columns that hold the paths of files."""

import polars as pl

from chainrule.data.preparing.step import At
from chainrule.errors import DataError


def paths_of(values: pl.Series, at: At) -> list[str]:
    """Return the paths of a column of files.

    Raises:
        DataError: a path that is missing.
    """
    paths = values.cast(pl.String).to_list()
    for row, path in enumerate(paths):
        if path is None:
            raise DataError(f"Column {at.column!r}, row {row + 1}: the path of its file is missing. Leave the row out with DropMissing.")
    return paths
