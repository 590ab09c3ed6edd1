"""A first loss that is not that of knowing nothing."""

import math
from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "initial loss far off"
LOOK = "a first loss several times -ln(1/classes)"
FAR, VERY_FAR = 2.0, 5.0


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the first loss of a crossentropy with that of even shares: ln(classes), or ln 2 for yes and no.

    A network that knows nothing should say so. A much larger loss means that it begins very sure of wrong answers, which it must unlearn
    first.

    Source: Karpathy, "A recipe for training neural networks", 2019.
    """
    if not evidence.glances or evidence.glances[0].step != 0 or len(evidence.outputs) != 1:
        return
    output, loss = evidence.outputs[0], evidence.glances[0].loss
    units = output.units or 1
    if "crossentropy" not in output.loss or not math.isfinite(loss):
        return
    expected = math.log(2) if output.loss.startswith("binary") else math.log(max(units, 2))
    if loss < FAR * expected or (units == 1 and output.activation == "softmax"):
        return
    yield Finding(
        NAME,
        "likely" if loss > VERY_FAR * expected and not evidence.has_learned else "possible",
        f"The first loss is {loss:.3g}; a network that knows nothing has {expected:.3g}.",
        "It begins sure of wrong answers: its first outputs are far too large. Inputs that are not scaled do that, or first weights that "
        "are too large.",
        "x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8)  # or "
        f"{output.rewritten(output.activation if output.activation != 'linear' else None)[:-1]}, kernel_initializer='glorot_uniform')",
        details={"loss": loss, "expected": expected},
    )
