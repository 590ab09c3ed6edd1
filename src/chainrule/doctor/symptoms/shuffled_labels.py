"""Labels that have nothing to do with their inputs."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.neighbours import neighbours
from chainrule.doctor.targets import Array

NAME = "labels unrelated to inputs"
LOOK = "the nearest neighbours of an example do not share its label more often than chance; memorising without foretelling"
ENOUGH, SIGMAS = 100, 3.0
FITS, LASTING = 0.02, 5  # share of the constant's loss removed in training; epochs of validation
REMEDY = "x, y = ...  # build both anew from their source, row by row; what is in the wrong row now stays wrong in any order"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Ask the nearest neighbours, and after training compare training and validation.

    Where similar inputs have no more similar labels than chance gives, x and y were perhaps put in order differently. Some problems, parity
    for one, are so by nature; so it takes a network that learns its examples by heart and fails on others to make it likely.

    Source: Cover and Hart, "Nearest neighbor pattern classification", 1967; Zhang et al., "Understanding deep learning requires
    rethinking generalization", 2017.
    """
    if len(evidence.x) != 1 or len(evidence.outputs) != 1 or evidence.outputs[0].targets is None or evidence.holds_indices:
        return
    if evidence.outputs[0].targets.kind == "quantities":
        yield from _quantities(evidence, evidence.outputs[0].targets.y)
        return
    labels = evidence.outputs[0].targets.labels
    around = neighbours(evidence.x[0])
    if labels is None or around is None or len(around.rows) < ENOUGH:
        return
    seen = labels[around.rows]
    shares = np.bincount(seen) / len(seen)
    chance = float((shares**2).sum())
    if chance > 0.95:
        return
    agreement = float(around.agreement(seen).mean())
    spread = float(np.sqrt(chance * (1 - chance) / len(seen)))
    if agreement > chance + SIGMAS * spread:
        return
    memorised = _memorised(evidence)
    yield Finding(
        NAME,
        "likely" if memorised else "possible",
        f"Of an example's ten nearest neighbours {agreement:.1%} share its label; {chance:.1%} would by chance."
        + (f" {memorised}" if memorised else ""),
        "Similar inputs should mostly have the same label. Perhaps x and y were shuffled, sorted or filtered apart from one another, so "
        "that "
        "labels stand in the wrong rows.",
        REMEDY,
        details={"agreement": agreement, "chance": chance},
    )


def _quantities(evidence: Evidence, y: Array) -> Iterator[Finding]:
    """Correlate quantities with the mean of their neighbours'."""
    memorised = _memorised(evidence)
    around = neighbours(evidence.x[0])
    if not memorised or around is None or len(around.rows) < ENOUGH or y.size != len(y):
        return
    seen = y.reshape(-1)[around.rows].astype(np.float64)
    means = seen[around.nearest].mean(1)
    if not np.isfinite(seen).all() or seen.std() == 0 or means.std() == 0:
        return
    correlation = float(np.corrcoef(seen, means)[0, 1])
    if correlation > SIGMAS / np.sqrt(len(seen)):
        return
    yield Finding(
        NAME,
        "likely",
        f"The correlation of an example's target with the mean of its ten nearest neighbours' is {correlation:.2f}. {memorised}",
        "Similar inputs should mostly have similar targets. Perhaps x and y were shuffled, sorted or filtered apart from one another, so "
        "that targets stand in the wrong rows.",
        REMEDY,
        details={"correlation": correlation},
    )


def _memorised(evidence: Evidence) -> str:
    """Return what says that the examples were learned by heart, for nothing; "" where that is not so."""
    if evidence.course is None or evidence.skill is None or evidence.constant_loss is None:
        return ""
    validation = evidence.course.figures("val_loss")
    learned = evidence.skill > 0.2 and len(validation) > 0 and validation[-1] > 0.98 * evidence.constant_loss
    if learned or (evidence.skill > FITS and len(validation) >= LASTING and validation.min() > evidence.constant_loss):
        return f"The training loss fell to {evidence.last_loss:.3g}, but that of validation was never below {validation.min():.3g}; "
        f"guessing has {evidence.constant_loss:.3g}."
    return ""
