"""A loss that swings up and down and gets nowhere."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "loss oscillating"
LOOK = "a training loss that goes up and down from epoch to epoch by much of its size"
FEWEST, SWING, TURNS = 10, 0.2, 0.6


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look at the last half of the epochs: how far the loss moves from one to the next, and how often it turns round."""
    course = evidence.course
    losses = np.array([]) if course is None else course.figures("loss")
    if course is None or len(losses) < FEWEST or not np.isfinite(losses).all():
        return
    tail = losses[len(losses) // 2 :]
    changes = np.diff(tail)
    turns = float((np.sign(changes[1:]) != np.sign(changes[:-1])).mean())
    swing = float(np.abs(changes).mean() / tail.mean()) if tail.mean() > 0 else 0.0
    if swing < SWING or turns < TURNS:
        return
    stuck = evidence.skill is not None and evidence.skill < 0.1
    yield Finding(
        NAME,
        "likely" if stuck else "possible",
        f"In the last {len(tail)} epochs the training loss changed by {swing:.0%} from one epoch to the next, and turned round in "
        f"{turns:.0%} of them.",
        "Steps jump to and fro across the valley and do not come down: the learning rate is too high, or batches are too small.",
        f"model.compile(cr.optimizers.Adam({(evidence.learning_rate or 1e-3) / 10:g}), loss)  # or larger batches",
        details={"swing": swing, "turns": turns},
    )
