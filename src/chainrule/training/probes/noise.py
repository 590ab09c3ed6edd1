"""The noise of a gradient: how much the examples of a batch disagree."""

import numpy as np

from chainrule import ops
from chainrule.graph import Constant, Tensor
from chainrule.ops.products import transposed_product
from chainrule.training.step import TrainingStep

VARIANCE, SQUARE = "gradient variance", "squared gradient"


def noise(step: TrainingStep) -> dict[str, Tensor]:
    """Return tr(Σ), the variance of one example's gradient, and |G|², the square of the true gradient's norm, both estimated.

    Their ratio is the gradient noise scale: about the batch size beyond which larger batches bring little. A batch of B examples
    with gradients gᵢ and mean ḡ gives tr(Σ) = (mean |gᵢ|² − |ḡ|²) · B / (B − 1) and |G|² = |ḡ|² − tr(Σ) / B. Both are noisy at one
    step: average each over steps before dividing.

    Taken from the weights whose gradient is a product Aᵀ·D of a row for each example (those of Dense layers on flat inputs): there
    |gᵢ|² = |aᵢ|²·|dᵢ|² is known without computing gᵢ. Empty where there are none.

    Source: McCandlish, Kaplan and Amodei (2018), An empirical model of large-batch training; Goodfellow (2015), Efficient
    per-example gradient computations.
    """
    rows = step.batch.valid.shape[0]
    products = [(dw, pair) for dw in step.gradients.values() if (pair := _factors(dw, rows))]
    if not products or rows < 2:
        return {}
    examples = step.batch.valid.sum()
    squares = sum((_row_squares(a) * _row_squares(d) * step.batch.valid).sum() for _, (a, d) in products)
    together = sum(_row_squares(dw).sum() for dw, _ in products)
    variance = (squares * examples - together) * examples / ops.maximum(examples - 1.0, 1.0)  # D is the gradient of a mean
    return {VARIANCE: variance, SQUARE: ops.as_tensor(together - variance / examples)}


def _factors(dw: Tensor, rows: int) -> tuple[Tensor, Tensor] | None:
    found = transposed_product(dw)
    return found if found and found[1].shape[0] == rows else None


def _row_squares(x: Tensor) -> Tensor:
    return ((x * x) @ Constant(np.ones((x.shape[1], 1), np.float32))).reshape(-1)
