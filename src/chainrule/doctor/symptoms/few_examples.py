"""Hardly any examples."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "few examples"
LOOK = "fewer than ten examples to learn from"
FEW = 10


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Count the examples."""
    if 0 < evidence.rows < FEW:
        yield Finding(
            NAME,
            "possible",
            f"There are {evidence.rows} examples.",
            "So few can be learned by heart, but they do not show what they have in common. (A truth table, where they are all there are, "
            "is another matter.)",
            "x.shape, y.shape  # is the first axis that of examples?",
            details={"rows": evidence.rows},
        )
