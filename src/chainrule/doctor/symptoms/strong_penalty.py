"""Regularisation that drowns the task."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "regularisation too strong"
LOOK = "a penalty on weights that is larger than the loss itself, or a weight decay that takes a hundredth of them off at each update"
DROWNED, MUCH = 10.0, 0.01


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the penalty with the loss of the examples, and the decay of weights with the weights.

    A decay of a hundredth at each update halves a weight in 69 updates, whatever the task says.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
    """
    yield from _decay(evidence)
    if not evidence.glances:
        return
    first, glance = evidence.glances[0], evidence.glances[-1]
    if first.penalty > DROWNED * first.loss > 0 and evidence.skill is not None and evidence.skill < 0.1:
        glance = first  # a penalty that is small by now has made the weights small instead
    if not glance.penalty > glance.loss > 0 or (evidence.stage == "before" and glance.penalty < DROWNED * glance.loss):
        return
    yield Finding(
        NAME,
        "likely" if not evidence.has_learned and evidence.stage != "before" else "possible",
        f"The penalty on weights is {glance.penalty:.3g}, the loss of the examples {glance.loss:.3g}, at step {glance.step:,}.",
        "The optimiser is busy making weights small, and hardly with the task.",
        "kernel_regularizer=cr.regularizers.L2(1e-4)  # or none, until the training loss falls",
        details={"penalty": glance.penalty, "loss": glance.loss},
    )


def _decay(evidence: Evidence) -> Iterator[Finding]:
    rate, decay = evidence.learning_rate, evidence.optimizer_arguments.get("weight_decay")
    if not rate or not isinstance(decay, int | float) or rate * decay < MUCH:
        return
    name = {"sgd": "SGD", "rmsprop": "RMSprop", "adamw": "AdamW"}.get(evidence.optimizer, "Adam")
    yield Finding(
        NAME,
        "possible" if evidence.has_learned else "likely",
        f"The optimiser has weight_decay={decay:g}: at a rate of {rate:g} an update takes {rate * decay:.1%} off every weight.",
        "Weights shrink faster than the task can make them grow.",
        f"model.compile(cr.optimizers.{name}({rate:g}, weight_decay=0.004), loss)  # or no decay, until the training loss falls",
        details={"weight_decay": decay, "share": rate * decay},
    )
