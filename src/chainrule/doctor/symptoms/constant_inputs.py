"""Inputs that are the same in every example."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "constant inputs"
LOOK = "every example of x is the same, or most columns are"
MOST = 0.5  # the share of columns that carry nothing


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the rows: what does not differ between examples cannot tell them apart."""
    if len(evidence.x) != 1 or evidence.rows < 2:
        return
    rows = evidence.x[0].reshape(evidence.rows, -1)
    constant = (rows == rows[0]).all(0)
    if constant.all():
        yield Finding(
            NAME,
            "certain",
            f"All {len(rows):,} examples of x are the same.",
            "Nothing in the inputs tells one example from another, so no network can. Perhaps the array was made empty and never filled.",
            "x[:5]  # look at the first rows, and at how x was read",
            details={"columns": int(constant.size)},
        )
    elif constant.size >= 4 and constant.mean() > MOST and evidence.x[0].ndim == 2:
        yield Finding(
            NAME,
            "possible",
            f"{int(constant.sum()):,} of {constant.size:,} columns of x have one and the same value in every row.",
            "Such columns carry nothing to learn from.",
            "x = x[:, x.std(axis=0) > 0]",
            details={"columns": np.flatnonzero(constant)[:20].tolist()},
        )
