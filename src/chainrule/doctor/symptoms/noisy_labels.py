"""Labels of which a good part is wrong."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.neighbours import NEIGHBOURS, Neighbours, neighbours
from chainrule.doctor.targets import Array

NAME = "noisy labels"
LOOK = "examples deep among others of another class"
AGAINST, WITH = 0.2, 0.6  # shares of neighbours that agree: hardly any, and most
SHARE, OWN, ENOUGH, COMMONEST = 0.08, 0.65, 100, 0.6
FORETOLD = 0.45  # how far neighbours foretell labels, from chance (0) to always (1): Cohen's kappa
DISPERSION, HEAVY = 2.2, 1.3
LEAST, MANY, STREWN = 0.1, 4, 1.5  # of heavy noise


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for examples whose neighbours agree with one another, but not with them; of heavy noise, whether it is strewn over all classes.

    Where classes overlap, they do so in some regions, and elsewhere neighbours are all of one class. Wrong labels are strewn everywhere:
    then nearly every neighbourhood has a clear majority with a few against it, as many as a coin thrown for each would give.

    Source: Wilson, "Asymptotic properties of nearest neighbor rules using edited data", 1972; Northcutt, Jiang and Chuang, "Confident
    learning", 2021.
    """
    if len(evidence.x) != 1 or len(evidence.outputs) != 1 or evidence.outputs[0].targets is None or evidence.holds_indices:
        return
    labels = evidence.outputs[0].targets.labels
    around = neighbours(evidence.x[0])
    if labels is None or around is None or len(around.rows) < ENOUGH:
        return
    seen = labels[around.rows]
    shares = np.bincount(seen) / len(seen)
    if shares.max() > COMMONEST:
        return
    agreement = around.agreement(seen)
    votes = np.stack([(seen[around.nearest] == label).mean(1) for label in range(len(shares))], 1)
    majority = votes.max(1)
    wrong = (agreement <= AGAINST) & (majority >= WITH)
    chance = float((shares**2).sum())
    foretold = (float(agreement.mean()) - chance) / (1 - chance)
    if not (wrong.mean() < SHARE or (agreement >= WITH).mean() < OWN or foretold < FORETOLD) and _is_even(majority, DISPERSION):
        yield _sharp(around, agreement, wrong)
    elif LEAST <= foretold < FORETOLD and _is_even(majority, HEAVY):
        yield from _heavy(shares, votes.argmax(1), seen, float(agreement.mean()))


def _heavy(shares: Array, majority: Array, seen: Array, agreement: float) -> Iterator[Finding]:
    """Tell of noise so heavy that few neighbourhoods are clear; of two or three classes it may as well be that they overlap everywhere."""
    wrong = majority != seen
    strewn = len(shares) >= MANY and bool(wrong.sum() >= ENOUGH) and _unevenness(shares, majority[wrong], seen[wrong]) <= STREWN
    yield Finding(
        NAME,
        "likely" if strewn else "possible",
        f"{wrong.mean():.0%} of the examples looked at have another label than most of their neighbours"
        + (", and these labels are strewn over all classes" if strewn else ", and they are strewn evenly over all of x")
        + f"; neighbours share a label in {agreement:.0%} of cases.",
        "Classes that overlap do so in some places and with some others; wrong labels are everywhere."
        + ("" if strewn else " Or x tells little of y anywhere."),
        "y = ...  # compare a hundred rows with their source; or stop early: cr.callbacks.EarlyStopping(patience=5)",
        details={"share": float(wrong.mean())},
    )


def _unevenness(shares: Array, majority: Array, seen: Array) -> float:
    """Return how far confusions are from hitting each class by its share alone: Pearson's chi-squared per degree of freedom, 1 by chance.

    Classes that overlap are confused with their own neighbours: 2 and more.
    """
    classes = len(shares)
    counts = np.zeros((classes, classes))
    np.add.at(counts, (majority, seen), 1)
    others = ~np.eye(classes, dtype=bool)
    expected = np.outer(np.ones(classes), shares) * others
    expected *= (counts.sum(1) / expected.sum(1))[:, None]
    used = others & (expected > 0)
    return float(((counts - expected)[used] ** 2 / expected[used]).sum() / (classes * (classes - 2)))


def _sharp(around: Neighbours, agreement: Array, wrong: Array) -> Finding:
    rows = around.rows[wrong]
    return Finding(
        NAME,
        "likely",
        f"{wrong.mean():.1%} of the examples looked at lie among neighbours of one other class, while "
        f"{float((agreement >= WITH).mean()):.0%} lie "
        f"among their own; among them rows {', '.join(map(str, sorted(rows[:5].tolist())))}.",
        "So many sharp contradictions come from wrong labels rather than from classes that overlap. A network with room enough learns "
        "them by heart.",
        "y[rows]  # look at these examples and mend their labels; or stop early: cr.callbacks.EarlyStopping(patience=5)",
        details={"share": float(wrong.mean()), "rows": sorted(rows[:50].tolist())},
    )


def _is_even(majority: Array, dispersion: float) -> bool:
    """Return whether the shares of majorities vary no more than draws from one binomial distribution do."""
    mean = float(majority.mean())
    return float(majority.var()) <= dispersion * mean * (1 - mean) / NEIGHBOURS
