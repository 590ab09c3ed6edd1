"""A network that answers the same for every example."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.targets import Targets

NAME = "same answer for every example"
LOOK = "after training, outputs that hardly depend on the inputs"
SPREAD = 0.01  # of the targets' own


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare how much answers differ from example to example with how much targets do."""
    answers = evidence.answers
    if answers is None or evidence.has_learned or len(evidence.outputs) != 1 or not len(answers.train) or len(answers.rows) < 4:
        return
    targets = evidence.outputs[0].targets
    given = np.asarray(answers.train[0], np.float64).reshape(len(answers.rows), -1)
    if targets is None or not np.isfinite(given).all():
        return
    varies = 0.5 if targets.kind in ("classes", "one-hot") else float(np.std(np.asarray(targets.y, np.float64)))
    spread = float(given.std(0).max())
    if varies == 0 or spread >= SPREAD * varies:
        return
    yield Finding(
        NAME,
        "possible" if evidence.is_improving else "likely",
        f"Over {len(given):,} examples the answers differ by a standard deviation of {spread:.2g}; {_told(targets)}.",
        "The network looks at its inputs and says the same to all: it has learned the commonest or the mean answer, or nothing gets "
        "through it.",
        "model.compile(cr.optimizers.Adam(1e-3), loss)  # with inputs of size 1, and relu in hidden layers",
        details={"spread": spread},
    )


def _told(targets: Targets) -> str:
    if targets.kind in ("classes", "one-hot"):
        return f"the targets name {targets.classes} classes"
    return f"the targets differ by {float(np.std(np.asarray(targets.y, np.float64))):.2g}"
