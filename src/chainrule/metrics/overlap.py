"""Metrics of masks: how far what is found and what is there overlap."""

from collections.abc import Sequence

import numpy as np

from chainrule import ops
from chainrule.errors import ArgumentError
from chainrule.graph import Tensor
from chainrule.metrics.metric import Metric, Totals


class BinaryIoU(Metric):
    """Intersection over union over all places of all examples: IoU = TP / (TP + FP + FN), the mean of the classes asked for.

    Args:
        target_class_ids: of which classes: 1 for what is there, 0 for what is not.
        threshold: outputs above it count as 1; 0.5 for probabilities, 0 for logits.
        name: the figure's name.

    Source:
        Jaccard (1912), The distribution of the flora in the alpine zone. Keras's BinaryIoU.

    Example:
        >>> BinaryIoU([1])(np.array([[1.0, 1.0, 0.0, 0.0]]), np.array([[0.9, 0.2, 0.7, 0.1]]))
        0.3333333333333333
    """

    higher_is_better = True
    target_class_ids: Sequence[int] = (0, 1)
    threshold: float = 0.5
    name: str = "binary_io_u"

    def __post_init__(self) -> None:
        self.target_class_ids = tuple(self.target_class_ids)
        if not self.target_class_ids or not set(self.target_class_ids) <= {0, 1}:
            raise ArgumentError(f"BinaryIoU: target_class_ids must be of 0 and 1. Got {self.target_class_ids!r} instead.")

    def statistics(self, y_true: Tensor, y_pred: Tensor, weight: Tensor) -> Tensor:
        """Return, weighted by example, the counts of true positives, false positives, false negatives and true negatives."""
        true = (ops.match_target(y_true, y_pred) > 0.5).astype("float32").reshape(y_pred.shape[0], -1)
        found = (y_pred > self.threshold).astype("float32").reshape(y_pred.shape[0], -1)
        counts = [(true * found), (1 - true) * found, true * (1 - found), (1 - true) * (1 - found)]
        return ops.stack([(count.sum(1) * weight).sum() for count in counts])

    def result(self, totals: Totals) -> float:
        """Return the mean over those of the classes that are met; 0 where none is."""
        both = {1: totals[0], 0: totals[3]}
        unions = {number: both[number] + totals[1] + totals[2] for number in self.target_class_ids}
        overlaps = [both[number] / union for number, union in unions.items() if union]
        return float(np.mean(overlaps)) if overlaps else 0.0
