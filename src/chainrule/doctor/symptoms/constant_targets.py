"""Targets that are the same for every example."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "constant targets"
LOOK = "y has one and the same value in every row"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Count the distinct targets: where there is one, a bias alone answers everything."""
    for output in evidence.outputs:
        y = output.y
        if y is None or len(y) < 2 or not (y == y[0]).all():
            continue
        yield Finding(
            NAME,
            "certain",
            f"All {len(y):,} targets are {y[0].tolist()}.",
            "There is nothing to tell apart: a network that always gives this answer is perfect, and useless.",
            "np.unique(y, return_counts=True)  # and look at how y was made",
            details={"value": y[0].tolist()},
        )
