"""What `fit` itself refuses."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "refused"
LOOK = "whatever compile() or fit() would not begin with: shapes, kinds of data, weights that the loss does not depend on"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Report what training would end with before its first step."""
    for reason in evidence.refusals:
        unconnected = "does not depend on" in reason
        yield Finding(
            NAME,
            "certain",
            reason,
            "These weights lead to no output, so nothing tells them how to change."
            if unconnected
            else "Network and data do not fit together, so training cannot begin.",
            "model.summary()  # each layer must lead to the output"
            if unconnected
            else "model.summary(); x.shape, x.dtype, y.shape, y.dtype  # compare",
        )
