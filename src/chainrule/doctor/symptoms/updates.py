"""Training that ends too early, or whose batches do not fit the data."""

from collections.abc import Iterator

from chainrule.counting import counted
from chainrule.doctor.course import falls
from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.symptom import NOT_LEARNING, Symptom
from chainrule.doctor.weight_changes import moved, reach, too_early


class TooFewUpdates(Symptom):
    """Too few updates for anything to be learned.

    Count the updates, and how far they can carry a weight.

    With Adam or RMSprop each weight moves by about the learning rate at each update; n updates at rate r carry it at most n · r. Where
    that is a small part of the weights' own first size, training ends before it has begun.
    """

    name = "too few updates"
    look = "a handful of updates in all, or so few that weights cannot get anywhere at this learning rate"
    groups = (NOT_LEARNING,)
    explains = (
        "learning rate too low",
        "batch normalisation misused",
        "loss not falling",
        "same answer for every example",
        "ended while still falling",
    )
    WARMING, SOME = 10, 1000  # Adam's running mean, with beta_1 = 0.9, remembers 10 gradients
    SHORT = 0.1  # of a typical first weight
    FEW, USUAL_BATCH = 50, 32
    USUAL = 1e-3  # the rate of Adam's and RMSprop's papers; where it is far lower, that is the trouble

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        updates = evidence.updates
        if updates is None or evidence.learning_rate == 0 or (evidence.stage == "during"):
            return
        if evidence.course is not None and evidence.course.status == "error":
            return
        short = self._is_short(evidence)
        per_epoch = -(-evidence.rows // (evidence.batch_size or 32)) if evidence.rows else 1
        usual = evidence.learning_rate is None or evidence.learning_rate >= self.USUAL / 10
        whole = (
            evidence.stage == "after"
            and updates < self.FEW
            and per_epoch == 1
            and evidence.rows > self.USUAL_BATCH
            and self._learned_nothing(evidence)
        )
        if not (updates < self.WARMING or whole or (short and usual and updates <= self.SOME)):
            return
        learned = evidence.has_learned or (updates >= self.WARMING and evidence.skill is not None and evidence.skill > 0.1)
        far = reach(evidence)
        carried = "" if far is None else f"; at this learning rate they carry a weight at most {far:.1%} of its first size"
        epochs = "epochs" if evidence.epochs is None else counted(evidence.epochs, "epoch")
        yield self.finding(
            "possible" if learned or (updates >= self.WARMING and too_early(evidence, far)) else "likely",
            f"{counted(updates, 'update is', 'updates are')} made in all: {epochs} of {counted(per_epoch, 'batch', 'batches')}{carried}.",
            "Each update is one small step. So few of them leave the network nearly where it began.",
            f"model.fit(x, y, epochs={evidence.epochs}, batch_size={self.USUAL_BATCH})"
            if whole
            else f"model.fit(x, y, epochs={self._epochs(evidence, updates)}, batch_size={min(evidence.batch_size or 32, 32)})",
            details={"updates": updates} | ({} if far is None else {"reach": far}),
        )

    def _learned_nothing(self, evidence: Evidence) -> bool:
        return evidence.skill is not None and evidence.skill < 0.05

    def _is_short(self, evidence: Evidence) -> bool:
        """Return whether weights could hardly move, and, where that is known, did not."""
        far, went = reach(evidence), moved(evidence)
        if went is not None and evidence.skill is not None and evidence.skill > 0.1:
            return False
        return far is not None and far < self.SHORT and (went is None or went < 2 * self.SHORT)

    def _epochs(self, evidence: Evidence, updates: int) -> int:
        """Return how many epochs make about a thousand updates, in round numbers."""
        wanted = max(10, (evidence.epochs or 1) * 1000 // max(updates, 1))
        digits = 10 ** (len(str(wanted)) - 1)
        return -(-wanted // digits) * digits


class EndedEarly(Symptom):
    """Training that ended while it still was getting better.

    Look at the last quarter of the course: does the loss fall all through it, and by how much?
    """

    name = "ended while still falling"
    look = "a training loss, and a validation loss where there is one, that still fell steadily at the end"
    needs = ("course",)
    groups = (NOT_LEARNING,)
    STEADY, SHARE, FEWEST = 0.8, 0.02, 10
    BROKEN = 0.4  # a short course, cut by a callback, has had no time to fall smoothly
    HALF = 0.5  # of the updates that were planned

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        course = evidence.course
        if course is None or evidence.stage != "after" or not course.is_finite or course.steps < self.FEWEST:
            return
        tail = course.pieces[-max(4, len(course.pieces) // 4) :]
        validation = course.figures("val_loss")
        turned = len(validation) > 2 and validation[-1] > 1.01 * validation.min()
        fall = 1 - float(tail[-1] / tail[0]) if tail[0] > 0 else 0.0
        solved = evidence.skill is not None and evidence.skill > 0.9
        reason = "" if course.reason in ("all epochs done", "interrupted", "error") else course.reason
        if falls(tail) < (self.BROKEN if reason else self.STEADY) or fall < self.SHARE or turned or solved:
            return
        yield self.finding(
            "likely" if reason and course.steps < self.HALF * (course.planned or 0) and not evidence.has_learned else "possible",
            f"In the last quarter of training the loss still fell steadily, by {fall:.0%}, to {tail[-1]:.4g}."
            + (f" Training was ended by: {reason}." if reason else ""),
            "It would have gone on falling.",
            "cr.callbacks.EarlyStopping(patience=10)  # with min_delta=0; or leave out the callback that ended it"
            if reason
            else f"model.fit(x, y, epochs={max(2 * (evidence.epochs or 1), 10)})  # or a higher learning rate",
            details={"fall": fall},
        )


class UnfitBatchSize(Symptom):
    """Batches that are larger than the data, or of a single example.

    Compare the batch with the number of examples.

    Source: Bengio, "Practical recommendations for gradient-based training of deep architectures", 2012; Masters and Luschi, "Revisiting
    small batch training for deep neural networks", 2018.
    """

    name = "unfit batch size"
    look = "a batch larger than the data, or of one example where there are many"
    needs = ("x",)
    FEW, MANY = 64, 1000

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        size, rows = evidence.batch_size, evidence.rows
        if size is None or not rows:
            return
        if size >= rows > self.FEW:
            yield self.finding(
                "possible",
                f"A batch has {size:,} examples, and there are {rows:,}: an epoch is a single update.",
                "Many small steps get further than few exact ones.",
                "model.fit(x, y, batch_size=32)",
                details={"batch_size": size, "rows": rows},
            )
        elif size == 1 and rows >= self.MANY:
            yield self.finding(
                "possible",
                f"A batch has one example, and there are {rows:,}.",
                "Each update follows a single example: steps are noisy, and a step costs almost as much as one of 32 examples.",
                "model.fit(x, y, batch_size=32)",
                details={"batch_size": size, "rows": rows},
            )
