"""Learning by heart: the training loss falls on, that of validation turns."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.targets import Array

NAME = "overfitting"
LOOK = "a validation loss that has risen since its best epoch, while the training loss fell on; the epoch of its onset"
RISE, STRONG, LASTING = 1.1, 1.25, 3


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Find the best epoch of the validation loss, and how far it has risen since.

    Source: Prechelt, "Early stopping, but when?", 1998: the generalisation loss, the rise above the lowest validation loss so far.
    """
    course = evidence.course
    validation = np.array([]) if course is None else course.figures("val_loss")
    training = np.array([]) if course is None else course.figures("loss")
    if course is None or len(validation) < LASTING + 2 or len(validation) != len(training) or not np.isfinite(validation).all():
        return
    smooth = np.convolve(validation, np.ones(3) / 3, mode="valid") if len(validation) >= 9 else validation
    best = int(validation.argmin())
    since = len(validation) - 1 - best
    rise = float(smooth[-1] / validation[best]) if validation[best] > 0 else 1.0
    fell = training[-1] < training[best]
    if since < LASTING or rise < RISE or not fell:
        return
    yield Finding(
        NAME,
        "likely" if rise >= STRONG and not evidence.keeps_best and _matters(evidence, validation) else "possible",
        f"The validation loss was lowest in epoch {best + 1} ({validation[best]:.4g}) and is {validation[-1]:.4g} now, {since} epochs "
        "later; the training loss "
        f"fell on from {training[best]:.4g} to {training[-1]:.4g}.",
        f"From about epoch {_onset(validation, best)} on the network learned its examples by heart, not what they have in common.",
        "model.fit(..., callbacks=[cr.callbacks.EarlyStopping(patience=5)])  # or more examples, Dropout(0.5), fewer units",
        details={"onset": _onset(validation, best), "best_epoch": best + 1, "rise": rise},
    )


def _matters(evidence: Evidence, validation: Array) -> bool:
    """Return whether the loss that it rose to is more than a small part of what a constant answer has."""
    return evidence.constant_loss is None or float(validation[-1]) > 0.1 * evidence.constant_loss


def _onset(validation: Array, best: int) -> int:
    """Return the epoch, counted from 1, after which the validation loss never came back to within 2 % of its best."""
    near = np.flatnonzero(validation <= 1.02 * validation[best])
    return int(near[-1]) + 2
