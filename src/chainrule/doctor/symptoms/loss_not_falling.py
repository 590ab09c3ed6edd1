"""A training loss that stays where it is."""

from collections.abc import Iterator

from chainrule.doctor.course import falls
from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "loss not falling"
LOOK = "a training loss that ends no better than that of a constant answer, and has not just begun to fall"
FALL, SKILL = 0.1, 0.05
STEADY = 0.8  # where it falls all the time, if by little, going on may help
STEPS = 100  # in which something should have happened, while training goes on


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the last loss with the first, and with that of the best constant answer.

    For crossentropies the constant answer is the shares of the classes, and its loss their entropy; for squared errors it is the mean, and
    its loss the variance. A network that does no better has learned nothing from x.
    """
    course, skill, last = evidence.course, evidence.skill, evidence.last_loss
    if course is None or not course.is_finite or course.steps < 2 or skill is None or last is None:
        return
    if evidence.stage == "during" and (course.steps < STEPS or len(course.epochs) < 2):
        return
    if skill >= SKILL or (evidence.is_improving and last < (1 - FALL) * course.first_loss):
        return
    yield Finding(
        NAME,
        "possible" if falls(course.pieces) > STEADY else "likely",
        f"After {course.steps:,} updates the training loss is {last:.4g}; it began at {course.first_loss:.4g}, and always giving the one "
        "best answer "
        f"has {evidence.constant_loss:.4g}.",
        "The network has learned nothing from the inputs.",
        f"model.compile(cr.optimizers.Adam({_rate(evidence):g}), loss)  # and see whether a few examples can be learned by heart",
        details={"first": course.first_loss, "last": last, "constant": evidence.constant_loss},
    )


def _rate(evidence: Evidence) -> float:
    rate = evidence.learning_rate or 1e-3
    return 0.01 if rate <= 1e-3 else 1e-3
