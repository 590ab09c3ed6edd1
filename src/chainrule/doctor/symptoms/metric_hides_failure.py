"""A metric that looks good, or means nothing, while the network fails."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence, Output
from chainrule.doctor.finding import Finding

NAME = "metric hides failure"
LOOK = "accuracy for quantities; a high accuracy that the commonest class alone gives"
HIGH = 0.75


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare metrics with targets, and after training with what the commonest class alone would give."""
    for number, output in enumerate(evidence.outputs):
        if output.targets is None or not any(
            name in ("accuracy", "acc", "binary_accuracy", "categorical_accuracy") for name in output.metrics
        ):
            continue
        if output.targets.kind in ("quantities", "signs") and (output.units == 1 or output.targets.y.ndim == 1):
            yield _meaningless(output)
        elif (found := _majority(evidence, number, output)) is not None:
            yield found


def _meaningless(output: Output) -> Finding:
    assert output.targets is not None
    signs = output.targets.kind == "signs"
    values = "-1 and 1" if signs else f"quantities from {output.targets.low:.4g} to {output.targets.high:.4g}"
    return Finding(
        NAME,
        "likely" if signs or output.loss != "binary_crossentropy" else "possible",
        f"The metric is accuracy, but the targets are {values}.",
        "Accuracy counts answers that hit 0 or 1; for such targets it means nothing, however good or bad the network is.",
        "y = (y + 1) / 2" if signs else "model.compile(optimizer, loss, metrics=['mae'])",
    )


def _majority(evidence: Evidence, number: int, output: Output) -> Finding | None:
    answers, targets = evidence.answers, output.targets
    if answers is None or targets is None or targets.labels is None or targets.counts is None or number >= len(answers.train):
        return None
    given, wanted = answers.classes(number), targets.labels[answers.rows]
    share = float(targets.counts.max() / targets.counts.sum())
    if given is None or share < HIGH or share == 1.0 or len(np.unique(given)) > 1 or len(np.unique(wanted)) < 2:
        return None
    return Finding(
        NAME,
        "likely",
        f"Accuracy is {np.mean(given == wanted):.1%}, and the network answers class {given[0]} for every example looked at.",
        f"{share:.1%} of the examples are of this class: the accuracy is that of not looking at the inputs at all.",
        "model.compile(optimizer, loss, metrics=['accuracy', 'auc'])  # for two classes; or 'f1_score', which falls to 0 here",
        details={"share": share},
    )
