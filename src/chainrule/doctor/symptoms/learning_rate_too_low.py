"""A learning rate with which weights hardly move."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.movement import SCALED, moved, reach, silent_share, update_ratio, weight_size
from chainrule.doctor.symptoms import learning_rate_too_high
from chainrule.doctor.symptoms.too_few_updates import too_early
from chainrule.doctor.trial import Trial

NAME = "learning rate too low"
LOOK = "a rate of 0 or far below what is usual, weights that hardly move, a trial with a higher rate that gets much further"
USUAL = 1e-3  # that of Adam's and RMSprop's papers and of every library
ENOUGH = 100  # updates, in which something should have moved
SHORT, LONG = 0.1, 0.2
DEAD, FAR = 0.5, 2.0  # of a layer's units; times the loss of the best constant answer
SLOW = 1e-5  # of a weight's size at one update: a hundredth of the 1e-3 that is healthy


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the rate with the weights' size, with how far they moved, and with what trials gave.

    A healthy update changes weights by about a thousandth of their size.

    Source: Karpathy, "CS231n: Convolutional neural networks for visual recognition", on the ratio of updates to weights; Bengio,
    "Practical recommendations for gradient-based training of deep architectures", 2012.
    """
    rate = evidence.learning_rate
    if rate == 0:
        yield _finding(evidence, "certain", "The learning rate is 0.", "No update changes anything.")
        return
    if _has_failed(evidence) or any(finding.is_alarm for finding in learning_rate_too_high.examine(evidence)):
        return  # weights that were thrown to where nothing moves them need no larger steps
    trial = _better_trial(evidence)
    if trial:
        yield _finding(
            evidence,
            "likely" if _stuck(evidence) else "possible",
            trial.to_text(),
            "Each update is too small a step: at this rate training stands nearly still.",
            trial,
        )
        return
    seen = None if _is_blocked(evidence) else _small_steps(evidence)
    if seen and not (evidence.skill is not None and evidence.skill > 0.1):
        yield _finding(
            evidence, seen[0], seen[1], "Each update is too small a step for the number of updates: at this rate training hardly moves."
        )


def _finding(evidence: Evidence, certainty: str, seen: str, cause: str, trial: Trial | None = None) -> Finding:
    rate = evidence.learning_rate or 0.0
    usual = USUAL if evidence.optimizer in SCALED else 0.01
    better = rate * trial.factor if trial else max(rate * 10, usual)
    name = {"sgd": "SGD", "rmsprop": "RMSprop", "adamw": "AdamW"}.get(evidence.optimizer, "Adam")
    return Finding(NAME, certainty, seen, cause, f"model.compile(cr.optimizers.{name}({better:g}), loss)", details={"learning_rate": rate})


def _has_failed(evidence: Evidence) -> bool:
    return evidence.course is not None and (not evidence.course.is_finite or evidence.course.status == "error")


def _is_blocked(evidence: Evidence) -> bool:
    """Return whether weights stand still for want of a gradient: it is 0, units are dead, or the loss is far worse than a guess."""
    if len(evidence.glances) < 2:
        return False
    first, last = evidence.glances[0], evidence.glances[-1]
    if any(not gradient.any() for name, gradient in last.weight_gradients.items() if name.endswith("kernel")):
        return True
    if any(silent_share(glance, layer) >= DEAD for glance in (first, last) for layer in evidence.layers):
        return True
    return evidence.constant_loss is not None and last.loss > FAR * evidence.constant_loss and bool(np.isfinite(first.loss))


def _stuck(evidence: Evidence) -> bool:
    """Return whether the loss fell by less than a tenth, and is no better than that of a constant answer."""
    course = evidence.course
    if course is None or course.steps == 0 or evidence.skill is None or not course.first_loss:
        return False
    return evidence.skill < 0.05 and (evidence.last_loss or 0.0) > 0.9 * course.first_loss


def _better_trial(evidence: Evidence) -> Trial | None:
    constant = evidence.constant_loss
    found = [
        t
        for t in evidence.trials
        if t.kind == "learning rate" and t.factor > 1 and constant and t.loss < 0.5 * t.reference and t.loss < 0.8 * constant
    ]
    if not found:
        return None
    return min(found, key=lambda trial: trial.loss)


def _small_steps(evidence: Evidence) -> tuple[str, str] | None:
    far, went, size, updates = reach(evidence), moved(evidence), weight_size(evidence), evidence.updates
    rate = evidence.learning_rate
    if evidence.optimizer in SCALED and rate is not None and size and rate / size < SLOW and rate < USUAL / 10:
        return (
            "likely",
            f"The learning rate is {rate:g}, weights are about {size:.2g}: an update changes a weight by {rate / size:.1g} of its size; "
            "0.001 is healthy.",
        )
    if far is not None and far < LONG and (went is None or went < LONG):
        level = "likely" if far < SHORT and not too_early(evidence, far) else "possible"
        return level, f"At a rate of {rate:g}, {updates:,} updates carry a weight at most {far:.1%} of its first size."
    ratio = update_ratio(evidence)
    if ratio is not None and 0 < ratio < SLOW and _stuck(evidence):
        return "likely", f"An update changed weights by {ratio:.1g} of their size, as the run's probes have read it; 0.001 is healthy."
    if went is not None and went < SHORT and _stuck(evidence) and (updates or 0) >= ENOUGH:
        return (
            "likely" if went < SHORT / 2 else "possible",
            f"In {updates:,} updates no layer's weights moved by more than {went:.1%} of their first size, and the loss hardly fell.",
        )
    return None
