"""Classes of which some are rare."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence, Output
from chainrule.doctor.finding import Finding
from chainrule.doctor.targets import Array, Targets

NAME = "classes unbalanced"
LOOK = "a class ten times as rare as another, or weights that make it so; after training, a rare class that is never answered"
RATIO = 10.0
FEW = 5  # rows of a class, below which nothing can be said of its answers


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Count the classes, and after training the answers for the rarest."""
    for number, output in enumerate(evidence.outputs):
        targets = output.targets
        if targets is None or targets.counts is None or targets.labels is None:
            continue
        counts = targets.counts[targets.counts > 0]
        if len(counts) >= 2 and evidence.weights is not None and len(evidence.weights) == len(targets.labels):
            yield from _weighted(evidence.weights, targets)
        if len(counts) < 2 or counts.max() < RATIO * counts.min():
            continue
        rare, common = int(targets.counts.argmin()), int(targets.counts.argmax())
        recall = _recall(evidence, number, targets, rare)
        missed = recall is not None and recall == 0.0
        told = "" if recall is None else f" Of the rare class the network recognises {recall:.0%}."
        yield Finding(
            NAME,
            "likely" if missed else "possible",
            f"Class {_name(targets, rare)} has {int(targets.counts[rare]):,} of {len(targets.y):,} rows, class {_name(targets, common)} "
            f"{int(targets.counts[common]):,}.{told}",
            "The loss is a mean over examples, so the rare class hardly counts: always answering the common one is nearly as good.",
            "model.fit(x, y, class_weight=cr.data.class_weights(y))" if _are_numbers(output) else "model.fit(x, y, class_weight={...})",
            details={"counts": targets.counts.tolist()} | ({} if recall is None else {"recall": recall}),
        )


def _are_numbers(output: Output) -> bool:
    return output.y is not None and output.y.ndim == 1


def _name(targets: Targets, number: int) -> str:
    return f"{targets.values[number]:g}" if targets.kind in ("signs", "classes") else str(number)


def _recall(evidence: Evidence, number: int, targets: Targets, label: int) -> float | None:
    """Return which share of a class is answered rightly; None before training, or where there are too few."""
    answers = evidence.answers
    if answers is None or targets.labels is None or number >= len(answers.train):
        return None
    given, wanted = answers.classes(number), targets.labels[answers.rows]
    if given is None or (wanted == label).sum() < FEW:
        return None
    return float(np.mean(given[wanted == label] == label))


def _weighted(weights: Array, targets: Targets) -> Iterator[Finding]:
    """Look for weights that let one class count far more than the others, though there are about as many examples of it."""
    assert targets.labels is not None and targets.counts is not None
    totals = np.bincount(targets.labels, weights.astype(np.float64), len(targets.counts))
    heavy, light = int(totals.argmax()), int(np.where(targets.counts > 0, totals, np.inf).argmin())
    made, given = totals[heavy] / max(totals[light], 1e-12), targets.counts[heavy] / targets.counts[light]
    if made < RATIO or made < RATIO * given:
        return
    yield Finding(
        NAME,
        "likely",
        f"With the weights of the examples class {_name(targets, heavy)} counts {made:.3g} times as much as class {_name(targets, light)}; "
        f"it has {given:.3g} times as many rows.",
        "Weights are to let all classes count alike. These let one count for nearly everything: the others are given up for it.",
        "model.fit(x, y, class_weight=cr.data.class_weights(y))  # n / (classes * rows of the class); or no weights",
        details={"ratio": float(made)},
    )
