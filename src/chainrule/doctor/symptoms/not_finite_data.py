"""NaN or infinity among inputs or targets."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "data not finite"
LOOK = "NaN or infinity in x or y"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for NaN and infinity: one of them makes the loss NaN, and with it every weight."""
    y = [output.y for output in evidence.outputs if output.y is not None]
    for name, array in [*(("x", part) for part in evidence.x), *(("y", part) for part in y)]:
        if array.dtype.kind != "f" or np.isfinite(array).all():
            continue
        bad = ~np.isfinite(array.reshape(len(array), -1))
        rows = np.flatnonzero(bad.any(1))
        yield Finding(
            NAME,
            "certain",
            f"{name} holds {int(bad.sum()):,} values that are NaN or infinite, in {len(rows):,} of {len(array):,} rows, the first in row "
            f"{rows[0]}.",
            "One such number makes the loss NaN, and after one update every weight.",
            f"keep = np.isfinite({name}.reshape(len({name}), -1)).all(axis=1); x, y = x[keep], y[keep]",
            details={"array": name, "values": int(bad.sum()), "rows": rows[:20].tolist()},
        )
