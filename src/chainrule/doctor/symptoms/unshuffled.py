"""Examples that come sorted by class, and are not shuffled."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "no shuffling"
LOOK = "shuffle=False, and examples sorted by class"
WINDOW = 16  # at least so many examples are looked at together, however small the batches
MIXED = 0.5


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare how mixed the classes are in a batch with how mixed they are altogether."""
    if evidence.shuffle or len(evidence.outputs) != 1 or evidence.outputs[0].targets is None:
        return
    labels = evidence.outputs[0].targets.labels
    size = max(evidence.batch_size or 32, WINDOW)
    if labels is None or len(labels) < 2 * size:
        return
    parts = [labels[start : start + size] for start in range(0, len(labels) - size + 1, size)]
    within, altogether = float(np.mean([_mixture(part) for part in parts])), _mixture(labels)
    if altogether == 0 or within > MIXED * altogether:
        return
    yield Finding(
        NAME,
        "likely",
        f"shuffle is False, and the rows are sorted: neighbouring examples are of different classes in {within:.0%} of pairs, of all pairs "
        f"{altogether:.0%}.",
        "Batch after batch shows one class, so the network learns to answer this class and forgets the others.",
        "model.fit(x, y, shuffle=True)",
        details={"within": within, "altogether": altogether},
    )


def _mixture(labels: np.ndarray) -> float:  # pyright: ignore[reportMissingTypeArgument]
    """Return the share of pairs with different labels."""
    shares = np.bincount(labels) / len(labels)
    return float(1 - (shares**2).sum())
