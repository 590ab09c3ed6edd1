"""Examples far from all others."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.rows import sizes

NAME = "outlying examples"
LOOK = "a few rows of x that are many times as large as the others"
FAR, SHARE, FEWEST = 30.0, 0.01, 50


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the size of each row with that of the middle one.

    The gradient of an example grows with its inputs: one that is 30 times as large as the others outweighs a batch of 32.
    """
    if len(evidence.x) != 1 or evidence.rows < FEWEST or evidence.normalizes_inputs:
        return
    size = sizes(evidence.x[0])
    if not np.isfinite(size).all():
        return
    middle = float(np.median(size))
    far = np.flatnonzero(size > FAR * middle)
    if not middle > 0 or not len(far) or len(far) > max(1, SHARE * len(size)):
        return
    worst = int(size.argmax())
    yield Finding(
        NAME,
        "possible" if evidence.has_learned else "likely",
        f"{len(far)} of {len(size):,} rows of x are more than {FAR:g} times as large as the middle one; the largest, row {worst}, "
        f"{size[worst] / middle:.3g} times.",
        "Such an example outweighs all others of its batch, and throws the weights off whenever it comes. Often its scale or unit is "
        "wrong.",
        f"x[{worst}]  # look at it; then x, y = np.delete(x, {far[:5].tolist()}, axis=0), np.delete(y, {far[:5].tolist()}, axis=0)",
        details={"rows": far[:50].tolist(), "times": float(size[worst] / middle)},
    )
