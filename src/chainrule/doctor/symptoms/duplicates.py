"""Examples that occur more than once, and such as contradict one another."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.rows import keys

NAME = "duplicate examples"
LOOK = "equal rows of x, above all with different targets"
MANY = 0.1
CONTRADICTIONS = 0.05
FEW_DISTINCT = 64  # patterns given many times over on purpose


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Look for equal rows of x, and for equal rows with unequal labels."""
    if len(evidence.x) != 1 or len(evidence.outputs) != 1 or evidence.rows < 2:
        return
    x, targets = evidence.x[0], evidence.outputs[0].targets
    _, first, numbers, counts = np.unique(keys(x), return_index=True, return_inverse=True, return_counts=True)
    numbers = numbers.reshape(-1)
    repeated = len(x) - len(first)
    if not repeated or len(first) < 2:
        return
    labels = None if targets is None else targets.labels
    wrong = np.arange(0) if labels is None else _contradictions(numbers, labels)
    if len(wrong) >= 2 and len(wrong) / len(x) >= CONTRADICTIONS:
        yield Finding(
            NAME,
            "likely" if not evidence.has_learned else "possible",
            f"{len(wrong):,} of {len(x):,} rows have the same x as another row but another label, the first is row {wrong[0]}.",
            "No network can answer both: these rows put a floor under the loss. Perhaps a column that tells them apart is missing, or "
            "labels are wrong.",
            "x[rows], y[rows]  # look at these rows together",
            details={"rows": wrong[:20].tolist(), "share": len(wrong) / len(x)},
        )
    elif repeated / len(x) >= MANY and len(first) > FEW_DISTINCT:
        yield Finding(
            NAME,
            "possible",
            f"{repeated:,} of {len(x):,} rows of x repeat another row; the most frequent occurs {int(counts.max()):,} times.",
            "Repeated examples count more than others, and if they are split between training and test, the test is no test.",
            "_, rows = np.unique(x, axis=0, return_index=True); x, y = x[rows], y[rows]",
            details={"repeated": repeated},
        )


def _contradictions(numbers: np.ndarray, labels: np.ndarray) -> np.ndarray:  # pyright: ignore[reportMissingTypeArgument]
    """Return the rows whose label is not the commonest among the rows that equal them."""
    pairs, counts = np.unique(np.stack([numbers, labels], 1), axis=0, return_counts=True)
    best: dict[int, tuple[int, int]] = {}
    for (number, label), count in zip(pairs.tolist(), counts.tolist(), strict=True):
        if count > best.get(number, (0, 0))[0]:
            best[number] = (count, label)
    commonest = np.array([best[number][1] for number in numbers.tolist()])
    return np.flatnonzero(commonest != labels)
