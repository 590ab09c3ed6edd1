"""Raw outputs given to a loss that takes probabilities."""

from collections.abc import Iterator

from chainrule.doctor.evidence import PROBABILITIES, Evidence
from chainrule.doctor.finding import Finding

NAME = "logits taken for probabilities"
LOOK = "a linear output layer with a crossentropy that takes probabilities"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for a crossentropy without `from_logits` after outputs that are no probabilities."""
    for output in evidence.outputs:
        if output.loss not in PROBABILITIES or output.from_logits or output.activation != "linear":
            continue
        if output.units == 1 and output.loss != "binary_crossentropy":
            continue
        name = "".join(part.capitalize() for part in output.loss.split("_"))
        fit = "sigmoid" if output.loss.startswith("binary") else "softmax"
        yield Finding(
            NAME,
            "certain",
            f"{output.called} is linear, so it gives any number, but {output.loss} takes probabilities between 0 and 1.",
            "Outputs below 0 or above 1 are cut off, and where they are cut off nothing is learned.",
            f"model.compile(loss=cr.losses.{name}(from_logits=True))  # or {output.rewritten(fit)} as the last layer",
        )
