"""A course of the loss that shows that training fails."""

from collections import Counter
from collections.abc import Iterator
from math import comb

import numpy as np

from chainrule.counting import counted
from chainrule.doctor.course import Course, falls
from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.symptom import BLOWING_UP, NOT_LEARNING, Symptom
from chainrule.doctor.targets import Array, Targets


class LossNotFinite(Symptom):
    """A loss that became NaN or infinite.

    Look for the first loss that is no number, and for what led to it.
    """

    name = "loss not finite"
    look = "NaN or infinity in the loss, and the step and batch where it came first"
    needs = ("course",)
    groups = (BLOWING_UP,)
    explains = ("loss spiking", "exploding gradients", "dead units", "loss diverging")

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        course = evidence.course
        if course is None or course.is_finite:
            return
        step = int(np.flatnonzero(~np.isfinite(course.losses))[0])
        before = course.losses[max(0, step - 3) : step]
        led = f" The losses before it were {', '.join(f'{loss:.4g}' for loss in before)}." if len(before) else " It was the very first."
        rows = course.batch_rows(step) if course.examples else []
        grew = len(before) > 1 and before[-1] > 3 * max(course.losses[0], 1e-12)
        yield self.finding(
            "certain",
            f"The loss is {course.losses[step]} at step {step:,} (epoch {course.epoch_of(step)})"
            + (f", on rows {self._shown(rows)}." if rows else ".")
            + led,
            "The loss grew until it overflowed: steps overshoot, each further than the last."
            if grew
            else "It came at once: a logarithm of 0, a division by 0, or a number in these rows that is far too large.",
            "model.compile(cr.optimizers.Adam(1e-4, global_clipnorm=1.0), loss)"
            if grew
            else "x[rows].min(), x[rows].max(), y[rows]  # look at these rows",
            details={"step": step, "rows": rows[:50]},
        )

    def _shown(self, rows: list[int]) -> str:
        return ", ".join(map(str, rows[:6])) + (" and others" if len(rows) > 6 else "")


class LossSpiking(Symptom):
    """Single steps at which the loss shoots up.

    Compare each step with the median of those around it, and look for rows that the high ones have in common.

    A spike is 5 times the median and 12 median absolute deviations above it; batches of a few examples differ so by themselves,
    and are passed over.

    Source: Chowdhery et al., "PaLM", 2022, section 5.1, on spikes and the batches that cause them.
    """

    name = "loss spiking"
    look = "steps whose loss is many times that of the steps around them, and the batch that did it"
    needs = ("course",)
    groups = (BLOWING_UP,)
    WINDOW, TIMES, FEWEST = 15, 5.0, 40
    DEVIATIONS = 12.0
    CHANCE = 0.01  # that some row is in so many of the batches by chance
    MOST_SPIKES = 200

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        course = evidence.course
        if course is None or course.steps < self.FEWEST or min(course.batch_size, course.examples or course.batch_size) < 8:
            return
        losses = course.losses[np.isfinite(course.losses)]
        spikes = self._spikes(losses)
        if not len(spikes) or len(spikes) > len(losses) / 10:
            return
        worst = int(spikes[losses[spikes].argmax()])
        around = np.median(losses[max(0, worst - self.WINDOW) : worst + self.WINDOW + 1])
        shared = self._shared_rows(course, spikes)
        rows = course.batch_rows(worst) if course.examples else []
        said = (
            f" Row {shared[0]} is in {shared[1]} of the {min(len(spikes), self.MOST_SPIKES)} batches."
            if shared
            else f" Its rows: {', '.join(map(str, rows[:8]))}{' and others' if len(rows) > 8 else ''}."
            if rows
            else ""
        )
        yield self.finding(
            "likely" if shared else "possible",
            f"The loss shot up at {counted(len(spikes), 'step')}, the highest at step {worst:,} (epoch {course.epoch_of(worst)}): "
            f"{losses[worst]:.4g}, with {around:.4g} around it.{said}",
            "A few examples are far from all others, wrongly scaled or wrongly labelled, and throw the weights off."
            if shared
            else "A batch threw the weights off: an odd example, or a step that was too large.",
            f"x[{shared[0]}], y[{shared[0]}]  # look at this example"
            if shared
            else "model.compile(cr.optimizers.Adam(1e-3, global_clipnorm=1.0), loss)",
            details={"steps": spikes[:50].tolist(), "rows": rows[:50], "row": shared[0] if shared else None},
        )

    def _spikes(self, losses: Array) -> Array:
        padded = np.pad(losses, self.WINDOW, mode="reflect")
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * self.WINDOW + 1)
        middle = np.median(windows, 1)
        spread = np.median(np.abs(windows - middle[:, None]), 1)
        late = np.arange(len(losses)) >= min(self.WINDOW, len(losses) // 10)  # the beginning is high by nature
        scale = np.maximum(middle, 0.05 * float(losses[: len(losses) // 10 + 1].mean()))
        return np.flatnonzero(late & (losses > self.TIMES * scale) & (losses > middle + self.DEVIATIONS * spread))

    def _shared_rows(self, course: Course, spikes: Array) -> tuple[int, int] | None:
        """Return the row that most of the batches of the spikes have in common, and in how many; None where none stands out."""
        if len(spikes) < 2 or not course.examples:
            return None
        batches = [course.batch_rows(int(step)) for step in spikes[: self.MOST_SPIKES]]
        counts = Counter(row for batch in batches for row in batch)
        row, times = counts.most_common(1)[0]
        share = min(1.0, course.batch_size / course.examples)
        unlikely = self.binomial_tail(len(batches), times, share) * course.examples < self.CHANCE
        return (int(row), times) if unlikely and times > 0.5 * len(batches) else None

    def binomial_tail(self, trials: int, successes: int, share: float) -> float:
        """Return the probability of at least so many successes in independent trials, each with this share."""
        return sum(comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(successes, trials + 1))


class LossDiverging(Symptom):
    """A loss that rises.

    Look for a training loss that ends well above its beginning, having risen steadily.
    """

    name = "loss diverging"
    look = "a training loss that rises for most of the course"
    needs = ("course",)
    groups = (BLOWING_UP,)
    explains = ("loss not falling",)
    RISE, STEADY, FEWEST = 1.5, 0.5, 8

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        course = evidence.course
        if course is None or not course.is_finite or course.steps < self.FEWEST:
            return
        pieces = course.pieces
        first, last = min(course.first_loss, float(pieces[0])), course.last_loss
        if not (last > self.RISE * first > 0 and falls(pieces) < -self.STEADY):
            return
        yield self.finding(
            "likely" if not evidence.has_learned else "possible",
            f"The training loss rose from {first:.4g} to {last:.4g} over {course.steps:,} steps.",
            "Training moves away from what it looks for: the steps are too large, or the loss rewards the wrong thing.",
            f"model.compile(cr.optimizers.Adam({(evidence.learning_rate or 1e-3) / 10:g}), loss)",
            details={"first": first, "last": last},
        )


class LossOscillating(Symptom):
    """A loss that swings up and down and gets nowhere.

    Look at the last half of the epochs: how far the loss moves from one to the next, and how often it turns round.
    """

    name = "loss oscillating"
    look = "a training loss that goes up and down from epoch to epoch by much of its size"
    needs = ("course",)
    groups = (NOT_LEARNING, BLOWING_UP)
    FEWEST, SWING, TURNS = 10, 0.2, 0.6

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        course = evidence.course
        losses = np.array([]) if course is None else course.figures("loss")
        if course is None or len(losses) < self.FEWEST or not np.isfinite(losses).all():
            return
        tail = losses[len(losses) // 2 :]
        changes = np.diff(tail)
        turns = float((np.sign(changes[1:]) != np.sign(changes[:-1])).mean())
        swing = float(np.abs(changes).mean() / tail.mean()) if tail.mean() > 0 else 0.0
        if swing < self.SWING or turns < self.TURNS:
            return
        stuck = evidence.skill is not None and evidence.skill < 0.1
        yield self.finding(
            "likely" if stuck else "possible",
            f"In the last {len(tail)} epochs the training loss changed by {swing:.0%} from one epoch to the next, and turned round in "
            f"{turns:.0%} of them.",
            "Steps jump to and fro across the valley and do not come down: the learning rate is too high, or batches are too small.",
            f"model.compile(cr.optimizers.Adam({(evidence.learning_rate or 1e-3) / 10:g}), loss)  # or larger batches",
            details={"swing": swing, "turns": turns},
        )


class LossNotFalling(Symptom):
    """A training loss that stays where it is.

    Compare the last loss with the first, and with that of the best constant answer.

    For crossentropies the constant answer is the shares of the classes, and its loss their entropy; for squared errors it is the mean, and
    its loss the variance. A network that does no better has learned nothing from x.
    """

    name = "loss not falling"
    look = "a training loss that ends no better than that of a constant answer, and has not just begun to fall"
    needs = ("course",)
    groups = (NOT_LEARNING,)
    explains = ("metric hides failure", "same answer for every example")
    FALL, SKILL = 0.1, 0.05
    STEADY = 0.8  # where it falls all the time, if by little, going on may help
    STEPS = 100  # in which something should have happened, while training goes on

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        course, skill, last = evidence.course, evidence.skill, evidence.last_loss
        if course is None or not course.is_finite or course.steps < 2 or skill is None or last is None:
            return
        if evidence.stage == "during" and (course.steps < self.STEPS or len(course.epochs) < 2):
            return
        if skill >= self.SKILL or (evidence.is_improving and last < (1 - self.FALL) * course.first_loss):
            return
        yield self.finding(
            "possible" if falls(course.pieces) > self.STEADY else "likely",
            f"After {course.steps:,} updates the training loss is {last:.4g}; it began at {course.first_loss:.4g}, and always giving the "
            f"one best answer has {evidence.constant_loss:.4g}.",
            "The network has learned nothing from the inputs.",
            f"model.compile(cr.optimizers.Adam({self._rate(evidence):g}), loss)  # and see whether a few examples can be learned by heart",
            details={"first": course.first_loss, "last": last, "constant": evidence.constant_loss},
        )

    def _rate(self, evidence: Evidence) -> float:
        rate = evidence.learning_rate or 1e-3
        return 0.01 if rate <= 1e-3 else 1e-3


class SameAnswers(Symptom):
    """A network that answers the same for every example.

    Compare how much answers differ from example to example with how much targets do.
    """

    name = "same answer for every example"
    look = "after training, outputs that hardly depend on the inputs"
    needs = ("answers", "outputs")
    groups = (NOT_LEARNING,)
    SPREAD = 0.01  # of the targets' own

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        answers = evidence.answers
        if answers is None or evidence.has_learned or len(evidence.outputs) != 1 or not len(answers.train) or len(answers.rows) < 4:
            return
        targets = evidence.outputs[0].targets
        given = np.asarray(answers.train[0], np.float64).reshape(len(answers.rows), -1)
        if targets is None or not np.isfinite(given).all():
            return
        varies = 0.5 if targets.kind in ("classes", "one-hot") else float(np.std(np.asarray(targets.y, np.float64)))
        spread = float(given.std(0).max())
        if varies == 0 or spread >= self.SPREAD * varies:
            return
        yield self.finding(
            "possible" if evidence.is_improving else "likely",
            f"Over {len(given):,} examples the answers differ by a standard deviation of {spread:.2g}; {self._described(targets)}.",
            "The network looks at its inputs and says the same to all: it has learned the commonest or the mean answer, or nothing gets "
            "through it.",
            "model.compile(cr.optimizers.Adam(1e-3), loss)  # with inputs of size 1, and relu in hidden layers",
            details={"spread": spread},
        )

    def _described(self, targets: Targets) -> str:
        if targets.kind in ("classes", "one-hot"):
            return f"the targets name {targets.classes} classes"
        return f"the targets differ by {float(np.std(np.asarray(targets.y, np.float64))):.2g}"
