"""Collecting tables: files, and frames in memory."""

from pathlib import Path
from typing import Any

import polars as pl

from chainrule.data.collecting.collection import Collection
from chainrule.data.table import read_table


def from_frame(frame: pl.DataFrame, name: str = "table") -> Collection:
    """Return the collection of a table in memory."""
    return Collection(frame, name=name)


def from_table_file(path: Path, **reading: Any) -> Collection:
    """Return the collection of a table file, with the line of each row where its format has lines.

    Args:
        path: the file.
        reading: further arguments of `read_table`.
    """
    return Collection(read_table(path, lines=True, **reading), name=path.name.split(".")[0])
