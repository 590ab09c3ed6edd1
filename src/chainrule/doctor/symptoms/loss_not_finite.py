"""A loss that became NaN or infinite."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "loss not finite"
LOOK = "NaN or infinity in the loss, and the step and batch where it came first"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for the first loss that is no number, and for what led to it."""
    course = evidence.course
    if course is None or course.is_finite:
        return
    step = int(np.flatnonzero(~np.isfinite(course.losses))[0])
    before = course.losses[max(0, step - 3) : step]
    led = f" The losses before it were {', '.join(f'{loss:.4g}' for loss in before)}." if len(before) else " It was the very first."
    rows = course.batch_rows(step) if course.examples else []
    grew = len(before) > 1 and before[-1] > 3 * max(course.losses[0], 1e-12)
    yield Finding(
        NAME,
        "certain",
        f"The loss is {course.losses[step]} at step {step:,} (epoch {course.epoch_of(step)})"
        + (f", on rows {_shown(rows)}." if rows else ".")
        + led,
        "The loss grew until it overflowed: steps overshoot, each further than the last."
        if grew
        else "It came at once: a logarithm of 0, a division by 0, or a number in these rows that is far too large.",
        "model.compile(cr.optimizers.Adam(1e-4, global_clipnorm=1.0), loss)"
        if grew
        else "x[rows].min(), x[rows].max(), y[rows]  # look at these rows",
        details={"step": step, "rows": rows[:50]},
    )


def _shown(rows: list[int]) -> str:
    return ", ".join(map(str, rows[:6])) + (", ..." if len(rows) > 6 else "")
