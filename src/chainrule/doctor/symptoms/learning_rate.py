"""A learning rate that is too high or too low."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.symptom import BLOWING_UP, MISFIT, NOT_LEARNING, Symptom
from chainrule.doctor.trial import Trial
from chainrule.doctor.weight_changes import killed, moved, reach, silent_share, too_early, update_ratio, weight_size


class LearningRateTooHigh(Symptom):
    """A learning rate with which steps overshoot.

    Compare the rate with the weights' size, look for a loss that rises, and at what trials gave.

    Gradient descent diverges where the rate is above 2 / λ, λ the largest curvature of the loss: each step then lands further up on the
    other side. The loss rises in the first steps, and what is left afterwards is often a network of dead units.

    Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998; Cohen et al., "Gradient descent on neural networks typically occurs
    at the edge of stability", 2021.
    """

    name = "learning rate too high"
    look = "a rate as large as the weights; a loss that shoots up at once; a trial with a lower rate that gets much further"
    groups = (MISFIT,)
    explains = (BLOWING_UP, "frozen layers", "saturated units", "loss not falling", "same answer for every example")
    UP = 3.0  # times the first loss
    MOST, TOO_MUCH = 0.3, 1.0  # of a weight's size, changed by one update

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        trial = self._better_trial(evidence)
        rise = self._rise(evidence)
        if rise or trial:
            yield self._finding(
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
        if (
            dead
            and not evidence.is_solved
            and ((evidence.scales_gradients and size and rate / size > self.MOST) or self._is_long(evidence, rate))
        ):
            yield self._finding(
                evidence,
                "possible" if evidence.has_learned else "likely",
                f"At a learning rate of {rate:g}, updates have silenced half of the units of {dead} or more, which spoke at the beginning.",
            )
            return
        if evidence.has_learned:
            return
        if evidence.scales_gradients and size and rate / size > self.MOST:
            level = "likely" if rate / size > self.TOO_MUCH else "possible"
            yield self._finding(
                evidence,
                level,
                f"The learning rate is {rate:g}, weights are about {size:.2g}: one update changes a weight by {rate / size:.0%} of its "
                "size.",
            )
        elif (ratio := update_ratio(evidence)) is not None and ratio > self.MOST:
            yield self._finding(
                evidence, "possible", f"An update changed weights by {ratio:.0%} of their size, as the run's probes have read it."
            )
        elif self._is_long(evidence, rate):
            longer = f", with momentum that makes steps up to {evidence.amplification:.3g} times as long"
            yield self._finding(evidence, "possible", f"The learning rate is {rate:g}{longer if evidence.amplification > 1 else ''}.")

    def _finding(self, evidence: Evidence, certainty: str, seen: str, trial: Trial | None = None) -> Finding:
        rate = evidence.learning_rate or 0.01
        better = rate * trial.factor if trial else rate / 100 if evidence.scales_gradients and rate >= 0.1 else rate / 10
        return self.finding(
            certainty,
            seen,
            "Each update overshoots: it lands further up than it began, and weights are thrown to where units saturate or die.",
            evidence.recompiled(better),
            details={"learning_rate": rate},
        )

    def _rise(self, evidence: Evidence) -> str:
        """Return the sentence on a loss that rose far above its beginning and was not mended; "" where that is not so."""
        course = evidence.course
        if course is None or course.steps < 2 or (evidence.skill is not None and evidence.skill > 0.1):
            return ""
        losses = course.smooth
        finite = losses[np.isfinite(losses)]
        if not len(finite) or not np.isfinite(losses[0]):
            return ""
        start = float(losses[0])
        top = int(np.argmax(np.where(np.isfinite(losses), losses, -np.inf)))
        if not (start > 0 and finite.max() > self.UP * max(start, evidence.constant_loss or 0.0)):
            return ""
        if course.is_finite and float(np.median(finite[len(finite) // 2 :])) < 0.5 * (evidence.constant_loss or 0.0):
            return ""  # a few batches with very large targets, again and again, are no rise
        if evidence.skill is None and course.is_finite and course.last_loss < self.UP * start:
            return ""  # nothing tells what a good loss would be
        ended = "ended as NaN or infinity" if not course.is_finite else f"ended at {course.last_loss:.4g}"
        return f"The loss began at {start:.4g}, rose to {finite.max():.4g} at step {top}, and {ended}."

    def _better_trial(self, evidence: Evidence) -> Trial | None:
        constant = evidence.constant_loss
        found = [
            t
            for t in evidence.trials
            if t.kind == "learning rate" and t.factor < 1 and constant and t.loss < 0.8 * constant and not t.loss > 0.5 * t.reference
        ]
        if not found or (evidence.skill is not None and evidence.skill > 0.1):
            return None
        return min(found, key=lambda trial: trial.loss)

    def _is_long(self, evidence: Evidence, rate: float) -> bool:
        """Return whether steps of gradient descent with its momentum are longer than the gradient itself."""
        return not evidence.scales_gradients and rate * evidence.amplification > 1


class LearningRateTooLow(Symptom):
    """A learning rate with which weights hardly move.

    Compare the rate with the weights' size, with how far they moved, and with what trials gave.

    A healthy update changes weights by about a thousandth of their size.

    Source: Karpathy, "CS231n: Convolutional neural networks for visual recognition", on the ratio of updates to weights; Bengio,
    "Practical recommendations for gradient-based training of deep architectures", 2012.
    """

    name = "learning rate too low"
    look = "a rate of 0 or far below what is usual, weights that hardly move, a trial with a higher rate that gets much further"
    groups = (NOT_LEARNING,)
    explains = ("capacity too small", "loss not falling", "same answer for every example", "ended while still falling")
    USUAL = 1e-3  # that of Adam's and RMSprop's papers and of every library
    ENOUGH = 100  # updates, in which something should have moved
    SHORT, LONG = 0.1, 0.2
    DEAD, FAR = 0.5, 2.0  # of a layer's units; times the loss of the best constant answer
    SLOW = 1e-5  # of a weight's size at one update: a hundredth of the 1e-3 that is healthy

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        rate = evidence.learning_rate
        if rate == 0:
            yield self._finding(evidence, "certain", "The learning rate is 0.", "No update changes anything.")
            return
        if self._has_failed(evidence) or any(finding.is_alarm for finding in LearningRateTooHigh().examine(evidence)):
            return  # weights that were thrown to where nothing moves them need no larger steps
        trial = self._better_trial(evidence)
        if trial:
            yield self._finding(
                evidence,
                "likely" if self._stuck(evidence) else "possible",
                trial.to_text(),
                "Each update is too small a step: at this rate training stands nearly still.",
                trial,
            )
            return
        seen = None if self._is_blocked(evidence) else self._small_steps(evidence)
        if seen and not (evidence.skill is not None and evidence.skill > 0.1):
            yield self._finding(
                evidence, seen[0], seen[1], "Each update is too small a step for the number of updates: at this rate training hardly moves."
            )

    def _finding(self, evidence: Evidence, certainty: str, seen: str, cause: str, trial: Trial | None = None) -> Finding:
        rate = evidence.learning_rate or 0.0
        usual = self.USUAL if evidence.scales_gradients else 0.01
        better = rate * trial.factor if trial else max(rate * 10, usual)
        return self.finding(certainty, seen, cause, evidence.recompiled(better), details={"learning_rate": rate})

    def _has_failed(self, evidence: Evidence) -> bool:
        return evidence.course is not None and (not evidence.course.is_finite or evidence.course.status == "error")

    def _is_blocked(self, evidence: Evidence) -> bool:
        """Return whether weights stand still because they have no gradient: it is 0, units are dead, or the loss is very high."""
        if len(evidence.inspections) < 2:
            return False
        first, last = evidence.inspections[0], evidence.inspections[-1]
        if any(not gradient.any() for name, gradient in last.weight_gradients.items() if name.endswith("kernel")):
            return True
        if any(silent_share(inspection, layer) >= self.DEAD for inspection in (first, last) for layer in evidence.layers):
            return True
        return evidence.constant_loss is not None and last.loss > self.FAR * evidence.constant_loss and bool(np.isfinite(first.loss))

    def _stuck(self, evidence: Evidence) -> bool:
        """Return whether the loss fell by less than a tenth, and is no better than that of a constant answer."""
        course = evidence.course
        if course is None or course.steps == 0 or evidence.skill is None or not course.first_loss:
            return False
        return evidence.skill < 0.05 and (evidence.last_loss or 0.0) > 0.9 * course.first_loss

    def _better_trial(self, evidence: Evidence) -> Trial | None:
        constant = evidence.constant_loss
        found = [
            t
            for t in evidence.trials
            if t.kind == "learning rate" and t.factor > 1 and constant and t.loss < 0.5 * t.reference and t.loss < 0.8 * constant
        ]
        if not found:
            return None
        return min(found, key=lambda trial: trial.loss)

    def _small_steps(self, evidence: Evidence) -> tuple[str, str] | None:
        far, went, size, updates = reach(evidence), moved(evidence), weight_size(evidence), evidence.updates
        rate = evidence.learning_rate
        if evidence.scales_gradients and rate is not None and size and rate / size < self.SLOW and rate < self.USUAL / 10:
            return (
                "likely",
                f"The learning rate is {rate:g}, weights are about {size:.2g}: an update changes a weight by {rate / size:.1g} of its "
                "size; 0.001 is healthy.",
            )
        if far is not None and far < self.LONG and (went is None or went < self.LONG):
            level = "likely" if far < self.SHORT and not too_early(evidence, far) else "possible"
            return level, f"At a rate of {rate:g}, {updates:,} updates carry a weight at most {far:.1%} of its first size."
        ratio = update_ratio(evidence)
        if ratio is not None and 0 < ratio < self.SLOW and self._stuck(evidence):
            return "likely", f"An update changed weights by {ratio:.1g} of their size, as the run's probes have read it; 0.001 is healthy."
        if went is not None and went < self.SHORT and self._stuck(evidence) and (updates or 0) >= self.ENOUGH:
            return (
                "likely" if went < self.SHORT / 2 else "possible",
                f"In {updates:,} updates no layer's weights moved by more than {went:.1%} of their first size, and the loss hardly fell.",
            )
        return None
