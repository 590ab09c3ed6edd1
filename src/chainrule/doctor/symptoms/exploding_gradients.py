"""Gradients that grow on their way back, or are far larger than the weights."""

import math
from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.glance import Glance, rms
from chainrule.doctor.symptoms.vanishing_gradients import ratio

NAME = "exploding gradients"
LOOK = "a gradient in the first layers many times larger than in the last, or than the weights"
LARGE, VAST = 1e3, 1e5


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare gradients with weights, and the first layer's with the last one's.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013.
    """
    for glance in evidence.glances[:1] + evidence.glances[-1:]:
        found, size = ratio(evidence, glance), _relative(glance)
        grows = found is not None and found[0] > LARGE
        if not grows and not size > LARGE:
            continue
        strong = (grows and found is not None and found[0] > VAST) or size > VAST or not math.isfinite(size)
        said = (
            f"the gradient in {found[1]} is {found[0]:.1e} times that in {found[2]}"
            if grows and found
            else f"gradients are {size:.1e} times as large as the weights"
        )
        yield Finding(
            NAME,
            "likely" if strong and not evidence.has_learned else "possible",
            f"At step {glance.step:,} {said}.",
            "A step along such a gradient throws the weights far away. Inputs or targets that are not scaled, or weights that are too "
            "large, do that.",
            "model.compile(cr.optimizers.Adam(1e-3, global_clipnorm=1.0), loss)",
            details={"relative": size, "step": glance.step},
        )
        return


def _relative(glance: Glance) -> float:
    """Return the largest over layers of a kernel's gradient over its weights."""
    pairs = [(glance.weights[name], gradient) for name, gradient in glance.weight_gradients.items() if gradient.ndim >= 2]
    return max((rms(gradient) / rms(weight) for weight, gradient in pairs if rms(weight) > 0), default=0.0)
