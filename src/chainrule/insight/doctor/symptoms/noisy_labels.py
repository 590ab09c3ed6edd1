"""Labels of which a good part is wrong."""

from collections.abc import Iterator

import numpy as np

from chainrule.insight.doctor.evidence import Evidence
from chainrule.insight.doctor.finding import Finding
from chainrule.insight.doctor.neighbours import neighbours

NAME = "noisy labels"
LOOK = "examples deep among others of another class"
AGAINST, WITH = 0.2, 0.6  # shares of neighbours that agree: hardly any, and most
SHARE, ENOUGH = 0.04, 100


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for examples whose neighbours agree with one another, but not with them.

    Where classes only overlap, neighbours are of both; where labels are wrong, most examples have neighbours of their own label, and some
    have hardly any.

    Source: Wilson, "Asymptotic properties of nearest neighbor rules using edited data", 1972; Northcutt, Jiang and Chuang, "Confident
    learning", 2021.
    """
    if len(evidence.x) != 1 or len(evidence.outputs) != 1 or evidence.outputs[0].targets is None:
        return
    labels = evidence.outputs[0].targets.labels
    around = neighbours(evidence.x[0])
    if labels is None or around is None or len(around.rows) < ENOUGH:
        return
    seen = labels[around.rows]
    shares = np.bincount(seen) / len(seen)
    if shares.max() > 0.7:
        return
    agreement = around.agreement(seen)
    votes = np.stack([(seen[around.nearest] == label).mean(1) for label in range(len(shares))], 1)
    united = votes.max(1) >= WITH
    wrong = (agreement <= AGAINST) & united
    between = 1 - float(wrong.mean()) - float((agreement >= WITH).mean())
    if wrong.mean() < SHARE or between > 3 * wrong.mean() or between > 0.3:
        return
    rows = around.rows[wrong]
    yield Finding(
        NAME,
        "likely",
        f"{wrong.mean():.1%} of the examples looked at lie among neighbours of one other class, while {float((agreement >= WITH).mean()):.0%} lie "
        f"among their own; among them rows {', '.join(map(str, sorted(rows[:5].tolist())))}.",
        "So many sharp contradictions come from wrong labels rather than from classes that overlap. A network with room enough learns them by heart.",
        "y[rows]  # look at these examples and mend their labels; or stop early: cr.callbacks.EarlyStopping(patience=5)",
        details={"share": float(wrong.mean()), "rows": sorted(rows[:50].tolist())},
    )
