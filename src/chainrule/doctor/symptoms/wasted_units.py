"""Units that say nothing, or what others say already."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.movement import silent_share
from chainrule.doctor.targets import Array

NAME = "wasted units"
LOOK = "after training, hidden units that are constant, or copies of others"
SAME = 0.999
SHARE, MOST = 0.5, 0.8
FEWEST_ROWS = 32


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Count the hidden units whose outputs do not vary, or correlate to 0.999 with those of another.

    Source: Li, Yosinski, Clune, Lipson and Hopcroft, "Convergent learning", 2016, for the correlation of units.
    """
    if evidence.stage != "after" or len(evidence.glances) < 2:
        return
    for layer in evidence.hidden:
        output = evidence.glances[-1].outputs.get(f"{layer.name}/output")
        if silent_share(evidence.glances[-1], layer) >= SHARE:
            continue  # dead units are a finding of their own: fewer of them would not help
        if layer.kind != "Dense" or output is None or output.ndim != 2 or output.shape[1] < 4 or len(output) < FEWEST_ROWS:
            continue
        constant, copies = _count(output)
        share = (constant + copies) / output.shape[1]
        if share < SHARE:
            continue
        yield Finding(
            NAME,
            "likely" if constant >= MOST * output.shape[1] and not evidence.has_learned else "possible",
            f"Of the {output.shape[1]} units of {layer.name}, {constant} give the same for every example and {copies} copy another.",
            "They take time and memory, and add nothing to the answer. (Units that all look at a single number cannot help resembling one "
            "another.)",
            f"Dense({max(output.shape[1] - constant - copies, 1)}, ...)  # as many as are in use",
            details={"layer": layer.name, "constant": constant, "copies": copies},
        )


def _count(output: Array) -> tuple[int, int]:
    values = np.asarray(output, np.float64)
    spread = values.std(0)
    lively = spread > 1e-6 * max(float(np.abs(values).max()), 1e-12)
    scaled = (values[:, lively] - values[:, lively].mean(0)) / spread[lively]
    alike = np.triu(np.abs(scaled.T @ scaled) / len(values) > SAME, 1)
    return int((~lively).sum()), int(alike.any(0).sum())
