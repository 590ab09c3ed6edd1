"""Inputs far from the scale that first weights and learning rates are made for."""

from collections.abc import Iterator

import numpy as np

from chainrule.doctor.answers import some_rows
from chainrule.doctor.evidence import Evidence, flat
from chainrule.doctor.finding import Finding
from chainrule.doctor.glance import rms

NAME = "inputs not scaled"
LOOK = "inputs much larger or smaller than 1, far from 0, or columns of very different size"
ROWS = 5000
BIG, HUGE = 10.0, 50.0  # initialisers keep a signal of size 1 at size 1; bytes of an image have about 100
TINY = 1e-3


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Measure the size of x, and of its columns beside one another.

    A gradient step multiplies each weight's change by its input: with inputs of size s, the curvature of the loss, and with it the
    largest learning rate that does not diverge, differs by s². Columns of different size cannot all have a fitting rate.

    Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998, section 4.3.
    """
    if len(evidence.x) != 1 or evidence.normalizes_inputs or not evidence.rows:
        return
    rows = flat(evidence.x[0][some_rows(evidence.rows, ROWS)])
    rows = rows[np.isfinite(rows).all(1)]
    if len(rows) < 2 or not rows.any():
        return
    sizes = np.sqrt((rows**2).mean(1))
    rows = rows[sizes <= 30 * np.median(sizes)]  # a few that are far off are another matter
    if len(rows) < 2:
        return
    size, spread, mean = rms(rows), rows.std(0), np.abs(rows.mean(0))
    used = spread[spread > 0]
    if not len(used):
        return
    uneven = float(used.max() / np.median(used)) if len(used) >= 3 else 1.0
    offset = float(np.median(mean[spread > 0] / used))
    seen = f"x goes from {rows.min():.4g} to {rows.max():.4g}; its typical size (root mean square) is {size:.3g}"
    if uneven > BIG and used.max() > 1:
        seen += f", and its largest column spreads {uneven:.3g} times as far as the middle one"
    if size > BIG or size < TINY or (uneven > 10 * BIG and size > 1) or (offset > 2 * BIG):
        trial = next((t for t in evidence.trials if t.kind == "inputs" and t.loss < 0.5 * t.reference), None)
        seen += f". {trial.to_text()[:-1]}" if trial else ""
        strong = trial is not None or size > HUGE or size < TINY or (offset > 10 * BIG and size > 1)
        yield Finding(
            NAME,
            "likely" if strong and not evidence.has_learned else "possible",
            seen + ".",
            "First weights and usual learning rates are made for inputs of about size 1 around 0. With others the first sums are far too "
            "large or small: units saturate, steps overshoot, or the large columns drown the small ones.",
            "x = x / 255"
            if _are_bytes(evidence, rows)
            else "x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8)  # with the training part's mean and std",
            details={"size": size, "uneven": uneven, "offset": offset},
        )


def _are_bytes(evidence: Evidence, rows: np.ndarray) -> bool:  # pyright: ignore[reportMissingTypeArgument]
    return evidence.x[0].ndim > 2 and rows.min() >= 0 and 128 < rows.max() <= 255
