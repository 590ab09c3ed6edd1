"""Targets far from the size that outputs begin with."""

from collections.abc import Iterator

from chainrule.doctor.evidence import DISTANCES, RANGES, Evidence
from chainrule.doctor.finding import Finding

NAME = "targets not scaled"
LOOK = "quantities much larger than 1, with a loss of distances"
BIG, HUGE = 10.0, 100.0


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the size of the targets with that of first outputs, which is about 1.

    The gradient of the squared error grows with the target: with targets of size s the first gradients are s times as large, while an
    optimiser that scales its steps, as Adam does, needs s times as many to bring the output there.
    """
    for output in evidence.outputs:
        targets = output.targets
        if targets is None or targets.kind != "quantities" or output.loss not in DISTANCES or output.activation in RANGES:
            continue
        mean, spread = float(targets.y.mean()), float(targets.y.std())
        size = max(abs(mean), spread)
        if not size > BIG:
            continue
        harmed = evidence.skill is not None and evidence.skill < 0.1
        strong = (size >= HUGE or harmed) and not evidence.has_learned
        yield Finding(
            NAME,
            "likely" if strong else "possible",
            f"y goes from {targets.low:.4g} to {targets.high:.4g}, with mean {mean:.3g} and standard deviation {spread:.3g}; outputs "
            "begin near 0.",
            "The first errors are as large as the targets, and their squares and gradients larger still: steps overshoot, or the outputs "
            "creep up to the targets for most of the training.",
            "y = (y - y.mean()) / y.std()  # and predictions are model.predict(x) * std + mean",
            details={"mean": mean, "std": spread},
        )
