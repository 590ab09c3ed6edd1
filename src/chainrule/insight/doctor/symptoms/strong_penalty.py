"""Regularisation that drowns the task."""

from collections.abc import Iterator

from chainrule.insight.doctor.evidence import Evidence
from chainrule.insight.doctor.finding import Finding

NAME = "regularisation too strong"
LOOK = "a penalty on weights that is larger than the loss itself"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the penalty with the loss of the examples."""
    if not evidence.glances:
        return
    glance = evidence.glances[-1]
    if not glance.penalty > glance.loss > 0 or (evidence.stage == "before" and glance.penalty < 10 * glance.loss):
        return
    yield Finding(
        NAME,
        "likely" if not evidence.has_learned and glance.step > 0 else "possible",
        f"The penalty on weights is {glance.penalty:.3g}, the loss of the examples {glance.loss:.3g}.",
        "The optimiser is busy making weights small, and hardly with the task.",
        "kernel_regularizer=cr.layers.L2(1e-4)  # or none, until the training loss falls",
        details={"penalty": glance.penalty, "loss": glance.loss},
    )
