"""Labels that the loss cannot mean."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import Evidence, Output
from chainrule.doctor.finding import Finding
from chainrule.doctor.targets import Targets

NAME = "labels out of range"
LOOK = "class numbers beyond the outputs, or targets outside 0 to 1 for a crossentropy"


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the targets with what their loss takes: class numbers below the number of outputs, or probabilities."""
    for output in evidence.outputs:
        targets = output.targets
        if targets is None or "crossentropy" not in output.loss:
            continue
        low, high = (0.0, (output.units or 1) - 1.0) if output.loss.startswith("sparse") else (0.0, 1.0)
        if targets.low >= low and targets.high <= high:
            continue
        outside = np.flatnonzero(((targets.y < low) | (targets.y > high)).reshape(len(targets.y), -1).any(1))
        yield Finding(
            NAME,
            "certain",
            f"{output.loss} takes {_wanted(output, high)}, but y goes from {targets.low:g} to {targets.high:g}: {len(outside):,} of "
            f"{len(targets.y):,} rows lie outside, the first is row {outside[0]}.",
            "For such targets the loss has no meaning: it can fall below 0 without end, or pick a class that is not there.",
            _remedy(output, targets),
            details={"low": targets.low, "high": targets.high, "rows": outside[:20].tolist()},
        )


def _wanted(output: Output, high: float) -> str:
    return f"class numbers from 0 to {high:g}" if output.loss.startswith("sparse") else "targets between 0 and 1"


def _remedy(output: Output, targets: Targets) -> str:
    if targets.kind == "signs":
        return "y = (y + 1) / 2"
    if targets.kind == "quantities":
        return f"model.compile(loss='mse')  # with {output.rewritten(None)} as the last layer: y are quantities, not classes"
    if output.loss.startswith("sparse") and targets.low >= 1 and targets.high == (output.units or 0):
        return "y = y - 1"
    return (
        f"model.compile(loss='sparse_categorical_crossentropy')  # with {output.rewritten('softmax', int(targets.high) + 1)} as the "
        "last layer"
    )
