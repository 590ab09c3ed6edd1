"""Validation data and metrics that mislead, and learning by heart."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence, Output
from chainrule.doctor.finding import Finding
from chainrule.doctor.rows import flat, some_rows
from chainrule.doctor.symptom import NOT_LEARNING, Symptom
from chainrule.doctor.targets import Array
from chainrule.losses import Target


class ValidationShifted(Symptom):
    """Validation data of another kind than the training data.

    Compare the means of columns and the shares of classes.

    Source: Quionero-Candela et al., "Dataset shift in machine learning", 2009; the size of a shift in standard deviations: Cohen, 1988.
    """

    name = "validation of another distribution"
    look = "columns of x, or shares of classes, that differ between training and validation"
    needs = ("x", "x_val", "outputs")
    explains = ("overfitting",)
    FEW, MOST = 20, 5000
    SHIFT, SHARE, SIGMAS = 0.5, 0.1, 6.0  # in standard deviations; of the columns; for chance
    CLASSES = 0.25
    _OTHER_KIND = (
        "The network is tested on another kind of examples than it learned from. Often one part was scaled and the other was not, or "
        "rows were split in their order of place.",
        "x_val = (x_val - mean) / std  # with mean and std of the training part; and split at random, unless you predict later rows",
    )
    _DRIFT = (
        "What comes later is not like what came before: a trend, a season, a change. That the parts follow one another in time is right.",
        "Preparation(transform=[Difference(), Windows(...)])  # learn changes, not levels; or learn from the most recent rows alone",
    )
    _SORTED = "Training and validation have other shares of classes. Rows sorted by class and split in order do that."
    _DRAWN = "model.fit(x, y, validation_split=0.1)  # which draws at random"

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        if (
            len(evidence.x) != 1
            or len(evidence.outputs) != 1
            or not evidence.x_val
            or min(evidence.rows, len(evidence.x_val[0])) < self.FEW
        ):
            return
        yield from self._inputs(evidence)
        yield from self._classes(evidence)

    def _inputs(self, evidence: Evidence) -> Iterator[Finding]:
        train, validation = (flat(part[some_rows(len(part), self.MOST)]) for part in (evidence.x[0], evidence.x_val[0]))
        if (
            train.shape[1] != validation.shape[1]
            or not (np.isfinite(train).all() and np.isfinite(validation).all())
            or self._is_series(evidence)
        ):
            return
        spread = train.std(0)
        used = np.flatnonzero(spread > 1e-3 * max(float(spread.max()), 1e-30))
        if not len(used):
            return
        shift = (validation[:, used].mean(0) - train[:, used].mean(0)) / spread[used]
        noise = np.sqrt(1 / len(train) + 1 / len(validation))
        moved = (np.abs(shift) > self.SHIFT) & (np.abs(shift) > self.SIGMAS * noise)
        if moved.mean() < self.SHARE:
            return
        worst = int(np.abs(shift).argmax())
        cause, remedy = self._DRIFT if evidence.in_time else self._OTHER_KIND
        yield self.finding(
            "possible" if evidence.in_time else "likely",
            f"{moved.mean():.0%} of the columns of x have another mean in the validation data; column {used[worst]} is off by "
            f"{shift[worst]:.2g} standard deviations.",
            cause,
            remedy,
            details={"columns": used[moved][:20].tolist(), "largest": float(shift[worst])},
        )

    def _is_series(self, evidence: Evidence) -> bool:
        return bool(evidence.layers) and evidence.layers[0].role == "embedding"

    def _classes(self, evidence: Evidence) -> Iterator[Finding]:
        output = evidence.outputs[0]
        if output.targets is None or output.targets_val is None:
            return
        train, validation = output.targets.labels, output.targets_val.labels
        if (
            train is None
            or validation is None
            or output.targets.kind != output.targets_val.kind
            or output.targets.kind not in ("binary", "one-hot", "classes")
        ):
            return
        if output.targets.kind == "classes":
            train, validation = (np.asarray(t.y).reshape(-1).astype(np.int64) for t in (output.targets, output.targets_val))
        size = int(max(train.max(), validation.max())) + 1
        ours, theirs = (np.bincount(labels, minlength=size) / len(labels) for labels in (train, validation))
        distance = float(np.abs(ours - theirs).sum() / 2)
        if distance < self.CLASSES + float(np.sqrt(size / min(len(train), len(validation)))) / 2:
            return
        worst = int(np.abs(ours - theirs).argmax())
        yield self.finding(
            "likely",
            f"Class {worst} makes up {ours[worst]:.0%} of the training part and {theirs[worst]:.0%} of the validation data.",
            "The shares of the classes have changed with time." if evidence.in_time else self._SORTED,
            'Preparation(balance="weights")  # and judge by the classes one by one' if evidence.in_time else self._DRAWN,
            details={"train": ours.tolist(), "validation": theirs.tolist()},
        )


class Overfitting(Symptom):
    """Learning by heart: the training loss falls on, that of validation turns.

    Find the best epoch of the validation loss, and how far it has risen since.

    Source: Prechelt, "Early stopping, but when?", 1998: the generalisation loss, the rise above the lowest validation loss so far.
    """

    name = "overfitting"
    look = "a validation loss that has risen since its best epoch, while the training loss fell on; the epoch of its onset"
    needs = ("course",)
    RISE, STRONG, LASTING = 1.1, 1.25, 3

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        course = evidence.course
        validation = np.array([]) if course is None else course.figures("val_loss")
        training = np.array([]) if course is None else course.figures("loss")
        if course is None or len(validation) < self.LASTING + 2 or len(validation) != len(training) or not np.isfinite(validation).all():
            return
        smooth = np.convolve(validation, np.ones(3) / 3, mode="valid") if len(validation) >= 9 else validation
        best = int(validation.argmin())
        since = len(validation) - 1 - best
        rise = float(smooth[-1] / validation[best]) if validation[best] > 0 else 1.0
        fell = training[-1] < training[best]
        if since < self.LASTING or rise < self.RISE or not fell:
            return
        yield self.finding(
            "likely" if rise >= self.STRONG and not evidence.keeps_best and self._matters(evidence, validation) else "possible",
            f"The validation loss was lowest in epoch {best + 1} ({validation[best]:.4g}) and is {validation[-1]:.4g} now, {since} "
            f"epochs later; the training loss fell on from {training[best]:.4g} to {training[-1]:.4g}.",
            f"From about epoch {self._onset(validation, best)} on the network learned its examples by heart, not what they have in common.",
            "model.fit(..., callbacks=[cr.callbacks.EarlyStopping(patience=5)])  # or more examples, Dropout(0.5), fewer units",
            details={"onset": self._onset(validation, best), "best_epoch": best + 1, "rise": rise},
        )

    def _matters(self, evidence: Evidence, validation: Array) -> bool:
        """Return whether the loss that it rose to is more than a small part of what a constant answer has."""
        return evidence.constant_loss is None or float(validation[-1]) > 0.1 * evidence.constant_loss

    def _onset(self, validation: Array, best: int) -> int:
        """Return the epoch, counted from 1, after which the validation loss never came back to within 2 % of its best."""
        near = np.flatnonzero(validation <= 1.02 * validation[best])
        return int(near[-1]) + 2


class MetricHidesFailure(Symptom):
    """A metric that looks good, or means nothing, while the network fails.

    Compare metrics with targets, and after training with what the commonest class alone would give.
    """

    name = "metric hides failure"
    look = "accuracy for quantities; a high accuracy that the commonest class alone gives"
    needs = ("outputs",)
    groups = (NOT_LEARNING,)
    explains = ("same answer for every example",)
    HIGH = 0.75

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        for number, output in enumerate(evidence.outputs):
            if output.targets is None or not output.has_accuracy:
                continue
            if output.targets.kind in ("quantities", "signs") and (output.units == 1 or output.targets.y.ndim == 1):
                yield self._meaningless(output)
            elif (found := self._majority(evidence, number, output)) is not None:
                yield found

    def _meaningless(self, output: Output) -> Finding:
        assert output.targets is not None
        signs = output.targets.kind == "signs"
        values = "-1 and 1" if signs else f"quantities from {output.targets.low:.4g} to {output.targets.high:.4g}"
        return self.finding(
            "likely" if signs or output.target is not Target.PROBABILITY else "possible",
            f"The metric is accuracy, but the targets are {values}.",
            "Accuracy counts answers that hit 0 or 1; for such targets it means nothing, however good or bad the network is.",
            "y = (y + 1) / 2" if signs else "model.compile(optimizer, loss, metrics=['mae'])",
        )

    def _majority(self, evidence: Evidence, number: int, output: Output) -> Finding | None:
        answers, targets = evidence.answers, output.targets
        if answers is None or targets is None or targets.labels is None or targets.counts is None or number >= len(answers.train):
            return None
        given, wanted = answers.classes(number), targets.labels[answers.rows]
        share = float(targets.counts.max() / targets.counts.sum())
        if given is None or share < self.HIGH or share == 1.0 or len(np.unique(given)) > 1 or len(np.unique(wanted)) < 2:
            return None
        return self.finding(
            "likely",
            f"Accuracy is {np.mean(given == wanted):.1%}, and the network answers class {given[0]} for every example looked at.",
            f"{share:.1%} of the examples are of this class: the accuracy is that of not looking at the inputs at all.",
            "model.compile(optimizer, loss, metrics=['accuracy', 'auc'])  # for two classes; or 'f1_score', which falls to 0 here",
            details={"share": share},
        )
