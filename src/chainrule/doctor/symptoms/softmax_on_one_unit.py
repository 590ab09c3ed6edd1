"""Softmax over a single unit."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "softmax on one unit"
LOOK = "softmax after an output layer of one unit"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for softmax over one number, which is e^z / e^z = 1 whatever z is; its derivative is 0."""
    for output in evidence.outputs:
        if output.activation != "softmax" or output.units != 1:
            continue
        quantities = output.targets is not None and not output.targets.names
        yield Finding(
            NAME,
            "certain",
            f"{output.called} has one unit with softmax.",
            "Softmax makes the units' shares add up to 1; a single unit's share is always exactly 1. The network answers 1 for every "
            "example, its gradient is 0, and no weight ever moves.",
            output.rewritten(None if quantities else "sigmoid"),
        )
