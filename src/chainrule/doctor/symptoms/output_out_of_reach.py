"""Targets that the output activation can never give."""

import math
from collections.abc import Iterator

import numpy as np

from chainrule.doctor.evidence import RANGES, Evidence, Output
from chainrule.doctor.finding import Finding

NAME = "output cannot reach the targets"
LOOK = "targets outside the range of the output activation"
SLACK = 1e-6


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the range of y with that of the last activation: sigmoid and softmax give 0 to 1, tanh -1 to 1, relu nothing below 0."""
    for output in evidence.outputs:
        targets = output.targets
        if targets is None or output.activation not in RANGES or output.loss.startswith("sparse"):
            continue
        if targets.kind == "classes" and output.loss == "categorical_crossentropy":
            continue
        low, high = RANGES[output.activation]
        outside = float(((targets.y < low - SLACK) | (targets.y > high + SLACK)).mean())
        if outside > 0:
            yield _finding(output, low, high, outside)
        elif output.activation == "softmax" and targets.kind == "quantities" and (output.units or 0) > 1:
            sums = targets.y.sum(-1)
            if targets.y.ndim > 1 and targets.y.shape[-1] == output.units and np.abs(sums - 1).max() > 0.01:
                yield Finding(
                    NAME,
                    "certain",
                    f"Softmax makes the {output.units} outputs add up to 1, but the rows of y add up to {sums.min():.3g} to "
                    f"{sums.max():.3g}.",
                    "Most targets can never be met, however long the network learns.",
                    output.rewritten(None),
                )


def _finding(output: Output, low: float, high: float, outside: float) -> Finding:
    assert output.targets is not None
    reach = f"at least {low:g}" if math.isinf(high) else f"between {low:g} and {high:g}"
    return Finding(
        NAME,
        "certain",
        f"{output.activation} gives numbers {reach}, but y goes from {output.targets.low:.4g} to {output.targets.high:.4g}: "
        f"{outside:.0%} of the targets lie outside.",
        "These targets can never be met: the outputs are driven to the end of their range, where the gradient vanishes.",
        "y = (y + 1) / 2" if output.targets.kind == "signs" and low == 0 else f"{output.rewritten(None)}  # linear{_scaled(output)}",
        details={"low": output.targets.low, "high": output.targets.high, "outside": outside},
    )


def _scaled(output: Output) -> str:
    """Return what besides is to be done with large targets."""
    large = (
        output.targets is not None and output.targets.kind == "quantities" and max(abs(output.targets.low), abs(output.targets.high)) > 10
    )
    return ", and y = (y - y.mean()) / y.std()" if large else "; or bring y into that range"
