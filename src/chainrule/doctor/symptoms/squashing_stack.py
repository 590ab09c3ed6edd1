"""Many squashing layers, one upon another."""

from collections.abc import Iterator

from chainrule.doctor.evidence import NORMALIZING, Evidence
from chainrule.doctor.finding import Finding

NAME = "deep stack of sigmoid layers"
LOOK = "two, three or more hidden layers with sigmoid"
FEW, MANY = 2, 3


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Count hidden layers with sigmoid, whose derivative is at most 1/4: k of them let through at most 4^-k of a gradient.

    Source: Hochreiter, "Untersuchungen zu dynamischen neuronalen Netzen", 1991; Glorot and Bengio, 2010.
    """
    squashed = [layer for layer in evidence.hidden if layer.activation in ("sigmoid", "hard_sigmoid")]
    normalized = any(layer.kind in NORMALIZING[:3] for layer in evidence.layers)
    if len(squashed) < FEW or normalized:
        return
    yield Finding(
        NAME,
        "likely" if len(squashed) >= MANY and not evidence.has_learned else "possible",
        f"{len(squashed)} hidden layers have sigmoid ({', '.join(layer.name for layer in squashed)}).",
        f"Each lets at most a quarter of the gradient through, so the first gets at most 1/{4 ** len(squashed):,} of it: the lower layers "
        "hardly learn.",
        f"{squashed[0].kind}({squashed[0].units}, ..., activation='relu')  # and so in the other hidden layers",
        details={"layers": [layer.name for layer in squashed]},
    )
