"""Training that ended while it still was getting better."""

from collections.abc import Iterator

from chainrule.doctor.course import falls
from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "ended while still falling"
LOOK = "a training loss, and a validation loss where there is one, that still fell steadily at the end"
STEADY, SHARE, FEWEST = 0.8, 0.02, 10
BROKEN = 0.4  # a short course, cut by a callback, has had no time to fall smoothly
HALF = 0.5  # of the updates that were planned


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look at the last quarter of the course: does the loss fall all through it, and by how much?"""
    course = evidence.course
    if course is None or evidence.stage != "after" or not course.is_finite or course.steps < FEWEST:
        return
    tail = course.pieces[-max(4, len(course.pieces) // 4) :]
    validation = course.figures("val_loss")
    turned = len(validation) > 2 and validation[-1] > 1.01 * validation.min()
    fall = 1 - float(tail[-1] / tail[0]) if tail[0] > 0 else 0.0
    solved = evidence.skill is not None and evidence.skill > 0.9
    reason = "" if course.reason in ("all epochs done", "interrupted", "error") else course.reason
    if falls(tail) < (BROKEN if reason else STEADY) or fall < SHARE or turned or solved:
        return
    yield Finding(
        NAME,
        "likely" if reason and course.steps < HALF * (course.planned or 0) and not evidence.has_learned else "possible",
        f"In the last quarter of training the loss still fell steadily, by {fall:.0%}, to {tail[-1]:.4g}."
        + (f" Training was ended by: {reason}." if reason else ""),
        "It would have gone on falling.",
        "cr.callbacks.EarlyStopping(patience=10)  # with min_delta=0; or leave out the callback that ended it"
        if reason
        else f"model.fit(x, y, epochs={max(2 * (evidence.epochs or 1), 10)})  # or a higher learning rate",
        details={"fall": fall},
    )
