"""Leak: a person, a device or a recording whose rows are in several parts."""

import numpy as np
import polars as pl

from chainrule.counting import counted
from chainrule.data.checks.issue import Issue, ascending, some
from chainrule.data.checks.parts import NAMES, Parts, as_parts


def groups_across_parts(groups: pl.Series, parts: Parts) -> list[Issue]:
    """Return an issue where rows of one group are in several parts.

    Args:
        groups: the group of every row, such as who is heard in a recording; rows whose group is missing are passed over.
        parts: the part of every row.

    Returns:
        At most one issue; its rows are all rows of these groups.

    Example:
        >>> issue, = groups_across_parts(pl.Series("speaker", ["ann", "bob", "ann"]), ["train", "train", "test"])
        >>> issue.rows, issue.columns
        ((0, 2), ('speaker',))
    """
    frame = pl.DataFrame({"group": groups, "part": as_parts(parts, len(groups))}).with_row_index("row").drop_nulls("group")
    divided = frame.filter(pl.col("part").n_unique().over("group") > 1)
    if divided.is_empty():
        return []
    names = divided["group"].unique(maintain_order=True).to_list()
    met = ", ".join(NAMES[part] for part in np.unique(divided["part"].to_numpy()).tolist())
    message = (
        f"Column {groups.name!r}: the rows of {counted(len(names), 'group')} are divided between parts ({met}): "
        f"{some([repr(name) for name in names])}."
    )
    rows = ascending(divided["row"].to_numpy().astype(np.int64))
    advice = f"Split with groups={groups.name!r}, so that no group is divided."
    return [Issue("groups across parts", "error", message, rows, (groups.name,), len(names), advice)]
