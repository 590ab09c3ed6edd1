"""A loss that rises."""

from collections.abc import Iterator

from chainrule.doctor.course import falls
from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "loss diverging"
LOOK = "a training loss that rises for most of the course"
RISE, STEADY, FEWEST = 1.5, 0.5, 8


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for a training loss that ends well above its beginning, having risen steadily."""
    course = evidence.course
    if course is None or not course.is_finite or course.steps < FEWEST:
        return
    pieces = course.pieces
    first, last = min(course.first_loss, float(pieces[0])), course.last_loss
    if not (last > RISE * first > 0 and falls(pieces) < -STEADY):
        return
    yield Finding(
        NAME,
        "likely" if not evidence.has_learned else "possible",
        f"The training loss rose from {first:.4g} to {last:.4g} over {course.steps:,} steps.",
        "Training moves away from what it looks for: the steps are too large, or the loss rewards the wrong thing.",
        f"model.compile(cr.optimizers.Adam({(evidence.learning_rate or 1e-3) / 10:g}), loss)",
        details={"first": first, "last": last},
    )
