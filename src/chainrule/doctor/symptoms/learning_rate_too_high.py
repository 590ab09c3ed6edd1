"""A learning rate with which steps overshoot."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.movement import SCALED, killed, update_ratio, weight_size
from chainrule.doctor.trial import Trial

NAME = "learning rate too high"
LOOK = "a rate as large as the weights; a loss that shoots up at once; a trial with a lower rate that gets much further"
UP = 3.0  # times the first loss
MOST, TOO_MUCH = 0.3, 1.0  # of a weight's size, changed by one update


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the rate with the weights' size, look for a loss that rises, and at what trials gave.

    Gradient descent diverges where the rate is above 2 / λ, λ the largest curvature of the loss: each step then lands further up on the
    other side. The loss rises in the first steps, and what is left afterwards is often a network of dead units.

    Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998; Cohen et al., "Gradient descent on neural networks typically occurs
    at the edge of stability", 2021.
    """
    trial = _better_trial(evidence)
    rise = _rise(evidence)
    if rise or trial:
        yield _finding(
            evidence,
            "certain" if rise and trial else "likely",
            " ".join(part for part in (rise, trial.to_text() if trial else "") if part),
            trial,
        )
        return
    rate, size = evidence.learning_rate, weight_size(evidence)
    if rate is None:
        return
    dead = killed(evidence)
    if dead and not evidence.is_solved and ((evidence.optimizer in SCALED and size and rate / size > MOST) or _is_long(evidence, rate)):
        yield _finding(
            evidence,
            "possible" if evidence.has_learned else "likely",
            f"At a learning rate of {rate:g}, updates have silenced half of the units of {dead} or more, which spoke at the beginning.",
        )
        return
    if evidence.has_learned:
        return
    if evidence.optimizer in SCALED and size and rate / size > MOST:
        level = "likely" if rate / size > TOO_MUCH else "possible"
        yield _finding(
            evidence,
            level,
            f"The learning rate is {rate:g}, weights are about {size:.2g}: one update changes a weight by {rate / size:.0%} of its size.",
        )
    elif (ratio := update_ratio(evidence)) is not None and ratio > MOST:
        yield _finding(evidence, "possible", f"An update changed weights by {ratio:.0%} of their size, as the run's probes have read it.")
    elif evidence.optimizer == "sgd":
        momentum = float(evidence.optimizer_arguments.get("momentum") or 0.0)
        if _is_long(evidence, rate):
            yield _finding(
                evidence,
                "possible",
                f"The learning rate is {rate:g}"
                + (f" with momentum {momentum:g}, which makes steps up to {1 / (1 - momentum):.3g} times as long." if momentum else "."),
            )


def _finding(evidence: Evidence, certainty: str, seen: str, trial: Trial | None = None) -> Finding:
    rate = evidence.learning_rate or 0.01
    name = {"sgd": "SGD", "rmsprop": "RMSprop", "adamw": "AdamW"}.get(evidence.optimizer, "Adam")
    better = rate * trial.factor if trial else rate / 100 if evidence.optimizer in SCALED and rate >= 0.1 else rate / 10
    return Finding(
        NAME,
        certainty,
        seen,
        "Each update overshoots: it lands further up than it began, and weights are thrown to where units saturate or die.",
        f"model.compile(cr.optimizers.{name}({better:g}), loss)",
        details={"learning_rate": rate},
    )


def _rise(evidence: Evidence) -> str:
    """Return what tells of a loss that rose far above its beginning and was not mended; "" where that is not so."""
    course = evidence.course
    if course is None or course.steps < 2 or (evidence.skill is not None and evidence.skill > 0.1):
        return ""
    losses = course.smooth
    finite = losses[np.isfinite(losses)]
    if not len(finite) or not np.isfinite(losses[0]):
        return ""
    start = float(losses[0])
    top = int(np.argmax(np.where(np.isfinite(losses), losses, -np.inf)))
    if not (start > 0 and finite.max() > UP * max(start, evidence.constant_loss or 0.0)):
        return ""
    if course.is_finite and float(np.median(finite[len(finite) // 2 :])) < 0.5 * (evidence.constant_loss or 0.0):
        return ""  # a few batches with very large targets, again and again, are no rise
    if evidence.skill is None and course.is_finite and course.last_loss < UP * start:
        return ""  # nothing tells what a good loss would be
    ended = "ended as NaN or infinity" if not course.is_finite else f"ended at {course.last_loss:.4g}"
    return f"The loss began at {start:.4g}, rose to {finite.max():.4g} at step {top}, and {ended}."


def _better_trial(evidence: Evidence) -> Trial | None:
    constant = evidence.constant_loss
    found = [
        t
        for t in evidence.trials
        if t.kind == "learning rate" and t.factor < 1 and constant and t.loss < 0.8 * constant and not t.loss > 0.5 * t.reference
    ]
    if not found or (evidence.skill is not None and evidence.skill > 0.1):
        return None
    return min(found, key=lambda trial: trial.loss)


def _is_long(evidence: Evidence, rate: float) -> bool:
    """Return whether steps of gradient descent with its momentum are longer than the gradient itself."""
    momentum = float(evidence.optimizer_arguments.get("momentum") or 0.0)
    return evidence.optimizer == "sgd" and rate / max(1 - momentum, 1e-3) > 1
