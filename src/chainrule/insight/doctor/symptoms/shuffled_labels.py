"""Labels that have nothing to do with their inputs."""

from collections.abc import Iterator

import numpy as np

from chainrule.insight.doctor.evidence import Evidence
from chainrule.insight.doctor.finding import Finding
from chainrule.insight.doctor.neighbours import neighbours

NAME = "labels unrelated to inputs"
LOOK = "the nearest neighbours of an example do not share its label more often than chance; memorising without foretelling"
ENOUGH, SIGMAS = 100, 3.0


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Ask the nearest neighbours, and after training compare training and validation.

    Where similar inputs have no more similar labels than chance gives, x and y were perhaps put in order differently. Some problems, parity
    for one, are so by nature; so it takes a network that learns its examples by heart and fails on others to make it likely.

    Source: Cover and Hart, "Nearest neighbor pattern classification", 1967; Zhang et al., "Understanding deep learning requires
    rethinking generalization", 2017.
    """
    if len(evidence.x) != 1 or len(evidence.outputs) != 1 or evidence.outputs[0].targets is None:
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
        "order = np.random.default_rng(0).permutation(len(x)); x, y = x[order], y[order]  # always both by the same order",
        details={"agreement": agreement, "chance": chance},
    )


def _memorised(evidence: Evidence) -> str:
    """Return what says that the examples were learned by heart, for nothing; "" where that is not so."""
    if evidence.course is None or evidence.skill is None or evidence.constant_loss is None:
        return ""
    validation = evidence.course.figures("val_loss")
    if len(validation) and validation[-1] > 0.98 * evidence.constant_loss and evidence.skill > 0.2:
        return (
            f"The training loss fell to {evidence.last_loss:.3g}, but that of validation is {validation[-1]:.3g}, no better than guessing."
        )
    return ""
