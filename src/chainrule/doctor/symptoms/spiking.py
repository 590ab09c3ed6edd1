"""Single steps at which the loss shoots up."""

from collections import Counter
from collections.abc import Iterator
from math import comb

import numpy as np

from chainrule.doctor.course import Course
from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.targets import Array

NAME = "loss spiking"
LOOK = "steps whose loss is many times that of the steps around them, and the batch that did it"
WINDOW, TIMES, FEWEST = 15, 5.0, 40
DEVIATIONS = 12.0
CHANCE = 0.01  # that some row is in so many of the batches by chance
MOST_SPIKES = 200


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare each step with the median of those around it, and look for rows that the high ones have in common.

    A spike is 5 times the median and 12 median absolute deviations above it; batches of a few examples differ so by themselves,
    and are passed over.

    Source: Chowdhery et al., "PaLM", 2022, section 5.1, on spikes and the batches that cause them.
    """
    course = evidence.course
    if course is None or course.steps < FEWEST or min(course.batch_size, course.examples or course.batch_size) < 8:
        return
    losses = course.losses[np.isfinite(course.losses)]
    spikes = _spikes(losses)
    if not len(spikes) or len(spikes) > len(losses) / 10:
        return
    worst = int(spikes[losses[spikes].argmax()])
    around = np.median(losses[max(0, worst - WINDOW) : worst + WINDOW + 1])
    shared = _shared_rows(course, spikes)
    rows = course.batch_rows(worst) if course.examples else []
    said = (
        f" Row {shared[0]} is in {shared[1]} of the {min(len(spikes), MOST_SPIKES)} batches."
        if shared
        else f" Its rows: {', '.join(map(str, rows[:8]))}, ..."
        if rows
        else ""
    )
    yield Finding(
        NAME,
        "likely" if shared else "possible",
        f"The loss shot up at {len(spikes)} steps, the highest at step {worst:,} (epoch {course.epoch_of(worst)}): {losses[worst]:.4g}, "
        f"with {around:.4g} around it.{said}",
        "A few examples are far from all others, wrongly scaled or wrongly labelled, and throw the weights off."
        if shared
        else "A batch threw the weights off: an odd example, or a step that was too large.",
        f"x[{shared[0]}], y[{shared[0]}]  # look at this example"
        if shared
        else "model.compile(cr.optimizers.Adam(1e-3, global_clipnorm=1.0), loss)",
        details={"steps": spikes[:50].tolist(), "rows": rows[:50], "row": shared[0] if shared else None},
    )


def _spikes(losses: Array) -> Array:
    padded = np.pad(losses, WINDOW, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * WINDOW + 1)
    middle = np.median(windows, 1)
    spread = np.median(np.abs(windows - middle[:, None]), 1)
    late = np.arange(len(losses)) >= min(WINDOW, len(losses) // 10)  # the beginning is high by nature
    scale = np.maximum(middle, 0.05 * float(losses[: len(losses) // 10 + 1].mean()))
    return np.flatnonzero(late & (losses > TIMES * scale) & (losses > middle + DEVIATIONS * spread))


def _shared_rows(course: Course, spikes: Array) -> tuple[int, int] | None:
    """Return the row that most of the batches of the spikes have in common, and in how many; None where none stands out."""
    if len(spikes) < 2 or not course.examples:
        return None
    batches = [course.batch_rows(int(step)) for step in spikes[:MOST_SPIKES]]
    counts = Counter(row for batch in batches for row in batch)
    row, times = counts.most_common(1)[0]
    share = min(1.0, course.batch_size / course.examples)
    unlikely = binomial_tail(len(batches), times, share) * course.examples < CHANCE
    return (int(row), times) if unlikely and times > 0.5 * len(batches) else None


def binomial_tail(trials: int, successes: int, share: float) -> float:
    """Return the probability of at least so many successes in independent trials, each with this share."""
    return sum(comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(successes, trials + 1))
